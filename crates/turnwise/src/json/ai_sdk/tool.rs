//! Calls and answers of tools in the parts of the Vercel AI SDK.

use super::keep;
use crate::{
    format::Format,
    json::{call, fields::known_kind, media, part::Said, raw, reader::Reader, scan::Kind},
    model::{Extra, Part, ToolCall, ToolResult},
};

/// Reads a call.
pub(super) fn read_call(scan: &mut Reader<'_>, _: &str, said: &mut Said) {
    let mark = scan.mark();
    let part = plain_call(scan).map(|call| Part::ToolCall(call.into()));
    said.push_since(scan, mark, part);
}

/// Reads a call with or without its `type`.
pub(super) fn plain_call(scan: &mut Reader<'_>) -> Option<ToolCall> {
    scan.evidence.saw(Format::VercelAiSdk, "parts with `toolCallId` and `toolName`");
    let mut call = ToolCall::default();
    let mut name = None;
    let extra = &mut call.extra;
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "type" => known_kind(scan, key, &["tool-call"], extra),
            "toolCallId" => scan.take_id(key, &mut call.id, extra),
            "toolName" => scan.take_text(key, &mut name, extra),
            "input" | "args" => call::take_arguments(scan, key, &mut call.arguments, extra),
            _ => keep(scan, key, extra),
        }
    }
    call.name = name?;
    Some(call)
}

/// Reads an answer.
pub(super) fn read_result(scan: &mut Reader<'_>, kind: &str, said: &mut Said) {
    let mark = scan.mark();
    let part = plain_result(scan, kind);
    said.push_since(scan, mark, Some(Part::ToolResult(part.into())));
}

/// Reads an answer with or without its `type`.
pub(super) fn plain_result(scan: &mut Reader<'_>, kind: &str) -> ToolResult {
    scan.evidence.saw(Format::VercelAiSdk, "parts with `toolCallId` and `toolName`");
    let mut result = ToolResult::default();
    if kind == "tool-error" {
        result.is_error = Some(true);
    }
    scan.open();
    while let Some(key) = scan.key() {
        let extra = &mut result.extra;
        match &*key.name {
            "type" => known_kind(scan, key, &["tool-result"], extra),
            "toolCallId" => scan.take_id(key, &mut result.call_id, extra),
            "toolName" => scan.take_text(key, &mut result.name, extra),
            "isError" => scan.take_flag(key, &mut result.is_error, extra),
            "output" if result.parts.is_empty() && is_said(scan) => take_output(scan, &mut result),
            "output" | "result" | "error" if result.parts.is_empty() => result.parts = vec![value(scan)],
            _ => keep(scan, key, extra),
        }
    }
    result
}

/// A text, or any other value as it is.
fn value(scan: &mut Reader<'_>) -> Part {
    match scan.kind() {
        Kind::String => Part::text(scan.text()),
        _ => Part::Json(scan.raw().to_json()),
    }
}

/// Whether an output says itself what it is.
fn is_said(scan: &Reader<'_>) -> bool {
    let mut scan = scan.probe();
    if scan.kind() != Kind::Object {
        return false;
    }
    let (mut kind, mut said) = (None, false);
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "type" if scan.kind() == Kind::String => kind = Some(scan.text()),
            name => {
                said |= name == "value";
                scan.raw();
            }
        }
    }
    match kind.as_deref() {
        Some("text" | "json" | "error-text" | "error-json" | "content") => said,
        Some("execution-denied") => true,
        _ => false,
    }
}

