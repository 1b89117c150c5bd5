//! Reading one message.

use std::{borrow::Cow, sync::Arc};

use chrono::DateTime;

use super::{
    content::{Body, Content},
    part, role, wire,
};
use crate::{
    diagnostic::Code,
    json::{
        raw,
        scan::{Key, Kind, Scanner},
    },
    model::{ContentState, Details, Extra, Message, Part, Role, Usage},
};

/// Reads the message that comes next. What is no object is kept whole, as a part.
pub(super) fn read(scan: &mut Scanner<'_>) -> Message {
    let mark = scan.mark();
    let (mut message, mut details) = (Message::default(), Details::default());
    if scan.kind() == Kind::Object {
        fields(scan, &mut message, &mut details);
    } else {
        message.parts = Part::Unknown(scan.take_wrong("message", "an object").to_json()).into();
        details.content = ContentState::Absent;
    }
    message.span = scan.since(mark).span;
    message.details = (details != Details::default()).then(|| details.into());
    message
}

fn fields<'a>(scan: &mut Scanner<'a>, message: &mut Message, details: &mut Details) {
    let mut speaker: Option<Speaker> = None;
    let mut time: Option<Cow<'a, str>> = None;
    let mut body = Body::default();
    let extra = &mut details.extra;
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "role" if speaker.is_some() => scan.repeated(key, extra),
            "role" => speaker = take_role(scan, key, extra),
            "label" => scan.take_text(key, &mut message.label, extra),
            "name" => scan.take_text(key, &mut message.name, extra),
            "content" if body.content.is_some() => scan.repeated(key, extra),
            "content" => take_content(scan, key, &mut body, extra),
            "parts" if body.parts.is_some() => scan.repeated(key, extra),
            "parts" if scan.kind() == Kind::Array => body.parts = Some(part::read_all(scan)),
            "parts" => scan.wrong(key, "an array", extra),
            "timestamp" if message.timestamp.is_some() || time.is_some() => scan.repeated(key, extra),
            "timestamp" => time = take_timestamp(scan, key, message, extra),
            "time" => scan.take_text(key, &mut details.time, extra),
            "model" => scan.take_text(key, &mut details.model, extra),
            "tokens" => scan.take_count(key, &mut details.usage.tokens, extra),
            "usage" => take_usage(scan, key, &mut details.usage, extra),
            "latencyMs" | "latency_ms" => scan.take_count(key, &mut details.latency_ms, extra),
            "toolCalls" | "tool_calls" if body.calls.is_some() => scan.repeated(key, extra),
            "toolCalls" | "tool_calls" => take_calls(scan, key, &mut body, extra),
            "toolCallId" | "tool_call_id" => scan.take_id(key, &mut body.call_id, extra),
            "id" => scan.take_id(key, &mut details.id, extra),
            "parent" => scan.take_id(key, &mut details.parent, extra),
            "metadata" => scan.take_members(key, &mut details.metadata, extra),
            "extra" => scan.take_extra(key, extra),
            _ => scan.keep(key, extra),
        }
    }
    if let Some(Speaker { role, word }) = speaker {
        message.role = role;
        keep_either(word, &mut message.label, "role", extra);
    }
    keep_either(time, &mut details.time, "timestamp", extra);
    let (parts, state) = body.assemble(extra);
    (message.parts, details.content) = (parts.into(), state);
}

/// Gives `word` the place that is meant for it, or one in `extra` where that is taken.
fn keep_either<W: AsRef<str> + Into<S>, S>(
    word: Option<W>,
    place: &mut Option<S>,
    field: &str,
    extra: &mut Extra,
) {
    match word {
        Some(word) if place.is_some() => extra.push(field, raw::quoted(word.as_ref())),
        Some(word) => *place = Some(word.into()),
        None => {}
    }
}

/// A role as it was read: `null` leaves it open; the word is kept where it is not the role's own.
struct Speaker {
    role: Option<Role>,
    word: Option<Arc<str>>,
}

