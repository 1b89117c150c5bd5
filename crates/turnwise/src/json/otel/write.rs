//! Writing the attributes of a span.

use super::{flat::is_message, side};
use crate::{
    json::{
        emit::{Emit, Emitter},
        put,
    },
    model::{Arguments, Conversation, Media, MediaSource, Message, Part, Role, Tool, ToolCall, ToolResult},
};

/// Writes a conversation as the attributes of a span.
pub(crate) fn write(conversation: &Conversation, json: &mut Emitter) {
    let Conversation { messages, tools, extra, .. } = conversation;
    let (system, talk) = match messages.split_first() {
        Some((first, rest)) if first.role == Some(Role::System) && first.name.is_none() => {
            (Some(first), rest)
        }
        _ => (None, messages.as_slice()),
    };
    let (input, output) = match talk.split_last() {
        Some((last, input)) if last.role == Some(Role::Assistant) => (input, Some(last)),
        _ => (talk, None),
    };
    let other = |name: &str| name.starts_with("gen_ai.") && side(name).is_none() && !is_message(name);
    json.object(|json| {
        for (name, value) in extra.0.iter().filter(|(name, _)| other(name)) {
            json.member(name, value);
        }
        if let Some(system) = system {
            write_parts(json.key("gen_ai.system_instructions"), &system.parts);
        }
        write_tools(json, tools);
        if output.is_none() || !input.is_empty() {
            json.key("gen_ai.input.messages")
                .array(|json| input.iter().for_each(|message| write_message(json, message)));
        }
        if let Some(answer) = output {
            json.key("gen_ai.output.messages").array(|json| write_message(json, answer));
            if let Some(details) = &answer.details {
                json.optional("gen_ai.response.model", details.model.as_deref());
                json.optional("gen_ai.usage.input_tokens", details.usage.prompt_tokens);
                json.optional("gen_ai.usage.output_tokens", details.usage.completion_tokens);
            }
        }
    });
}

fn write_message(json: &mut Emitter, message: &Message) {
    json.object(|json| {
        json.optional("role", message.role.as_ref().map(Role::as_str));
        json.optional("name", message.name.as_deref());
        write_parts(json.key("parts"), &message.parts);
        if let Some(details) = &message.details {
            put::known(json, &details.extra, &["finish_reason"]);
        }
    });
}

fn write_parts(json: &mut Emitter, parts: &[Part]) {
    json.array(|json| parts.iter().for_each(|part| write_part(json, part)));
}

fn write_part(json: &mut Emitter, part: &Part) {
    match part {
        Part::Text(text) | Part::Refusal(text) => write_text(json, &text.text),
        Part::Json(value) => write_text(json, value.as_str()),
        Part::Reasoning(reasoning) => json.object(|json| {
            json.member("type", "reasoning");
            json.member("content", &reasoning.text);
            json.optional("signature", reasoning.signature.as_ref());
        }),
        Part::ToolCall(call) => write_call(json, call),
        Part::ToolResult(result) => write_answer(json, result),
        Part::Media(media) => write_media(json, media),
        // A part of any other `type` is a generic one.
        Part::Unknown(raw) if raw.as_str().starts_with('{') && raw.as_str().contains("\"type\"") => {
            raw.emit(json);
        }
        Part::Unknown(_) => {}
    }
}

fn write_text(json: &mut Emitter, text: &str) {
    json.object(|json| {
        json.member("type", "text");
        json.member("content", text);
    });
}

fn write_call(json: &mut Emitter, call: &ToolCall) {
    let is_server = call.extra.get("type").is_some_and(|kind| kind.as_str() == "\"server_tool_call\"");
    let (kind, arguments) =
        if is_server { ("server_tool_call", "server_tool_call") } else { ("tool_call", "arguments") };
    json.object(|json| {
        json.member("type", kind);
        json.optional("id", call.id.as_ref());
        json.member("name", &call.name);
        match &call.arguments {
            Arguments::Text(text) => json.member(arguments, text),
            Arguments::Json(value) => json.member(arguments, value),
            Arguments::Absent => {}
        }
    });
}

fn write_answer(json: &mut Emitter, result: &ToolResult) {
    let is_server =
        result.extra.get("type").is_some_and(|kind| kind.as_str() == "\"server_tool_call_response\"");
    let (kind, answer) = if is_server {
        ("server_tool_call_response", "server_tool_call_response")
    } else {
        ("tool_call_response", "response")
    };
    json.object(|json| {
        json.member("type", kind);
        json.optional("id", result.call_id.as_ref());
        json.optional("name", result.name.as_ref());
        match result.parts.as_slice() {
            [Part::Text(text)] if text.extra.is_none() => json.member(answer, &text.text),
            [Part::Json(value)] => json.member(answer, value),
            parts => write_inner(json.key(answer), parts),
        }
        json.optional("is_error", result.is_error);
    });
}

/// Writes the parts of an answer, which hold no others.
fn write_inner(json: &mut Emitter, parts: &[Part]) {
    json.array(|json| {
        for part in parts {
            match part {
                Part::ToolCall(_) | Part::ToolResult(_) | Part::Unknown(_) => {
                    write_text(json, &put::answer_text(std::slice::from_ref(part)));
                }
                part => write_part(json, part),
            }
        }
    });
}

fn write_media(json: &mut Emitter, media: &Media) {
    let (kind, field, value) = match &media.source {
        MediaSource::Data(data) => ("blob", "content", data),
        MediaSource::Url(address) => ("uri", "uri", address),
        MediaSource::File(file) => ("file", "file_id", file),
        MediaSource::Absent => return,
    };
    json.object(|json| {
        json.member("type", kind);
        json.optional("mime_type", media.media_type.as_ref());
        json.member("modality", &media.kind);
        json.member(field, value);
    });
}

fn write_tools(json: &mut Emitter, tools: &[Tool]) {
    if tools.is_empty() {
        return;
    }
    json.key("gen_ai.tool.definitions").array(|json| {
        for tool in tools {
            json.object(|json| {
                json.member("type", "function");
                json.member("name", &tool.name);
                json.optional("description", tool.description.as_ref());
                json.optional("parameters", tool.parameters.as_ref());
            });
        }
    });
}
