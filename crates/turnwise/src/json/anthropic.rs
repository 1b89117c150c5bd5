//! Anthropic Messages: the Claude API, Claude on Bedrock and Vertex, and what agents for Claude keep.
//!
//! ```json
//! {"model": "claude", "max_tokens": 1024, "system": "Be brief.", "messages": [
//!   {"role": "user", "content": "Weather in Rome?"},
//!   {"role": "assistant", "content": [
//!     {"type": "thinking", "thinking": "I look it up.", "signature": "Eq4B"},
//!     {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Rome"}}]},
//!   {"role": "user", "content": [
//!     {"type": "tool_result", "tool_use_id": "toolu_1", "content": "18 C"},
//!     {"type": "text", "text": "And tomorrow?"}]}]}
//! ```
//!
//! A response is one message, with `id`, `model`, `usage` and `stop_reason` beside `role` and `content`.
//!
//! - `system` stands beside the messages and becomes the first of them. Later ones may have the role `system`.
//! - A user's message carries the answers of tools. Each becomes a message of the tool; what the user says after them
//!   stays theirs. The writer puts them together again.
//! - `server_tool_use`, `mcp_tool_use` and every `*_tool_result` are calls and answers within the assistant's message.
//!   They keep their `type` in `extra`.
//! - `thinking` is reasoning with its signature, and `redacted_thinking` reasoning without text, its data being the
//!   signature. The writer gives reasoning without a signature an empty one, since there must be one.
//! - Of `document` sources, text and lists of blocks stay in `extra` as `source`. `search_result`, `tool_reference`
//!   and the other blocks that no other format has stay as they are.
//! - A content that is a string, a block or a list of them says the same.
//! - `max_tokens` must be in a request. The writer has no number to choose: it writes the one that was read, or none.
//! - Calls without an id, as Gemini has them, are given `call_0` and so on, since answers must refer to one.
//!
//! Specification: <https://docs.claude.com/en/api/messages>, with the types of
//! <https://github.com/anthropics/anthropic-sdk-python>.

mod media;
mod write;

use super::{
    ahead::has_key,
    call,
    dialect::{Dialect, EnvelopeReader, FieldReader, PartReader},
    envelope::Envelope,
    part::{self, Said},
    reader::Reader,
    scan::{Key, Kind, Scanner},
};
use crate::{
    format::Format,
    model::{Extra, Part, Reasoning, Role},
};

pub(crate) use write::write;

/// What this format adds.
pub(crate) const DIALECT: Dialect = Dialect { part, field, envelope, around, ..Dialect::NONE };

/// Blocks that have no place in the model.
const OTHER_BLOCKS: &[&str] = &["search_result", "tool_reference", "compaction", "web_search_result"];

fn part(kind: &str) -> Option<PartReader> {
    match kind {
        "tool_use" | "server_tool_use" | "mcp_tool_use" => Some(tool_use),
        "thinking" => Some(thinking),
        "redacted_thinking" => Some(redacted),
        "image" | "document" => Some(media::read),
        "container_upload" => Some(media::upload),
        kind if OTHER_BLOCKS.contains(&kind) => Some(|scan, _, said| {
            let mark = scan.mark();
            scan.evidence.saw(Format::AnthropicMessages, "a `search_result` or another block of its own");
            scan.raw();
            said.push_since(scan, mark, None);
        }),
        _ => None,
    }
}

fn tool_use(scan: &mut Reader<'_>, _: &str, said: &mut Said) {
    let mark = scan.mark();
    scan.evidence.saw(Format::AnthropicMessages, "a `tool_use` part");
    let call = call::read(scan, &["tool_use"]);
    said.push_since(scan, mark, call.map(|call| Part::ToolCall(call.into())));
}

