//! The body of a request.

mod parts;

use parts::Content;

use crate::{
    json::{emit::Emitter, ids::Ids, put},
    model::{ContentState, Conversation, Extra, Message, Part, Role, Tool, ToolCall, ToolResult},
};

/// Fields of a request besides its messages and tools.
const REQUEST: &[&str] = &[
    "audio",
    "frequency_penalty",
    "logit_bias",
    "logprobs",
    "max_completion_tokens",
    "max_tokens",
    "modalities",
    "model",
    "n",
    "parallel_tool_calls",
    "prediction",
    "presence_penalty",
    "prompt_cache_key",
    "reasoning_effort",
    "response_format",
    "safety_identifier",
    "seed",
    "service_tier",
    "stop",
    "store",
    "stream",
    "stream_options",
    "temperature",
    "tool_choice",
    "top_logprobs",
    "top_p",
    "user",
    "verbosity",
    "web_search_options",
];

/// Fields of a message besides those that are written from the model.
const MESSAGE: &[&str] = &[
    "annotations",
    "audio",
    "function_call",
    "prefix",
    "reasoning_details",
    "refusal",
    "tool_calls",
    "weight",
];

/// Writes a conversation as the body of a request.
pub(crate) fn write(conversation: &Conversation, json: &mut Emitter) {
    json.object(|json| {
        put::known(json, &conversation.extra, REQUEST);
        json.key("messages").array(|json| {
            let mut ids = Ids::of(conversation);
            let mut messages = conversation.messages.iter().peekable();
            while let Some(message) = messages.next() {
                let legacy = messages.peek().is_some_and(|next| is_function(next));
                message_or_answers(json, message, legacy, &mut ids);
            }
        });
        let tools = || conversation.tools.iter().filter(|tool| !tool.name.is_empty());
        if tools().next().is_some() {
            json.key("tools").array(|json| tools().for_each(|tool| definition(json, tool)));
        }
        // The values of a request's metadata are strings.
        if conversation.metadata.0.iter().all(|(_, value)| value.as_str().starts_with('"')) {
            json.group("metadata", &conversation.metadata);
        }
    });
}

fn definition(json: &mut Emitter, tool: &Tool) {
    let custom = match tool.extra.get("type").map(|kind| kind.as_str()) {
        None => false,
        Some("\"custom\"") => true,
        // Tools that a provider runs have no place among functions.
        Some(_) => return,
    };
    let kind = if custom { "custom" } else { "function" };
    json.object(|json| {
        json.member("type", kind);
        json.key(kind).object(|json| {
            json.member("name", &tool.name);
            json.optional("description", tool.description.as_deref());
            json.optional("parameters", tool.parameters.as_ref().filter(|_| !custom));
            put::known(json, &tool.extra, if custom { &["format"] } else { &["strict"] });
        });
    });
}

/// Writes a message; the answers of tools in it become messages of their own, as they are here.
fn message_or_answers<'a>(json: &mut Emitter, message: &'a Message, legacy: bool, ids: &mut Ids<'a>) {
    let is_answer = |part: &Part| matches!(part, Part::ToolResult(_));
    if !message.parts.iter().any(is_answer) {
        return one(json, message, &message.parts, legacy, ids);
    }
    for run in message.parts.chunk_by(|a, b| is_answer(a) == is_answer(b)) {
        if run.iter().any(is_answer) {
            for part in run {
                if let Part::ToolResult(result) = part {
                    answer(json, message, result, ids);
                }
            }
        } else {
            one(json, message, run, false, ids);
        }
    }
}

/// Whether a message answers a call as it was before calls had ids.
fn is_function(message: &Message) -> bool {
    message.role == Some(Role::Tool) && message.label.as_deref() == Some("function")
}

/// Writes the answer of a tool.
fn answer<'a>(json: &mut Emitter, message: &Message, result: &'a ToolResult, ids: &mut Ids<'a>) {
    let legacy = is_function(message) && result.call_id.is_none();
    json.object(|json| {
        json.member("role", if is_function(message) { "function" } else { "tool" });
        let name = result.name.as_deref();
        json.optional("name", name.or(message.name.as_deref()));
        if !legacy {
            json.optional("tool_call_id", ids.of_known_answer(result));
        }
        let known = |part: &Part| matches!(part, Part::Text(_));
        match result.parts.as_slice() {
            [Part::Text(text)] if text.extra.is_none() => json.member("content", &text.text),
            parts if !parts.is_empty() && parts.iter().all(known) => {
                json.key("content").array(|json| parts.iter().for_each(|part| parts::part(json, part)));
            }
            [] if state(message) == ContentState::Null => json.member("content", &None::<&str>),
            [] => json.key("content").array(|_| ()),
            parts => json.member("content", &put::answer_text(parts)),
        }
        extra(json, message);
    });
}

/// Writes what is not the answer of a tool.
fn one<'a>(json: &mut Emitter, message: &Message, said: &'a [Part], legacy: bool, ids: &mut Ids<'a>) {
    let content = Content::of(said, message);
    json.object(|json| {
        match &message.role {
            Some(_) if is_function(message) => json.member("role", "function"),
            // The format asks for a role.
            role => json.member("role", role.as_ref().map_or("user", Role::as_str)),
        }
        json.optional("name", message.name.as_deref());
        if message.role == Some(Role::Tool) && !is_function(message) {
            json.optional("tool_call_id", ids.next_of(None));
        }
        content.reasoning(json);
        content.words(json);
        content.fields(json);
        match content.calls.as_slice() {
            [] => {}
            [call] if legacy && call.id.is_none() => {
                json.key("function_call").object(|json| function(json, call));
            }
            calls => {
                json.key("tool_calls").array(|json| calls.iter().for_each(|call| tool_call(json, call, ids)));
            }
        }
        extra(json, message);
    });
}

/// Writes the fields of a message that have no place in the model, unless their place is taken.
fn extra(json: &mut Emitter, message: &Message) {
    let Some(details) = &message.details else { return };
    let taken = |name: &str| match name {
        "reasoning_details" => parts::has_details(&message.parts),
        "tool_calls" | "function_call" => message.parts.iter().any(|part| matches!(part, Part::ToolCall(_))),
        "refusal" => message.parts.iter().any(|part| matches!(part, Part::Refusal(_))),
        "audio" => message.parts.iter().any(|part| matches!(part, Part::Media(_))),
        _ => false,
    };
    let free: Vec<_> = details.extra.0.iter().filter(|(name, _)| !taken(name)).cloned().collect();
    put::known(json, &Extra(free), MESSAGE);
}

fn state(message: &Message) -> ContentState {
    message.details.as_ref().map(|details| details.content).unwrap_or_default()
}

fn tool_call<'a>(json: &mut Emitter, call: &'a ToolCall, ids: &mut Ids<'a>) {
    let custom = call.extra.get("type").is_some_and(|kind| kind.as_str() == "\"custom\"");
    json.object(|json| {
        json.member("id", &ids.of_call(call));
        if custom {
            json.member("type", "custom");
            json.key("custom").object(|json| {
                json.member("name", &call.name);
                json.member("input", &put::arguments_text(&call.arguments));
            });
        } else {
            json.member("type", "function");
            json.key("function").object(|json| function(json, call));
        }
        put::known(json, &call.extra, &["index"]);
    });
}

fn function(json: &mut Emitter, call: &ToolCall) {
    json.member("name", &call.name);
    json.member("arguments", &put::arguments_text(&call.arguments));
}
