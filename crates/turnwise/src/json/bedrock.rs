//! Amazon Bedrock Converse, and the same messages as Amazon Nova and Strands Agents have them.
//!
//! ```json
//! {"modelId": "nova", "inferenceConfig": {"maxTokens": 512}, "system": [{"text": "Be brief."}], "messages": [
//!   {"role": "user", "content": [{"text": "Weather in Rome?"}]},
//!   {"role": "assistant", "content": [{"toolUse": {"toolUseId": "t1", "name": "weather", "input": {"city": "Rome"}}}]},
//!   {"role": "user", "content": [
//!     {"toolResult": {"toolUseId": "t1", "content": [{"json": {"c": 18}}], "status": "success"}}]}]}
//! ```
//!
//! A response has the message in `output.message`, and beside it `stopReason`, `usage` and `metrics.latencyMs`, which
//! become the answer's tokens and time taken.
//!
//! - Blocks have no `type`: their one key tells what they are.
//! - A user's message carries the answers of tools. Each becomes a message of the tool, and the writer puts them
//!   together again. `status` says whether the tool failed.
//! - Media say their `format` (`png`), which becomes a media type. A `format` that has none stays in `extra`.
//!   Bytes are Base64, or an address of S3; other addresses have no place.
//! - `reasoningContent` is reasoning with its signature. `redactedContent` is reasoning without text, and has the
//!   `type` `redacted_thinking` in `extra`, as Anthropic calls it.
//! - `citationsContent` and `guardContent` are texts. What they say of them stays in `extra` under that name.
//! - `cachePoint`, `searchResult` and guarded images stay as they are.
//! - Tools stand in `toolConfig`, their schema in `inputSchema.json`; `toolChoice` stays in `extra` as `toolConfig`.
//! - Calls without an id are given `call_0` and so on, since answers must refer to one.
//!
//! Specification: <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html>.

mod media;
mod result;
mod write;

use super::{
    call,
    dialect::{Dialect, EnvelopeReader, PartReader},
    envelope::{About, Envelope},
    part::{self, Said},
    raw,
    reader::Reader,
    scan::{Key, Kind, Scanner},
    tools,
};
use crate::{
    format::Format,
    model::{Extra, Part, RawJson, Reasoning, Text},
};

pub(crate) use write::write;

/// What this format adds.
pub(crate) const DIALECT: Dialect = Dialect { keyed_part, envelope, ..Dialect::NONE };

/// Fields of a request that only this format has.
const OF_REQUEST: &[&str] = &[
    "inferenceConfig",
    "guardrailConfig",
    "additionalModelRequestFields",
    "additionalModelResponseFieldPaths",
    "additionalModelResponseFields",
    "promptVariables",
    "performanceConfig",
];

/// Blocks that have no place in the model.
const OTHER_BLOCKS: &[&str] = &["cachePoint", "searchResult"];

fn keyed_part(key: &str) -> Option<PartReader> {
    match key {
        "text" => Some(|scan, _, said| {
            let mark = scan.mark();
            let text = part::text(scan, &[]);
            said.push_since(scan, mark, text.map(Part::Text));
        }),
        "toolUse" => Some(|scan, name, said| block(scan, name, said, tool_use)),
        "toolResult" => Some(result::read),
        "reasoningContent" => Some(|scan, name, said| block(scan, name, said, reasoning)),
        "image" | "document" | "video" | "audio" => {
            Some(|scan, name, said| block(scan, name, said, media::read))
        }
        "citationsContent" | "guardContent" => Some(|scan, name, said| block(scan, name, said, wrapped_text)),
        "json" => {
            Some(|scan, name, said| block(scan, name, said, |scan, _| Some(Part::Json(scan.raw().to_json()))))
        }
        name if OTHER_BLOCKS.contains(&name) => Some(|scan, name, said| {
            block(scan, name, said, |scan, _| {
                scan.raw();
                None
            });
        }),
        _ => None,
    }
}

