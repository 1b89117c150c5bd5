//! Writing the body of a request.

mod tools;

use std::collections::HashMap;

use crate::{
    json::{
        emit::{Emit, Emitter},
        put,
    },
    model::{Arguments, Conversation, Extra, Media, MediaSource, Message, Part, Role, ToolCall, ToolResult},
};

/// Fields that a part may have beside what it is; both spellings are valid.
const BESIDE: &[&str] = &[
    "thought",
    "thoughtSignature",
    "thought_signature",
    "videoMetadata",
    "video_metadata",
    "mediaResolution",
    "media_resolution",
    "partMetadata",
    "part_metadata",
];

/// Names of tools by the calls of them, since every answer has to name its tool.
type Names<'a> = HashMap<&'a str, &'a str>;

/// Writes a conversation as the body of a request.
pub(crate) fn write(conversation: &Conversation, json: &mut Emitter) {
    let Conversation { messages, tools, extra, .. } = conversation;
    let calls = messages.iter().flat_map(|message| crate::json::content::calls(&message.parts));
    let names: Names<'_> = calls.filter_map(|call| Some((call.id.as_deref()?, call.name.as_str()))).collect();
    let is_system = |message: &&Message| matches!(message.role, Some(Role::System | Role::Developer));
    let (system, talk) = messages.split_at(messages.iter().take_while(is_system).count());
    json.object(|json| {
        if let Some(first) = system.first() {
            json.key("systemInstruction").object(|json| {
                if let Some(details) = &first.details {
                    put::known(json, &details.extra, &["role"]);
                }
                write_parts(json, system, &names);
            });
        }
        json.key("contents").array(|json| {
            for turn in talk.chunk_by(|a, b| answers(a) && answers(b)) {
                write_content(json, turn, &names);
            }
        });
        tools::write(json, tools);
        put::known(json, extra, super::OF_REQUEST);
    });
}

/// Whether a message is answers of tools, which stand together in one message of the user.
fn answers(message: &Message) -> bool {
    message.role == Some(Role::Tool) && message.label.as_deref() != Some("function")
}

fn write_content(json: &mut Emitter, turn: &[Message], names: &Names<'_>) {
    let first = turn.first();
    let role = match first.and_then(|message| message.role.as_ref()) {
        Some(Role::Assistant) => "model",
        Some(Role::Tool) if !turn.iter().all(answers) => "function",
        _ => "user",
    };
    json.object(|json| {
        json.member("role", role);
        write_parts(json, turn, names);
    });
}

fn write_parts(json: &mut Emitter, messages: &[Message], names: &Names<'_>) {
    json.key("parts").array(|json| {
        for part in messages.iter().flat_map(|message| message.parts.iter()) {
            write_part(json, part, names);
        }
    });
}

fn write_part(json: &mut Emitter, part: &Part, names: &Names<'_>) {
    match part {
        Part::Text(text) => object_with(json, text.extra.as_deref(), |json| json.member("text", &text.text)),
        Part::Refusal(text) => object_with(json, None, |json| json.member("text", &text.text)),
        Part::Json(value) => object_with(json, None, |json| json.member("text", value.as_str())),
        Part::Reasoning(reasoning) => object_with(json, Some(&reasoning.extra), |json| {
            // A signature without words stands alone.
            if !reasoning.text.is_empty() || reasoning.signature.is_none() || !reasoning.extra.is_empty() {
                json.member("text", &reasoning.text);
                json.member("thought", &true);
            }
            json.optional("thoughtSignature", reasoning.signature.as_ref());
        }),
        Part::ToolCall(call) => object_with(json, Some(&call.extra), |json| write_call(json, call)),
        Part::ToolResult(result) => {
            object_with(json, Some(&result.extra), |json| write_answer(json, result, names));
        }
        Part::Media(media) if media.source != MediaSource::Absent => {
            object_with(json, Some(&media.extra), |json| write_media(json, media));
        }
        // A part without a `type` may be one of a newer version.
        Part::Unknown(raw) if raw.as_str().starts_with('{') && !raw.as_str().contains("\"type\"") => {
            raw.emit(json);
        }
        Part::Media(_) | Part::Unknown(_) => {}
    }
}

