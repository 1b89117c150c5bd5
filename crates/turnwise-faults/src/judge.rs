//! The judgement over a journal: each conversation once, its messages in order and once each, completed once.

use crate::journal::{Conversation, Journal, text};
use std::{collections::HashMap, fmt};

/// What a client was given to send as one conversation.
///
/// Its texts tell a conversation and a message apart from all others, so a test gives every message a text of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The texts of its messages, in order.
    pub messages: Vec<String>,
    /// How many of them, from the first, must have arrived; the others may.
    pub sure: usize,
    /// Whether it is completed.
    pub end: End,
}

/// Whether a conversation must have been completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Yes, once, with its last message.
    Completed,
    /// It may, once.
    Either,
    /// No.
    Open,
}

impl Expected {
    /// All of these messages must have arrived, and the conversation is completed.
    pub fn new<S: Into<String>>(messages: impl IntoIterator<Item = S>) -> Self {
        let messages: Vec<String> = messages.into_iter().map(Into::into).collect();
        Self { sure: messages.len(), messages, end: End::Completed }
    }

    /// All of these messages must have arrived, and nothing completed the conversation.
    pub fn open<S: Into<String>>(messages: impl IntoIterator<Item = S>) -> Self {
        Self { end: End::Open, ..Self::new(messages) }
    }

    /// The first `sure` of these messages must have arrived, of the others any number, from the first.
    pub fn at_least<S: Into<String>>(sure: usize, messages: impl IntoIterator<Item = S>) -> Self {
        Self { sure, end: End::Either, ..Self::new(messages) }
    }
}

/// Something that must never be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Breach {
    /// A message was applied again.
    Repeated {
        /// The text of the message.
        message: String,
        /// The conversation it was in first.
        first: String,
        /// The conversation it came into again.
        again: String,
    },
    /// Messages were added after the conversation was completed or abandoned.
    AfterEnd {
        /// The conversation.
        conversation: String,
    },
    /// A conversation was completed or abandoned more than once.
    EndedTwice {
        /// The conversation.
        conversation: String,
    },
    /// A conversation that nobody sent.
    Unknown {
        /// The conversation.
        conversation: String,
        /// Its messages.
        messages: Vec<String>,
    },
    /// The messages of a conversation are not the first ones that were sent, in order.
    Order {
        /// The conversation.
        conversation: String,
        /// What it has.
        messages: Vec<String>,
        /// What was sent.
        sent: Vec<String>,
    },
    /// Messages that must have arrived have not.
    Missing {
        /// The first of them.
        message: String,
    },
    /// Two expected conversations begin alike, or one has no messages: they cannot be told apart.
    Ambiguous {
        /// The first message.
        message: String,
    },
    /// A conversation was not completed.
    NotCompleted {
        /// Its first message.
        message: String,
    },
    /// A conversation was completed before all its messages were there, or though nobody asked for that.
    CompletedEarly {
        /// The conversation.
        conversation: String,
    },
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Repeated { message, first, again } => {
                write!(f, "{message:?} was applied to {first} and again to {again}")
            }
            Self::AfterEnd { conversation } => write!(f, "{conversation} got messages after its end"),
            Self::EndedTwice { conversation } => write!(f, "{conversation} was ended twice"),
            Self::Unknown { conversation, messages } => {
                write!(f, "nobody sent {conversation}, which has {messages:?}")
            }
            Self::Order { conversation, messages, sent } => {
                write!(f, "{conversation} has {messages:?} where {sent:?} was sent")
            }
            Self::Missing { message } => write!(f, "{message:?} never arrived"),
            Self::Ambiguous { message } => {
                write!(f, "it is not clear which conversation begins with {message:?}")
            }
            Self::NotCompleted { message } => write!(f, "the conversation of {message:?} was not completed"),
            Self::CompletedEarly { conversation } => write!(f, "{conversation} was completed too early"),
        }
    }
}

impl Journal {
    /// What can be told without knowing what was sent: repeated messages, and ends that are not the end.
    pub fn breaches(&self) -> Vec<Breach> {
        let mut breaches = Vec::new();
        let mut seen: HashMap<String, &str> = HashMap::new();
        let mut ended: HashMap<&str, bool> = HashMap::new();
        for entry in self.entries() {
            let conversation = entry.conversation.as_str();
            for message in entry.messages.iter().map(text) {
                if let Some(&first) = seen.get(&message) {
                    let (first, again) = (first.to_owned(), conversation.to_owned());
                    breaches.push(Breach::Repeated { message, first, again });
                } else {
                    seen.insert(message, conversation);
                }
            }
            let ends = entry.status.as_deref().is_some_and(is_end);
            let before = ended.entry(conversation).or_insert(false);
            if *before && !entry.messages.is_empty() {
                breaches.push(Breach::AfterEnd { conversation: conversation.to_owned() });
            }
            if *before && ends {
                breaches.push(Breach::EndedTwice { conversation: conversation.to_owned() });
            }
            *before |= ends;
        }
        breaches
    }

    /// Compares with what was sent: each conversation once, its messages in order and once each, completed once.
    ///
    /// # Errors
    ///
    /// Everything that is otherwise.
    pub fn check(&self, expected: &[Expected]) -> Result<(), Vec<Breach>> {
        let mut breaches = self.breaches();
        let mut missing: HashMap<&str, &Expected> = HashMap::new();
        for sent in expected {
            let first = sent.messages.first().map_or("", String::as_str);
            if first.is_empty() || missing.insert(first, sent).is_some() {
                breaches.push(Breach::Ambiguous { message: first.to_owned() });
            }
        }
        for Conversation { id, messages, statuses } in self.conversations() {
            // A conversation that came twice is found by its messages, which were repeated.
            let Some(sent) = messages.first().and_then(|first| missing.remove(first.as_str())) else {
                breaches.push(Breach::Unknown { conversation: id, messages });
                continue;
            };
            if !sent.messages.starts_with(&messages) {
                let sent = sent.messages.clone();
                breaches.push(Breach::Order { conversation: id, messages, sent });
                continue;
            }
            let completed = statuses.iter().any(|status| status == "completed");
            let all = messages.len() == sent.messages.len();
            if messages.len() < sent.sure {
                let message = sent.messages.get(messages.len()).cloned().unwrap_or_default();
                breaches.push(Breach::Missing { message });
            }
            if completed && (!all || sent.end == End::Open) {
                breaches.push(Breach::CompletedEarly { conversation: id });
            } else if !completed && sent.end == End::Completed {
                let message = messages.first().cloned().unwrap_or_default();
                breaches.push(Breach::NotCompleted { message });
            }
        }
        let never = expected.iter().filter_map(|sent| {
            let first = sent.messages.first().filter(|_| sent.sure > 0)?;
            missing.contains_key(first.as_str()).then(|| Breach::Missing { message: first.clone() })
        });
        breaches.extend(never);
        if breaches.is_empty() { Ok(()) } else { Err(breaches) }
    }
}

fn is_end(status: &str) -> bool {
    matches!(status, "completed" | "abandoned")
}
