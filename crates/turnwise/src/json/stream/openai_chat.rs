//! Chunks of OpenAI Chat Completions, and of Ollama, which are alike.
//!
//! `{"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": "Hel"}}]}`, and
//! `{"message": {"role": "assistant", "content": "Hel"}, "done": false}`.

use super::{
    Provider,
    answer::Answer,
    node::{Join, Members, Node, get, take, text},
};
use crate::format::Format;

pub(super) const PROVIDER: Provider =
    Provider { format: Some(Format::OpenAiChat), is_chunk, is_whole: |_| false, begins, take: add };

pub(super) const OLLAMA: Provider = Provider {
    format: None,
    is_chunk: |chunk| {
        matches!(get(chunk, "done"), Some(Node::Raw(_)))
            && matches!(get(chunk, "message"), Some(Node::Object(_)))
    },
    is_whole: is_done,
    begins: |answer, _| answer.finished,
    take: add_ollama,
};

fn is_chunk(chunk: &Members) -> bool {
    let has_delta = |choices: &Node| match choices {
        Node::List(choices) => choices.iter().any(|choice| get(choice.members(), "delta").is_some()),
        _ => false,
    };
    text(chunk, "object") == Some("chat.completion.chunk") || get(chunk, "choices").is_some_and(has_delta)
}

fn begins(answer: &Answer, chunk: &Members) -> bool {
    let says_more = !get(chunk, "choices").is_none_or(Node::is_nothing);
    answer.ended || answer.finished && says_more && answer.text("id") != text(chunk, "id")
}

fn add(answer: &mut Answer, mut chunk: Members) {
    let choices = take(&mut chunk, "choices");
    // Counts come last, in a chunk without choices.
    answer.set(chunk);
    let Some(Node::List(choices)) = choices else { return };
    for choice in choices {
        let Node::Object(mut choice) = choice else { continue };
        let index = get(&choice, "index").and_then(Node::as_number).unwrap_or_default();
        let delta = take(&mut choice, "delta").filter(|delta| !delta.is_nothing());
        let logprobs = take(&mut choice, "logprobs").filter(|logprobs| !logprobs.is_nothing());
        answer.finished |= get(&choice, "finish_reason").is_some_and(|reason| !reason.is_nothing());
        let at = answer.join_item(&[], "choices", index, &[], Node::Object(choice), Join::Replace);
        if let Some(logprobs) = logprobs {
            answer.join_item(&[], "choices", index, &["logprobs"], logprobs, Join::Grow);
        }
        if let Some((_, choice)) = answer.root.item("choices", Some(at)) {
            let role = choice.at(&["message", "role"]);
            if let Some(role) = role.filter(|role| role.is_nothing()) {
                *role = Node::Text("assistant".to_owned());
            }
        }
        if let Some(mut delta) = delta {
            if let Some((_, choice)) = answer.root.item("choices", Some(at)) {
                choice.at(&["message"]).into_iter().for_each(|message| agree(message, &mut delta));
            }
            answer.join_item(&[], "choices", index, &["message"], delta, Join::Grow);
        }
    }
}

/// Whether a chunk of Ollama is the last, or the only one.
fn is_done(chunk: &Members) -> bool {
    matches!(get(chunk, "done"), Some(Node::Raw(done)) if done == "true")
}

/// Makes parts of a content that was words, where it goes on in parts or was some.
fn agree(message: &mut Node, delta: &mut Node) {
    let is_list = |node: &Node| matches!(get(node.members(), "content"), Some(Node::List(_)));
    if !is_list(message) && !is_list(delta) {
        return;
    }
    for node in [message, delta] {
        if let Some(words) = get(node.members(), "content").and_then(Node::as_text).map(str::to_owned)
            && let Some(slot) = node.at(&["content"])
        {
            let text = |text: &str| Node::Text(text.to_owned());
            let part = vec![("type".to_owned(), text("text")), ("text".to_owned(), text(&words))];
            *slot = Node::List(if words.is_empty() { Vec::new() } else { vec![Node::Object(part)] });
        }
    }
}

fn add_ollama(answer: &mut Answer, mut chunk: Members) {
    answer.finished |= is_done(&chunk);
    let message = take(&mut chunk, "message");
    answer.set(chunk);
    if let Some(message) = message {
        answer.join(&["message"], message, Join::Grow);
    }
}
