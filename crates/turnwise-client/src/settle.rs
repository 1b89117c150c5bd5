//! Whether an append whose outcome is unknown was applied: told by the ids of its messages.

use std::collections::HashSet;

use serde_json::value::RawValue;

use crate::{
    content::MESSAGE_ID,
    object::{Object, Writer},
    status::Status,
    stored::Stored,
};

/// What became of an append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// All of it is there.
    Applied,
    /// It is not there, or not all of it: this body has what is missing, and can be sent.
    Missing(String),
    /// The server does not show what it would take to know.
    Unclear,
}

/// Looks for the messages of an append in what the server has.
///
/// `body` is what [`Append::body`](crate::Append::body) made. A message counts as there if its id is, in `messages` or
/// in `content`. It counts as missing only if the server shows ids where it would stand: in `messages` at all, and in
/// `content` only if ids of more than one request are there, since a server may keep `content` as it was created.
pub fn settle(body: &str, stored: &Stored) -> Settled {
    let Some(object) = Object::parse(body) else { return Settled::Unclear };
    let Some(messages) = object.read::<Vec<&RawValue>>("messages") else { return Settled::Unclear };
    let Some(wanted) = messages.iter().map(|message| id(message.get())).collect::<Option<Vec<_>>>() else {
        return Settled::Unclear;
    };
    let apart = stored.messages.as_deref().map(shown);
    let content = stored.content.as_deref().and_then(Object::parse);
    let content = content.as_ref().and_then(|content| content.get("messages")).map(shown);
    let there = |id: &String| [&apart, &content].into_iter().flatten().any(|shown| shown.ids.contains(id));
    let missing = messages.iter().zip(&wanted).filter(|(_, id)| !there(id)).map(|(message, _)| message.get());
    let missing = missing.collect::<Vec<_>>();

    let status = object.string("status").map(Status::from);
    let closes = status.is_some_and(|status| !status.is_open());
    let closed = stored.status.as_ref().is_none_or(|status| !status.is_open());
    if missing.is_empty() && (!closes || closed) {
        return Settled::Applied;
    }
    let found = missing.len() < messages.len();
    let evident = match (&apart, &content) {
        (Some(apart), _) => apart.count == 0 || !apart.ids.is_empty(),
        (None, Some(content)) => content.requests() > 1,
        (None, None) => false,
    };
    if found || evident || messages.is_empty() {
        Settled::Missing(with(&object, &missing))
    } else {
        Settled::Unclear
    }
}

/// What a list of messages shows.
struct Shown {
    count: usize,
    ids: HashSet<String>,
}

impl Shown {
    /// How many requests the messages came in.
    fn requests(&self) -> usize {
        let requests =
            self.ids.iter().map(|id| id.rsplit_once('.').map_or(id.as_str(), |(request, _)| request));
        requests.collect::<HashSet<_>>().len()
    }
}

fn shown(messages: &str) -> Shown {
    let messages: Vec<&RawValue> = serde_json::from_str(messages).unwrap_or_default();
    Shown { count: messages.len(), ids: messages.iter().filter_map(|message| id(message.get())).collect() }
}

fn id(message: &str) -> Option<String> {
    Object::parse(message)?.object("metadata")?.string(MESSAGE_ID)
}

/// The body with these messages instead of its own.
fn with(object: &Object, messages: &[&str]) -> String {
    let mut body = Writer::new();
    for (name, value) in &object.0 {
        match name.as_str() {
            "messages" => body.json(name, &format!("[{}]", messages.join(","))),
            _ => body.json(name, value.get()),
        }
    }
    body.finish()
}
