//! Reading one message, in the words of any format.

use std::{borrow::Cow, collections::HashSet};

use super::{
    bedrock, call, chat_json,
    content::{Body, Content},
    dialect, gemini,
    part::{self, Said},
    raw,
    reader::Reader,
    role,
    scan::{Key, Kind, Raw},
    time,
    turn::{self, Item},
    usage,
};
use crate::{
    diagnostic::Code,
    format::Format,
    model::{ContentState, Details, Extra, Message, Part, Parts, Reasoning, Role, ToolResult},
    source::Span,
};

/// Objects within a message that hold some of its fields, such as `kwargs`, are looked into this deep.
const WRAPPED: usize = 4;

/// A message that is being read.
#[derive(Debug, Default)]
pub(crate) struct Draft<'a> {
    pub(crate) message: Message,
    pub(crate) details: Details,
    /// What its fields say it says.
    pub(crate) body: Body<'a>,
    /// The word for who speaks.
    pub(crate) word: Option<Cow<'a, str>>,
    /// `"role": null`.
    pub(crate) role_is_null: bool,
    /// Whoever sent it: the role if no other field says it, else a name.
    pub(crate) sender: Option<Cow<'a, str>>,
    /// Where it came from, which only some messages mean as a name.
    pub(crate) source: Option<Cow<'a, str>>,
    /// The field that the content was taken from, where it is not called so.
    pub(crate) alias: Option<Cow<'a, str>>,
    /// Its `type`.
    pub(crate) kind: Option<Cow<'a, str>>,
    /// Fields that only the message's `type` gives a meaning; what is left of them goes to `extra`.
    pub(crate) stash: Extra,
    /// `text`, which some have beside the content, or a message within.
    text: Option<(Cow<'a, str>, Raw<'a>)>,
    /// What it is within the turn of an assistant that stands in several items.
    pub(crate) item: Option<Item>,
    time: Option<Cow<'a, str>>,
}

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
    let item = draft.item;
    finish(draft, scan.since(mark).span, into);
    item
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
            "type" if draft.kind.is_none() && scan.kind() == Kind::String => draft.kind = Some(scan.text()),
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

/// Takes the word for who speaks; `null` leaves it open.
pub(crate) fn take_role<'a>(scan: &mut Reader<'a>, key: Key<'a>, draft: &mut Draft<'a>) {
    match scan.kind() {
        _ if draft.word.is_some() || draft.role_is_null => scan.repeated(key, &mut draft.details.extra),
        Kind::String => take_word(scan, draft),
        Kind::Null => {
            scan.raw();
            draft.role_is_null = true;
        }
        _ => scan.wrong(key, "a string", &mut draft.details.extra),
    }
}

fn take_word<'a>(scan: &mut Reader<'a>, draft: &mut Draft<'a>) {
    let mark = scan.mark();
    let written = scan.text();
    if !role::is_known(&written) && !scan.is_stopped() {
        let span = scan.since(mark).span;
        scan.report(Code::UnknownRole, span, &[("role", &written)]);
    }
    draft.word = Some(written);
}

/// Takes what is said: words, parts, or an object that holds the message's fields.
pub(crate) fn take_content<'a>(scan: &mut Reader<'a>, key: Key<'a>, draft: &mut Draft<'a>, level: usize) {
    match (draft.alias.take_if(|alias| *alias != key.name), &draft.body.content) {
        (Some(alias), Some((_, raw))) => draft.details.extra.push(alias, raw.to_json()),
        (_, Some(_)) => return scan.repeated(key, &mut draft.details.extra),
        _ => {}
    }
    let mark = scan.mark();
    let content = match scan.kind() {
        Kind::String => Content::Text(scan.text()),
        Kind::Array => {
            bedrock::note_untyped(scan);
            Content::Parts(part::read_all(scan))
        }
        Kind::Null => {
            scan.raw();
            Content::Null
        }
        Kind::Object if level < WRAPPED && has_parts(scan) => {
            return fields(scan, draft, level.saturating_add(1));
        }
        Kind::Object if has_text(scan) => {
            let mut said = Said::default();
            part::read_one(scan, &mut said);
            Content::Parts(said)
        }
        Kind::Bad | Kind::Nothing => return scan.wrong(key, "a string", &mut draft.details.extra),
        _ => {
            let raw = scan.take_wrong(&key.name, "a string");
            let mut said = Said::default();
            said.push(Part::Json(raw.to_json()), raw.span);
            Content::Parts(said)
        }
    };
    draft.body.content = Some((content, scan.since(mark)));
}

