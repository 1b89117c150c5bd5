//! What `generateText` and the like give, as traces have it: one answer, said in several ways.

use crate::{
    format::Format,
    json::{
        envelope::{About, Envelope},
        part::{self, Said},
        raw,
        reader::Reader,
        scan::{Key, Kind, Scanner},
    },
    model::{Extra, Message, Part, RawJson, Reasoning, Role},
};

/// Fields that other objects have, which are looked at no further.
const OTHERS: &[&str] = &[
    "candidates",
    "chat_messages",
    "choices",
    "contents",
    "conversation",
    "conversations",
    "from",
    "input",
    "inputs",
    "mapping",
    "messages",
    "prompt",
    "role",
    "type",
];

/// The ways to say an answer, the fullest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// `response.messages`.
    Response,
    /// `responseMessages`.
    Messages,
    /// `steps`.
    Steps,
    /// `content`.
    Content,
    /// `text`, `reasoning`, `toolCalls` and `toolResults`.
    Words,
    /// `object`.
    Object,
}

/// Whether the object that comes next is such a result.
pub(crate) fn is_result(scan: &Scanner<'_>) -> bool {
    look(scan, false).is_some()
}

/// The best way in which the object that comes next says its answer; none where it is no result.
fn look(scan: &Scanner<'_>, step: bool) -> Option<Way> {
    let mut scan = scan.probe();
    let (mut finished, mut ways) = (false, Vec::new());
    let mut model = false;
    scan.open();
    while let Some(key) = scan.key() {
        let kind = scan.kind();
        match &*key.name {
            name if OTHERS.contains(&name) => return None,
            "finishReason" => finished = true,
            "response" if kind == Kind::Object => {
                let mut inner = scan.probe();
                inner.open();
                while let Some(key) = inner.key() {
                    model |= key.name == "modelId";
                    if key.name == "messages" && !step && has_object(&inner) {
                        ways.push(Way::Response);
                    }
                    inner.raw();
                }
            }
            "responseMessages" if has_object(&scan) => ways.push(Way::Messages),
            "steps" if !step && has_object(&scan) && is_step(&scan) => {
                finished = true;
                ways.push(Way::Steps);
            }
            "content" if has_object(&scan) => ways.push(Way::Content),
            "text" if kind == Kind::String => ways.push(Way::Words),
            "toolCalls" if has_object(&scan) => ways.push(Way::Words),
            "object" if kind == Kind::Object => ways.push(Way::Object),
            _ => {}
        }
        scan.raw();
    }
    ways.into_iter().min().filter(|_| finished || model)
}

/// Whether an array comes next that begins with an object.
fn has_object(scan: &Scanner<'_>) -> bool {
    let mut scan = scan.probe();
    scan.kind() == Kind::Array && {
        scan.open();
        scan.item() && scan.kind() == Kind::Object
    }
}

/// Whether the first item of the array that comes next is a step.
fn is_step(scan: &Scanner<'_>) -> bool {
    let mut scan = scan.probe();
    scan.open();
    scan.item() && look(&scan, true).is_some()
}

/// Reads the result that comes next.
pub(crate) fn read_result(scan: &mut Reader<'_>, envelope: &mut Envelope) {
    let way = look(scan, false);
    read_way(scan, envelope, way);
}

fn read_step(scan: &mut Reader<'_>, envelope: &mut Envelope) {
    let way = look(scan, true);
    read_way(scan, envelope, way);
}

/// What is said in the fields of one answer.
#[derive(Default)]
struct Turn {
    said: Said,
    text: Option<(String, RawJson)>,
    calls: Vec<Part>,
    results: Vec<Part>,
}

