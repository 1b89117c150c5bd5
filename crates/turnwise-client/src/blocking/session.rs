//! A conversation that is logged while it happens.

use turnwise::Message;

use super::Client;
use crate::{
    conversation::NewConversation,
    error::Error,
    link::Target,
    session::{Backlog, Unfinished, check_open},
    status::Status,
};

/// A conversation that is logged while it happens. Ending it consumes it, so it is completed once at most; one that is
/// dropped without that stays active, and a warning is logged.
///
/// ```no_run
/// use turnwise::{Message, Role};
/// use turnwise_client::{AgentRef, Config, NewConversation, Status, blocking::Client};
///
/// let client = Client::new(Config::from_env()?)?;
/// let first = [Message::new(Role::User, "Hi, I need help with my order")];
/// let new = NewConversation::of_messages(AgentRef::name("Support Bot"), first, Status::Active);
/// let mut session = client.start(&new)?;
/// session.append([Message::new(Role::Assistant, "What's your order number?")])?;
/// session.append([Message::new(Role::User, "#12345")])?;
/// session.complete([Message::new(Role::Assistant, "Found it! Your order ships tomorrow.")])?;
/// # Ok::<(), turnwise_client::Error>(())
/// ```
#[derive(Debug)]
pub struct Session {
    client: Client,
    backlog: Backlog,
}

impl Session {
    pub(super) fn start(client: &Client, new: &NewConversation) -> Result<Self, Error> {
        check_open(new)?;
        let created = client.create(new)?;
        Ok(Self::resume(client, &created))
    }

    /// Goes on with a conversation that was created earlier.
    pub fn resume(client: &Client, target: impl Into<Target>) -> Self {
        Self { client: client.clone(), backlog: Backlog::new(&client.core, target.into()) }
    }

    /// The conversation.
    pub fn target(&self) -> &Target {
        self.backlog.target()
    }

    /// How many appends wait because of an error.
    pub fn waiting(&self) -> usize {
        self.backlog.len()
    }

    /// Appends messages. What could not be delivered, but may be later, is kept: it goes first with the next call.
    ///
    /// # Errors
    ///
    /// That of the first append that did not arrive. If it [can be retried](Error::is_retryable), it waits; else it was
    /// dropped. All after it wait for the next call. [`Error::Full`] where too many wait.
    pub fn append(&mut self, messages: impl IntoIterator<Item = Message>) -> Result<(), Error> {
        self.backlog.add(messages)?;
        self.flush()
    }

    /// Delivers what waits.
    ///
    /// # Errors
    ///
    /// As for [`Session::append`].
    pub fn flush(&mut self) -> Result<(), Error> {
        while let Some(call) = self.backlog.next() {
            let result = call.and_then(|call| self.client.run(call));
            self.backlog.conclude(result)?;
        }
        Ok(())
    }

    /// Ends the conversation as completed, with its last messages: the API documents at least one.
    ///
    /// # Errors
    ///
    /// [`Unfinished`], with which it can be tried again.
    pub fn complete(self, last: impl IntoIterator<Item = Message>) -> Result<(), Unfinished<Self>> {
        self.end(last, Status::Completed)
    }

    /// Ends the conversation as abandoned: the user left without an answer.
    ///
    /// # Errors
    ///
    /// [`Unfinished`], with which it can be tried again.
    pub fn abandon(self, last: impl IntoIterator<Item = Message>) -> Result<(), Unfinished<Self>> {
        self.end(last, Status::Abandoned)
    }

    fn end(
        mut self,
        last: impl IntoIterator<Item = Message>,
        status: Status,
    ) -> Result<(), Unfinished<Self>> {
        self.backlog.close(last, status);
        self.finish()
    }

    fn finish(mut self) -> Result<(), Unfinished<Self>> {
        self.flush().map_err(|error| Unfinished { session: self.into(), error })
    }
}

impl Unfinished<Session> {
    /// Tries to end it again.
    ///
    /// # Errors
    ///
    /// Itself.
    pub fn retry(self) -> Result<(), Self> {
        self.session.finish()
    }
}