/// Reads a block, an object with one member: `read` makes a part of it, or leaves it as it is written.
fn block(
    scan: &mut Reader<'_>,
    name: &str,
    said: &mut Said,
    read: fn(&mut Reader<'_>, &str) -> Option<Part>,
) {
    let mark = scan.mark();
    let mut part = None;
    scan.open();
    while let Some(key) = scan.key() {
        if key.name == name && part.is_none() {
            let evident = name != "json" && scan.kind() == Kind::Object;
            let found = read(scan, name);
            if evident && (found.is_some() || OTHER_BLOCKS.contains(&name)) {
                scan.evidence.saw(Format::BedrockConverse, "a block told by its key, such as `toolUse`");
            }
            part = Some(found);
        } else {
            scan.raw();
            part = Some(None);
        }
    }
    said.push_since(scan, mark, part.flatten());
}

fn tool_use(scan: &mut Reader<'_>, _: &str) -> Option<Part> {
    if scan.kind() != Kind::Object {
        scan.raw();
        return None;
    }
    call::read(scan, &[]).map(|call| Part::ToolCall(call.into()))
}

fn reasoning(scan: &mut Reader<'_>, _: &str) -> Option<Part> {
    if scan.kind() != Kind::Object {
        scan.raw();
        return None;
    }
    let mut reasoning = Reasoning::default();
    let mut found = false;
    scan.open();
    while let Some(key) = scan.key() {
        match (&*key.name, scan.kind()) {
            ("reasoningText", Kind::Object) if !found => {
                let extra = std::mem::take(&mut reasoning.extra);
                reasoning = part::reasoning(scan, &[]);
                reasoning.extra.0.splice(0..0, extra.0);
                found = true;
            }
            ("redactedContent", Kind::String) if !found => {
                reasoning.signature = Some(scan.text().into_owned());
                reasoning.extra.push("type", raw::quoted("redacted_thinking"));
                found = true;
            }
            _ => reasoning.extra.push(key.name, scan.raw().to_json()),
        }
    }
    found.then(|| Part::Reasoning(reasoning.into()))
}

/// Reads a text that stands in a block which says more of it.
fn wrapped_text(scan: &mut Reader<'_>, name: &str) -> Option<Part> {
    if scan.kind() != Kind::Object {
        scan.raw();
        return None;
    }
    let (mut text, mut left) = (None, Extra::default());
    scan.open();
    while let Some(key) = scan.key() {
        match (&*key.name, scan.kind()) {
            ("content", Kind::Array) if text.is_none() => text = only_text(scan),
            ("text", Kind::Object) if text.is_none() => {
                scan.open();
                while let Some(key) = scan.key() {
                    match &*key.name {
                        "text" if text.is_none() => scan.take_text(key, &mut text, &mut left),
                        _ => left.push(key.name, scan.raw().to_json()),
                    }
                }
            }
            _ => left.push(key.name, scan.raw().to_json()),
        }
    }
    let mut extra = Extra::default();
    extra.push(name, raw::object(&left));
    text.map(|text: String| Part::Text(Text::with(text, extra)))
}

/// Reads an array of one text; none where it is anything else.
fn only_text(scan: &mut Reader<'_>) -> Option<String> {
    let (mut text, mut others) = (None, Extra::default());
    scan.open();
    while scan.item() {
        if scan.kind() == Kind::Object && text.is_none() {
            scan.open();
            while let Some(key) = scan.key() {
                match &*key.name {
                    "text" => scan.take_text(key, &mut text, &mut others),
                    _ => others.push(key.name, scan.raw().to_json()),
                }
            }
        } else {
            others.push("", scan.raw().to_json());
        }
    }
    text.filter(|_| others.is_empty())
}

fn envelope(name: &str) -> Option<EnvelopeReader> {
    match name {
        "toolConfig" => Some(tool_config),
        "metrics" => Some(|scan, key, envelope| {
            if scan.kind() == Kind::Object {
                envelope.put_off(scan, key, About::Latency);
            } else {
                envelope.carry(scan, key);
            }
        }),
        "modelId" => Some(|scan, key, envelope| envelope.put_off(scan, key, About::Model)),
        "stopReason" => Some(|scan, key, envelope| {
            scan.evidence.saw(Format::BedrockConverse, "`stopReason` beside a message");
            envelope.extra.push(key.name, scan.raw().to_json());
        }),
        name if OF_REQUEST.contains(&name) => Some(|scan, key, envelope| {
            scan.evidence
                .decided(Format::BedrockConverse, "`inferenceConfig` or another field of its requests");
            envelope.extra.push(key.name, scan.raw().to_json());
        }),
        _ => None,
    }
}

/// Takes the definitions of tools; what else the object has stays in `extra`. Gemini's of that name has none.
fn tool_config<'a>(scan: &mut Reader<'a>, key: Key<'a>, envelope: &mut Envelope) {
    if scan.kind() != Kind::Object {
        return envelope.extra.push(key.name, scan.raw().to_json());
    }
    let mark = scan.mark();
    let mut left = Extra::default();
    let mut found = false;
    scan.open();
    while let Some(inner) = scan.key() {
        if inner.name == "tools" {
            found = true;
            scan.evidence.decided(Format::BedrockConverse, "`toolConfig` with `tools`");
            tools::take(scan, inner, &mut envelope.conversation.tools, &mut left);
        } else {
            left.push(inner.name, scan.raw().to_json());
        }
    }
    if !found {
        envelope.extra.push(key.name, scan.since(mark).to_json());
    } else if !left.is_empty() {
        envelope.extra.push(key.name, raw::object(&left));
    }
}

/// Notes that the array which comes next is one of this format, where its parts are told by a key.
pub(super) fn note_untyped(scan: &mut Reader<'_>) {
    let mut ahead = scan.probe();
    ahead.open();
    if !ahead.item() || ahead.kind() != Kind::Object {
        return;
    }
    let mut told = false;
    ahead.open();
    while let Some(key) = ahead.key() {
        if key.name == "type" {
            return;
        }
        told |= keyed_part(&key.name).is_some();
        ahead.raw();
    }
    if told {
        scan.evidence.saw(Format::BedrockConverse, "a `content` of parts without `type`");
    }
}

/// Whether the schema of a tool stands in an object of its own.
pub(super) fn is_wrapped(scan: &Scanner<'_>) -> bool {
    let mut members = Extra::default();
    if scan.kind() == Kind::Object {
        scan.probe().members(&mut members);
    }
    matches!(members.0.as_slice(), [(name, _)] if name == "json")
}

/// The schema in such an object.
pub(super) fn unwrap(scan: &mut Reader<'_>) -> RawJson {
    let mut members = Extra::default();
    scan.members(&mut members);
    scan.evidence.saw(Format::BedrockConverse, "a tool with `inputSchema.json`");
    members.0.pop().map_or_else(|| raw::object(&Extra::default()), |(_, schema)| schema)
}
