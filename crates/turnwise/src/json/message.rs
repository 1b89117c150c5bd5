//! Reading one message, in the words of any format.

mod draft;
mod finish;
mod take;

use std::{borrow::Cow, collections::HashSet};

pub(crate) use self::{
    draft::Draft,
    take::{take_content, take_role},
};
use self::{
    finish::{finish, finish_kind},
    take::{take_calls, take_reasoning, take_time, take_word},
};
use super::{
    chat_json,
    content::Content,
    dialect, gemini, part, raw,
    reader::Reader,
    role,
    scan::Kind,
    time,
    turn::{self, Item},
    usage,
};
use crate::{
    diagnostic::Code,
    format::Format,
    model::{ContentState, Details, Extra, Message, Part},
};

/// Objects within a message that hold some of its fields, such as `kwargs`, are looked into this deep.
const WRAPPED: usize = 4;

/// Reads the message that comes next, which may hold several: answers of tools stand apart from who sent them.
pub(crate) fn read(scan: &mut Reader<'_>, into: &mut Vec<Message>) {
    let from = into.len();
    read_next(scan, from, into);
}

/// Reads the message that comes next in a list that began with message `from`.
///
/// An item of a turn goes to the message that stands for the turn.
pub(crate) fn read_next(scan: &mut Reader<'_>, from: usize, into: &mut Vec<Message>) {
    let before = into.len();
    let item = read_message(scan, into);
    if let Some(item) = item
        && before > from
        && into.len() == before.saturating_add(1)
        && let Some(next) = into.pop()
        && let Some(next) = turn::join(item, into.last_mut(), next)
    {
        into.push(next);
    }
}

/// Reads the message that comes next; what it is within a turn.
fn read_message(scan: &mut Reader<'_>, into: &mut Vec<Message>) -> Option<Item> {
    let mark = scan.mark();
    let mut draft = Draft::default();
    match scan.kind() {
        Kind::Object => match turn::whole(scan) {
            Some((kind, reader)) => reader(scan, &kind, &mut draft),
            None => {
                fields(scan, &mut draft, 0);
                finish_kind(scan, &mut draft);
                scan.listed |= draft.word.as_deref() == Some("assistant")
                    && matches!(draft.body.content, Some((Content::Parts(_), _)));
            }
        },
        Kind::Array if is_pair(scan) => pair(scan, &mut draft),
        Kind::String => {
            draft.role_is_null = true;
            draft.body.content = Some((Content::Text(scan.text()), scan.since(mark)));
            let span = scan.since(mark).span;
            scan.report(
                Code::WrongType,
                span,
                &[("field", "message"), ("expected", "an object"), ("found", "a string")],
            );
        }
        _ => {
            let raw = scan.take_wrong("message", "an object");
            draft.details.content = ContentState::Absent;
            draft.message.parts = Part::Unknown(raw.to_json()).into();
            let details = Some(draft.details.into());
            into.push(Message { span: raw.span, details, ..draft.message });
            return None;
        }
    }
    finish(&mut draft, scan.since(mark).span, into);
    draft.item
}

/// Whether the array that comes next is a word for a role, and what is said.
fn is_pair(scan: &Reader<'_>) -> bool {
    let mut scan = scan.probe();
    scan.open();
    let known = scan.item() && scan.kind() == Kind::String && role::is_known(&scan.text());
    known && scan.item() && matches!(scan.kind(), Kind::String | Kind::Array)
}

/// Reads `[role, content]`, as some programs keep a message.
fn pair<'a>(scan: &mut Reader<'a>, draft: &mut Draft<'a>) {
    scan.open();
    let mut item: usize = 0;
    while scan.item() {
        let mark = scan.mark();
        match (item, scan.kind()) {
            (0, Kind::String) => take_word(scan, draft),
            (1, Kind::String) => draft.body.content = Some((Content::Text(scan.text()), scan.since(mark))),
            (1, Kind::Array) => {
                draft.body.content = Some((Content::Parts(part::read_all(scan)), scan.since(mark)))
            }
            _ => draft.details.extra.push(item.to_string(), scan.raw().to_json()),
        }
        item = item.saturating_add(1);
    }
    scan.evidence.saw(Format::ChatJson, "messages that are `[role, content]` pairs");
}

