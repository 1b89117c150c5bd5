//! The canonical form as it is written, field by field; `schema` says the same in types.

use crate::{
    json::{
        content::{self, Form},
        emit::{Emit, Emitter},
        time,
    },
    model::{
        Arguments, Conversation, Details, Extra, Media, MediaSource, Message, Part, Role, Tool, ToolCall,
        Usage,
    },
};

impl Emit for Conversation {
    fn emit(&self, json: &mut Emitter) {
        let Self { id, title, status, preamble, messages, tools, metadata, extra } = self;
        json.object(|json| {
            json.optional("id", id.as_deref());
            json.optional("title", title.as_deref());
            json.optional("status", status.as_deref());
            json.optional("preamble", preamble.as_deref());
            json.member("messages", messages.as_slice());
            if !tools.is_empty() {
                json.member("toolDefinitions", tools.as_slice());
            }
            json.group("metadata", metadata);
            json.group("extra", extra);
        });
    }
}

impl Emit for Message {
    fn emit(&self, json: &mut Emitter) {
        let Self { role, label, parts: all, timestamp, details, .. } = self;
        let Form { content, parts, call_id, name } = Form::of(self);
        json.object(|json| {
            json.member("role", &role.as_ref().map(Role::as_str));
            json.optional("label", label.as_deref());
            json.optional("name", name);
            json.optional("content", content);
            json.optional("parts", parts);
            json.optional("timestamp", timestamp.as_ref().map(time::written));
            if let Some(details) = details {
                about(details, json);
            }
            if content::calls(all).next().is_some() {
                json.key("toolCalls").array(|json| content::calls(all).for_each(|call| json.value(call)));
            }
            json.optional("toolCallId", call_id);
            if let Some(details) = details {
                json.optional("id", details.id.as_deref());
                json.optional("parent", details.parent.as_deref());
                json.group("metadata", &details.metadata);
                json.group("extra", &details.extra);
            }
        });
    }
}

/// What stands between the time of a message and its calls.
fn about(details: &Details, json: &mut Emitter) {
    json.optional("time", details.time.as_deref());
    json.optional("model", details.model.as_deref());
    let Usage { prompt_tokens, completion_tokens, tokens } = details.usage;
    json.optional("tokens", tokens);
    if prompt_tokens.is_some() || completion_tokens.is_some() {
        json.key("usage").object(|json| {
            json.optional("promptTokens", prompt_tokens);
            json.optional("completionTokens", completion_tokens);
        });
    }
    json.optional("latencyMs", details.latency_ms);
}

impl Emit for Tool {
    fn emit(&self, json: &mut Emitter) {
        let Self { name, description, parameters, extra } = self;
        json.object(|json| {
            json.member("name", name);
            json.optional("description", description.as_deref());
            json.optional("parameters", parameters.as_ref());
            json.group("extra", extra);
        });
    }
}

/// The copy of a call that stands in `toolCalls`.
impl Emit for ToolCall {
    fn emit(&self, json: &mut Emitter) {
        json.object(|json| call(self, json));
    }
}

fn call(call: &ToolCall, json: &mut Emitter) {
    json.optional("id", call.id.as_deref());
    json.member("name", &call.name);
    match &call.arguments {
        Arguments::Text(text) => json.member("arguments", text),
        Arguments::Json(raw) => json.member("arguments", raw),
        Arguments::Absent => {}
    }
}

impl Emit for Part {
    fn emit(&self, json: &mut Emitter) {
        json.object(|json| part(self, json));
    }
}

fn part(part: &Part, json: &mut Emitter) {
    let (kind, extra) = match part {
        Part::Text(text) => ("text", text.extra.as_deref()),
        Part::Reasoning(reasoning) => ("reasoning", Some(&reasoning.extra)),
        Part::ToolCall(call) => ("tool_call", Some(&call.extra)),
        Part::ToolResult(result) => ("tool_result", Some(&result.extra)),
        Part::Media(media) => ("media", Some(&media.extra)),
        Part::Refusal(text) => ("refusal", text.extra.as_deref()),
        Part::Json(_) => ("json", None),
        Part::Unknown(_) => ("unknown", None),
    };
    json.member("type", kind);
    match part {
        Part::Text(text) | Part::Refusal(text) => json.member("text", &text.text),
        Part::Reasoning(reasoning) => {
            json.member("text", &reasoning.text);
            json.optional("signature", reasoning.signature.as_deref());
        }
        Part::ToolCall(made) => call(made, json),
        Part::ToolResult(result) => {
            json.optional("callId", result.call_id.as_deref());
            json.optional("name", result.name.as_deref());
            json.member("parts", result.parts.as_slice());
            json.optional("isError", result.is_error);
        }
        Part::Media(content) => media(content, json),
        Part::Json(raw) | Part::Unknown(raw) => json.member("raw", raw),
    }
    json.group("extra", extra.unwrap_or(&Extra(Vec::new())));
}

fn media(media: &Media, json: &mut Emitter) {
    json.member("kind", &media.kind);
    match &media.source {
        MediaSource::Url(url) => json.member("url", url),
        MediaSource::Data(data) => json.member("data", data),
        MediaSource::File(id) => json.member("file", id),
        MediaSource::Absent => {}
    }
    json.optional("mediaType", media.media_type.as_deref());
    json.optional("name", media.name.as_deref());
}
