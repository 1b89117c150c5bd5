//! The attributes of a span.

use super::{flat::is_message, list};
use crate::{
    format::Format,
    json::{
        call,
        dialect::EnvelopeReader,
        envelope::{About, Envelope, shape_of_text},
        raw,
        reader::Reader,
        scan::{Key, Kind, Scanner},
        shape::Shape,
        tools,
    },
    limits::Limits,
    model::{Message, Role},
    source::Span,
};

/// Attributes that hold messages, as JSON or as a string of it.
const ASKED: &[&str] =
    &["gen_ai.input.messages", "gen_ai.prompt", "ai.prompt.messages", "ai.prompt", "input.value"];
const ANSWERED: &[&str] = &[
    "gen_ai.output.messages",
    "gen_ai.completion",
    "output.value",
    "ai.response.text",
    "ai.response.object",
];

/// Whether a string under this name is what somebody asked (`Some(false)`) or answered (`Some(true)`).
pub(crate) fn side(name: &str) -> Option<bool> {
    if ASKED.contains(&name) { Some(false) } else { ANSWERED.contains(&name).then_some(true) }
}

/// Whether the attribute that comes next holds messages.
pub(crate) fn carries(scan: &Scanner<'_>, name: &str) -> bool {
    match scan.kind() {
        Kind::String => {
            is_message(name)
                || side(name).is_some() && {
                    let text = scan.probe().text();
                    let opens = text.trim_start().starts_with(['[', '{']);
                    // Any program has inputs and outputs that are JSON; the other names are those of messages.
                    let any = matches!(name, "input.value" | "output.value");
                    opens && (!any || shape_of_text(&text, &Limits::default()) != Shape::Other)
                }
        }
        Kind::Array if name == "attributes" => list::carries(scan),
        _ => false,
    }
}

pub(super) fn envelope(name: &str) -> Option<EnvelopeReader> {
    match name {
        "gen_ai.system_instructions" => Some(take_instructions),
        "gen_ai.tool.definitions" => Some(take_tools),
        "gen_ai.response.model" | "ai.response.model" | "llm.model_name" => {
            Some(|scan, key, envelope| envelope.put_off(scan, key, About::Model))
        }
        "gen_ai.usage.input_tokens"
        | "gen_ai.usage.prompt_tokens"
        | "llm.token_count.prompt"
        | "ai.usage.promptTokens"
        | "ai.usage.inputTokens" => Some(|scan, key, envelope| envelope.put_off(scan, key, About::Prompt)),
        "gen_ai.usage.output_tokens"
        | "gen_ai.usage.completion_tokens"
        | "llm.token_count.completion"
        | "ai.usage.completionTokens"
        | "ai.usage.outputTokens" => {
            Some(|scan, key, envelope| envelope.put_off(scan, key, About::Completion))
        }
        "ai.response.timestamp" => Some(|scan, key, envelope| envelope.put_off(scan, key, About::Time)),
        "ai.response.toolCalls" => Some(take_calls),
        "attributes" => Some(list::take),
        name if side(name).is_some() => Some(take_side),
        name if is_message(name) => Some(|scan, key, envelope| {
            scan.evidence.decided(Format::OtelGenAi, "an attribute for every field of a message");
            let value = scan.raw().to_json();
            envelope.flat.push(key, value);
        }),
        name if ["gen_ai.", "llm.", "ai.", "openinference."]
            .iter()
            .any(|prefix| name.starts_with(prefix)) =>
        {
            Some(take_other)
        }
        _ => None,
    }
}

/// Keeps an attribute that has no place, unless it holds spans.
fn take_other<'a>(scan: &mut Reader<'a>, key: Key<'a>, envelope: &mut Envelope) {
    scan.evidence.saw(Format::OtelGenAi, "attributes `gen_ai.*`, `llm.*` or `ai.*`");
    match Shape::of_field(scan, &key.name) {
        Shape::Other => envelope.extra.push(key.name, scan.raw().to_json()),
        _ => envelope.carry(scan, key),
    }
}

