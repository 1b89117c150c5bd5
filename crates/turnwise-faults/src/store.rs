//! What the server remembers: conversations, the keys they came with, agents, and the journal.

use crate::journal::{Entry, Journal, Operation};
use serde_json::{Map, Value, json};
use std::{
    collections::HashMap,
    fs::File,
    io::{self, Write},
    path::Path,
};

/// A conversation as the server has it.
pub(crate) struct Stored {
    pub(crate) id: String,
    pub(crate) agent: Option<String>,
    pub(crate) status: String,
    pub(crate) messages: Vec<Value>,
    /// The fields of the body that came with the first request, but for messages, content and status.
    pub(crate) fields: Map<String, Value>,
    pub(crate) created: String,
    /// Whether insights were asked for since it was completed.
    pub(crate) asked: bool,
}

/// An agent, made when a conversation first names it.
pub(crate) struct Agent {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) conversations: usize,
}

/// Everything there is.
#[derive(Default)]
pub(crate) struct Store {
    pub(crate) conversations: Vec<Stored>,
    pub(crate) agents: Vec<Agent>,
    pub(crate) journal: Journal,
    places: HashMap<String, usize>,
    keys: HashMap<String, (Value, usize)>,
    file: Option<File>,
}

/// What a request to create a conversation says, once it was found to be in order.
pub(crate) struct New {
    pub(crate) key: Option<String>,
    pub(crate) agent: Option<String>,
    pub(crate) messages: Vec<Value>,
    pub(crate) status: Option<String>,
    pub(crate) fields: Map<String, Value>,
    /// The whole body, to be compared when the key comes again.
    pub(crate) body: Value,
}

impl Store {
    /// An empty store that also writes its journal to a file, a line for each entry.
    ///
    /// # Errors
    ///
    /// The file cannot be made.
    pub(crate) fn with_file(path: &Path) -> io::Result<Self> {
        Ok(Self { file: Some(File::create(path)?), ..Self::default() })
    }

    /// The conversation with this id.
    pub(crate) fn get(&mut self, id: &str) -> Option<&mut Stored> {
        self.places.get(id).and_then(|&place| self.conversations.get_mut(place))
    }

    /// Makes a conversation, or gives the one that was made with the same key and body; `None` if the body differs.
    pub(crate) fn create(&mut self, new: New) -> Option<&mut Stored> {
        let place = match new.key.as_ref().and_then(|key| self.keys.get(key)) {
            Some((body, _)) if *body != new.body => return None,
            Some(&(_, place)) => place,
            None => self.make(new),
        };
        self.conversations.get_mut(place)
    }

    fn make(&mut self, new: New) -> usize {
        let place = self.conversations.len();
        let id = format!("conv_{}", place.saturating_add(1));
        let status = new.status.clone().unwrap_or_else(|| "active".to_owned());
        self.note(Entry {
            conversation: id.clone(),
            operation: Operation::Create,
            key: new.key.clone(),
            status: new.status,
            messages: new.messages.clone(),
        });
        self.places.insert(id.clone(), place);
        if let Some(key) = new.key {
            self.keys.insert(key, (new.body, place));
        }
        let agent = new.agent.map(|agent| self.agent(agent));
        self.conversations.push(Stored {
            id,
            agent,
            status,
            messages: new.messages,
            fields: new.fields,
            created: time(place),
            asked: false,
        });
        place
    }

    /// Adds messages to a conversation; `None` if there is none with this id.
    pub(crate) fn append(
        &mut self,
        id: &str,
        messages: Vec<Value>,
        status: Option<String>,
    ) -> Option<&mut Stored> {
        let place = *self.places.get(id)?;
        self.note(Entry {
            conversation: id.to_owned(),
            operation: Operation::Append,
            key: None,
            status: status.clone(),
            messages: messages.clone(),
        });
        let stored = self.conversations.get_mut(place)?;
        stored.messages.extend(messages);
        // "active" is the default of an append, and means no change.
        if let Some(status) = status.filter(|status| status != "active") {
            stored.status = status;
        }
        Some(stored)
    }

    /// The id of the agent with this id or name, made if there is none.
    fn agent(&mut self, name: String) -> String {
        let known = self.agents.iter_mut().find(|agent| agent.id == name || agent.name == name);
        if let Some(agent) = known {
            agent.conversations = agent.conversations.saturating_add(1);
            return agent.id.clone();
        }
        let id = if name.starts_with("agent_") {
            name.clone()
        } else {
            format!("agent_{}", self.agents.len().saturating_add(1))
        };
        self.agents.push(Agent { id: id.clone(), name, conversations: 1 });
        id
    }

    fn note(&mut self, entry: Entry) {
        if let Some(file) = &mut self.file {
            // A journal with a gap would judge wrongly: it is better to say so and to end here.
            if let Err(error) = writeln!(file, "{}", entry.to_json()) {
                eprintln!("the journal cannot be written: {error}");
                std::process::exit(2);
            }
        }
        self.journal.push(entry);
    }
}

/// A time that is the same in every run: a second for each conversation.
fn time(place: usize) -> String {
    let part =
        |unit: usize, of: usize| place.checked_div(unit).unwrap_or_default().checked_rem(of).unwrap_or(0);
    format!("2026-01-01T{:02}:{:02}:{:02}Z", part(3600, 24), part(60, 60), part(1, 60))
}

/// The messages of a body: `messages`, else those in the JSON that `content` is, else `content` as one message.
pub(crate) fn messages_of(body: &Value) -> Option<Vec<Value>> {
    if let Some(messages) = body.get("messages").and_then(Value::as_array) {
        return Some(messages.clone());
    }
    let content = body.get("content")?.as_str()?;
    let parsed: Option<Value> = serde_json::from_str(content).ok();
    let within = parsed.as_ref().and_then(|parsed| parsed.get("messages")).and_then(Value::as_array);
    Some(within.cloned().unwrap_or_else(|| vec![json!({"role": "transcript", "content": content})]))
}