fn take_output(scan: &mut Reader<'_>, result: &mut ToolResult) {
    let mut kind: Option<String> = None;
    let mut left = Extra::default();
    let mut ahead = scan.probe();
    ahead.open();
    while let Some(key) = ahead.key() {
        if key.name == "type" && kind.is_none() {
            kind = Some(ahead.text().into());
        } else {
            ahead.raw();
        }
    }
    let kind = kind.unwrap_or_default();
    if matches!(&*kind, "error-text" | "error-json" | "execution-denied") {
        result.is_error = Some(true);
    }
    scan.open();
    while let Some(key) = scan.key() {
        match (&*key.name, &*kind) {
            ("type", "execution-denied") => left.push(key.name, scan.raw().to_json()),
            ("type", _) => _ = scan.raw(),
            ("value", "content") if scan.kind() == Kind::Array => result.parts = contents(scan),
            ("value", "text" | "error-text") => result.parts = vec![value(scan)],
            ("value", _) => result.parts = vec![Part::Json(scan.raw().to_json())],
            ("reason", "execution-denied") if scan.kind() == Kind::String => {
                result.parts = vec![Part::text(scan.text())];
            }
            _ => left.push(key.name, scan.raw().to_json()),
        }
    }
    if !left.is_empty() {
        result.extra.push("output", raw::object(&left));
    }
}

/// The parts of an answer.
fn contents(scan: &mut Reader<'_>) -> Vec<Part> {
    let mut said = Said::default();
    scan.open();
    while scan.item() {
        let mut kind = None;
        let mut ahead = scan.probe();
        if ahead.kind() == Kind::Object {
            ahead.open();
            while let Some(key) = ahead.key() {
                match &*key.name {
                    "type" if kind.is_none() && ahead.kind() == Kind::String => kind = Some(ahead.text()),
                    _ => _ = ahead.raw(),
                }
            }
        }
        match kind.as_deref() {
            Some("image-data" | "image-url" | "image-file-id") => media::read(scan, "image", &mut said),
            Some("media" | "file-data" | "file-url" | "file-id") => media::read(scan, "file", &mut said),
            _ => crate::json::part::read_one(scan, &mut said),
        }
    }
    said.parts.into()
}

/// Reads a part of a user interface that is a call and its answer.
pub(super) fn read_both(scan: &mut Reader<'_>, kind: &str, said: &mut Said) {
    let mark = scan.mark();
    if !both(scan, kind, said) {
        said.push_since(scan, mark, None);
    }
}

/// The same as version 4 has it, in an object of its own.
pub(super) fn read_invocation(scan: &mut Reader<'_>, _: &str, said: &mut Said) {
    let mark = scan.mark();
    let mut read = false;
    let mut left = Extra::default();
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "toolInvocation" if !read && scan.kind() == Kind::Object => read = both(scan, "", said),
            _ => keep(scan, key, &mut left),
        }
    }
    if !read {
        said.push_since(scan, mark, None);
    } else if let Some(Part::ToolCall(call)) =
        said.parts.iter_mut().rev().find(|part| matches!(part, Part::ToolCall(_)))
    {
        call.extra.0.extend(left.0);
    }
}

/// Reads the fields of a call, and of its answer where it has come; whether they are such.
pub(super) fn both(scan: &mut Reader<'_>, kind: &str, said: &mut Said) -> bool {
    let mark = scan.mark();
    let mut call = ToolCall::default();
    let mut answer: Option<Part> = None;
    let mut failed = None;
    let mut name = kind.strip_prefix("tool-").map(str::to_owned);
    let extra = &mut call.extra;
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "toolCallId" => scan.take_id(key, &mut call.id, extra),
            "toolName" => scan.take_text(key, &mut name, extra),
            "input" | "args" => call::take_arguments(scan, key, &mut call.arguments, extra),
            "output" | "result" if answer.is_none() => answer = Some(value(scan)),
            "errorText" if answer.is_none() && scan.kind() == Kind::String => {
                failed = Some(true);
                answer = Some(value(scan));
            }
            _ => keep(scan, key, extra),
        }
    }
    let (Some(id), Some(name)) = (call.id.clone(), name) else { return false };
    scan.evidence.saw(Format::VercelAiSdk, "parts that are a call and its answer, with `toolCallId`");
    call.name = name;
    let span = scan.since(mark).span;
    said.push(Part::ToolCall(call.into()), span);
    if let Some(part) = answer {
        let result =
            ToolResult { call_id: Some(id), parts: vec![part], is_error: failed, ..ToolResult::default() };
        said.push(Part::ToolResult(result.into()), span);
    }
    true
}
