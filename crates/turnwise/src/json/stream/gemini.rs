//! Chunks of Gemini's `streamGenerateContent`: whole responses, `{"candidates": [...]}`, each with more parts.

use super::{
    Provider,
    answer::Answer,
    node::{Join, Members, Node, get, take_list, take_object, text},
};
use crate::format::Format;

pub(super) const PROVIDER: Provider =
    Provider { format: Some(Format::Gemini), is_chunk, is_whole, begins, take: add };

/// Whether a chunk is more than a response in one piece: only the first of a stream needs to be told.
fn is_chunk(chunk: &Members) -> bool {
    get(chunk, "candidates").is_some() && get(chunk, "contents").is_none()
        || get(chunk, "usageMetadata").is_some() && get(chunk, "modelVersion").is_some()
}

/// Whether the answer is finished.
fn is_whole(chunk: &Members) -> bool {
    match get(chunk, "candidates") {
        Some(Node::List(candidates)) => {
            candidates.iter().any(|candidate| get(candidate.members(), "finishReason").is_some())
        }
        _ => true,
    }
}

fn begins(answer: &Answer, chunk: &Members) -> bool {
    // Some versions say in every chunk why it ends, so that tells nothing.
    let (last, next) = (answer.text("responseId"), text(chunk, "responseId"));
    answer.finished && last.is_some() && next.is_some() && last != next
}

fn add(answer: &mut Answer, mut chunk: Members) {
    let candidates = take_list(&mut chunk, "candidates");
    for candidate in candidates.into_iter().flatten() {
        let Node::Object(mut candidate) = candidate else {
            answer.note("candidates", candidate);
            continue;
        };
        let index = get(&candidate, "index").and_then(Node::as_number).unwrap_or_default();
        answer.finished |= get(&candidate, "finishReason").is_some_and(|reason| !reason.is_nothing());
        let content = take_object(&mut candidate, "content");
        let at = answer.join_item(&[], "candidates", index, &[], Node::Object(candidate), Join::Replace);
        let Some(mut content) = content else { continue };
        let parts = take_list(&mut content, "parts");
        answer.join_item(&[], "candidates", index, &["content"], Node::Object(content), Join::Replace);
        let Some(parts) = parts else { continue };
        let notes = &mut answer.notes;
        let Some((_, candidate)) = answer.root.item("candidates", Some(at), notes) else { continue };
        let Some(content) = candidate.at(&["content"], notes) else { continue };
        for part in parts {
            let known = match content.at(&["parts"], notes) {
                Some(Node::List(known)) if known.last().is_some_and(|last| goes_on(last, &part)) => {
                    Some(known.len().saturating_sub(1))
                }
                _ => None,
            };
            if let Some((_, slot)) = content.item("parts", known, notes) {
                slot.join("parts", part, Join::Grow, notes);
            }
        }
    }
    answer.set(chunk);
}

/// Whether a part goes on with the words of the one before it: both are words or both thoughts, and nothing is signed.
fn goes_on(last: &Node, next: &Node) -> bool {
    let (last, next) = (last.members(), next.members());
    let words = |part: &[(String, Node)]| get(part, "text").is_some();
    words(last)
        && words(next)
        && get(last, "thought") == get(next, "thought")
        && get(last, "thoughtSignature").is_none()
}
