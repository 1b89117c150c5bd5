//! The attributes of a span.

use crate::{
    format::Format,
    json::{
        dialect::EnvelopeReader,
        envelope::{About, Envelope},
        raw,
        reader::Reader,
        scan::{Key, Kind, Scanner},
        tools,
    },
    model::Extra,
};

/// Attributes that hold messages, as JSON or as a string of it.
const ASKED: &[&str] = &["gen_ai.input.messages", "gen_ai.prompt", "ai.prompt.messages", "ai.prompt", "input.value"];
const ANSWERED: &[&str] = &["gen_ai.output.messages", "gen_ai.completion", "output.value", "ai.response.text"];

/// Whether a string under this name is what somebody asked (`Some(false)`) or answered (`Some(true)`).
pub(crate) fn side(name: &str) -> Option<bool> {
    if ASKED.contains(&name) {
        Some(false)
    } else {
        ANSWERED.contains(&name).then_some(true)
    }
}

/// Whether the attribute that comes next holds messages.
pub(crate) fn carries(scan: &Scanner<'_>, name: &str) -> bool {
    match scan.kind() {
        Kind::String => {
            super::flat::is_message(name)
                || side(name).is_some() && scan.probe().text().trim_start().starts_with(['[', '{'])
        }
        Kind::Array if name == "attributes" => {
            let mut scan = scan.probe();
            scan.open();
            while scan.item() {
                if entry(&mut scan).is_some_and(|name| side(&name).is_some() || super::flat::is_message(&name)) {
                    return true;
                }
            }
            false
        }
        _ => false,
    }
}

/// The name of the attribute that comes next in a list.
fn entry(scan: &mut Scanner<'_>) -> Option<String> {
    let mut name = None;
    if scan.kind() != Kind::Object {
        scan.raw();
        return None;
    }
    scan.open();
    while let Some(key) = scan.key() {
        if key.name == "key" && scan.kind() == Kind::String {
            name = Some(scan.text().into_owned());
        } else {
            scan.raw();
        }
    }
    name
}

pub(super) fn envelope(name: &str) -> Option<EnvelopeReader> {
    match name {
        "gen_ai.system_instructions" => Some(take_instructions),
        "gen_ai.tool.definitions" => Some(take_tools),
        "gen_ai.response.model" | "ai.response.model" | "llm.model_name" => {
            Some(|scan, key, envelope| envelope.put_off(scan, key, About::Model))
        }
        "gen_ai.usage.input_tokens" | "gen_ai.usage.prompt_tokens" | "llm.token_count.prompt" => {
            Some(|scan, key, envelope| envelope.put_off(scan, key, About::Prompt))
        }
        "gen_ai.usage.output_tokens" | "gen_ai.usage.completion_tokens" | "llm.token_count.completion" => {
            Some(|scan, key, envelope| envelope.put_off(scan, key, About::Completion))
        }
        "attributes" => Some(take_list),
        name if side(name).is_some() => Some(take_side),
        name if super::flat::is_message(name) => Some(|scan, key, envelope| {
            scan.evidence.decided(Format::OtelGenAi, "an attribute for every field of a message");
            let value = scan.raw().to_json();
            envelope.flat.push(key, value);
        }),
        name if ["gen_ai.", "llm.", "ai.", "openinference."].iter().any(|prefix| name.starts_with(prefix)) => {
            Some(|scan, key, envelope| {
                if key.name.starts_with("gen_ai.") {
                    scan.evidence.saw(Format::OtelGenAi, "attributes `gen_ai.*`");
                }
                envelope.extra.push(key.name, scan.raw().to_json());
            })
        }
        _ => None,
    }
}

/// Takes one side of the talk.
fn take_side<'a>(scan: &mut Reader<'a>, key: Key<'a>, envelope: &mut Envelope) {
    let from = envelope.conversation.messages.len();
    let (is_answer, is_text) = (side(&key.name) == Some(true), scan.kind() == Kind::String);
    let ours = key.name.starts_with("gen_ai.");
    if is_text && key.name.starts_with("ai.response") && envelope.has_answer() {
        return envelope.extra.push(key.name, scan.raw().to_json());
    }
    envelope.carry(scan, key);
    if is_answer {
        envelope.answers_from(from);
    }
    if ours {
        scan.evidence.decided(Format::OtelGenAi, "attributes that hold messages");
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

/// Takes an array, or that in a string.
fn within<'a>(
    scan: &mut Reader<'a>,
    key: Key<'a>,
    envelope: &mut Envelope,
    take: for<'r> fn(&mut Reader<'r>, Key<'r>, &mut Envelope),
) {
    if scan.kind() != Kind::String || !scan.probe().text().trim_start().starts_with('[') {
        return take(scan, key, envelope);
    }
    let text = scan.text();
    let name = key.name.into_owned();
    let mut inner = Reader::new(scan.parser, &text);
    inner.document();
    take(&mut inner, Key { name: name.into(), span: key.span }, envelope);
    scan.evidence.merge(std::mem::take(&mut inner.evidence));
}

/// Takes attributes in a list of `{key, value}`; as an object they would be a member each.
fn take_list<'a>(scan: &mut Reader<'a>, key: Key<'a>, envelope: &mut Envelope) {
    if !carries(scan, &key.name) {
        return envelope.carry(scan, key);
    }
    let mark = scan.mark();
    let mut members = Extra::default();
    scan.open();
    while scan.item() {
        let item = scan.mark();
        match attribute(scan) {
            Some((name, value)) => members.push(name, value),
            None => members.push("attribute", scan.since(item).to_json()),
        }
    }
    let object = raw::object(&members);
    let from = envelope.conversation.messages.len();
    let mut inner = Reader::new(scan.parser, object.as_str());
    inner.document();
    envelope.inner(&mut inner, &key.name);
    scan.evidence.merge(std::mem::take(&mut inner.evidence));
    let (span, pointer) = (scan.since(mark).span, scan.pointer());
    scan.adopt(inner.into_scanner(), span, pointer.as_deref());
    for message in envelope.conversation.messages.get_mut(from..).unwrap_or_default() {
        message.span = span;
    }
}

/// The name and the value of the attribute that comes next: `{"key": "k", "value": {"stringValue": "v"}}`.
fn attribute(scan: &mut Reader<'_>) -> Option<(String, crate::model::RawJson)> {
    let (mut name, mut value, mut others) = (None, None, false);
    if scan.kind() != Kind::Object {
        scan.raw();
        return None;
    }
    scan.open();
    while let Some(key) = scan.key() {
        match (&*key.name, scan.kind()) {
            ("key", Kind::String) => name = Some(scan.text().into_owned()),
            ("value", Kind::Object) => {
                scan.open();
                while let Some(kind) = scan.key() {
                    others |= !matches!(&*kind.name, "stringValue" | "boolValue" | "doubleValue" | "intValue");
                    value = Some(scan.raw().to_json());
                }
            }
            _ => {
                others = true;
                scan.raw();
            }
        }
    }
    name.zip(value).filter(|_| !others)
}
