//! Writing blocks: what a message says.

use crate::{
    json::{
        bedrock::media,
        emit::{Emit, Emitter},
        ids::Ids,
        put, turns,
    },
    model::{Media, MediaSource, Part, RawJson, Reasoning, Text, ToolCall, ToolResult},
};

/// Blocks that stay as they are.
const BLOCKS: &[&str] = &["cachePoint", "searchResult", "guardContent", "citationsContent"];

/// Writes one of the parts of a message.
pub(super) fn block<'a>(json: &mut Emitter, part: &'a Part, ids: &mut Ids<'a>) {
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

/// Writes words.
pub(super) fn text(json: &mut Emitter, words: &Text) {
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
            json.member("toolUseId", &ids.of_call(call));
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

pub(super) fn is_typed(result: &ToolResult) -> bool {
    type_of(result).is_some()
}

fn tool_result<'a>(json: &mut Emitter, result: &'a ToolResult, ids: &mut Ids<'a>) {
    json.object(|json| {
        json.key("toolResult").object(|json| {
            json.member("toolUseId", &ids.of_answer(result));
            json.key("content").array(|json| {
                for part in turns::flat(result) {
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

/// Whether a value is a block that stays as it is.
pub(super) fn is_block(raw: &RawJson) -> bool {
    matches!(put::members(raw).0.as_slice(), [(name, _)] if BLOCKS.contains(&name.as_str()))
}
