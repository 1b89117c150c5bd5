//! Writing messages for models.

use crate::{
    json::{
        emit::{Emit, Emitter},
        ids::Ids,
        put,
    },
    model::{
        Conversation, Extra, Media, MediaSource, Message, Part, RawJson, Reasoning, Role, Tool, ToolCall,
        ToolResult,
    },
};

/// Fields of a message and of most parts that the model has no place for.
const OPTIONS: &[&str] = &["providerOptions"];

/// Writes a conversation as the messages and tools of a call.
pub(crate) fn write(conversation: &Conversation, json: &mut Emitter) {
    let mut ids = Ids::of(conversation);
    json.object(|json| {
        json.key("messages").array(|json| {
            for message in &conversation.messages {
                write_message(json, message, &mut ids);
            }
        });
        if !conversation.tools.is_empty() {
            json.key("tools").array(|json| conversation.tools.iter().for_each(|tool| write_tool(json, tool)));
        }
    });
}

fn write_tool(json: &mut Emitter, tool: &Tool) {
    json.object(|json| {
        json.optional("type", Some("function").filter(|_| tool.extra.get("type").is_none()));
        json.member("name", &tool.name);
        json.optional("description", tool.description.as_deref());
        json.optional("inputSchema", tool.parameters.as_ref());
        put::known(json, &tool.extra, &["type", "id", "args", "strict", "providerOptions", "inputExamples"]);
    });
}

fn write_message<'a>(json: &mut Emitter, message: &'a Message, ids: &mut Ids<'a>) {
    let role = match message.role {
        Some(Role::System | Role::Developer) => "system",
        Some(Role::Assistant) => "assistant",
        Some(Role::Tool) => "tool",
        _ => "user",
    };
    json.object(|json| {
        json.member("role", role);
        json.key("content");
        match put::only_text(message) {
            Some(text) if role != "tool" => text.emit(json),
            // Instructions are one text.
            _ if role == "system" => message.text().emit(json),
            _ => json.array(|json| message.parts.iter().for_each(|part| write_part(json, part, role, ids))),
        }
        if let Some(details) = &message.details {
            put::known(json, &details.extra, OPTIONS);
        }
    });
}

fn write_part<'a>(json: &mut Emitter, part: &'a Part, role: &str, ids: &mut Ids<'a>) {
    match (part, role) {
        (Part::ToolResult(result), "tool" | "assistant") => write_result(json, result, ids),
        (Part::Unknown(value), _) if is_approval(value) => json.value(value),
        // A message of a tool holds nothing else.
        (_, "tool") => {}
        (Part::Text(text) | Part::Refusal(text), _) => json.object(|json| {
            json.member("type", "text");
            json.member("text", &text.text);
            if let Some(extra) = &text.extra {
                put::known(json, extra, OPTIONS);
            }
        }),
        (Part::Json(value), _) => json.object(|json| {
            json.member("type", "text");
            json.member("text", value.as_str());
        }),
        (Part::Media(media), _) => {
            // A part of media has to have bytes or an address.
            if let MediaSource::Url(source) | MediaSource::Data(source) = &media.source {
                write_media(json, media, source);
            }
        }
        (Part::Reasoning(reasoning), "assistant") => write_reasoning(json, reasoning),
        (Part::ToolCall(call), "assistant") => write_call(json, call, ids),
        _ => {}
    }
}

/// Whether a part that the model does not know is one of the two about approval.
fn is_approval(value: &RawJson) -> bool {
    value.as_str().contains("\"tool-approval-re") && value.as_str().contains("\"approvalId\"")
}

fn write_reasoning(json: &mut Emitter, reasoning: &Reasoning) {
    json.object(|json| {
        json.member("type", "reasoning");
        json.member("text", &reasoning.text);
        match &reasoning.signature {
            // Only Anthropic's is known to be of this form; what others have is in their options already.
            Some(signature) if reasoning.extra.get("providerOptions").is_none() => {
                json.key("providerOptions")
                    .object(|json| json.key("anthropic").object(|json| json.member("signature", signature)));
            }
            _ => put::known(json, &reasoning.extra, OPTIONS),
        }
    });
}

