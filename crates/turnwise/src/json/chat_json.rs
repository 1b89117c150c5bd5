//! Messages in whatever words a program has for them: `{speaker, text}`, `{sender, body}`, `[role, content]`.
//!
//! There is no specification; these are shapes that support desks, exports and programs of one's own have:
//!
//! ```json
//! {"conversation_id": "c1", "turns": [
//!   {"author": {"name": "Ana"}, "body": "Where is my order?", "ts": 1737383400},
//!   {"sender": "agent", "text": "On its way.", "created_at": "2025-01-20T14:30:02Z"}]}
//! ```
//!
//! - The list may have any name, such as `messages`, `conversation`, `turns`, `transcript`, `events`, `steps` or
//!   `chat_history`; the conversation's id is `id`, else `conversation_id`, `thread_id`, `session_id`, `run_id` or `uuid`.
//! - Who speaks stands in `role`, `from`, `sender`, `author`, `speaker` or `type`, as a word or as an object with a role
//!   and a name. A word that names no role is a name, and the role stays open; where one party is known and one name is
//!   left, it is taken for the other party, which a finding says.
//! - What is said stands in `content`, `text`, `message`, `body`, `value` or `output`. Where several are there, `content`
//!   wins, and the others are kept.
//! - When stands in `timestamp`, `time`, `date`, `ts` or `created_at`: RFC 3339 or near it, or seconds or
//!   milliseconds since 1970.
//! - A message may be a pair, `["user", "hi"]`.
//! - AutoGen has the class of a message as its `type` (`UserMessage`), who speaks in `source`, and calls and answers as
//!   objects in the content; trajectories (ATIF) have the role in `source`.
//! - A list of strings is a labelled transcript where its lines have labels, else the user's and the assistant's words by
//!   turns, which a finding says.
//!
//! A `{role, content}` alone belongs to no format; it is read as the canonical form, which it is.

use std::sync::Arc;

use super::{
    call,
    dialect::{Dialect, EnvelopeReader, FieldReader, Item, PartReader},
    envelope::Envelope,
    message::{self, Draft},
    part, raw,
    reader::Reader,
    role,
    scan::{Key, Kind},
};
use crate::{
    diagnostic::Code,
    format::Format,
    model::{Conversation, Extra, Message, Part, Role, ToolResult},
};

/// What this format adds.
pub(crate) const DIALECT: Dialect = Dialect { keyed_part, field, item, envelope, ..Dialect::NONE };

/// Fields that may name a conversation, where none is called `id`.
const IDS: &[&str] =
    &["conversation_id", "conversationId", "thread_id", "threadId", "session_id", "run_id", "uuid"];

fn field(name: &str) -> Option<FieldReader> {
    Some(match name {
        "sender" | "author" | "speaker" | "participant" => take_author,
        "source" => take_source,
        "text" | "body" | "utterance" | "msg" | "message" | "value" => take_words,
        // Only at the end is it known whether it is an answer's own field.
        "output" => |scan, key, draft| draft.put_away(scan, key),
        _ => return None,
    })
}

/// A `type` that names a role, or a class of messages that has one in its name.
fn item(kind: &str) -> Option<Item> {
    (role_of(kind).is_some() || kind == ANSWERS).then_some(Item { read: finish_item, alone: false })
}

/// Answers of tools, as AutoGen calls them.
const ANSWERS: &str = "FunctionExecutionResultMessage";

/// The word for a role in a `type`.
fn role_of(kind: &str) -> Option<&str> {
    let word = kind.strip_suffix("Message").unwrap_or(kind);
    role::is_known(word).then_some(word)
}

fn finish_item<'a>(scan: &mut Reader<'a>, kind: &str, draft: &mut Draft<'a>) {
    let word = if kind == ANSWERS { Some("tool") } else { role_of(kind) };
    match word.filter(|_| draft.word.is_none() && !draft.role_is_null) {
        None => draft.details.extra.push("type", raw::quoted(kind)),
        Some(word) => {
            scan.evidence.saw(Format::ChatJson, "messages with a role as their `type`");
            draft.word = Some(word.to_owned().into());
            if word != kind {
                draft.details.extra.push("type", raw::quoted(kind));
                draft.sender = draft.sender.take().or(draft.source.take());
            }
        }
    }
}

/// Calls and answers that are told by their fields.
fn keyed_part(key: &str) -> Option<PartReader> {
    Some(match key {
        "arguments" => |scan, _, said| {
            let mark = scan.mark();
            let call = call::read(scan, &[]);
            said.push_since(scan, mark, call.map(|call| Part::ToolCall(call.into())));
        },
        "call_id" => |scan, _, said| {
            let mark = scan.mark();
            let result = answer(scan);
            said.push_since(scan, mark, Some(Part::ToolResult(result.into())));
        },
        _ => return None,
    })
}

