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

mod block;
mod media;
mod result;
mod write;

use self::block::keyed_part;
use super::{
    dialect::{Dialect, EnvelopeReader},
    envelope::{About, Envelope},
    raw,
    reader::Reader,
    scan::{Key, Kind, Scanner},
    tools,
};
use crate::{
    format::Format,
    model::{Extra, RawJson},
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
