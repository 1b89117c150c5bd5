//! What the server really did.

use serde_json::{Value, json};
use std::{collections::HashMap, fs, io, path::Path};

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

    pub(crate) fn push(&mut self, entry: Entry) {
        self.entries.push(entry);
    }
}

/// What tells a message apart: its text, or its content as JSON where that is no text.
pub(crate) fn text(message: &Value) -> String {
    match message.get("content") {
        Some(Value::String(text)) => text.clone(),
        Some(content) => content.to_string(),
        None => message.to_string(),
    }
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
