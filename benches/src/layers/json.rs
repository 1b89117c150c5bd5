//! Layers of JSON that all formats share.

use std::{hint::black_box, rc::Rc};

use turnwise::{Parser, json::canonical};

use super::{Layer, OURS, Subject};
use crate::{
    inputs::payload,
    rivals::{
        json::{Typed, normalisers, readers},
        typed::{Unread, openai_chat},
    },
};

const MIDDLE: &[usize] = &[1_000_000];
const BOTH: &[usize] = &[10_000, 1_000_000];

/// A chat as it is sent to a completion API.
const CHAT: Typed = Typed::of::<Vec<openai_chat::Message>>();

/// The scan, the model, and all of it.
pub(super) fn layers() -> Vec<Layer> {
    vec![
        Layer::new("json/scan", MIDDLE, scan),
        Layer::new("json/model", BOTH, model),
        Layer::new("json/to-json", BOTH, to_json),
        Layer::new("json/regular", BOTH, regular),
    ]
}

/// Walks over JSON that is kept as it is: metadata of a conversation, which nothing looks into. The derived types have
/// a `RawValue` for it.
fn scan(bytes: usize) -> Vec<Subject> {
    let metadata = payload(bytes);
    let json =
        format!(r#"{{"messages":[{{"role":"user","content":"hi"}}],"metadata":{{"rows":{metadata}}}}}"#);
    let json = Rc::new(json.into_bytes());
    ours(&json, parse).chain(readers(&json, &Typed::of::<Unread>())).collect()
}

/// Reads a chat into the model, checks included.
fn model(bytes: usize) -> Vec<Subject> {
    let json = Rc::new(payload(bytes).into_bytes());
    ours(&json, parse).chain(readers(&json, &CHAT)).collect()
}

/// Reads a chat into the model and writes the canonical form.
fn to_json(bytes: usize) -> Vec<Subject> {
    let json = Rc::new(payload(bytes).into_bytes());
    ours(&json, normalise).chain(normalisers(&json, &CHAT)).collect()
}

/// The same as the command does it, which needs no model where a chat is plainly regular.
fn regular(bytes: usize) -> Vec<Subject> {
    let json = Rc::new(payload(bytes).into_bytes());
    let subject = ours(&json, |json| {
        let mut line = Vec::new();
        if Parser::new().copy_regular(json, &mut line) { black_box(line).len() } else { normalise(json) }
    });
    subject.chain(normalisers(&json, &CHAT)).collect()
}

fn ours(json: &Rc<Vec<u8>>, run: fn(&[u8]) -> usize) -> impl Iterator<Item = Subject> {
    std::iter::once(Subject::new(OURS, json, move |json| run(json)))
}

fn parse(json: &[u8]) -> usize {
    let parsed = black_box(Parser::new().parse_bytes(json));
    parsed.conversations.iter().map(|conversation| conversation.messages.len()).sum()
}

fn normalise(json: &[u8]) -> usize {
    let parsed = Parser::new().parse_bytes(json);
    parsed.conversations.iter().map(|conversation| black_box(canonical::to_json(conversation)).len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chat_is_plainly_regular() {
        let json = payload(BOTH[1]);
        assert!(Parser::new().copy_regular(json.as_bytes(), &mut Vec::new()));
        assert!(Parser::new().parse(&json).diagnostics.is_empty());
    }
}
