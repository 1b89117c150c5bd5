//! Gemini `generateContent`, and what is built on it: the Agent Development Kit, the Gemini CLI, the Interactions API.
//!
//! ```json
//! {"systemInstruction": {"parts": [{"text": "Be brief."}]},
//!  "contents": [
//!    {"role": "user", "parts": [{"text": "Weather in Paris?"}]},
//!    {"role": "model", "parts": [
//!      {"functionCall": {"name": "weather", "args": {"city": "Paris"}}, "thoughtSignature": "c2ln"}]},
//!    {"role": "user", "parts": [{"functionResponse": {"name": "weather", "response": {"output": "rain"}}}]}]}
//! ```
//!
//! - Parts have no `type`: a key tells what they are. Names are in camelCase or in snake_case.
//! - `model` is the assistant. Answers of tools stand in a message of the user (formerly of a `function`), and become
//!   messages of the tool. Calls and answers often have no `id`; none is invented.
//! - `response` is an object. One of `output` or `result` alone, with a string, is that string; `error` alone says that
//!   the tool failed. Any other object is a value as written. A string is written as `output`.
//! - `thought` makes a text reasoning, whose `thoughtSignature` is its signature. On other parts the signature stays
//!   among their fields, also on an empty text.
//! - `executableCode` and `codeExecutionResult` are a call of `code_execution` and its answer, told by `type` in `extra`.
//! - Without a role, `contents` are the user's and `candidates` the model's. A candidate that was blocked has no content.
//! - Of several candidates each is a message. `usageMetadata`, `modelVersion` and `createTime` are those of the answer.
//! - Where tool definitions are written, a schema with words that only JSON Schema has goes to `parametersJsonSchema`.
//! - Saved chats of the Gemini CLI (`type` `gemini`) and of AI Studio (`chunkedPrompt`) are read as well.
//! - The role of a system instruction says nothing, and is kept as a field of the message.
//!
//! Specifications: <https://ai.google.dev/api/generate-content>, <https://ai.google.dev/api/caching#Part>,
//! <https://ai.google.dev/api/interactions-api>.

mod answer;
mod interaction;
mod piece;
mod saved;
mod write;

use super::{
    ahead::has_member,
    dialect::{Dialect, EnvelopeReader, FieldReader, Item, PartReader},
    envelope::Envelope,
    message::Draft,
    raw,
    reader::Reader,
    scan::{Key, Kind, Scanner},
    tools,
};
use crate::{
    format::Format,
    model::{Extra, Part, Role},
};

pub(crate) use write::write;

/// What this format adds.
pub(crate) const DIALECT: Dialect = Dialect { keyed_part, field, item, envelope, ..Dialect::NONE };

/// Keys that tell what a part is.
const PARTS: &[&str] = &[
    "text",
    "functionCall",
    "function_call",
    "functionResponse",
    "function_response",
    "inlineData",
    "inline_data",
    "fileData",
    "file_data",
    "executableCode",
    "executable_code",
    "codeExecutionResult",
    "code_execution_result",
    "thoughtSignature",
    "thought_signature",
];

/// Fields of a candidate, beside its content.
const OF_CANDIDATE: &[&str] = &[
    "finishReason",
    "finishMessage",
    "index",
    "safetyRatings",
    "safety_ratings",
    "groundingMetadata",
    "grounding_metadata",
    "groundingAttributions",
    "citationMetadata",
    "citation_metadata",
    "avgLogprobs",
    "avg_logprobs",
    "logprobsResult",
    "logprobs_result",
    "urlContextMetadata",
    "url_context_metadata",
];

/// Fields of a request that its specification names, and the model has no place for; both spellings are valid.
const OF_REQUEST: &[&str] = &[
    "toolConfig",
    "tool_config",
    "safetySettings",
    "safety_settings",
    "generationConfig",
    "generation_config",
    "cachedContent",
    "cached_content",
    "labels",
    "serviceTier",
    "store",
];

fn keyed_part(key: &str) -> Option<PartReader> {
    PARTS.contains(&key).then_some(piece::read as PartReader)
}