fn take_role<'a>(scan: &mut Scanner<'a>, key: Key<'a>, extra: &mut Extra) -> Option<Speaker> {
    let mark = scan.mark();
    match scan.kind() {
        Kind::String => {
            let written = scan.text();
            let (role, word) = role::read(&written);
            if matches!(role, Role::Other(_)) && !scan.is_stopped() {
                scan.report(Code::UnknownRole, scan.since(mark).span, &[("role", &written)]);
            }
            Some(Speaker { role: Some(role), word })
        }
        Kind::Null => {
            scan.raw();
            Some(Speaker { role: None, word: None })
        }
        _ => {
            scan.wrong(key, "a string", extra);
            None
        }
    }
}

fn take_content<'a>(scan: &mut Scanner<'a>, key: Key<'a>, body: &mut Body<'a>, extra: &mut Extra) {
    let mark = scan.mark();
    let content = match scan.kind() {
        Kind::String => Content::Text(scan.text()),
        Kind::Array => Content::Parts(part::read_all(scan)),
        Kind::Null => {
            scan.raw();
            Content::Null
        }
        _ => return scan.wrong(key, "a string", extra),
    };
    body.content = Some((content, scan.since(mark)));
}

/// Takes a time of RFC 3339; gives the text where that says more, or something else.
fn take_timestamp<'a>(
    scan: &mut Scanner<'a>,
    key: Key<'a>,
    message: &mut Message,
    extra: &mut Extra,
) -> Option<Cow<'a, str>> {
    if scan.kind() != Kind::String {
        scan.wrong(key, "a string", extra);
        return None;
    }
    let mark = scan.mark();
    let text = scan.text();
    match DateTime::parse_from_rfc3339(&text) {
        Ok(timestamp) => {
            message.timestamp = Some(timestamp);
            (text != wire::timestamp(&timestamp)).then_some(text)
        }
        Err(_) => {
            if !scan.is_stopped() {
                scan.report(Code::InvalidTimestamp, scan.since(mark).span, &[("time", &text)]);
            }
            Some(text)
        }
    }
}

/// Takes the counts of `usage`; what else it says goes to `extra` under the same name.
fn take_usage<'a>(scan: &mut Scanner<'a>, key: Key<'a>, usage: &mut Usage, extra: &mut Extra) {
    if scan.kind() != Kind::Object {
        return scan.wrong(key, "an object", extra);
    }
    if usage.prompt_tokens.is_some() || usage.completion_tokens.is_some() {
        return scan.repeated(key, extra);
    }
    let mut left = Extra::default();
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "promptTokens" | "prompt_tokens" => scan.take_count(key, &mut usage.prompt_tokens, &mut left),
            "completionTokens" | "completion_tokens" => {
                scan.take_count(key, &mut usage.completion_tokens, &mut left);
            }
            _ => scan.keep(key, &mut left),
        }
    }
    let counted = usage.prompt_tokens.is_some() || usage.completion_tokens.is_some();
    if !counted || !left.is_empty() {
        extra.push(key.name, raw::object(&left));
    }
}

/// Takes calls. An empty list is kept as it is, which `toolCalls` itself could not say.
fn take_calls<'a>(scan: &mut Scanner<'a>, key: Key<'a>, body: &mut Body<'a>, extra: &mut Extra) {
    if scan.kind() != Kind::Array {
        return scan.wrong(key, "an array", extra);
    }
    let mark = scan.mark();
    let mut calls = Vec::new();
    scan.open();
    while scan.item() {
        let item = scan.mark();
        let call = if scan.kind() == Kind::Object {
            part::tool_call(scan)
        } else {
            scan.take_wrong("tool call", "an object");
            None
        };
        calls.push(call.unwrap_or_else(|| Part::Unknown(scan.since(item).to_json())));
    }
    if calls.is_empty() {
        extra.push(key.name, scan.since(mark).to_json());
    } else {
        body.calls = Some((calls, scan.since(mark)));
    }
}
