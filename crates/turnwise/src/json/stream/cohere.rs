//! Events of Cohere's second Chat API: `{"type": "content-delta", "index": 0, "delta": {"message": {"content": ...}}}`.

use super::{
    Provider,
    answer::Answer,
    node::{Join, Members, Node, get, take, take_object, text},
};

pub(super) const PROVIDER: Provider =
    Provider { format: None, is_chunk, is_whole: |_| false, begins, take: add };

const KINDS: &[&str] = &[
    "message-start",
    "content-start",
    "content-delta",
    "content-end",
    "tool-plan-delta",
    "tool-call-start",
    "tool-call-delta",
    "tool-call-end",
    "citation-start",
    "citation-end",
    "message-end",
];

/// Lists of a message whose items come one by one.
const LISTS: &[&str] = &["content", "tool_calls", "citations"];

fn is_chunk(chunk: &Members) -> bool {
    text(chunk, "type").is_some_and(|kind| KINDS.contains(&kind))
}

fn begins(answer: &Answer, chunk: &Members) -> bool {
    text(chunk, "type") == Some("message-start") && answer.finished
}

fn add(answer: &mut Answer, mut chunk: Members) {
    answer.finished |= text(&chunk, "type") == Some("message-end");
    let index = get(&chunk, "index").and_then(Node::as_number).unwrap_or_default();
    if let Some(id) = take(&mut chunk, "id") {
        answer.set(vec![("id".to_owned(), id)]);
    }
    if let Some(mut delta) = take_object(&mut chunk, "delta") {
        if let Some(message) = take_object(&mut delta, "message") {
            for (name, value) in message {
                if matches!(value, Node::Object(_)) && LISTS.contains(&name.as_str()) {
                    answer.join_item(&["message"], &name, index, &[], value, Join::Grow);
                } else {
                    answer.join(&["message", &name], value, Join::Grow);
                }
            }
            // The start of the message, which says it, may be lost.
            let role = answer.root.at(&["message", "role"], &mut answer.notes);
            if let Some(role) = role.filter(|role| role.is_nothing()) {
                *role = Node::Text("assistant".to_owned());
            }
        }
        answer.set(delta);
    }
    answer.note_all(chunk);
}
