//! Chats as the Gemini CLI and AI Studio save them.
//!
//! ```json
//! {"sessionId": "s", "messages": [
//!   {"type": "user", "content": "Time?"},
//!   {"type": "gemini", "content": "", "thoughts": [{"subject": "Clock", "description": "I look."}],
//!    "toolCalls": [{"id": "c", "name": "clock", "args": {}, "status": "success",
//!      "result": [{"functionResponse": {"id": "c", "name": "clock", "response": {"output": "noon"}}}]}]}]}
//! ```
//!
//! ```json
//! {"chunkedPrompt": {"chunks": [{"role": "user", "text": "Time?"}, {"role": "model", "text": "I look.", "isThought": true}]}}
//! ```

use crate::{
    format::Format,
    json::{
        dialect::{FieldReader, Item},
        envelope::Envelope,
        message::Draft,
        part, raw,
        reader::Reader,
        scan::{Key, Kind},
    },
    model::{Details, Extra, Message, Part, Reasoning},
};

pub(super) fn item(kind: &str) -> Option<Item> {
    match kind {
        "user" => Some(Item { read: user, alone: false }),
        "gemini" => Some(Item { read: answer, alone: false }),
        _ => None,
    }
}

pub(super) fn field(name: &str) -> Option<FieldReader> {
    match name {
        "thoughts" => Some(|scan, key, draft| draft.put_away(scan, key)),
        "isThought" | "tokenCount" => Some(|scan, key, draft| {
            draft.details.extra.push(key.name, scan.raw().to_json());
        }),
        "tokens" => Some(take_tokens),
        _ => None,
    }
}

/// What the person typed, where no other field says whose words they are.
fn user<'a>(_: &mut Reader<'a>, kind: &str, draft: &mut Draft<'a>) {
    if draft.word.is_none() {
        draft.set_role("user");
    } else {
        draft.details.extra.push("type", raw::quoted(kind));
    }
}

fn answer<'a>(scan: &mut Reader<'a>, kind: &str, draft: &mut Draft<'a>) {
    scan.evidence.decided(Format::Gemini, "messages of `type` `gemini`");
    draft.set_role("assistant");
    draft.message.label = Some(kind.into());
    for (name, value) in std::mem::take(&mut draft.stash).0 {
        let mut inner = Reader::new(scan.parser, value.as_str());
        inner.document();
        match name.as_str() {
            "thoughts" if inner.kind() == Kind::Array => {
                inner.open();
                while inner.item() {
                    draft.body.before.push(thought(&mut inner));
                }
            }
            _ => draft.stash.push(name, value),
        }
    }
    // A call has its answer with it.
    let calls = draft.body.calls.iter_mut().flat_map(|(calls, _)| calls);
    let mut answers = Vec::new();
    for part in calls {
        let Part::ToolCall(call) = part else { continue };
        let Some(at) = call.extra.0.iter().position(|(name, _)| name == "result") else { continue };
        let (_, result) = call.extra.0.remove(at);
        let mut inner = Reader::new(scan.parser, result.as_str());
        inner.document();
        if inner.kind() == Kind::Array {
            answers.extend(part::read_all(&mut inner).parts);
        } else {
            call.extra.push("result", inner.raw().to_json());
        }
    }
    draft.body.calls.iter_mut().for_each(|(calls, _)| calls.extend(answers.drain(..)));
}

/// Reads a thought: its words, and what they are about.
fn thought(scan: &mut Reader<'_>) -> Part {
    let mark = scan.mark();
    let (mut text, mut extra) = (None, Extra::default());
    if scan.kind() == Kind::Object {
        scan.open();
        while let Some(key) = scan.key() {
            match &*key.name {
                "description" => scan.take_text(key, &mut text, &mut extra),
                _ => extra.push(key.name, scan.raw().to_json()),
            }
        }
    } else {
        scan.raw();
    }
    match text {
        Some(text) => Part::Reasoning(Reasoning { text, extra, ..Reasoning::default() }.into()),
        None => Part::Unknown(scan.since(mark).to_json()),
    }
}

/// Takes the counts of an answer.
fn take_tokens<'a>(scan: &mut Reader<'a>, key: Key<'a>, draft: &mut Draft<'a>) {
    let usage = &mut draft.details.usage;
    let mut left = Extra::default();
    scan.open();
    while let Some(inner) = scan.key() {
        match &*inner.name {
            "input" => scan.take_count(inner, &mut usage.prompt_tokens, &mut left),
            "output" => scan.take_count(inner, &mut usage.completion_tokens, &mut left),
            _ => left.push(inner.name, scan.raw().to_json()),
        }
    }
    if !left.is_empty() {
        draft.details.extra.push(key.name, raw::object(&left));
    }
}

/// Takes the chunks of AI Studio, some of which are thoughts.
pub(super) fn take_chunks<'a>(scan: &mut Reader<'a>, key: Key<'a>, envelope: &mut Envelope) {
    let from = envelope.conversation.messages.len();
    envelope.carry(scan, key);
    let fresh = envelope.conversation.messages.get_mut(from..).unwrap_or_default();
    if !fresh.is_empty() {
        scan.evidence.decided(Format::Gemini, "`chunkedPrompt`");
    }
    for message in fresh {
        if takes_thought(message) {
            think(message);
        }
    }
}

/// Whether a message says that it is a thought; then it says so no more.
fn takes_thought(message: &mut Message) -> bool {
    let Some(details) = &mut message.details else { return false };
    let extra = &mut details.extra.0;
    let Some(at) = extra.iter().position(|(name, value)| name == "isThought" && value.as_str() == "true")
    else {
        return false;
    };
    extra.remove(at);
    if **details == Details::default() {
        message.details = None;
    }
    true
}

/// Makes the words of a message reasoning.
fn think(message: &mut Message) {
    for part in message.parts.iter_mut() {
        if let Part::Text(text) = part {
            let extra = text.extra.take().map(|extra| *extra).unwrap_or_default();
            let text = std::mem::take(&mut text.text);
            *part = Part::Reasoning(Reasoning { text, extra, ..Reasoning::default() }.into());
        }
    }
}