fn thinking(scan: &mut Reader<'_>, _: &str, said: &mut Said) {
    let mark = scan.mark();
    let reasoning = part::reasoning(scan, &["thinking"]);
    if reasoning.signature.is_some() {
        scan.evidence.saw(Format::AnthropicMessages, "a `thinking` part with its `signature`");
    }
    said.push_since(scan, mark, Some(Part::Reasoning(reasoning.into())));
}

fn redacted(scan: &mut Reader<'_>, _: &str, said: &mut Said) {
    let mark = scan.mark();
    scan.evidence.saw(Format::AnthropicMessages, "a `redacted_thinking` part");
    let mut reasoning = Reasoning::default();
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "data" => scan.take_text(key, &mut reasoning.signature, &mut reasoning.extra),
            "type" => reasoning.extra.push(key.name, scan.raw().to_json()),
            _ => scan.keep(key, &mut reasoning.extra),
        }
    }
    said.push_since(scan, mark, Some(Part::Reasoning(reasoning.into())));
}

fn field(name: &str) -> Option<FieldReader> {
    matches!(name, "stop_reason" | "stop_sequence" | "stop_details").then_some(|scan, key, draft| {
        // Others have a `stop_reason` too; that of a response stands beside its `type` and its `stop_sequence`.
        let extra = &mut draft.details.extra;
        extra.push(key.name, scan.raw().to_json());
        let message = draft.kind.as_deref() == Some("message") || extra.get("stop_sequence").is_some();
        if message && extra.get("stop_reason").is_some() {
            scan.evidence.saw(Format::AnthropicMessages, "a message with `stop_reason`");
        }
    })
}

fn envelope(name: &str) -> Option<EnvelopeReader> {
    match name {
        "anthropic_version" | "anthropic_beta" => Some(|scan, key, envelope| {
            scan.evidence.decided(Format::AnthropicMessages, "`anthropic_version`");
            keep(scan, key, envelope);
        }),
        "tool_choice" => Some(|scan, key, envelope| {
            if has_word(scan, "type", &["auto", "any", "tool", "none"]) {
                scan.evidence
                    .saw(Format::AnthropicMessages, "a `tool_choice` of `type` `auto`, `any` or `tool`");
            }
            keep(scan, key, envelope);
        }),
        "thinking" => Some(|scan, key, envelope| {
            if scan.kind() == Kind::Object && has_key(scan, "budget_tokens") {
                scan.evidence.saw(Format::AnthropicMessages, "`thinking` with `budget_tokens`");
            }
            keep(scan, key, envelope);
        }),
        "max_tokens" | "stop_sequences" | "mcp_servers" => Some(keep),
        _ => None,
    }
}

/// Keeps a field that is known, and has no place in the model.
fn keep<'a>(scan: &mut Reader<'a>, key: Key<'a>, envelope: &mut Envelope) {
    envelope.extra.push(key.name, scan.raw().to_json());
}

/// Tells a request that has no block of its own: the tokens are limited as they must be, instructions stand beside the
/// messages and not among them, or what the assistant said is sent back as the list that it came as.
fn around(scan: &mut Reader<'_>, envelope: &Envelope) {
    let among = |role: &Option<Role>| matches!(role, Some(Role::System | Role::Developer));
    let messages = envelope.own_messages();
    let limited = envelope.extra.get("max_tokens").is_some();
    if !limited || messages.is_empty() || messages.iter().any(|message| among(&message.role)) {
        return;
    }
    if envelope.instructed {
        scan.evidence.decided(Format::AnthropicMessages, "`max_tokens` and `system` beside the messages");
    } else if scan.listed {
        scan.evidence
            .saw(Format::AnthropicMessages, "`max_tokens`, and an assistant's content that is a list");
    }
}

/// Whether what comes next is an object with one of these words under this key.
fn has_word(scan: &Scanner<'_>, name: &str, words: &[&str]) -> bool {
    if scan.kind() != Kind::Object {
        return false;
    }
    let mut members = Extra::default();
    scan.probe().members(&mut members);
    super::put::word(&members, name).is_some_and(|word| words.contains(&word))
}
