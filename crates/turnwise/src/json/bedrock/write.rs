//! Writing the body of a request.

use super::media;
use crate::{
    json::{
        emit::{Emit, Emitter},
        put,
        turns::{self, Ids, Turn},
    },
    model::{
        Conversation, Extra, Media, MediaSource, Message, Part, RawJson, Reasoning, Text, Tool, ToolCall,
        ToolResult,
    },
};

/// Fields of a request, beside those that are made.
const REQUEST: &[&str] = &[
    "modelId",
    "inferenceConfig",
    "guardrailConfig",
    "additionalModelRequestFields",
    "additionalModelResponseFieldPaths",
    "promptVariables",
    "requestMetadata",
    "performanceConfig",
    "serviceTier",
    "outputConfig",
];

/// Blocks that stay as they are.
const BLOCKS: &[&str] = &["cachePoint", "searchResult", "guardContent", "citationsContent"];

/// Writes a conversation as the body of a request.
pub(crate) fn write(conversation: &Conversation, json: &mut Emitter) {
    let Conversation { messages, tools, extra, .. } = conversation;
    let (instructions, messages) = turns::instructions(messages);
    json.object(|json| {
        put::known(json, extra, REQUEST);
        if !instructions.is_empty() {
            json.key("system").array(|json| system(json, instructions));
        }
        let mut ids = Ids::of(messages);
        json.key("messages").array(|json| {
            for turn in turns::of(messages, is_typed) {
                message(json, &turn, &mut ids);
            }
        });
        if tools.iter().any(has_place) {
            json.key("toolConfig").object(|json| {
                json.key("tools")
                    .array(|json| tools.iter().filter(|tool| has_place(tool)).for_each(|t| tool(json, t)));
                if let Some(config) = extra.get("toolConfig") {
                    put::known(json, &put::members(config), &["toolChoice"]);
                }
            });
        }
    });
}

/// Writes instructions, which are texts only.
fn system(json: &mut Emitter, instructions: &[Message]) {
    for part in instructions.iter().flat_map(|message| &message.parts) {
        match part {
            Part::Text(words) => text(json, words),
            Part::Unknown(raw) if is_block(raw) => raw.emit(json),
            _ => {}
        }
    }
}

fn message<'a>(json: &mut Emitter, turn: &Turn<'a>, ids: &mut Ids<'a>) {
    json.object(|json| {
        // There are no instructions within the talk.
        json.member("role", if turn.role == "system" { "user" } else { turn.role });
        json.key("content").array(|json| turn.parts.iter().for_each(|part| block(json, part, ids)));
    });
}

fn block<'a>(json: &mut Emitter, part: &'a Part, ids: &mut Ids<'a>) {
    match part {
        Part::ToolCall(call) => tool_use(json, call, ids),
        Part::ToolResult(result) => tool_result(json, result, ids),
        Part::Reasoning(found) => reasoning(json, found),
        Part::Json(value) => text(json, &value.as_str().into()),
        part => simple(json, part),
    }
}

/// Writes a block that may stand in an answer too.
fn simple(json: &mut Emitter, part: &Part) {
    match part {
        Part::Text(words) | Part::Refusal(words) => text(json, words),
        Part::Media(found) => media(json, found),
        Part::Unknown(raw) if is_block(raw) => raw.emit(json),
        _ => {}
    }
}

fn text(json: &mut Emitter, words: &Text) {
    let Text { text, extra } = words;
    let wrapper = |name| extra.as_ref().and_then(|extra| extra.get(name)).map(put::members);
    json.object(|json| {
        if let Some(said) = wrapper("citationsContent") {
            json.key("citationsContent").object(|json| {
                json.key("content").array(|json| json.object(|json| json.member("text", text)));
                put::known(json, &said, &["citations"]);
            });
        } else if let Some(said) = wrapper("guardContent") {
            json.key("guardContent").object(|json| {
                json.key("text").object(|json| {
                    json.member("text", text);
                    put::known(json, &said, &["qualifiers"]);
                });
            });
        } else {
            json.member("text", text);
        }
    });
}

fn reasoning(json: &mut Emitter, reasoning: &Reasoning) {
    let Reasoning { text, signature, extra } = reasoning;
    json.object(|json| {
        json.key("reasoningContent").object(|json| match signature {
            Some(data) if put::word(extra, "type") == Some("redacted_thinking") && text.is_empty() => {
                json.member("redactedContent", data);
            }
            _ => json.key("reasoningText").object(|json| {
                json.member("text", text);
                json.optional("signature", signature.as_deref());
            }),
        });
    });
}

