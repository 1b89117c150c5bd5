//! Events of OpenAI Responses, `{"type": "response.output_text.delta", "output_index": 0, "delta": "Hel"}`.
//!
//! Items and the response come whole at their end; the pieces count only where that end is missing.

use super::{
    Provider,
    answer::Answer,
    node::{Join, Members, Node, get, take, take_object, text},
};
use crate::format::Format;

pub(super) const PROVIDER: Provider =
    Provider { format: Some(Format::OpenAiResponses), is_chunk, is_whole: |_| false, begins, take: add };

/// The start of a type, a list and the name of a number, and a field.
type Piece = (&'static str, Option<(&'static str, &'static str)>, &'static str);

/// What pieces are of: the start of the type, the list within the item and the number in it, and the field.
const PIECES: &[Piece] = &[
    ("response.output_text.", Some(("content", "content_index")), "text"),
    ("response.refusal.", Some(("content", "content_index")), "refusal"),
    ("response.reasoning_text.", Some(("content", "content_index")), "text"),
    ("response.reasoning_summary_text.", Some(("summary", "summary_index")), "text"),
    ("response.function_call_arguments.", None, "arguments"),
    ("response.mcp_call_arguments.", None, "arguments"),
    ("response.mcp_call.arguments.", None, "arguments"),
    ("response.custom_tool_call_input.", None, "input"),
    ("response.code_interpreter_call_code.", None, "code"),
];

/// What parts of an item are in: the start of the type, the list within the item, and the number in it.
const PARTS: &[(&str, &str, &str)] = &[
    ("response.content_part.", "content", "content_index"),
    ("response.reasoning_summary_part.", "summary", "summary_index"),
];

fn is_chunk(chunk: &Members) -> bool {
    text(chunk, "type").is_some_and(|kind| kind.starts_with("response."))
}

fn begins(answer: &Answer, chunk: &Members) -> bool {
    let id = get(chunk, "response").and_then(|response| text(response.members(), "id"));
    id.is_some() && answer.text("id").is_some_and(|known| Some(known) != id)
}

fn add(answer: &mut Answer, mut chunk: Members) {
    let kind = text(&chunk, "type").unwrap_or_default().to_owned();
    let number = |chunk: &Members, name: &str| get(chunk, name).and_then(Node::as_number).unwrap_or_default();
    let item = number(&chunk, "output_index");
    if let Some(response) = take_object(&mut chunk, "response") {
        answer.set(response);
        answer.finished |= matches!(
            kind.as_str(),
            "response.completed"
                | "response.failed"
                | "response.incomplete"
                | "response.cancelled"
                | "response.done"
        );
    } else if kind.starts_with("response.output_item.") {
        if let Some(whole) = take(&mut chunk, "item") {
            answer.join_item(&[], "output", item, &[], whole, Join::Replace);
        }
    } else if let Some((_, list, place)) = PARTS.iter().find(|(start, ..)| kind.starts_with(start)) {
        if let Some(part) = take(&mut chunk, "part") {
            join_part(answer, item, (list, number(&chunk, place)), None, part, Join::Replace);
        }
    } else if let Some((_, list, field)) = PIECES.iter().find(|(start, ..)| kind.starts_with(start)) {
        let delta = take(&mut chunk, "delta").map(|delta| (delta, Join::Grow));
        let whole = take(&mut chunk, field).map(|whole| (whole, Join::Replace));
        let list = list.map(|(list, place)| (list, number(&chunk, place)));
        for (piece, how) in delta.into_iter().chain(whole) {
            match list {
                Some(list) => join_part(answer, item, list, Some(field), piece, how),
                None => _ = answer.join_item(&[], "output", item, &[field], piece, how),
            }
        }
        if let Some(list) = list
            && let Some(annotation) = take(&mut chunk, "annotation")
        {
            let one = Node::List(vec![annotation]);
            join_part(answer, item, list, Some("annotations"), one, Join::Grow);
        }
    }
    answer.note_all(chunk);
}

/// Adds to a part of an item.
fn join_part(answer: &mut Answer, item: u64, list: (&str, u64), field: Option<&str>, from: Node, how: Join) {
    let at = answer.join_item(&[], "output", item, &[], Node::Object(Vec::new()), how);
    let (list, part) = list;
    let notes = &mut answer.notes;
    let Some((_, of)) = answer.root.item("output", Some(at), notes) else { return };
    let held = usize::try_from(part).ok();
    let Some((_, part)) = of.item(list, held, notes) else { return };
    let slot = match field {
        Some(field) => part.at(&[field], notes),
        None => Some(part),
    };
    if let Some(slot) = slot {
        slot.join(field.unwrap_or_default(), from, how, notes);
    }
}