/// Whether the object that comes next is a part with words, which stands without a list.
fn has_text(scan: &Reader<'_>) -> bool {
    let mut scan = scan.probe();
    scan.open();
    while let Some(key) = scan.key() {
        if key.name == "text" && scan.kind() == Kind::String {
            return true;
        }
        scan.raw();
    }
    false
}

/// Whether the object that comes next has the parts of a message.
fn has_parts(scan: &Reader<'_>) -> bool {
    let mut scan = scan.probe();
    scan.open();
    while let Some(key) = scan.key() {
        if key.name == "parts" && scan.kind() == Kind::Array {
            return true;
        }
        scan.raw();
    }
    false
}

/// Takes calls. An empty list is kept as it is, which `toolCalls` itself could not say.
fn take_calls<'a>(scan: &mut Reader<'a>, key: Key<'a>, draft: &mut Draft<'a>) {
    let extra = &mut draft.details.extra;
    match scan.kind() {
        _ if draft.body.calls.is_some() => return scan.repeated(key, extra),
        Kind::Array => {}
        _ => return scan.wrong(key, "an array", extra),
    }
    let mark = scan.mark();
    let calls = call::read_all(scan);
    if calls.is_empty() {
        extra.push(key.name, scan.since(mark).to_json());
    } else {
        draft.body.calls = Some((calls, scan.since(mark)));
    }
}

/// Takes reasoning that stands beside the content, as a field of the message; some have it twice, in other words.
fn take_reasoning<'a>(scan: &mut Reader<'a>, key: Key<'a>, draft: &mut Draft<'a>) {
    if !draft.body.before.is_empty() {
        return draft.details.extra.push(key.name, scan.raw().to_json());
    }
    let text = scan.text().into_owned();
    draft.body.before.push(Part::Reasoning(Reasoning { text, ..Reasoning::default() }.into()));
}

/// Takes a time; gives the text a place of its own where the canonical form has it in other words.
fn take_time<'a>(scan: &mut Reader<'a>, key: Key<'a>, draft: &mut Draft<'a>) {
    if draft.message.timestamp.is_some() || draft.time.is_some() {
        return scan.repeated(key, &mut draft.details.extra);
    }
    (draft.message.timestamp, draft.time) = time::take(scan, key, &mut draft.details.extra);
}

/// Makes what the `type` of a message says true of it.
fn finish_kind<'a>(scan: &mut Reader<'a>, draft: &mut Draft<'a>) {
    if let Some(kind) = draft.kind.take() {
        draft.item = (kind == "message").then_some(Item::Message);
        match dialect::item(&kind) {
            Some(item) => (item.read)(scan, &kind, draft),
            // It says what is known.
            None if kind == "message" => {}
            None => draft.details.extra.push("type", raw::quoted(&kind)),
        }
    }
    finish_text(scan, draft);
    dialect::finish(scan, draft);
    if let Some(source) = draft.source.take() {
        draft.details.extra.push("source", raw::quoted(&source));
    }
    let mut left = std::mem::take(&mut draft.stash);
    // `output` without a `type` is what somebody said.
    if draft.body.content.is_none()
        && draft.word.is_some()
        && let Some((_, value)) =
            left.0.pop_if(|(name, value)| name == "output" && value.as_str().starts_with('"'))
        && let Ok(text) = serde_json::from_str::<String>(value.as_str())
    {
        scan.evidence.saw(Format::ChatJson, "messages whose words stand in `text`, `body` or the like");
        draft.body.before.push(Part::text(text));
    }
    draft.details.extra.0.extend(left.0);
}

/// Makes `text` the content where there is no other; where it does not say the same, it goes to `extra`.
fn finish_text(scan: &mut Reader<'_>, draft: &mut Draft<'_>) {
    match (draft.text.take(), &draft.body.content) {
        (Some((text, raw)), None) => {
            scan.evidence.saw(Format::ChatJson, "messages whose words stand in `text`, `body` or the like");
            draft.body.content = Some((Content::Text(text), raw));
        }
        (Some((text, raw)), Some((content, _))) if !content.says(&text) => {
            draft.details.extra.push("text", raw.to_json());
        }
        _ => {}
    }
}

