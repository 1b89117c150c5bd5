//! Events of Bedrock's `ConverseStream`: `{"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": "Hel"}}}`.

use super::{
    Provider,
    answer::Answer,
    node::{Join, Members, Node, get, take, take_object},
};
use crate::format::Format;

pub(super) const PROVIDER: Provider =
    Provider { format: Some(Format::BedrockConverse), is_chunk, is_whole: |_| false, begins, take: add };

const KINDS: &[&str] =
    &["messageStart", "contentBlockStart", "contentBlockDelta", "contentBlockStop", "messageStop"];

fn is_chunk(chunk: &Members) -> bool {
    let counts = |metadata: &Node| get(metadata.members(), "usage").is_some();
    chunk.iter().any(|(name, _)| KINDS.contains(&name.as_str()))
        || get(chunk, "metadata").is_some_and(counts)
        || matches!(chunk.as_slice(), [(name, Node::Object(_))] if name.ends_with("Exception"))
}

fn begins(answer: &Answer, chunk: &Members) -> bool {
    answer.finished && get(chunk, "messageStart").is_some()
}

fn add(answer: &mut Answer, chunk: Members) {
    for (name, value) in chunk {
        let Node::Object(mut event) = value else {
            answer.note(&name, value);
            continue;
        };
        let index = get(&event, "contentBlockIndex").and_then(Node::as_number).unwrap_or_default();
        match name.as_str() {
            "messageStart" => {
                answer.join(&["output", "message"], Node::Object(event), Join::Replace);
                continue;
            }
            "contentBlockStart" => {
                if let Some(start) = take(&mut event, "start") {
                    join(answer, index, &[], start, Join::Replace);
                }
            }
            "contentBlockDelta" => {
                if let Some(delta) = take_object(&mut event, "delta") {
                    add_delta(answer, index, delta);
                }
            }
            "contentBlockStop" => {}
            "messageStop" => {
                answer.finished = true;
                answer.set(event);
                continue;
            }
            "metadata" => {
                answer.set(event);
                continue;
            }
            _ => {
                answer.set(vec![(name, Node::Object(event))]);
                continue;
            }
        }
        answer.note_all(event);
    }
}

fn add_delta(answer: &mut Answer, index: u64, delta: Members) {
    for (name, value) in delta {
        match (name.as_str(), value) {
            ("reasoningContent", Node::Object(mut thought)) => {
                let redacted = take(&mut thought, "redactedContent");
                if !thought.is_empty() {
                    join(
                        answer,
                        index,
                        &["reasoningContent", "reasoningText"],
                        Node::Object(thought),
                        Join::Grow,
                    );
                }
                if let Some(redacted) = redacted {
                    join(answer, index, &["reasoningContent", "redactedContent"], redacted, Join::Grow);
                }
            }
            (_, value) => join(answer, index, &[name.as_str()], value, Join::Grow),
        }
    }
}

/// Adds to a block.
fn join(answer: &mut Answer, index: u64, inner: &[&str], from: Node, how: Join) {
    let role = answer.root.at(&["output", "message", "role"], &mut answer.notes);
    if let Some(role) = role.filter(|role| role.is_nothing()) {
        *role = Node::Text("assistant".to_owned());
    }
    answer.join_item(&["output", "message"], "content", index, inner, from, how);
}
