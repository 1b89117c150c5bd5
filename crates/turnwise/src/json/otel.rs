//! OpenTelemetry GenAI: the attributes of a span that hold what was said to a model, and what it said.
//!
//! ```json
//! {"gen_ai.system_instructions": [{"type": "text", "content": "Be brief."}],
//!  "gen_ai.input.messages": [
//!    {"role": "user", "parts": [{"type": "text", "content": "Weather in Paris?"}]},
//!    {"role": "assistant", "parts": [
//!      {"type": "tool_call", "id": "call_1", "name": "weather", "arguments": {"city": "Paris"}}]},
//!    {"role": "tool", "parts": [{"type": "tool_call_response", "id": "call_1", "response": "rain"}]}],
//!  "gen_ai.output.messages": [
//!    {"role": "assistant", "parts": [{"type": "text", "content": "It rains."}], "finish_reason": "stop"}]}
//! ```
//!
//! - Every part has a `type`, and texts stand in `content`; other formats with `parts` have `text`, or no `type`.
//! - An attribute is a string in most recordings, which is read as the JSON in it. Attributes stand in the object
//!   itself, in its `attributes`, or in a list of `{key, value}` (OTLP).
//! - Older names are read as well: `gen_ai.prompt`, `gen_ai.completion`; one attribute a field, such as
//!   `gen_ai.prompt.0.content`; and those of OpenInference (`llm.input_messages.0.message.role`, `input.value`) and of
//!   the AI SDK (`ai.prompt.messages`, `ai.response.text`). Messages that are said twice are read once.
//! - Model and token counts are those of the answer. What else is said of the span stays a field of the conversation.
//! - An answer of a tool is a string, parts, or any other value. Older ones have it in `result`.
//! - Written are instructions at the start, messages up to the last answer, and that answer. A `finish_reason` is
//!   written where one is known, never invented. Beside what the specification names, reasoning has its `signature`, an
//!   answer its `name` and `is_error`: parts may have further fields.
//!
//! Specifications: <https://github.com/open-telemetry/semantic-conventions-genai>,
//! <https://github.com/Arize-ai/openinference/blob/main/spec/semantic_conventions.md>.

mod attributes;
mod flat;
mod list;
mod piece;
mod write;

pub(crate) use attributes::{carries, side};
pub(crate) use flat::Flat;
pub(crate) use write::write;

use super::dialect::{Dialect, FieldReader};

/// What this format adds.
pub(crate) const DIALECT: Dialect =
    Dialect { part: piece::part, field, envelope: attributes::envelope, ..Dialect::NONE };

fn field(name: &str) -> Option<FieldReader> {
    (name == "finish_reason")
        .then_some(|scan, key, draft| draft.details.extra.push(key.name, scan.raw().to_json()))
}