fn write_call<'a>(json: &mut Emitter, call: &'a ToolCall, ids: &mut Ids<'a>) {
    json.object(|json| {
        json.member("type", "tool-call");
        json.member("toolCallId", &ids.of_call(call));
        json.member("toolName", &call.name);
        json.key("input");
        put::arguments_value(json, &call.arguments);
        put::known(json, &call.extra, &["providerOptions", "providerExecuted"]);
    });
}

fn write_result<'a>(json: &mut Emitter, result: &'a ToolResult, ids: &mut Ids<'a>) {
    let id = ids.of_answer(result);
    json.object(|json| {
        json.member("type", "tool-result");
        json.member("toolCallId", &id);
        json.member("toolName", result.name.as_deref().or_else(|| ids.tool(&id)).unwrap_or_default());
        json.key("output").object(|json| write_output(json, result));
        put::known(json, &result.extra, OPTIONS);
    });
}

fn write_output(json: &mut Emitter, result: &ToolResult) {
    let failed = result.is_error == Some(true);
    let denied =
        result.extra.get("output").is_some_and(|output| output.as_str().contains("execution-denied"));
    match result.parts.as_slice() {
        parts if failed && denied => {
            json.member("type", "execution-denied");
            json.optional("reason", Some(put::answer_text(parts)).filter(|_| !parts.is_empty()));
        }
        [Part::Text(text)] if text.extra.is_none() => {
            json.member("type", if failed { "error-text" } else { "text" });
            json.member("value", &text.text);
        }
        [Part::Json(value)] => {
            json.member("type", if failed { "error-json" } else { "json" });
            json.member("value", value);
        }
        parts if failed => {
            json.member("type", "error-text");
            json.member("value", &put::answer_text(parts));
        }
        parts => {
            json.member("type", "content");
            json.key("value").array(|json| parts.iter().for_each(|part| write_content(json, part)));
        }
    }
}

/// Writes a part of an answer.
fn write_content(json: &mut Emitter, part: &Part) {
    let none = Extra::default();
    match part {
        Part::Text(text) => json.object(|json| {
            json.member("type", "text");
            json.member("text", &text.text);
            put::known(json, text.extra.as_deref().unwrap_or(&none), OPTIONS);
        }),
        Part::Media(media) => json.object(|json| {
            let image = media.kind == "image";
            match &media.source {
                MediaSource::Url(url) => {
                    json.member("type", if image { "image-url" } else { "file-url" });
                    json.member("url", url);
                }
                MediaSource::Data(data) => {
                    json.member("type", if image { "image-data" } else { "file-data" });
                    json.member("data", data);
                }
                MediaSource::File(id) => {
                    json.member("type", if image { "image-file-id" } else { "file-id" });
                    json.member("fileId", id);
                }
                MediaSource::Absent => json.member("type", "custom"),
            }
            json.optional("mediaType", media.media_type.as_deref());
            json.optional("filename", media.name.as_deref());
            put::known(json, &media.extra, OPTIONS);
        }),
        Part::Json(value) | Part::Unknown(value) => json.object(|json| {
            json.member("type", "text");
            json.member("text", value.as_str());
        }),
        _ => {}
    }
}

fn write_media(json: &mut Emitter, media: &Media, source: &str) {
    json.object(|json| {
        // A file has to have a media type, an image not.
        if media.kind == "image" && media.media_type.is_none() {
            json.member("type", "image");
            json.member("image", source);
        } else {
            json.member("type", "file");
            json.member("data", source);
            json.member(
                "mediaType",
                media.media_type.as_deref().unwrap_or(match &*media.kind {
                    "audio" => "audio/*",
                    "video" => "video/*",
                    _ => "application/octet-stream",
                }),
            );
            json.optional("filename", media.name.as_deref());
        }
        put::known(json, &media.extra, OPTIONS);
    });
}
