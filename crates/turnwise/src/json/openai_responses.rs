//! OpenAI Responses: the items of its requests and responses.
//!
//! OpenAI's Responses API and Agents SDKs write it, and what is compatible with them (Azure, xAI, LM Studio, vLLM,
//! "open responses"). A turn of the assistant stands in several items, of which only a `message` has a role:
//!
//! ```json
//! {"instructions": "Be brief.",
//!  "input": [
//!   {"role": "user", "content": "Is it raining in Oslo?"},
//!   {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Ask."}]},
//!   {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "weather", "arguments": "{}"},
//!   {"type": "function_call_output", "call_id": "call_1", "output": "rain"},
//!   {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
//!    "content": [{"type": "output_text", "text": "Yes.", "annotations": []}]}]}
//! ```
//!
//! A response has them in `output`, beside `object: "response"`, `model`, `usage`, `created_at` and the settings of
//! the request, which stay in the conversation's `extra`. A bare array of items is read as well.
//!
//! - **Turns.** Reasoning, then a message, then calls become one message: so other formats can hold them. A `message`
//!   begins another where one has words already, and `reasoning` where one has more than reasoning.
//! - **Roles.** Calls and reasoning are the assistant's, what ends in `_output` is a tool's.
//! - **Ids.** A call's `call_id` is its id, and the item's own `id` is in its `extra`; an item with no other id, such as
//!   a search of the provider, goes by it. The `id` of a `message` is the message's.
//! - **Tools of the provider** (`web_search_call`, `code_interpreter_call`, `mcp_call` and others) are calls with the
//!   `type` in `extra`; what is their input is in a table. An answer within the item becomes a result
//!   behind the call, and goes back into it.
//! - **Reasoning.** `encrypted_content` is the signature. Every text of a summary is a part of its own; those after the
//!   first have the same `id`. Texts of `content` have the `type` `reasoning_text` in `extra`.
//! - **What only the API understands** (`compaction`, `item_reference`) is kept as a part of an unknown kind.
//! - **The Agents SDK for JavaScript** has `callId`, `function_call_result`, and objects as `output`.
//!
//! Specification: <https://platform.openai.com/docs/api-reference/responses>, <https://www.openresponses.org>.

mod item;
mod part;
mod table;
mod write;

use super::{
    dialect::{Dialect, Item},
    envelope::Envelope,
    message::Draft,
    raw,
    reader::Reader,
    scan::{Key, Kind},
    shape::Shape,
};
use crate::format::Format;

pub(crate) use self::{item::reasoning, write::write};

/// What this format adds.
pub(crate) const DIALECT: Dialect = Dialect {
    part: part::reader,
    field: |name| match name {
        "status" | "phase" | "stream" => Some(|scan, key, draft| draft.put_away(scan, key)),
        _ => None,
    },
    item: |kind| match kind {
        "message" => Some(Item { read: message, alone: false }),
        _ => None,
    },
    whole: item::reader,
    envelope: |name| match name {
        "text" | "reasoning" => Some(setting),
        _ if SETTINGS.contains(&name) => Some(|scan, key, envelope| match Shape::of_field(scan, &key.name) {
            Shape::Other => envelope.extra.push(key.name, scan.raw().to_json()),
            _ => envelope.carry(scan, key),
        }),
        _ => None,
    },
    ..Dialect::NONE
};

/// Fields of a request or a response that say nothing of the talk.
const SETTINGS: &[&str] = &[
    "background",
    "billing",
    "completed_at",
    "context_management",
    "error",
    "frequency_penalty",
    "include",
    "incomplete_details",
    "max_output_tokens",
    "max_tool_calls",
    "moderation",
    "output_text",
    "parallel_tool_calls",
    "presence_penalty",
    "previous_response_id",
    "prompt_cache_key",
    "prompt_cache_retention",
    "safety_identifier",
    "service_tier",
    "store",
    "stream",
    "stream_options",
    "temperature",
    "tool_choice",
    "top_logprobs",
    "top_p",
    "truncation",
    "user",
];

/// A `message`, whose type says no more than its role; without one it is another's.
fn message<'a>(_: &mut Reader<'a>, kind: &str, draft: &mut Draft<'a>) {
    if draft.word.is_none() {
        draft.details.extra.push("type", raw::quoted(kind));
    }
}

/// The kind of object that this is: `response`.
pub(super) fn object(scan: &mut Reader<'_>, key: Key<'_>, envelope: &mut Envelope) {
    let value = scan.raw();
    if value.text == "\"response\"" {
        scan.evidence.decided(Format::OpenAiResponses, "an object of the kind `response`");
    }
    envelope.extra.push(key.name, value.to_json());
}

/// A setting that has the name of what may hold talk elsewhere.
fn setting(scan: &mut Reader<'_>, key: Key<'_>, envelope: &mut Envelope) {
    match scan.kind() {
        Kind::Object | Kind::Null => envelope.extra.push(key.name, scan.raw().to_json()),
        _ => envelope.carry(scan, key),
    }
}
