//! The parts of a message: objects with a `type`. What is not wholly of a known form becomes [`Part::Unknown`].

use std::borrow::Cow;

use crate::{
    json::scan::{Key, Kind, Scanner},
    model::{Arguments, Extra, Media, MediaSource, Part, RawJson, Reasoning, Text, ToolCall, ToolResult},
};

/// Results within results that are looked into, whatever the caller's limits: the model's own functions recurse over them.
const NESTED_RESULTS: usize = 64;

/// Reads an array of parts.
///
/// A result has parts of its own, so those that are being read stand on a stack, above one for the message.
pub(super) fn read_all(scan: &mut Scanner<'_>) -> Vec<Part> {
    let mut stack = vec![ToolResult::default()];
    scan.open();
    loop {
        if scan.item() {
            let kind = kind(scan);
            if kind.as_deref() == Some("tool_result") && !scan.is_deep() && stack.len() <= NESTED_RESULTS {
                scan.open();
                stack.push(ToolResult::default());
            } else {
                if let Some(inner) = stack.last_mut() {
                    read_one(scan, kind.as_deref(), inner);
                }
                continue;
            }
        } else if stack.len() == 1 {
            break;
        }
        // Here the object of the innermost result is open: it has just begun, or its parts have just ended.
        if let Some(result) = stack.last_mut() {
            let done = !result_fields(scan, result);
            if done
                && let Some(result) = stack.pop()
                && let Some(outer) = stack.last_mut()
            {
                outer.parts.push(Part::ToolResult(result.into()));
            }
        }
    }
    stack.pop().unwrap_or_default().parts
}

/// The `type` of the part that comes next.
fn kind<'a>(scan: &Scanner<'a>) -> Option<Cow<'a, str>> {
    if scan.kind() != Kind::Object {
        return None;
    }
    let mut scan = scan.probe();
    scan.open();
    while let Some(key) = scan.key() {
        if key.name == "type" && scan.kind() == Kind::String {
            return Some(scan.text());
        }
        scan.raw();
    }
    None
}

/// Reads fields of a result up to its parts and gives `true`, or up to its end.
fn result_fields(scan: &mut Scanner<'_>, result: &mut ToolResult) -> bool {
    let extra = &mut result.extra;
    while let Some(key) = scan.key() {
        match &*key.name {
            "type" => pass_kind(scan, key, "tool_result", extra),
            "callId" | "call_id" => scan.take_id(key, &mut result.call_id, extra),
            "name" => scan.take_text(key, &mut result.name, extra),
            "parts" if !result.parts.is_empty() => scan.repeated(key, extra),
            "parts" if scan.kind() == Kind::Array => {
                scan.open();
                return true;
            }
            "parts" => scan.wrong(key, "an array", extra),
            "isError" | "is_error" => scan.take_flag(key, &mut result.is_error, extra),
            "extra" => scan.take_extra(key, extra),
            _ => scan.keep(key, extra),
        }
    }
    false
}

/// Reads a part that holds no others.
fn read_one(scan: &mut Scanner<'_>, kind: Option<&str>, into: &mut ToolResult) {
    let mark = scan.mark();
    let part = match kind {
        Some("text") => text(scan, "text").map(Part::Text),
        Some("refusal") => text(scan, "refusal").map(Part::Refusal),
        Some("reasoning") => Some(Part::Reasoning(reasoning(scan).into())),
        Some("tool_call") => tool_call(scan),
        Some("media") => media(scan),
        Some("json") => wrapped(scan, "json").map(Part::Json),
        Some("unknown") => wrapped(scan, "unknown").map(Part::Unknown),
        _ if scan.kind() == Kind::String => Some(Part::text(scan.text())),
        _ => {
            scan.raw();
            None
        }
    };
    match part {
        Some(part) => into.parts.push(part),
        None => into.parts.push(Part::Unknown(scan.since(mark).to_json())),
    }
}

