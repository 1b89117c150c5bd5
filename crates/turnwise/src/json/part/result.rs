//! Lists of parts, and answers of tools, which hold parts of their own.

use super::{Said, Told, read_one, read_told, told};
use crate::{
    format::Format,
    json::{
        fields::known_kind,
        reader::Reader,
        scan::{Kind, Mark, Scanner},
    },
    model::{Part, ToolResult},
    source::Span,
};

/// Results within results that are looked into, whatever the caller's limits: the model's own functions recurse over them.
const NESTED_RESULTS: usize = 64;

/// A result whose object is open.
#[derive(Default)]
struct Open {
    result: ToolResult,
    begin: Option<Mark>,
    from_user: bool,
}

/// Reads the array of parts that comes next.
///
/// A result has parts of its own, so those that are being read stand on a stack.
pub(crate) fn read_all(scan: &mut Reader<'_>) -> Said {
    let mut said = Said::default();
    let mut stack: Vec<Open> = Vec::new();
    scan.open();
    loop {
        if scan.item() {
            let told = told(scan);
            if is_result(&told) && !scan.is_deep() && stack.len() < NESTED_RESULTS {
                let begin = Some(scan.mark());
                scan.open();
                stack.push(Open { begin, ..Open::default() });
            } else {
                match stack.last_mut() {
                    Some(open) => {
                        let mut inner = Said::default();
                        read_told(scan, told, &mut inner);
                        open.result.parts.extend(inner.parts);
                    }
                    None => read_told(scan, told, &mut said),
                }
                continue;
            }
        } else if stack.is_empty() {
            break;
        }
        // Here the object of the innermost result is open: it has just begun, or its parts have just ended.
        if let Some(open) = stack.last_mut()
            && !result_fields(scan, open)
            && let Some(Open { result, begin, from_user }) = stack.pop()
        {
            let part = Part::ToolResult(result.into());
            match (stack.last_mut(), begin) {
                (Some(outer), _) => outer.result.parts.push(part),
                (None, begin) => {
                    said.carries_answers |= from_user;
                    said.push(part, begin.map_or_else(Span::default, |begin| scan.since(begin).span));
                }
            }
        }
    }
    said
}

/// Reads what a tool answered: a string, parts, or any other value as it is written.
pub(crate) fn answer(scan: &mut Reader<'_>) -> Vec<Part> {
    match scan.kind() {
        Kind::String => vec![Part::text(scan.text())],
        Kind::Array => {
            let mut said = Said { within_answer: true, ..Said::default() };
            let mark = scan.mark();
            scan.open();
            while scan.item() {
                read_one(scan, &mut said);
            }
            let known = said.parts.iter().all(|part| !matches!(part, Part::Unknown(_)));
            if known && !said.parts.is_empty() {
                said.parts.into()
            } else {
                vec![Part::Json(scan.since(mark).to_json())]
            }
        }
        _ => vec![Part::Json(scan.raw().to_json())],
    }
}

fn is_result(told: &Told<'_>) -> bool {
    matches!(told, Told::Type(kind) if kind == "tool_result" || kind.ends_with("_tool_result"))
}

/// Reads fields of a result up to its parts and gives `true`, or up to its end.
fn result_fields(scan: &mut Reader<'_>, open: &mut Open) -> bool {
    let Open { result, from_user, .. } = open;
    let extra = &mut result.extra;
    while let Some(key) = scan.key() {
        match &*key.name {
            "type" => known_kind(scan, key, &["tool_result"], extra),
            "tool_use_id" => {
                *from_user = true;
                scan.evidence.saw(Format::AnthropicMessages, "a `tool_result` part with `tool_use_id`");
                scan.take_id(key, &mut result.call_id, extra);
            }
            "callId" | "call_id" | "tool_call_id" => scan.take_id(key, &mut result.call_id, extra),
            "name" => scan.take_text(key, &mut result.name, extra),
            "parts" | "content" if !result.parts.is_empty() => scan.repeated(key, extra),
            // To answer with nothing is not to give no answer.
            "content" if is_empty(scan) => extra.push(key.name, scan.raw().to_json()),
            "parts" | "content" if scan.kind() == Kind::Array => {
                scan.open();
                return true;
            }
            "content" if scan.kind() == Kind::String => result.parts = vec![Part::text(scan.text())],
            "content" if scan.kind() == Kind::Object => result.parts = vec![Part::Json(scan.raw().to_json())],
            "parts" | "content" => scan.wrong(key, "an array", extra),
            "output" if result.parts.is_empty() => result.parts = answer(scan),
            "isError" | "is_error" => scan.take_flag(key, &mut result.is_error, extra),
            "extra" => scan.take_extra(key, extra),
            _ => scan.keep(key, extra),
        }
    }
    false
}

/// Whether an array without items comes next.
fn is_empty(scan: &Scanner<'_>) -> bool {
    let mut scan = scan.probe();
    scan.kind() == Kind::Array && {
        scan.open();
        !scan.item()
    }
}
