//! Writing the body of a request.

mod content;
mod item;

use std::iter::Peekable;

use self::content::content;
use crate::{
    json::{emit::Emitter, ids::Ids, put},
    model::{Conversation, Details, Extra, Message, Part, Role, Tool},
};

/// How a value of a field begins; any may be `null`.
const STRING: &str = "\"";
const FLAG: &str = "tf";
const OBJECT: &str = "{";
const LIST: &str = "[";
const STRING_OR_OBJECT: &str = "\"{";
const NUMBER: &str = "-0123456789";

/// Fields of a request, kept from where the conversation was read, unless they mean something else there.
const REQUEST: &[(&str, &str)] = &[
    ("model", STRING),
    ("background", FLAG),
    ("context_management", LIST),
    ("conversation", STRING_OR_OBJECT),
    ("include", LIST),
    ("max_output_tokens", NUMBER),
    ("max_tool_calls", NUMBER),
    ("parallel_tool_calls", FLAG),
    ("previous_response_id", STRING),
    ("prompt", OBJECT),
    ("prompt_cache_key", STRING),
    ("prompt_cache_retention", STRING),
    ("reasoning", OBJECT),
    ("safety_identifier", STRING),
    ("service_tier", STRING),
    ("store", FLAG),
    ("stream", FLAG),
    ("temperature", NUMBER),
    ("text", OBJECT),
    ("tool_choice", STRING_OR_OBJECT),
    ("top_logprobs", NUMBER),
    ("top_p", NUMBER),
    ("truncation", STRING),
    ("user", STRING),
];

/// Tools that the provider has, and others with a `type` of their own.
const TOOLS: &[&str] = &[
    "apply_patch",
    "code_interpreter",
    "computer",
    "computer_use_preview",
    "custom",
    "file_search",
    "image_generation",
    "local_shell",
    "mcp",
    "namespace",
    "programmatic_tool_calling",
    "shell",
    "tool_search",
    "web_search",
    "web_search_preview",
];

/// Writes a conversation as the body of a request.
pub(crate) fn write(conversation: &Conversation, json: &mut Emitter) {
    let Conversation { messages, tools, metadata, extra, .. } = conversation;
    json.object(|json| {
        settings(extra, json);
        let (instructions, messages) = match messages.split_first() {
            Some((first, rest)) if !rest.is_empty() && first.role == Some(Role::System) => {
                (put::only_text(first), if put::only_text(first).is_some() { rest } else { messages })
            }
            _ => (None, messages.as_slice()),
        };
        json.optional("instructions", instructions);
        json.key("input").array(|json| {
            let mut ids = Ids::of(conversation);
            messages.iter().for_each(|message| items(message, &mut ids, json));
        });
        if !tools.is_empty() {
            json.key("tools").array(|json| tools.iter().for_each(|tool| definition(tool, json)));
        }
        let words = metadata.0.iter().filter(|(_, value)| value.as_str().starts_with('"'));
        json.group("metadata", &Extra(words.cloned().collect()));
    });
}

/// Writes the settings that the format has.
fn settings(extra: &Extra, json: &mut Emitter) {
    for (name, value) in &extra.0 {
        let begins = REQUEST.iter().find(|(known, _)| known == name).map_or("", |(_, begins)| begins);
        let written = value.as_str();
        let fits =
            !begins.is_empty() && (written == "null" || written.starts_with(|first| begins.contains(first)));
        if fits && (name != "tool_choice" || is_choice(written)) {
            json.member(name, value);
        }
    }
}

/// Whether a choice of tools is one of this format, not of another that has the same field.
fn is_choice(written: &str) -> bool {
    let Ok(choice) = serde_json::from_str::<serde_json::Value>(written) else { return false };
    let kind = choice.get("type").and_then(|kind| kind.as_str());
    let known = |kind: &str| TOOLS.contains(&kind) || matches!(kind, "function" | "allowed_tools");
    match &choice {
        serde_json::Value::Object(choice) => kind.is_some_and(known) && !choice.contains_key("function"),
        serde_json::Value::String(choice) => matches!(choice.as_str(), "auto" | "none" | "required"),
        _ => choice.is_null(),
    }
}

/// Writes the items of a message.
fn items<'a>(message: &'a Message, ids: &mut Ids<'a>, json: &mut Emitter) {
    let mut parts = message.parts.iter().peekable();
    let mut first = true;
    if parts.peek().is_none() {
        words(message, &[], true, json);
    }
    while let Some(part) = parts.peek() {
        match part {
            Part::Reasoning(_) => item::reasoning(&mut parts, json),
            Part::ToolCall(_) => item::call(&mut parts, ids, json),
            Part::ToolResult(result) => {
                item::answer(result, ids, json);
                parts.next();
            }
            Part::Unknown(raw) => {
                item::opaque(raw, json);
                parts.next();
            }
            _ => words(message, &said(&mut parts), first, json),
        }
        first = false;
    }
}

/// The parts up to the next that is an item of its own.
fn said<'a>(parts: &mut Peekable<impl Iterator<Item = &'a Part>>) -> Vec<&'a Part> {
    let is_own = |part: &&Part| {
        matches!(part, Part::Reasoning(_) | Part::ToolCall(_) | Part::ToolResult(_) | Part::Unknown(_))
    };
    std::iter::from_fn(|| parts.next_if(|part| !is_own(part))).collect()
}

/// Writes a message: without a `type` where it begins a turn, which keeps it apart from reasoning before it.
fn words(message: &Message, said: &[&Part], first: bool, json: &mut Emitter) {
    let none = Details::default();
    let details = message.details.as_deref().unwrap_or(&none);
    let role = match &message.role {
        Some(role @ (Role::System | Role::Developer | Role::Assistant)) => role.as_str(),
        _ => "user",
    };
    let own = first
        || message.parts.iter().find(|part| !matches!(part, Part::Reasoning(_))) == said.first().copied();
    let id = details.id.as_deref().filter(|_| own);
    let fields = details.extra.get("status").is_some() || id.is_some();
    json.object(|json| {
        if !first || fields {
            json.member("type", "message");
        }
        json.optional("id", id);
        if own {
            put::known(json, &details.extra, &["status", "phase"]);
        }
        json.member("role", role);
        match said {
            [Part::Text(text)] if text.extra.is_none() => json.member("content", &text.text),
            _ => json.key("content").array(|json| said.iter().for_each(|part| content(part, role, json))),
        }
    });
}

/// Writes what the model may call.
fn definition(tool: &Tool, json: &mut Emitter) {
    let kind = match tool.extra.get("type") {
        None if tool.name.is_empty() => return,
        None => "function",
        Some(_) => match kind_of(&tool.extra, TOOLS) {
            Some(kind) => kind,
            None => return,
        },
    };
    json.object(|json| {
        json.member("type", kind);
        if !tool.name.is_empty() {
            json.member("name", &tool.name);
        }
        json.optional("description", tool.description.as_ref());
        json.optional("parameters", tool.parameters.as_ref());
        for (name, value) in tool.extra.0.iter().filter(|(name, _)| name != "type") {
            if kind != "function" || matches!(name.as_str(), "strict" | "defer_loading" | "allowed_callers") {
                json.member(name, value);
            }
        }
    });
}

/// The `type` in `extra`, where it is one of `kinds`.
fn kind_of(extra: &Extra, kinds: &[&'static str]) -> Option<&'static str> {
    let raw = extra.get("type")?.as_str();
    kinds.iter().find(|kind| raw.trim_matches('"') == **kind).copied()
}