fn tool_use<'a>(json: &mut Emitter, call: &'a ToolCall, ids: &mut Ids<'a>) {
    json.object(|json| {
        json.key("toolUse").object(|json| {
            json.member("toolUseId", &ids.call(call));
            json.member("name", &call.name);
            put::arguments_value(json.key("input"), &call.arguments);
            if put::word(&call.extra, "type") == Some("server_tool_use") {
                json.member("type", "server_tool_use");
            }
        });
    });
}

/// The `type` of an answer of one of the provider's own tools, which stands in the assistant's message.
fn type_of(result: &ToolResult) -> Option<&str> {
    let kind = put::word(&result.extra, "type")?;
    // Anthropic has others.
    (kind.ends_with("_result") && !kind.ends_with("_tool_result")).then_some(kind)
}

fn is_typed(result: &ToolResult) -> bool {
    type_of(result).is_some()
}

fn tool_result<'a>(json: &mut Emitter, result: &'a ToolResult, ids: &mut Ids<'a>) {
    json.object(|json| {
        json.key("toolResult").object(|json| {
            json.member("toolUseId", &ids.answer(result));
            json.key("content").array(|json| {
                for part in &result.parts {
                    match part {
                        Part::Json(value) => json.object(|json| json.member("json", value)),
                        part => simple(json, part),
                    }
                }
            });
            json.optional("type", type_of(result));
            json.optional("status", result.is_error.map(|failed| if failed { "error" } else { "success" }));
        });
    });
}

/// Writes media of a format that there is; bytes that stand at an address other than of S3 have no place.
fn media(json: &mut Emitter, media: &Media) {
    let Media { kind, source, media_type, name, extra } = media;
    let kind = match &**kind {
        "image" | "video" | "audio" => kind,
        "file" => "document",
        _ => return,
    };
    let format = media_type.as_deref().and_then(media::format).or_else(|| put::word(extra, "format"));
    let Some(format) = format else { return };
    let raw = extra.get("source").filter(|raw| raw.as_str().starts_with('{'));
    match source {
        MediaSource::Data(_) => {}
        MediaSource::Url(url) if url.starts_with("s3://") => {}
        MediaSource::Absent if raw.is_some() => {}
        _ => return,
    }
    json.object(|json| {
        json.key(kind).object(|json| {
            json.member("format", format);
            if kind == "document" {
                json.member("name", name.as_deref().unwrap_or("document"));
            }
            match source {
                MediaSource::Data(data) => json.key("source").object(|json| json.member("bytes", data)),
                MediaSource::Url(url) => json.key("source").object(|json| {
                    json.key("s3Location").object(|json| {
                        json.member("uri", url);
                        put::known(json, extra, &["bucketOwner"]);
                    });
                }),
                _ => json.optional("source", raw),
            }
            put::known(json, extra, &["context", "citations"]);
        });
    });
}

/// Whether a tool is one that the caller defines, or an entry of another kind that the format has.
fn has_place(tool: &Tool) -> bool {
    let own = matches!(put::word(&tool.extra, "type"), None | Some("custom"));
    own && !tool.name.is_empty() || other(tool).is_some()
}

fn other(tool: &Tool) -> Option<&Extra> {
    let other = |(name, _): &(String, RawJson)| matches!(&**name, "cachePoint" | "systemTool");
    tool.extra
        .0
        .iter()
        .all(other)
        .then_some(&tool.extra)
        .filter(|extra| !extra.is_empty() && tool.name.is_empty())
}

fn tool(json: &mut Emitter, tool: &Tool) {
    if let Some(other) = other(tool) {
        return other.emit(json);
    }
    json.object(|json| {
        json.key("toolSpec").object(|json| {
            json.member("name", &tool.name);
            json.optional("description", tool.description.as_deref());
            json.key("inputSchema").object(|json| match &tool.parameters {
                Some(schema) => json.member("json", schema),
                None => json.key("json").object(|json| json.member("type", "object")),
            });
            put::known(json, &tool.extra, &["strict"]);
        });
    });
}

/// Whether a value is a block that stays as it is.
fn is_block(raw: &RawJson) -> bool {
    matches!(put::members(raw).0.as_slice(), [(name, _)] if BLOCKS.contains(&name.as_str()))
}
