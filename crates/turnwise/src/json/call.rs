//! Calls of tools, in the words of any format.

use super::{
    fields::known_kind,
    reader::Reader,
    scan::{Key, Kind},
};
use crate::{
    diagnostic::Code,
    format::Format,
    model::{Arguments, Extra, Part, Parts, ToolCall},
};

/// Reads the call that comes next, an object whose `type` is one of `kinds`; one without a name is none.
pub(crate) fn read(scan: &mut Reader<'_>, kinds: &[&str]) -> Option<ToolCall> {
    let mut call = ToolCall::default();
    let mut name = None;
    fields(scan, kinds, &mut call, &mut name, "");
    call.name = name?;
    Some(call)
}

/// Takes the fields of a call; those of `function` and `custom`, an object within it, count as its own.
fn fields(
    scan: &mut Reader<'_>,
    kinds: &[&str],
    call: &mut ToolCall,
    name: &mut Option<String>,
    within: &str,
) {
    scan.open();
    while let Some(key) = scan.key() {
        let extra = &mut call.extra;
        match &*key.name {
            "function" | "custom" if within.is_empty() && scan.kind() == Kind::Object => {
                scan.evidence.saw(Format::OpenAiChat, "`tool_calls` with a `function`");
                fields(scan, kinds, call, name, &key.name);
            }
            // What a custom tool is called with is any text.
            "input"
                if within == "custom"
                    && scan.kind() == Kind::String
                    && call.arguments == Arguments::Absent =>
            {
                call.arguments = Arguments::Text(scan.text().into());
            }
            "type" if within.is_empty() => known_kind(scan, key, kinds, extra),
            "id" | "call_id" | "callId" | "toolCallId" | "tool_call_id" | "toolUseId"
                if call.id.is_none() =>
            {
                scan.take_id(key, &mut call.id, extra);
            }
            "name" | "toolName" | "tool_name" | "function_name" | "function" => {
                scan.take_text(key, name, extra);
            }
            "arguments" | "input" | "args" | "parameters" => {
                take_arguments(scan, key, &mut call.arguments, extra)
            }
            // LLaMA-Factory has the whole call as JSON in a string.
            "value" if within.is_empty() && name.is_none() && scan.kind() == Kind::String => {
                let raw = scan.probe().raw();
                let text = scan.text();
                let mut inner = Reader::new(scan.parser, &text);
                inner.document();
                let is_call = inner.kind() == Kind::Object;
                if is_call {
                    fields(&mut inner, &[], call, name, "value");
                }
                if !is_call || inner.finish_all().is_some() || !inner.is_sound() {
                    call.extra.push(key.name, raw.to_json());
                }
            }
            "extra" if within.is_empty() => scan.take_extra(key, extra),
            _ => scan.keep(key, extra),
        }
    }
}

/// Takes arguments as they are written; those that are no JSON, or JSON twice over, are reported.
pub(crate) fn take_arguments(
    scan: &mut Reader<'_>,
    key: Key<'_>,
    arguments: &mut Arguments,
    extra: &mut Extra,
) {
    if *arguments != Arguments::Absent {
        return scan.repeated(key, extra);
    }
    let mark = scan.mark();
    if scan.kind() == Kind::String {
        let text = scan.text();
        let span = scan.since(mark).span;
        match inner_string(&text) {
            _ if text.is_empty() || scan.is_stopped() => {}
            None => scan.report(Code::InvalidArguments, span, &[]),
            Some(true) => scan.report(Code::DoubleEncoded, span, &[]),
            Some(false) => {}
        }
        *arguments = Arguments::Text(text.into());
        return;
    }
    let raw = scan.raw();
    *arguments =
        if raw.sound { Arguments::Json(raw.to_json()) } else { Arguments::Text(raw.text.to_owned()) };
}

/// Whether the JSON in a text is a string once more; none where it is no JSON.
pub(super) fn inner_string(text: &str) -> Option<bool> {
    serde_json::from_str::<serde::de::IgnoredAny>(text).ok()?;
    Some(text.trim_start().starts_with('"'))
}

/// Reads an array of calls; what is none is kept as it is.
pub(crate) fn read_all(scan: &mut Reader<'_>) -> Parts {
    let mut calls = Parts::default();
    scan.open();
    while scan.item() {
        let mark = scan.mark();
        let call = if scan.kind() == Kind::Object {
            let call = read(scan, &["function", "tool_call"]);
            if call.is_none() && !scan.is_stopped() {
                let span = scan.since(mark).span;
                let words = [("field", "tool call"), ("expected", "one with a name"), ("found", "this")];
                scan.report(Code::WrongType, span, &words);
            }
            call
        } else {
            scan.take_wrong("tool call", "an object");
            None
        };
        calls.push(match call {
            Some(call) => Part::ToolCall(call.into()),
            None => Part::Unknown(scan.since(mark).to_json()),
        });
    }
    calls
}