/// Takes one side of the talk.
fn take_side<'a>(scan: &mut Reader<'a>, key: Key<'a>, envelope: &mut Envelope) {
    let from = envelope.conversation.messages.len();
    let is_answer = side(&key.name) == Some(true);
    let ours = key.name.starts_with("gen_ai.");
    scan.evidence.saw(Format::OtelGenAi, "attributes of a span that hold messages");
    if key.name.starts_with("ai.response") && envelope.has_answer() {
        return envelope.extra.push(key.name, scan.raw().to_json());
    }
    if key.name == "ai.prompt" && begins_with(scan, '{') {
        // It may be no more than `{"prompt": ...}`, which the name says is a conversation.
        let mark = scan.mark();
        let text = scan.text();
        let span = scan.since(mark).span;
        return opened(scan, &text, span, envelope, |inner, envelope| {
            envelope.read_as(inner, "ai.prompt", Shape::Conversation);
        });
    }
    envelope.carry(scan, key);
    if is_answer {
        envelope.answers_from(from);
    }
    if ours {
        scan.evidence.decided(Format::OtelGenAi, "`gen_ai.input.messages` and the like");
    }
}

/// Takes instructions: parts, or a string that holds some.
fn take_instructions<'a>(scan: &mut Reader<'a>, key: Key<'a>, envelope: &mut Envelope) {
    scan.evidence.decided(Format::OtelGenAi, "`gen_ai.system_instructions`");
    within(scan, key, envelope, |scan, key, envelope| envelope.take_system(scan, key));
}

fn take_tools<'a>(scan: &mut Reader<'a>, key: Key<'a>, envelope: &mut Envelope) {
    scan.evidence.saw(Format::OtelGenAi, "`gen_ai.tool.definitions`");
    within(scan, key, envelope, |scan, key, envelope| {
        tools::take(scan, key, &mut envelope.conversation.tools, &mut envelope.extra);
    });
}

/// Takes the calls of an answer, in a string.
fn take_calls<'a>(scan: &mut Reader<'a>, key: Key<'a>, envelope: &mut Envelope) {
    if !begins_with(scan, '[') {
        return scan.keep(key, &mut envelope.extra);
    }
    let mark = scan.mark();
    let text = scan.text();
    let span = scan.since(mark).span;
    let from = envelope.conversation.messages.len();
    opened(scan, &text, span, envelope, |inner, envelope| {
        let calls = call::read_all(inner);
        match envelope.conversation.messages.last_mut() {
            Some(last) if last.role == Some(Role::Assistant) => last.parts.extend(calls),
            _ => envelope.conversation.messages.push(Message {
                role: Some(Role::Assistant),
                parts: calls,
                ..Message::default()
            }),
        }
    });
    envelope.answers_from(from);
}

/// Whether the value that comes next is a string that begins with `mark`.
fn begins_with(scan: &Scanner<'_>, mark: char) -> bool {
    scan.kind() == Kind::String && scan.probe().text().trim_start().starts_with(mark)
}

/// Reads the document in a string that stands at `span`.
pub(super) fn opened(
    scan: &mut Reader<'_>,
    text: &str,
    span: Span,
    envelope: &mut Envelope,
    read: impl for<'r> Fn(&mut Reader<'r>, &mut Envelope),
) {
    let pointer = scan.pointer();
    let (from, begun) = (envelope.conversation.messages.len(), envelope.begin);
    let mut inner = Reader::new(scan.parser, text);
    inner.document();
    read(&mut inner, envelope);
    if let Some(unread) = inner.finish_all() {
        envelope.extra.push("unread", raw::quoted(unread));
    }
    scan.evidence.merge(std::mem::take(&mut inner.evidence));
    scan.adopt(inner.into_scanner(), span, pointer.as_deref());
    let messages = &mut envelope.conversation.messages;
    // Instructions are put before what is there.
    let fresh = if envelope.begin > begun {
        messages.get_mut(begun..envelope.begin)
    } else {
        messages.get_mut(from..)
    };
    fresh.unwrap_or_default().iter_mut().for_each(|message| message.span = span);
}

/// Takes an array, or that in a string.
fn within<'a>(
    scan: &mut Reader<'a>,
    key: Key<'a>,
    envelope: &mut Envelope,
    take: for<'r> fn(&mut Reader<'r>, Key<'r>, &mut Envelope),
) {
    if !begins_with(scan, '[') {
        return take(scan, key, envelope);
    }
    let mark = scan.mark();
    let text = scan.text();
    let span = scan.since(mark).span;
    opened(scan, &text, span, envelope, |inner, envelope| {
        take(inner, Key { name: key.name.to_string().into(), span: key.span }, envelope);
    });
}