/// Writes a part, and what the format knows of its `extra`.
fn object_with(json: &mut Emitter, extra: Option<&Extra>, inside: impl FnOnce(&mut Emitter)) {
    json.object(|json| {
        inside(json);
        if let Some(extra) = extra {
            put::known(json, extra, BESIDE);
        }
    });
}

/// Whether a part was read from one of this kind.
fn is_kind(extra: &Extra, kind: &str) -> bool {
    extra.get("type").is_some_and(|written| written.as_str().trim_matches('"') == kind)
}

fn write_call(json: &mut Emitter, call: &ToolCall) {
    if is_kind(&call.extra, "executableCode")
        && let Arguments::Json(code) = &call.arguments
        && call.id.is_none()
    {
        return json.member("executableCode", code);
    }
    json.key("functionCall").object(|json| {
        json.optional("id", call.id.as_ref());
        json.member("name", &call.name);
        match &call.arguments {
            Arguments::Absent => {}
            Arguments::Text(text) if text.is_empty() => {}
            Arguments::Json(value) if value.as_str().starts_with('{') => json.member("args", value),
            Arguments::Text(text) if put::object(text).is_some() => {
                put::arguments_value(json.key("args"), &call.arguments);
            }
            // They have to be an object.
            Arguments::Text(text) => json.key("args").object(|json| json.member("arguments", text)),
            Arguments::Json(value) => json.key("args").object(|json| json.member("arguments", value)),
        }
        put::known(json, &call.extra, &["willContinue", "partialArgs"]);
    });
}

fn write_answer(json: &mut Emitter, result: &ToolResult, names: &Names<'_>) {
    if is_kind(&result.extra, "codeExecutionResult") {
        return json.key("codeExecutionResult").object(|json| {
            json.optional("id", result.call_id.as_ref());
            put::known(json, &result.extra, &["outcome"]);
            if !result.parts.is_empty() {
                json.member("output", &put::answer_text(&result.parts));
            }
        });
    }
    let called = || result.call_id.as_deref().and_then(|id| names.get(id).copied());
    json.key("functionResponse").object(|json| {
        json.optional("id", result.call_id.as_ref());
        json.optional("name", result.name.as_deref().or_else(called));
        let (media, said): (Vec<_>, Vec<_>) =
            result.parts.iter().partition(|part| matches!(part, Part::Media(_)));
        write_response(json.key("response"), &said, result.is_error == Some(true));
        if !media.is_empty() {
            json.key("parts").array(|json| media.iter().for_each(|part| write_part(json, part, names)));
        }
        put::known(json, &result.extra, &["willContinue", "scheduling"]);
    });
}

/// Writes what was answered as an object: one that is an object already stays as it is.
fn write_response(json: &mut Emitter, said: &[&Part], failed: bool) {
    let key = if failed { "error" } else { "output" };
    match said {
        [] => json.object(|_| ()),
        [Part::Json(value)] if !failed && value.as_str().starts_with('{') => value.emit(json),
        [Part::Json(value)] => json.object(|json| json.member(key, value)),
        said => {
            let text: String =
                said.iter().map(|part| put::answer_text(std::slice::from_ref(*part))).collect();
            json.object(|json| json.member(key, &text));
        }
    }
}

fn write_media(json: &mut Emitter, media: &Media) {
    let (name, field, value) = match &media.source {
        MediaSource::Data(data) => ("inlineData", "data", data),
        MediaSource::Url(place) | MediaSource::File(place) => ("fileData", "fileUri", place),
        MediaSource::Absent => return,
    };
    json.key(name).object(|json| {
        json.optional("mimeType", media.media_type.as_ref());
        json.member(field, value);
        json.optional("displayName", media.name.as_ref());
    });
}
