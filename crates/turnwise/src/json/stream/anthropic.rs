//! Events of Anthropic Messages: `message_start`, then `content_block_start`, `_delta` and `_stop` for each block.

use super::{
    Provider,
    answer::Answer,
    node::{Join, Members, Node, get, take, take_object, text},
};
use crate::format::Format;

pub(super) const PROVIDER: Provider =
    Provider { format: Some(Format::AnthropicMessages), is_chunk, is_whole: |_| false, begins, take: add };

const KINDS: &[&str] = &[
    "message_start",
    "content_block_start",
    "content_block_delta",
    "content_block_stop",
    "message_delta",
    "message_stop",
    "ping",
];

fn is_chunk(chunk: &Members) -> bool {
    let kind = text(chunk, "type");
    kind.is_some_and(|kind| KINDS.contains(&kind))
        || kind == Some("error") && matches!(get(chunk, "error"), Some(Node::Object(_)))
}

fn begins(answer: &Answer, chunk: &Members) -> bool {
    let starts = text(chunk, "type") == Some("message_start");
    let id = get(chunk, "message").and_then(|message| text(message.members(), "id"));
    starts && (answer.finished || answer.text("id").is_some_and(|known| Some(known) != id))
}

fn add(answer: &mut Answer, mut chunk: Members) {
    let kind = text(&chunk, "type").unwrap_or_default().to_owned();
    let index = get(&chunk, "index").and_then(Node::as_number).unwrap_or_default();
    match kind.as_str() {
        "message_start" => {
            if let Some(message) = take_object(&mut chunk, "message") {
                answer.set(message);
            }
        }
        _ if kind.starts_with("content_block") && answer.text("role").is_none() => {
            // The start of the message was lost.
            let word = |word: &str| Node::Text(word.to_owned());
            answer.set(vec![("type".to_owned(), word("message")), ("role".to_owned(), word("assistant"))]);
            return add(answer, chunk);
        }
        "content_block_start" => {
            if let Some(block) = take(&mut chunk, "content_block") {
                answer.join_item(&[], "content", index, &[], block, Join::Replace);
            }
        }
        "content_block_delta" => {
            if let Some(delta) = take_object(&mut chunk, "delta") {
                add_delta(answer, index, delta);
            }
        }
        "message_delta" => {
            if let Some(delta) = take_object(&mut chunk, "delta") {
                answer.set(delta);
            }
            if let Some(usage) = take(&mut chunk, "usage") {
                answer.join(&["usage"], usage, Join::Replace);
            }
        }
        "message_stop" => answer.finished = true,
        _ => {}
    }
    answer.note_all(chunk);
}

fn add_delta(answer: &mut Answer, index: u64, mut delta: Members) {
    let kind = take(&mut delta, "type");
    // A block whose start was lost is what its pieces are.
    let missing = match kind.as_ref().and_then(Node::as_text) {
        Some("text_delta") => "text",
        Some("thinking_delta" | "signature_delta") => "thinking",
        _ => "",
    };
    let piece = take(&mut delta, "partial_json");
    let citation = take(&mut delta, "citation");
    let at = answer.join_item(&[], "content", index, &[], Node::Object(delta), Join::Grow);
    let notes = &mut answer.notes;
    if let Some((_, block)) = answer.root.item("content", Some(at), notes)
        && let Some(slot) = block.at(&["type"], notes).filter(|slot| slot.is_nothing())
        && !missing.is_empty()
    {
        *slot = Node::Text(missing.to_owned());
    }
    // What a tool is given stays the text that it came as, so that nothing of it is lost where it is cut off.
    if let Some(piece) = piece {
        answer.join_item(&[], "content", index, &["input"], piece, Join::Grow);
    }
    if let Some(citation) = citation {
        answer.join_item(&[], "content", index, &["citations"], Node::List(vec![citation]), Join::Grow);
    }
    kind.into_iter().for_each(|kind| answer.note("type", kind));
}
