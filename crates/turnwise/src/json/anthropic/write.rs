//! Writing the body of a request.

use crate::{
    json::{
        emit::{Emit, Emitter},
        put,
        turns::{self, Ids, Turn},
    },
    model::{
        Conversation, Media, MediaSource, Message, Part, RawJson, Reasoning, Text, Tool, ToolCall, ToolResult,
    },
};

/// Fields of a request, beside those that are made.
const REQUEST: &[&str] = &[
    "anthropic_beta",
    "anthropic_version",
    "cache_control",
    "container",
    "context_management",
    "inference_geo",
    "max_tokens",
    "mcp_servers",
    "model",
    "output_config",
    "output_format",
    "service_tier",
    "speed",
    "stop_sequences",
    "stream",
    "temperature",
    "thinking",
    "top_k",
    "top_p",
];

/// Fields of a tool; those that the provider runs have others than those that the caller defines.
const TOOL: &[&str] = &[
    "allowed_callers",
    "allowed_domains",
    "blocked_domains",
    "cache_control",
    "citations",
    "configs",
    "default_config",
    "defer_loading",
    "display_height_px",
    "display_number",
    "display_width_px",
    "eager_input_streaming",
    "enable_zoom",
    "input_examples",
    "max_characters",
    "max_content_tokens",
    "max_tokens",
    "max_uses",
    "mcp_server_name",
    "model",
    "strict",
    "type",
    "user_location",
];

const CALLS: &[&str] = &["server_tool_use", "mcp_tool_use"];

/// Blocks that stay as they are.
const BLOCKS: &[&str] = &["search_result", "compaction", "mid_conv_system", "fallback"];

/// What an answer of a tool may have beside texts and media.
const ANSWERS: &[&str] = &["search_result", "tool_reference"];

const IMAGES: &[&str] = &["image/jpeg", "image/png", "image/gif", "image/webp"];

const DOCUMENTS: &[&str] = &["application/pdf"];

/// Writes a conversation as the body of a request.
pub(crate) fn write(conversation: &Conversation, json: &mut Emitter) {
    let Conversation { messages, tools, metadata, extra, .. } = conversation;
    let (instructions, messages) = turns::instructions(messages);
    json.object(|json| {
        put::known(json, extra, REQUEST);
        if extra.get("tool_choice").is_some_and(|choice| choice.as_str().starts_with('{')) {
            put::known(json, extra, &["tool_choice"]);
        }
        if metadata.get("user_id").is_some() {
            json.key("metadata").object(|json| put::known(json, metadata, &["user_id"]));
        }
        if !instructions.is_empty() {
            system(json.key("system"), instructions);
        }
        let mut ids = Ids::of(messages);
        json.key("messages").array(|json| {
            for turn in turns::of(messages, is_typed) {
                message(json, &turn, &mut ids);
            }
        });
        if tools.iter().any(has_place) {
            json.key("tools")
                .array(|json| tools.iter().filter(|tool| has_place(tool)).for_each(|t| tool(json, t)));
        }
    });
}

/// Writes instructions, which are texts only.
fn system(json: &mut Emitter, instructions: &[Message]) {
    if let [message] = instructions
        && let Some(only) = put::only_text(message)
    {
        return only.emit(json);
    }
    json.array(|json| {
        for part in instructions.iter().flat_map(|message| &message.parts) {
            if let Part::Text(words) = part {
                text(json, words);
            }
        }
    });
}

fn message<'a>(json: &mut Emitter, turn: &Turn<'a>, ids: &mut Ids<'a>) {
    json.object(|json| {
        json.member("role", turn.role);
        let json = json.key("content");
        match turn.parts.as_slice() {
            [Part::Text(Text { text, extra: None })] => text.emit(json),
            parts => json.array(|json| parts.iter().for_each(|part| block(json, part, ids))),
        }
    });
}

fn block<'a>(json: &mut Emitter, part: &'a Part, ids: &mut Ids<'a>) {
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

