//! What the server really did, and the judgement over it.

use serde_json::{Value, json};
use std::{collections::HashMap, fmt, fs, io, path::Path};

/// What a change was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// A conversation was made.
    Create,
    /// Messages were added to it.
    Append,
}

/// One change that the server made.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The server's id of the conversation.
    pub conversation: String,
    /// What was done.
    pub operation: Operation,
    /// The idempotency key that came with it.
    pub key: Option<String>,
    /// The status that came with it.
    pub status: Option<String>,
    /// The messages that came with it.
    pub messages: Vec<Value>,
}

/// All changes, in the order in which they were made.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Journal {
    entries: Vec<Entry>,
}

/// All that the journal has about a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// The server's id of it.
    pub id: String,
    /// The texts of its messages, in order.
    pub messages: Vec<String>,
    /// Every status that was sent, in order.
    pub statuses: Vec<String>,
}

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
            Self::NotCompleted { message } => write!(f, "the conversation of {message:?} was not completed"),
            Self::CompletedEarly { conversation } => write!(f, "{conversation} was completed too early"),
        }
    }
}

impl Journal {
    /// Reads a journal that a server wrote to a file. A last line without an end is left out: it was being written.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is no journal.
    pub fn read(path: &Path) -> io::Result<Self> {
        let text = fs::read_to_string(path)?;
        let whole = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        let entries: Option<Vec<Entry>> = whole.map(Entry::from_json).collect();
        let entries = entries.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "no journal"))?;
        Ok(Self { entries })
    }

    /// All changes, in the order in which they were made.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What there is of each conversation, in the order in which they were made.
    pub fn conversations(&self) -> Vec<Conversation> {
        let mut places = HashMap::new();
        let mut found: Vec<Conversation> = Vec::new();
        for entry in &self.entries {
            let place = *places.entry(&entry.conversation).or_insert(found.len());
            if place == found.len() {
                let id = entry.conversation.clone();
                found.push(Conversation { id, messages: Vec::new(), statuses: Vec::new() });
            }
            if let Some(conversation) = found.get_mut(place) {
                conversation.messages.extend(entry.messages.iter().map(text));
                conversation.statuses.extend(entry.status.clone());
            }
        }
        found
    }

    /// What can be told without knowing what was sent: repeated messages, and ends that are not the end.
    pub fn breaches(&self) -> Vec<Breach> {
        let mut breaches = Vec::new();
        let mut seen: HashMap<String, &str> = HashMap::new();
        let mut ended: HashMap<&str, bool> = HashMap::new();
        for entry in &self.entries {
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
            missing.extend(sent.messages.first().map(|first| (first.as_str(), sent)));
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

    pub(crate) fn push(&mut self, entry: Entry) {
        self.entries.push(entry);
    }
}

/// What tells a message apart: its text, or its content as JSON where that is no text.
fn text(message: &Value) -> String {
    match message.get("content") {
        Some(Value::String(text)) => text.clone(),
        Some(content) => content.to_string(),
        None => message.to_string(),
    }
}

fn is_end(status: &str) -> bool {
    matches!(status, "completed" | "abandoned")
}

impl Entry {
    pub(crate) fn to_json(&self) -> Value {
        let operation = match self.operation {
            Operation::Create => "create",
            Operation::Append => "append",
        };
        json!({
            "conversation": self.conversation, "operation": operation,
            "key": self.key, "status": self.status, "messages": self.messages,
        })
    }

    fn from_json(line: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(line).ok()?;
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            conversation: text("conversation")?,
            operation: match text("operation")?.as_str() {
                "create" => Operation::Create,
                "append" => Operation::Append,
                _ => return None,
            },
            key: text("key"),
            status: text("status"),
            messages: value.get("messages")?.as_array()?.clone(),
        })
    }
}