/// Whether a message was cut off before it said anything.
pub(crate) fn is_blank(message: &Message) -> bool {
    let details = Details { content: ContentState::Absent, ..Details::default() };
    *message == Message { span: message.span, details: Some(details.into()), ..Message::default() }
}

/// Takes the fields of the object that comes next.
pub(crate) fn fields<'a>(scan: &mut Reader<'a>, draft: &mut Draft<'a>, level: usize) {
    let mut wrapped: Vec<(Cow<'a, str>, Extra)> = Vec::new();
    scan.open();
    while let Some(key) = scan.key() {
        let extra = &mut draft.details.extra;
        match &*key.name {
            "from" if scan.kind() == Kind::Object => chat_json::take_author(scan, key, draft),
            "role" => take_role(scan, key, draft),
            "content" => take_content(scan, key, draft, level),
            "text" if scan.kind() == Kind::String && draft.text.is_none() => {
                let mark = scan.mark();
                draft.text = Some((scan.text(), scan.since(mark)));
            }
            "name" => scan.take_text(key, &mut draft.message.name, extra),
            "label" => scan.take_text(key, &mut draft.message.label, extra),
            "parts" if draft.body.parts.is_some() => scan.repeated(key, extra),
            "parts" if scan.kind() == Kind::Array => {
                if gemini::is_parts(scan) {
                    scan.evidence.saw(Format::Gemini, "`parts` without a `type`");
                }
                draft.body.interface = part::begins_with_text(scan);
                draft.body.parts = Some(part::read_all(scan));
            }
            "parts" => scan.wrong(key, "an array", extra),
            "toolCalls" | "tool_calls" => take_calls(scan, key, draft),
            "toolCallId" | "tool_call_id" => scan.take_id(key, &mut draft.body.call_id, extra),
            "timestamp" | "created_at" | "createdAt" | "created" | "create_time" | "createTime" | "date"
            | "ts" | "sentAt" | "sent_at" => take_time(scan, key, draft),
            "time" if draft.message.timestamp.is_none() && time::is_whole(scan) => {
                take_time(scan, key, draft)
            }
            "time" => scan.take_text(key, &mut draft.details.time, extra),
            "model" | "model_name" | "modelName" | "modelId" | "llmModel" => {
                scan.take_text(key, &mut draft.details.model, extra);
            }
            "tokens" if scan.kind() != Kind::Object => {
                scan.take_count(key, &mut draft.details.usage.tokens, extra)
            }
            "usage" | "usage_metadata" | "usageMetadata" => {
                usage::take(scan, key, &mut draft.details.usage, extra)
            }
            "latencyMs" | "latency_ms" => scan.take_count(key, &mut draft.details.latency_ms, extra),
            "id" if scan.kind() != Kind::Array => scan.take_id(key, &mut draft.details.id, extra),
            "parent" | "parentId" | "parent_id" | "parentUuid" => {
                scan.take_id(key, &mut draft.details.parent, extra)
            }
            "metadata" => scan.take_members(key, &mut draft.details.metadata, extra),
            "extra" => scan.take_extra(key, extra),
            "reasoning_content" | "reasoning" | "thinking" if scan.kind() == Kind::String => {
                take_reasoning(scan, key, draft);
            }
            "message" | "kwargs" | "data" if scan.kind() == Kind::Object && level < WRAPPED => {
                let outer = std::mem::take(extra);
                fields(scan, draft, level.saturating_add(1));
                let left = std::mem::replace(&mut draft.details.extra, outer);
                wrapped.push((key.name, left));
            }
            name => match dialect::field(name) {
                Some(reader) => reader(scan, key, draft),
                None => scan.keep(key, extra),
            },
        }
    }
    let extra = &mut draft.details.extra;
    wrapped.into_iter().for_each(|(name, left)| unwrap_extra(&name, left, extra));
}

/// Adds what is left of an object to what is left of the one around it, under its name where names would meet.
fn unwrap_extra(name: &str, left: Extra, extra: &mut Extra) {
    let names: HashSet<&str> = extra.0.iter().map(|(name, _)| name.as_str()).collect();
    let (twice, once): (Vec<_>, Vec<_>) =
        left.0.into_iter().partition(|(name, _)| names.contains(name.as_str()));
    extra.0.extend(once);
    if !twice.is_empty() {
        extra.push(name, raw::object(&Extra(twice)));
    }
}
