//! The blocks of a LangChain content, as they are written.

use super::message::INVALID;
use crate::{
    json::{
        emit::{Emit, Emitter},
        put,
    },
    model::{Arguments, Media, MediaSource, Part, Reasoning, Text, ToolCall},
};

/// Fields of a block of the content that LangChain names.
const BLOCK: &[&str] = &["annotations", "cache_control", "extras", "id", "index", "metadata"];

pub(super) fn is_server(call: &ToolCall) -> bool {
    call.extra.get("type").is_some_and(|kind| kind.as_str() == "\"server_tool_call\"")
}

/// Whether a call has no arguments that LangChain could pass on.
pub(super) fn is_invalid(call: &ToolCall) -> bool {
    call.extra.get("type").is_some_and(|kind| kind.as_str().trim_matches('"') == INVALID)
        || matches!(&call.arguments, Arguments::Text(text) if !text.is_empty() && put::object(text).is_none())
}

/// Writes the content: a string where it is one, else blocks.
pub(super) fn write_content(json: &mut Emitter, parts: &[Part]) {
    let blocks = || parts.iter().filter(|part| is_block(part));
    let mut first = blocks();
    match (first.next(), first.next()) {
        (Some(Part::Text(text)), None) if text.extra.is_none() => json.member("content", &text.text),
        (Some(Part::Json(value)), None) => json.member("content", value.as_str()),
        _ => json.key("content").array(|json| blocks().for_each(|part| write_block(json, part))),
    }
}

/// Whether a part stands in the content.
pub(super) fn is_block(part: &Part) -> bool {
    match part {
        Part::Refusal(_) => false,
        Part::ToolCall(call) => !is_invalid(call),
        Part::Unknown(value) => value.as_str().starts_with('{'),
        _ => true,
    }
}

pub(super) fn write_block(json: &mut Emitter, part: &Part) {
    match part {
        Part::Text(text) => write_text(json, text),
        Part::Reasoning(reasoning) => write_reasoning(json, reasoning),
        Part::Media(media) => write_media(json, media),
        Part::ToolCall(call) => json.object(|json| {
            json.member("type", if is_server(call) { "server_tool_call" } else { "tool_use" });
            json.optional("id", call.id.as_deref());
            json.member("name", &call.name);
            json.key(if is_server(call) { "args" } else { "input" });
            put::arguments_value(json, &call.arguments);
            put::known(json, &call.extra, BLOCK);
        }),
        Part::ToolResult(result) => json.object(|json| {
            json.member("type", "server_tool_result");
            json.optional("tool_call_id", result.call_id.as_deref());
            json.key("output");
            match result.parts.as_slice() {
                [Part::Json(value)] => value.emit(json),
                parts => put::answer_text(parts).emit(json),
            }
            put::known(json, &result.extra, &["id", "index", "status", "extras"]);
        }),
        Part::Json(value) | Part::Unknown(value) => json.value(value),
        Part::Refusal(_) => {}
    }
}

fn write_text(json: &mut Emitter, text: &Text) {
    json.object(|json| {
        json.member("type", "text");
        json.member("text", &text.text);
        if let Some(extra) = &text.extra {
            put::known(json, extra, BLOCK);
        }
    });
}

fn write_reasoning(json: &mut Emitter, reasoning: &Reasoning) {
    json.object(|json| {
        json.member("type", "reasoning");
        json.member("reasoning", &reasoning.text);
        if let Some(signature) = &reasoning.signature {
            json.key("extras").object(|json| json.member("signature", signature));
        }
        put::known(
            json,
            &reasoning.extra,
            if reasoning.signature.is_some() { &["id", "index"] } else { BLOCK },
        );
    });
}

fn write_media(json: &mut Emitter, media: &Media) {
    json.object(|json| {
        let kind = Some(media.kind.as_str()).filter(|kind| ["image", "audio", "video"].contains(kind));
        json.member("type", kind.unwrap_or("file"));
        match &media.source {
            MediaSource::Url(url) => json.member("url", url),
            MediaSource::Data(data) => json.member("base64", data),
            MediaSource::File(id) => json.member("file_id", id),
            MediaSource::Absent => {}
        }
        json.optional("mime_type", media.media_type.as_deref());
        json.optional("filename", media.name.as_deref());
        put::known(json, &media.extra, BLOCK);
    });
}
