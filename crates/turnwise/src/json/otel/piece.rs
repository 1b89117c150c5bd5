//! Parts with a `type` that only this format has.

use crate::{
    format::Format,
    json::{
        ahead::has_key,
        call::take_arguments,
        dialect::{self, PartReader},
        fields::known_kind,
        part::{self, Said},
        raw,
        reader::Reader,
        scan::{Kind, Scanner},
    },
    model::{Media, MediaSource, Part, ToolCall, ToolResult},
};

pub(super) fn part(kind: &str) -> Option<PartReader> {
    match kind {
        "tool_call_response" => Some(answer),
        "server_tool_call" => Some(server_call),
        "server_tool_call_response" => Some(server_answer),
        "blob" | "uri" | "file" => Some(media),
        _ => None,
    }
}

fn answer(scan: &mut Reader<'_>, _: &str, said: &mut Said) {
    let mark = scan.mark();
    scan.evidence.saw(Format::OtelGenAi, "a `tool_call_response` part");
    let mut result = ToolResult::default();
    let mut answered = false;
    let extra = &mut result.extra;
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "type" => extra.push(key.name, scan.raw().to_json()),
            "id" => scan.take_id(key, &mut result.call_id, extra),
            "name" => scan.take_text(key, &mut result.name, extra),
            "is_error" => scan.take_flag(key, &mut result.is_error, extra),
            "response" | "result" if answered => scan.repeated(key, extra),
            "response" | "result" => {
                answered = true;
                result.parts = response(scan);
            }
            _ => scan.keep(key, extra),
        }
    }
    said.carries_answers = true;
    said.push_since(scan, mark, Some(Part::ToolResult(result.into())));
}

/// Reads what was answered: words, parts, or any other value as it is written.
fn response(scan: &mut Reader<'_>) -> Vec<Part> {
    match scan.kind() {
        Kind::String => vec![Part::text(scan.text())],
        Kind::Array if all_parts(scan) => {
            let mut said = Said::default();
            scan.open();
            while scan.item() {
                part::read_one(scan, &mut said);
            }
            said.parts.into()
        }
        _ => vec![Part::Json(scan.raw().to_json())],
    }
}

/// Whether every item of the array that comes next is a part that holds no others.
fn all_parts(scan: &Scanner<'_>) -> bool {
    let mut scan = scan.probe();
    scan.open();
    while scan.item() {
        let mut inner = scan.probe();
        let mut is_part = false;
        if scan.kind() == Kind::Object {
            inner.open();
            while let Some(key) = inner.key() {
                if key.name == "type" && inner.kind() == Kind::String {
                    is_part =
                        matches!(&*inner.text(), "text" | "reasoning" | "blob" | "uri" | "file" | "refusal");
                } else {
                    inner.raw();
                }
            }
        }
        if !is_part {
            return false;
        }
        scan.raw();
    }
    true
}

/// Reads a call of a tool that the provider runs; what it is called with has a shape of each tool's own.
fn server_call(scan: &mut Reader<'_>, kind: &str, said: &mut Said) {
    if !has_key(scan, kind)
        && let Some(reader) = dialect::last_part(kind)
    {
        return reader(scan, kind, said);
    }
    let mark = scan.mark();
    scan.evidence.saw(Format::OtelGenAi, "a `server_tool_call` part");
    let mut call = ToolCall::default();
    let mut name = None;
    let extra = &mut call.extra;
    extra.push("type", raw::quoted(kind));
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "type" => known_kind(scan, key, &[kind], extra),
            "id" => scan.take_id(key, &mut call.id, extra),
            "name" => scan.take_text(key, &mut name, extra),
            "server_tool_call" => take_arguments(scan, key, &mut call.arguments, extra),
            _ => scan.keep(key, extra),
        }
    }
    let part = name.map(|name| Part::ToolCall(ToolCall { name, ..call }.into()));
    said.push_since(scan, mark, part);
}

fn server_answer(scan: &mut Reader<'_>, kind: &str, said: &mut Said) {
    let mark = scan.mark();
    scan.evidence.saw(Format::OtelGenAi, "a `server_tool_call_response` part");
    let mut result = ToolResult::default();
    let extra = &mut result.extra;
    extra.push("type", raw::quoted(kind));
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "type" => known_kind(scan, key, &[kind], extra),
            "id" => scan.take_id(key, &mut result.call_id, extra),
            "server_tool_call_response" if result.parts.is_empty() => {
                result.parts = vec![Part::Json(scan.raw().to_json())];
            }
            _ => scan.keep(key, extra),
        }
    }
    said.push_since(scan, mark, Some(Part::ToolResult(result.into())));
}

/// Reads bytes, an address, or a file that the provider knows.
fn media(scan: &mut Reader<'_>, kind: &str, said: &mut Said) {
    if kind == "file"
        && !has_key(scan, "modality")
        && let Some(reader) = dialect::last_part(kind)
    {
        return reader(scan, kind, said);
    }
    let mark = scan.mark();
    if kind != "file" {
        scan.evidence.saw(Format::OtelGenAi, "a `blob` or `uri` part");
    }
    let mut media = Media::default();
    let (mut modality, mut place): (Option<String>, Option<String>) = (None, None);
    let extra = &mut media.extra;
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "type" => known_kind(scan, key, &[kind], extra),
            "modality" => scan.take_text(key, &mut modality, extra),
            "mime_type" => scan.take_text(key, &mut media.media_type, extra),
            "content" | "uri" | "file_id" => scan.take_text(key, &mut place, extra),
            _ => scan.keep(key, extra),
        }
    }
    media.kind = modality.unwrap_or_else(|| "file".to_owned());
    media.source = match (kind, place) {
        ("blob", Some(data)) => MediaSource::Data(data),
        ("uri", Some(address)) => MediaSource::Url(address),
        (_, Some(file)) => MediaSource::File(file),
        (_, None) => MediaSource::Absent,
    };
    said.push_since(scan, mark, Some(Part::Media(media.into())));
}