/// Puts the message together, and adds it to `into`.
fn finish(draft: Draft<'_>, span: Span, into: &mut Vec<Message>) {
    let Draft { mut message, mut details, mut body, word, sender, role_is_null, time, .. } = draft;
    let extra = &mut details.extra;
    message.span = span;
    let named = word.is_some() || role_is_null;
    if let Some(word) = &word {
        let (role, label) = role::read(word);
        message.role = Some(role);
        keep_either(label, &mut message.label, "role", extra);
    }
    match sender {
        Some(sender) if named => keep_either(Some(&*sender), &mut message.name, "sender", extra),
        Some(sender) => match role::read(&sender) {
            (Role::Other(_), _) => keep_either(Some(&*sender), &mut message.name, "sender", extra),
            (role, label) => {
                message.role = Some(role);
                keep_either(label, &mut message.label, "sender", extra);
            }
        },
        None => {}
    }
    keep_either(time, &mut details.time, "timestamp", extra);
    let is_function = word.as_deref() == Some("function");
    // Nearly every message is a text and nothing else.
    if !is_function && let Some(text) = body.only_text() {
        message.parts = Part::text(text).into();
        message.details = (!details.is_empty()).then(|| details.into());
        return into.push(message);
    }
    let (said, content) = body.assemble(&mut message, is_function, extra);
    details.content = content;
    if message.role == Some(Role::User) && said.carries_answers {
        return apart(message, details, said, into);
    }
    message.parts = said.parts.into();
    message.details = (!details.is_empty()).then(|| details.into());
    into.push(message);
}

/// Makes messages of tools from the answers in a message of the user, who did not say them.
///
/// Its details stay with the last message, which is the user's own if they said anything after the answers.
fn apart(message: Message, details: Details, said: Said, into: &mut Vec<Message>) {
    let whole = message.span;
    let mut own: Option<Message> = None;
    for (part, span) in said.parts.into_iter().zip(said.spans) {
        if matches!(part, Part::ToolResult(_)) {
            into.extend(own.take());
            let label = message.label.clone();
            into.push(Message {
                role: Some(Role::Tool),
                label,
                parts: part.into(),
                span,
                ..Message::default()
            });
        } else {
            let own = own.get_or_insert_with(|| Message { span, parts: Parts::default(), ..message.clone() });
            own.span.end = span.end;
            own.parts.push(part);
        }
    }
    into.extend(own);
    if let Some(last) = into.last_mut() {
        last.timestamp = message.timestamp;
        last.name = message.name;
        last.span.end = whole.end;
        last.details = (!details.is_empty()).then(|| details.into());
    }
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

impl<'a> Draft<'a> {
    /// Takes who sent the message: a word for a role, or a name.
    pub(crate) fn take_sender(&mut self, scan: &mut Reader<'a>, key: Key<'a>) {
        scan.take_text(key, &mut self.sender, &mut self.details.extra);
    }

    /// Puts a field away until the message's `type` is known.
    pub(crate) fn put_away(&mut self, scan: &mut Reader<'a>, key: Key<'a>) {
        let value: Raw<'a> = scan.raw();
        self.stash.push(key.name, value.to_json());
    }

    /// Makes the message the answer of a tool, whether or not it says of which call.
    pub(crate) fn make_answer(&mut self, is_error: Option<bool>) {
        if self.body.parts.is_some() {
            return;
        }
        let name = self.message.name.take().map(|name| (*name).to_owned());
        let mut result =
            ToolResult { call_id: self.body.call_id.take(), name, is_error, ..ToolResult::default() };
        let (parts, raw) = match self.body.content.take() {
            Some((Content::Text(text), raw)) => (vec![Part::text(text)], raw),
            Some((Content::Parts(said), raw)) => (said.parts, raw),
            nothing => {
                self.body.content = nothing;
                return self.body.after.insert(0, Part::ToolResult(result.into()));
            }
        };
        result.parts = parts;
        let mut said = Said::default();
        said.push(Part::ToolResult(result.into()), raw.span);
        self.body.content = Some((Content::Parts(said), raw));
    }

    /// Takes an empty content for nothing, where what is said stands beside it.
    pub(crate) fn pass_empty_content(&mut self) {
        let says = |part: &Part| matches!(part, Part::ToolCall(_) | Part::Refusal(_));
        let said = self.body.after.iter().any(says);
        if let Some((Content::Text(text), raw)) = &self.body.content
            && said
            && text.is_empty()
        {
            self.body.content = Some((Content::Parts(Said::default()), *raw));
        }
    }

    /// The role's word as it would be written in the canonical form.
    pub(crate) fn set_role(&mut self, word: &'static str) {
        self.word = Some(word.into());
    }
}
