//! Writing blocks: what a message says.

use super::media::media;
use crate::{
    json::{
        emit::{Emit, Emitter},
        ids::Ids,
        put, turns,
    },
    model::{Part, RawJson, Reasoning, Text, ToolCall, ToolResult},
};

const CALLS: &[&str] = &["server_tool_use", "mcp_tool_use"];

/// Blocks that stay as they are.
const BLOCKS: &[&str] = &["search_result", "compaction", "mid_conv_system", "fallback"];

/// What an answer of a tool may have beside texts and media.
const ANSWERS: &[&str] = &["search_result", "tool_reference"];

/// Writes one of the parts of a message.
pub(super) fn block<'a>(json: &mut Emitter, part: &'a Part, ids: &mut Ids<'a>) {
    match part {
        Part::ToolCall(call) => tool_use(json, call, ids),
        Part::ToolResult(result) => tool_result(json, result, ids),
        Part::Reasoning(reasoning) => thinking(json, reasoning),
        Part::Unknown(raw) if is_one_of(raw, BLOCKS) => raw.emit(json),
        part => simple(json, part),
    }
}

/// Writes a block that may stand in an answer too.
fn simple(json: &mut Emitter, part: &Part) {
    match part {
        Part::Text(words) | Part::Refusal(words) => text(json, words),
        Part::Json(value) => text(json, &value.as_str().into()),
        Part::Media(found) => media(json, found),
        _ => {}
    }
}

/// Writes words.
pub(super) fn text(json: &mut Emitter, words: &Text) {
    json.object(|json| {
        json.member("type", "text");
        json.member("text", &words.text);
        if let Some(extra) = &words.extra {
            put::known(json, extra, &["citations", "cache_control"]);
        }
    });
}

fn thinking(json: &mut Emitter, reasoning: &Reasoning) {
    let Reasoning { text, signature, extra } = reasoning;
    let signature = signature.as_deref().unwrap_or_default();
    json.object(|json| {
        if put::word(extra, "type") == Some("redacted_thinking") && text.is_empty() {
            json.member("type", "redacted_thinking");
            json.member("data", signature);
        } else {
            json.member("type", "thinking");
            json.member("thinking", text);
            json.member("signature", signature);
        }
    });
}

fn tool_use<'a>(json: &mut Emitter, call: &'a ToolCall, ids: &mut Ids<'a>) {
    let kind = put::word(&call.extra, "type").filter(|kind| CALLS.contains(kind));
    json.object(|json| {
        json.member("type", kind.unwrap_or("tool_use"));
        json.member("id", &ids.of_call(call));
        json.member("name", &call.name);
        put::arguments_value(json.key("input"), &call.arguments);
        put::known(json, &call.extra, &["server_name", "caller", "cache_control"]);
    });
}

/// Whether an answer is one of the provider's own tools, which stands in the assistant's message.
pub(super) fn is_typed(result: &ToolResult) -> bool {
    put::word(&result.extra, "type").is_some_and(|kind| kind.ends_with("_tool_result"))
}

fn tool_result<'a>(json: &mut Emitter, result: &'a ToolResult, ids: &mut Ids<'a>) {
    let typed = put::word(&result.extra, "type").filter(|_| is_typed(result));
    json.object(|json| {
        json.member("type", typed.unwrap_or("tool_result"));
        json.member("tool_use_id", &ids.of_answer(result));
        match turns::flat(result).as_slice() {
            [] => {
                let empty =
                    result.extra.0.iter().find(|(name, value)| name == "content" && value.as_str() == "[]");
                json.optional("content", empty.map(|(_, value)| value));
            }
            [Part::Text(Text { text, extra: None })] => json.member("content", text),
            [Part::Json(value)] if typed.is_some() => json.member("content", value),
            [Part::Json(value)] => json.member("content", value.as_str()),
            parts => json.key("content").array(|json| {
                for part in parts {
                    match part {
                        Part::Unknown(raw) if typed.is_some() || is_one_of(raw, ANSWERS) => raw.emit(json),
                        part => simple(json, part),
                    }
                }
            }),
        }
        json.optional("is_error", result.is_error);
        put::known(json, &result.extra, &["caller", "cache_control"]);
    });
}

/// Whether a value is a block of one of these types.
fn is_one_of(raw: &RawJson, kinds: &[&str]) -> bool {
    put::word(&put::members(raw), "type").is_some_and(|kind| kinds.contains(&kind))
}