fn text(scan: &mut Scanner<'_>, kind: &str) -> Option<Text> {
    let (mut text, mut extra) = (None, Extra::default());
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "type" => pass_kind(scan, key, kind, &mut extra),
            "text" => scan.take_text(key, &mut text, &mut extra),
            "extra" => scan.take_extra(key, &mut extra),
            _ => scan.keep(key, &mut extra),
        }
    }
    text.map(|text: String| Text::with(text, extra))
}

fn reasoning(scan: &mut Scanner<'_>) -> Reasoning {
    let mut reasoning = Reasoning::default();
    let mut text = None;
    let extra = &mut reasoning.extra;
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "type" => pass_kind(scan, key, "reasoning", extra),
            "text" => scan.take_text(key, &mut text, extra),
            "signature" => scan.take_text(key, &mut reasoning.signature, extra),
            "extra" => scan.take_extra(key, extra),
            _ => scan.keep(key, extra),
        }
    }
    reasoning.text = text.unwrap_or_default();
    reasoning
}

/// Reads a call, a part or an item of `toolCalls`; one without a name is none.
pub(super) fn tool_call(scan: &mut Scanner<'_>) -> Option<Part> {
    let mut call = ToolCall::default();
    let mut name = None;
    let extra = &mut call.extra;
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "type" => pass_kind(scan, key, "tool_call", extra),
            "id" => scan.take_id(key, &mut call.id, extra),
            "name" => scan.take_text(key, &mut name, extra),
            "arguments" if call.arguments != Arguments::Absent => scan.repeated(key, extra),
            "arguments" => call.arguments = arguments(scan),
            "extra" => scan.take_extra(key, extra),
            _ => scan.keep(key, extra),
        }
    }
    call.name = name?;
    Some(Part::ToolCall(call.into()))
}

fn arguments(scan: &mut Scanner<'_>) -> Arguments {
    if scan.kind() == Kind::String {
        return Arguments::Text(scan.text().into());
    }
    let raw = scan.raw();
    if raw.sound { Arguments::Json(raw.to_json()) } else { Arguments::Text(raw.text.to_owned()) }
}

/// Reads an image, a sound, a video or a file.
fn media(scan: &mut Scanner<'_>) -> Option<Part> {
    let mut media = Media::default();
    let (mut kind, mut url, mut data, mut file) = (None, None, None, None);
    let extra = &mut media.extra;
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "type" => pass_kind(scan, key, "media", extra),
            "kind" => scan.take_text(key, &mut kind, extra),
            "url" => scan.take_text(key, &mut url, extra),
            "data" => scan.take_text(key, &mut data, extra),
            "file" => scan.take_text(key, &mut file, extra),
            "mediaType" | "media_type" => scan.take_text(key, &mut media.media_type, extra),
            "name" => scan.take_text(key, &mut media.name, extra),
            "extra" => scan.take_extra(key, extra),
            _ => scan.keep(key, extra),
        }
    }
    media.kind = kind?;
    media.source = match (url, data, file) {
        (Some(url), None, None) => MediaSource::Url(url),
        (None, Some(data), None) => MediaSource::Data(data),
        (None, None, Some(file)) => MediaSource::File(file),
        (None, None, None) => MediaSource::Absent,
        _ => return None,
    };
    Some(Part::Media(media.into()))
}

/// Reads a part that holds a value as it was written.
fn wrapped(scan: &mut Scanner<'_>, kind: &str) -> Option<RawJson> {
    let mut left = Extra::default();
    let mut inner: Option<RawJson> = None;
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "type" => pass_kind(scan, key, kind, &mut left),
            "raw" if inner.is_none() => inner = Some(scan.raw().to_json()),
            _ => left.push(key.name, scan.raw().to_json()),
        }
    }
    inner.filter(|_| left.is_empty())
}

/// Passes a `type` that is known already; any other, a second one, is kept.
fn pass_kind(scan: &mut Scanner<'_>, key: Key<'_>, kind: &str, extra: &mut Extra) {
    let raw = scan.raw();
    if raw.text.trim_matches('"') != kind {
        extra.push(key.name, raw.to_json());
    }
}
