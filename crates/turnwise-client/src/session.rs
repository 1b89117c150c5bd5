//! What both kinds of session share: appends that wait for their turn, and what becomes of them.

use std::{collections::VecDeque, fmt};

use turnwise::Message;

use crate::{
    call::AppendCall,
    conversation::{Append, NewConversation},
    core::Core,
    error::{Error, Outcome},
    link::Target,
    status::Status,
};

/// The appends of a session, oldest first. It warns when it is dropped before the conversation is over.
#[derive(Debug)]
pub(crate) struct Backlog {
    core: Core,
    target: Target,
    waiting: VecDeque<Waiting>,
    over: bool,
}

/// An append that has not arrived, as far as is known.
#[derive(Debug)]
struct Waiting {
    body: String,
    /// Whether it ends the conversation.
    closes: bool,
    /// Why it is unknown whether it arrived, where it was sent.
    doubt: Option<Error>,
}

impl Backlog {
    pub(crate) fn new(core: &Core, target: Target) -> Self {
        Self { core: core.clone(), target, waiting: VecDeque::new(), over: false }
    }

    pub(crate) fn target(&self) -> &Target {
        &self.target
    }

    /// How many appends wait.
    pub(crate) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Adds messages that do not end the conversation.
    pub(crate) fn add(&mut self, messages: impl IntoIterator<Item = Message>) -> Result<(), Error> {
        let limit = self.core.config().max_waiting;
        if self.waiting.len() >= limit {
            return Err(Error::Full { limit });
        }
        self.push(&Append::new(messages), false);
        Ok(())
    }

    /// Adds the messages that end it, perhaps none.
    pub(crate) fn close(&mut self, messages: impl IntoIterator<Item = Message>, status: Status) {
        self.push(&Append::new(messages).status(status), true);
    }

    fn push(&mut self, append: &Append, closes: bool) {
        self.waiting.push_back(Waiting { body: append.body(), closes, doubt: None });
    }

    /// The call for the append whose turn it is. Until it is concluded, it counts as one whose outcome is unknown: the
    /// future that drives it may be dropped.
    pub(crate) fn next(&mut self) -> Option<Result<AppendCall, Error>> {
        let Self { core, target, waiting, .. } = self;
        let first = waiting.front_mut()?;
        let doubt = first.doubt.replace(Error::Lost("the call was given up".into()));
        Some(match doubt {
            None => AppendCall::new(core, target, first.body.as_str()),
            Some(cause) => AppendCall::resume(core, target, first.body.as_str(), cause),
        })
    }

    /// Takes in what became of it. What can never arrive is dropped with its error, but for the end of the
    /// conversation, which is kept with the session.
    pub(crate) fn conclude(&mut self, result: Result<(), Error>) -> Result<(), Error> {
        let Some(first) = self.waiting.front_mut() else { return result };
        match &result {
            Ok(()) => {
                self.over = first.closes;
                self.waiting.pop_front();
            }
            Err(error) if error.is_retryable() || first.closes => {
                first.doubt = (error.outcome() == Outcome::Unknown).then(|| error.clone());
            }
            Err(_) => {
                self.waiting.pop_front();
            }
        }
        result
    }
}

/// Checks that a conversation is one that goes on.
pub(crate) fn check_open(new: &NewConversation) -> Result<(), Error> {
    if new.status().is_open() {
        return Ok(());
    }
    Err(Error::invalid(format!("a session begins with an open status, not with `{}`", new.status())))
}

impl Drop for Backlog {
    fn drop(&mut self) {
        if !self.over {
            let (conversation, lost) = (self.target.id.as_str(), self.waiting.len());
            tracing::warn!(
                conversation,
                lost,
                "a session was dropped without completing it: the conversation stays active"
            );
        }
    }
}

/// A session that could not be ended: it is in here, with the messages that have not arrived.
///
/// Trying again is safe: it settles what is unknown first. Dropping it leaves the conversation active.
#[derive(Debug)]
pub struct Unfinished<S> {
    pub(crate) session: Box<S>,
    pub(crate) error: Error,
}

impl<S> Unfinished<S> {
    /// Why it could not be ended.
    pub fn error(&self) -> &Error {
        &self.error
    }
}

impl<S> fmt::Display for Unfinished<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the conversation could not be ended: {}", self.error)
    }
}

impl<S: fmt::Debug> std::error::Error for Unfinished<S> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

impl<S> From<Unfinished<S>> for Error {
    fn from(unfinished: Unfinished<S>) -> Self {
        unfinished.error
    }
}