fn read_way(scan: &mut Reader<'_>, envelope: &mut Envelope, way: Option<Way>) {
    scan.evidence.decided(Format::VercelAiSdk, "a result with `finishReason`, `steps` or `response.modelId`");
    let from = envelope.conversation.messages.len();
    let mark = scan.mark();
    let mut turn = Turn::default();
    let words = way == Some(Way::Words);
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "response" if scan.kind() == Kind::Object => {
                read_response(scan, key, envelope, way == Some(Way::Response));
            }
            "usage" | "totalUsage" => envelope.put_off(scan, key, About::Usage),
            "responseMessages" if way == Some(Way::Messages) => envelope.carry(scan, key),
            "steps" if way == Some(Way::Steps) => read_steps(scan, envelope),
            "content" if way == Some(Way::Content) => turn.said = part::read_all(scan),
            "object" if way == Some(Way::Object) => {
                let raw = scan.raw();
                turn.said.push(Part::Json(raw.to_json()), raw.span);
            }
            "text" if scan.kind() == Kind::String => {
                let mark = scan.mark();
                let text = scan.text().into_owned();
                turn.text = Some((text, scan.since(mark).to_json()));
            }
            "reasoning" | "reasoningText"
                if words && turn.said.parts.is_empty() && scan.kind() == Kind::String =>
            {
                let mark = scan.mark();
                let text = scan.text().into_owned();
                let reasoning = Reasoning { text, ..Reasoning::default() };
                turn.said.push(Part::Reasoning(reasoning.into()), scan.since(mark).span);
            }
            "toolCalls" if words && scan.kind() == Kind::Array => {
                each(scan, &mut envelope.extra, key, &mut turn.calls, |scan| {
                    super::tool::plain_call(scan).map(|call| Part::ToolCall(call.into()))
                });
            }
            "toolResults" if words && scan.kind() == Kind::Array => {
                each(scan, &mut envelope.extra, key, &mut turn.results, |scan| {
                    Some(Part::ToolResult(super::tool::plain_result(scan, "").into()))
                });
            }
            "providerMetadata" => super::keep(scan, key, &mut envelope.extra),
            _ => envelope.extra.push(key.name, scan.raw().to_json()),
        }
    }
    if matches!(way, Some(Way::Content | Way::Words | Way::Object)) {
        let Turn { mut said, calls, results, .. } = turn;
        if words
            && let Some((text, _)) = turn.text.take()
            && (!text.is_empty() || calls.is_empty())
        {
            said.parts.push(Part::text(text));
        }
        said.parts.extend(calls);
        said.parts.extend(results);
        let span = scan.since(mark).span;
        let message = Message { role: Some(Role::Assistant), parts: said.parts, span, ..Message::default() };
        envelope.conversation.messages.push(message);
    }
    // A text that says more or less than the answer has no other place.
    let last = envelope.conversation.messages.get(from..).and_then(|answer| answer.last());
    if let Some((text, raw)) = turn.text
        && last.is_none_or(|last| last.text() != text)
    {
        envelope.extra.push("text", raw);
    }
    envelope.answers_from(from);
    envelope.forget_repeats(scan, from);
    envelope.settle();
}

/// Reads the array of calls that comes next, which is all that `doGenerate` gives in some traces.
pub(crate) fn read_calls(scan: &mut Reader<'_>) -> Vec<Part> {
    let mut calls = Vec::new();
    scan.open();
    while scan.item() {
        let mark = scan.mark();
        let call = if scan.kind() == Kind::Object { super::tool::plain_call(scan) } else { None };
        if scan.since(mark).text.is_empty() {
            scan.raw();
        }
        calls.push(match call {
            Some(call) => Part::ToolCall(call.into()),
            None => Part::Unknown(scan.since(mark).to_json()),
        });
    }
    calls
}

/// Reads steps, each of which is a result; what is left of them stays together.
fn read_steps(scan: &mut Reader<'_>, envelope: &mut Envelope) {
    let before = envelope.extra.0.len();
    scan.open();
    while scan.item() {
        match scan.kind() {
            Kind::Object => envelope.within(scan, "steps", read_step),
            _ => envelope.extra.push("steps", scan.raw().to_json()),
        }
    }
    let left: Vec<String> =
        envelope.extra.0.drain(before..).map(|(_, value)| value.as_str().to_owned()).collect();
    if !left.is_empty() {
        envelope.extra.push("steps", RawJson::trusted(&format!("[{}]", left.join(","))));
    }
}

/// Reads an array of calls or answers; an empty one is kept.
fn each(
    scan: &mut Reader<'_>,
    extra: &mut Extra,
    key: Key<'_>,
    into: &mut Vec<Part>,
    read: impl Fn(&mut Reader<'_>) -> Option<Part>,
) {
    let mark = scan.mark();
    scan.open();
    while scan.item() {
        let mark = scan.mark();
        let part =
            if scan.kind() == Kind::Object { read(scan) } else { scan.raw().sound.then_some(()).and(None) };
        into.push(part.unwrap_or_else(|| Part::Unknown(scan.since(mark).to_json())));
    }
    if into.is_empty() {
        extra.push(key.name, scan.since(mark).to_json());
    }
}

/// Reads what is said of the answer, and its messages where they are the way to read it.
fn read_response(scan: &mut Reader<'_>, key: Key<'_>, envelope: &mut Envelope, messages: bool) {
    let mut left = Extra::default();
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "modelId" => envelope.put_off(scan, key, About::Model),
            "timestamp" => envelope.put_off(scan, key, About::Time),
            "messages" if messages => envelope.carry(scan, key),
            _ => left.push(key.name, scan.raw().to_json()),
        }
    }
    if !left.is_empty() {
        envelope.extra.push(key.name, raw::object(&left));
    }
}
