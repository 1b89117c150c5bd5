//! Chunks of OpenAI Chat Completions, and of Ollama, which are alike.
//!
//! `{"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": "Hel"}}]}`, and
//! `{"message": {"role": "assistant", "content": "Hel"}, "done": false}`.

use super::{
    Provider,
    answer::Answer,
    node::{Join, Members, Node, find_mut, get, take, take_list, take_object, text},
};
use crate::format::Format;

pub(super) const PROVIDER: Provider =
    Provider { format: Some(Format::OpenAiChat), is_chunk, is_whole: says_nothing, begins, take: add };

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

/// What chunks say that they are.
const OBJECT: &str = "chat.completion.chunk";

fn is_chunk(chunk: &Members) -> bool {
    let has_delta = |choices: &Node| match choices {
        Node::List(choices) => choices.iter().any(|choice| get(choice.members(), "delta").is_some()),
        _ => false,
    };
    text(chunk, "object") == Some(OBJECT)
        || get(chunk, "choices").is_some_and(has_delta)
        || says_nothing(chunk)
}

/// Whether there are no choices: what comes before the first, such as what a filter says of the prompt, or counts.
fn says_nothing(chunk: &Members) -> bool {
    text(chunk, "object") != Some(OBJECT) && get(chunk, "choices") == Some(&Node::List(Vec::new()))
}

fn begins(answer: &Answer, chunk: &Members) -> bool {
    let says_more = !get(chunk, "choices").is_none_or(Node::is_nothing);
    answer.ended || answer.finished && says_more && answer.text("id") != text(chunk, "id")
}

fn add(answer: &mut Answer, mut chunk: Members) {
    let choices = take_list(&mut chunk, "choices");
    // Counts come last, in a chunk without choices.
    answer.set(chunk);
    for choice in choices.into_iter().flatten() {
        let Node::Object(mut choice) = choice else {
            answer.note("choices", choice);
            continue;
        };
        let index = get(&choice, "index").and_then(Node::as_number).unwrap_or_default();
        let delta = take_object(&mut choice, "delta");
        let logprobs = take(&mut choice, "logprobs").filter(|logprobs| !logprobs.is_nothing());
        answer.finished |= get(&choice, "finish_reason").is_some_and(|reason| !reason.is_nothing());
        let at = answer.join_item(&[], "choices", index, &[], Node::Object(choice), Join::Replace);
        if let Some(logprobs) = logprobs {
            answer.join_item(&[], "choices", index, &["logprobs"], logprobs, Join::Grow);
        }
        let Some(delta) = delta else { continue };
        let mut delta = Node::Object(delta);
        let notes = &mut answer.notes;
        if let Some((_, choice)) = answer.root.item("choices", Some(at), notes) {
            if let Some(role) = choice.at(&["message", "role"], notes).filter(|role| role.is_nothing()) {
                *role = Node::Text("assistant".to_owned());
            }
            choice.at(&["message"], notes).into_iter().for_each(|message| agree(message, &mut delta));
        }
        answer.join_item(&[], "choices", index, &["message"], delta, Join::Grow);
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
        if let Node::Object(members) = node
            && let Some(slot) = find_mut(members, "content")
            && let Some(words) = slot.as_text().map(str::to_owned)
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