fn text(json: &mut Emitter, words: &Text) {
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
        json.member("id", &ids.call(call));
        json.member("name", &call.name);
        put::arguments_value(json.key("input"), &call.arguments);
        put::known(json, &call.extra, &["server_name", "caller", "cache_control"]);
    });
}

/// Whether an answer is one of the provider's own tools, which stands in the assistant's message.
fn is_typed(result: &ToolResult) -> bool {
    put::word(&result.extra, "type").is_some_and(|kind| kind.ends_with("_tool_result"))
}

fn tool_result<'a>(json: &mut Emitter, result: &'a ToolResult, ids: &mut Ids<'a>) {
    let typed = put::word(&result.extra, "type").filter(|_| is_typed(result));
    json.object(|json| {
        json.member("type", typed.unwrap_or("tool_result"));
        json.member("tool_use_id", &ids.answer(result));
        match result.parts.as_slice() {
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

/// Writes an image or a document. Bytes of other kinds have no place.
fn media(json: &mut Emitter, media: &Media) {
    let (kind, types) = match &*media.kind {
        "image" => ("image", IMAGES),
        "file" => ("document", DOCUMENTS),
        _ => return,
    };
    let (source, name, value) = match &media.source {
        MediaSource::File(id) if put::word(&media.extra, "type") == Some("container_upload") => {
            return json.object(|json| {
                json.member("type", "container_upload");
                json.member("file_id", id);
                put::known(json, &media.extra, &["cache_control"]);
            });
        }
        MediaSource::Url(url) => ("url", "url", url),
        MediaSource::Data(data) => ("base64", "data", data),
        MediaSource::File(id) => ("file", "file_id", id),
        MediaSource::Absent => {
            match media.extra.get("source").filter(|source| source.as_str().starts_with('{')) {
                Some(source) => return document(json, kind, media, |json| source.emit(json)),
                None => return,
            }
        }
    };
    let media_type = media.media_type.as_deref().filter(|_| source == "base64");
    if source == "base64" && !media_type.is_some_and(|found| types.contains(&found)) {
        return;
    }
    document(json, kind, media, |json| {
        json.object(|json| {
            json.member("type", source);
            json.optional("media_type", media_type);
            json.member(name, value);
        });
    });
}

fn document(json: &mut Emitter, kind: &str, media: &Media, source: impl FnOnce(&mut Emitter)) {
    json.object(|json| {
        json.member("type", kind);
        source(json.key("source"));
        if kind == "document" {
            json.optional("title", media.name.as_deref());
            put::known(json, &media.extra, &["context", "citations"]);
        }
        put::known(json, &media.extra, &["cache_control"]);
    });
}

/// Whether the format has a place for a tool: one that the caller defines, or one that Anthropic runs.
fn has_place(tool: &Tool) -> bool {
    match put::word(&tool.extra, "type") {
        None | Some("custom") => !tool.name.is_empty(),
        Some("mcp_toolset") => true,
        // Their names end in the day of their version.
        Some(kind) => kind.rsplit_once('_').is_some_and(|(_, day)| day.len() == 8 && day.starts_with("20")),
    }
}

fn tool(json: &mut Emitter, tool: &Tool) {
    let Tool { name, description, parameters, extra } = tool;
    let own = matches!(put::word(extra, "type"), None | Some("custom"));
    json.object(|json| {
        if !name.is_empty() {
            json.member("name", name);
        }
        json.optional("description", description.as_deref());
        match parameters {
            Some(schema) => json.member("input_schema", schema),
            None if own => json.key("input_schema").object(|json| json.member("type", "object")),
            None => {}
        }
        put::known(json, extra, TOOL);
    });
}

/// Whether a value is a block of one of these types.
fn is_one_of(raw: &RawJson, kinds: &[&str]) -> bool {
    put::word(&put::members(raw), "type").is_some_and(|kind| kinds.contains(&kind))
}