fn answer(scan: &mut Reader<'_>) -> ToolResult {
    let mut result = ToolResult::default();
    let extra = &mut result.extra;
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "call_id" => scan.take_id(key, &mut result.call_id, extra),
            "name" => scan.take_text(key, &mut result.name, extra),
            "is_error" => scan.take_flag(key, &mut result.is_error, extra),
            "content" | "output" | "result" if result.parts.is_empty() => result.parts = part::answer(scan),
            _ => scan.keep(key, extra),
        }
    }
    result
}

fn envelope(name: &str) -> Option<EnvelopeReader> {
    IDS.contains(&name).then_some(|scan, key, envelope| match scan.kind() {
        Kind::String | Kind::Number | Kind::Null => envelope.extra.push(key.name, scan.raw().to_json()),
        _ => envelope.carry(scan, key),
    })
}

/// Names a conversation that has no `id` by a field that may be meant so.
pub(super) fn adopt_id(envelope: &mut Envelope) {
    let Envelope { conversation, extra, .. } = envelope;
    // Without messages it may be anything, and stays as it is.
    if conversation.id.is_some() || conversation.messages.is_empty() {
        return;
    }
    let found = IDS.iter().find_map(|name| extra.0.iter().position(|(key, _)| key == name));
    if let Some(at) = found
        && let Some((_, value)) = extra.0.get(at)
        && let Some(id) = identifier(value.as_str())
    {
        conversation.id = Some(id);
        extra.0.remove(at);
    }
}

fn identifier(json: &str) -> Option<String> {
    match json.as_bytes().first()? {
        b'"' => serde_json::from_str(json).ok(),
        b'n' => None,
        _ => Some(json.to_owned()),
    }
}

/// Takes who speaks: a word, or an object with a role and a name.
pub(super) fn take_author<'a>(scan: &mut Reader<'a>, key: Key<'a>, draft: &mut Draft<'a>) {
    scan.evidence.saw(Format::ChatJson, "messages with `sender`, `author` or `speaker`");
    match scan.kind() {
        Kind::Object => {}
        // Speakers that were told apart by their voices have numbers.
        Kind::Number if draft.sender.is_none() => return draft.sender = Some(scan.raw().text.into()),
        _ => return draft.take_sender(scan, key),
    }
    let mut left = Extra::default();
    let name_of_object = key.name.clone();
    scan.open();
    while let Some(key) = scan.key() {
        match (&*key.name, scan.kind()) {
            ("role" | "type", Kind::String) if draft.word.is_none() && !draft.role_is_null => {
                draft.word = Some(scan.text());
            }
            ("name" | "display_name" | "displayName" | "username", Kind::String)
                if draft.message.name.is_none() =>
            {
                scan.take_text(key, &mut draft.message.name, &mut left);
            }
            _ => left.push(key.name, scan.raw().to_json()),
        }
    }
    if !left.is_empty() {
        draft.details.extra.push(name_of_object, raw::object(&left));
    }
}

/// Takes who speaks, where the word names a role; other sources are known at the end.
fn take_source<'a>(scan: &mut Reader<'a>, key: Key<'a>, draft: &mut Draft<'a>) {
    if scan.kind() != Kind::String || draft.source.is_some() {
        return scan.keep(key, &mut draft.details.extra);
    }
    let text = scan.text();
    if role::is_known(&text) && draft.sender.is_none() {
        scan.evidence.saw(Format::ChatJson, "messages with `sender`, `author` or `speaker`");
        draft.sender = Some(text);
    } else {
        draft.source = Some(text);
    }
}

/// Takes what is said, from a field that is not called `content`.
fn take_words<'a>(scan: &mut Reader<'a>, key: Key<'a>, draft: &mut Draft<'a>) {
    if draft.body.content.is_some() {
        return scan.keep(key, &mut draft.details.extra);
    }
    scan.evidence.saw(Format::ChatJson, "messages whose words stand in `text`, `body` or the like");
    draft.alias = Some(key.name.clone());
    message::take_content(scan, key, draft, 0);
}

/// Takes the one name that no role is known for as the other party, where only one party is known.
pub(super) fn assume_roles(scan: &mut Reader<'_>, conversation: &mut Conversation) {
    if !scan.evidence.met(Format::ChatJson) {
        return;
    }
    let is_there =
        |role: &Role| conversation.messages.iter().any(|message| message.role.as_ref() == Some(role));
    let role = match (is_there(&Role::User), is_there(&Role::Assistant)) {
        (true, false) => Role::Assistant,
        (false, true) => Role::User,
        _ => return,
    };
    let open = |message: &&mut Message| message.role.is_none();
    let mut names = conversation.messages.iter_mut().filter(open).map(|message| &message.name);
    let Some(Some(name)) = names.next() else { return };
    if !names.all(|other| other.as_ref() == Some(name)) {
        return;
    }
    let name: Arc<str> = name.clone();
    for (index, message) in conversation.messages.iter_mut().filter(open).enumerate() {
        message.role = Some(role.clone());
        if index == 0 {
            scan.report(Code::AssumedRole, message.span, &[("label", &name), ("role", role.as_str())]);
        }
    }
}