fn field(name: &str) -> Option<FieldReader> {
    if OF_CANDIDATE.contains(&name) {
        return Some(of_candidate);
    }
    interaction::field(name).or_else(|| saved::field(name))
}

fn item(kind: &str) -> Option<Item> {
    interaction::item(kind).or_else(|| saved::item(kind))
}

/// Keeps what is said of a candidate.
fn of_candidate<'a>(scan: &mut Reader<'a>, key: Key<'a>, draft: &mut Draft<'a>) {
    if !matches!(&*key.name, "finishReason" | "finishMessage" | "index") {
        scan.evidence.saw(Format::Gemini, "`safetyRatings`, `groundingMetadata` and the like");
    }
    draft.details.extra.push(key.name, scan.raw().to_json());
}

fn envelope(name: &str) -> Option<EnvelopeReader> {
    match name {
        "contents" | "new_message" | "newMessage" => {
            Some(|scan, key, envelope| carry(scan, key, envelope, Role::User))
        }
        "candidates" => Some(|scan, key, envelope| carry(scan, key, envelope, Role::Assistant)),
        "config" => Some(take_config),
        "chunkedPrompt" => Some(saved::take_chunks),
        "steps" => Some(interaction::take_steps),
        "promptFeedback" | "prompt_feedback" | "responseId" | "response_id" => Some(keep),
        // Of that name Bedrock has one too, with tools in it; its row takes both.
        "toolConfig" => None,
        name if OF_REQUEST.contains(&name) => Some(keep),
        _ => None,
    }
}

/// Keeps a field that is known, and has no place in the model.
fn keep<'a>(scan: &mut Reader<'a>, key: Key<'a>, envelope: &mut Envelope) {
    envelope.extra.push(key.name, scan.raw().to_json());
}

/// Takes messages; those that do not say whose they are are those of `role`.
fn carry<'a>(scan: &mut Reader<'a>, key: Key<'a>, envelope: &mut Envelope, role: Role) {
    let from = envelope.conversation.messages.len();
    let what = if role == Role::User { "`contents`" } else { "`candidates`" };
    envelope.carry(scan, key);
    let fresh = envelope.conversation.messages.get_mut(from..).unwrap_or_default();
    if !fresh.is_empty() {
        scan.evidence.decided(Format::Gemini, what);
    }
    for message in fresh.iter_mut().filter(|message| message.role.is_none() && message.name.is_none()) {
        // What is no message at all is nobody's.
        if !matches!(message.parts.first(), Some(Part::Unknown(_))) {
            message.role = Some(role.clone());
        }
    }
}

/// Takes the instructions and tools that the Agent Development Kit has in the `config` of a request.
fn take_config<'a>(scan: &mut Reader<'a>, key: Key<'a>, envelope: &mut Envelope) {
    if !(scan.kind() == Kind::Object && is_config(scan)) {
        return envelope.carry(scan, key);
    }
    let mut left = Extra::default();
    scan.open();
    while let Some(inner) = scan.key() {
        match &*inner.name {
            "system_instruction" | "systemInstruction" => envelope.take_system(scan, inner),
            "tools" => tools::take(scan, inner, &mut envelope.conversation.tools, &mut left),
            _ => left.push(inner.name, scan.raw().to_json()),
        }
    }
    if !left.is_empty() {
        envelope.extra.push(key.name, raw::object(&left));
    }
}

/// Whether the object that comes next has instructions or tools.
fn is_config(scan: &Scanner<'_>) -> bool {
    has_member(scan, |name, _| matches!(name, "system_instruction" | "systemInstruction" | "tools"))
}

/// Whether the array that comes next begins with a part of this format: one without a `type`, told by a key.
pub(crate) fn is_parts(scan: &Scanner<'_>) -> bool {
    let mut scan = scan.probe();
    scan.open();
    scan.item()
        && scan.kind() == Kind::Object
        && !has_member(&scan, |name, _| matches!(name, "type" | "part_kind"))
        && has_member(&scan, |name, _| PARTS.contains(&name))
}
