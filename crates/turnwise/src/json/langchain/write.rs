//! Writing LangChain messages, as `model_dump` has them.

use super::{
    block::{is_block, is_invalid, is_server, write_block, write_content},
    message::INVALID,
};
use crate::{
    json::{content, emit::Emitter, ids::Ids, put, raw},
    model::{
        Arguments, Conversation, Details, Extra, Message, Part, RawJson, Role, ToolCall, ToolResult, Usage,
    },
};

/// Fields of a message that LangChain names, and the model has no place for.
const FIELDS: &[&str] = &[
    "additional_kwargs",
    "artifact",
    "example",
    "invalid_tool_calls",
    "response_metadata",
    "tool_call_chunks",
    "tool_calls",
    "usage_metadata",
];

/// Writes a conversation as the state of a graph, an object with its messages.
pub(crate) fn write(conversation: &Conversation, json: &mut Emitter) {
    let mut ids = Ids::of(conversation);
    json.object(|json| {
        json.key("messages").array(|json| {
            for message in &conversation.messages {
                write_message(json, message, &mut ids);
            }
        });
    });
}

/// Writes a message; of several answers each becomes one.
fn write_message<'a>(json: &mut Emitter, message: &'a Message, ids: &mut Ids<'a>) {
    let details = message.details.as_deref();
    let answers: Vec<&ToolResult> = match message.role {
        Some(Role::Tool) => message
            .parts
            .iter()
            .filter_map(|part| if let Part::ToolResult(result) = part { Some(&**result) } else { None })
            .collect(),
        _ => Vec::new(),
    };
    if answers.is_empty() {
        return json.object(|json| {
            write_kind(json, message, details);
            write_said(json, message, details, ids);
            write_details(json, message, details);
        });
    }
    for (index, result) in answers.into_iter().enumerate() {
        json.object(|json| {
            write_kind(json, message, details);
            write_content(json, &result.parts);
            json.optional("name", result.name.as_deref().or(message.name.as_deref()));
            json.member("tool_call_id", &ids.of_answer(result));
            json.optional("status", result.is_error.map(|failed| if failed { "error" } else { "success" }));
            if index == 0 {
                write_details(json, message, details);
            }
        });
    }
}

/// Writes who speaks.
fn write_kind(json: &mut Emitter, message: &Message, details: Option<&Details>) {
    let label = message.label.as_deref();
    let given = details.and_then(|details| details.extra.get("type"));
    match &message.role {
        Some(role) if given.is_some_and(|kind| matches!(kind.as_str(), "\"chat\"" | "\"generic\"")) => {
            json.optional("type", given);
            json.member("role", label.unwrap_or(role.as_str()));
        }
        Some(Role::Other(word)) if &**word == "remove" => json.member("type", "remove"),
        Some(Role::Other(word)) => {
            json.member("type", "chat");
            json.member("role", &**word);
        }
        role => {
            let kind = match role {
                Some(Role::System | Role::Developer) => "system",
                Some(Role::Assistant) => "ai",
                Some(Role::Tool) => "tool",
                _ => "human",
            };
            let own = |label: &&str| match *label {
                "function" => kind == "tool",
                "HumanMessageChunk" => kind == "human",
                "AIMessageChunk" => kind == "ai",
                "SystemMessageChunk" => kind == "system",
                "ToolMessageChunk" | "FunctionMessageChunk" => kind == "tool",
                _ => false,
            };
            json.member("type", label.filter(own).unwrap_or(kind));
        }
    }
}

/// Writes what is said, and the calls.
fn write_said<'a>(json: &mut Emitter, message: &'a Message, details: Option<&'a Details>, ids: &mut Ids<'a>) {
    let (invalid, calls): (Vec<&ToolCall>, Vec<&ToolCall>) =
        content::calls(&message.parts).filter(|call| !is_server(call)).partition(|call| is_invalid(call));
    // Where the calls are written twice, the content has them as well.
    let twice = details.and_then(|details| details.extra.get("tool_calls")).is_some();
    if (calls.is_empty() && invalid.is_empty()) || twice {
        write_content(json, &message.parts);
    } else {
        let block =
            |part: &&Part| is_block(part) && !matches!(part, Part::ToolCall(call) if !is_server(call));
        let mut blocks = message.parts.iter().filter(block);
        match (blocks.next(), blocks.next()) {
            (None, _) => json.member("content", ""),
            (Some(Part::Text(text)), None) if !text.text.is_empty() && text.extra.is_none() => {
                json.member("content", &text.text);
            }
            _ => json.key("content").array(|json| {
                message.parts.iter().filter(block).for_each(|part| write_block(json, part));
            }),
        }
        if !calls.is_empty() {
            json.key("tool_calls")
                .array(|json| calls.into_iter().for_each(|call| write_call(json, call, ids)));
        }
    }
    if !invalid.is_empty() {
        json.key("invalid_tool_calls")
            .array(|json| invalid.iter().for_each(|call| write_invalid(json, call)));
    }
    json.optional("name", message.name.as_deref());
}

fn write_call<'a>(json: &mut Emitter, call: &'a ToolCall, ids: &mut Ids<'a>) {
    json.object(|json| {
        json.member("name", &call.name);
        json.key("args");
        put::arguments_value(json, &call.arguments);
        json.member("id", &ids.of_call(call));
        json.member("type", "tool_call");
    });
}

fn write_invalid(json: &mut Emitter, call: &ToolCall) {
    json.object(|json| {
        json.member("type", INVALID);
        if call.extra.get("name").is_none() {
            json.member("name", &call.name);
        }
        match &call.arguments {
            Arguments::Absent => {}
            arguments => json.member("args", &put::arguments_text(arguments)),
        }
        json.optional("id", call.id.as_deref());
        put::known(json, &call.extra, &["args", "name", "error", "index", "extras"]);
    });
}

/// Writes the fields beside what is said, those that were kept in the order that they had.
fn write_details(json: &mut Emitter, message: &Message, details: Option<&Details>) {
    let none = Extra::default();
    let extra = details.map_or(&none, |details| &details.extra);
    let refusal = message.parts.iter().find_map(|part| match part {
        Part::Refusal(words) => Some(words.text.as_str()),
        _ => None,
    });
    let mut kwargs = Extra::default();
    if message.role == Some(Role::Developer) {
        kwargs.push("__openai_role__", raw::quoted("developer"));
    }
    if let Some(words) = refusal {
        kwargs.push("refusal", raw::quoted(words));
    }
    let mut metadata = Extra::default();
    let mut counts = Extra::default();
    if let Some(details) = details {
        json.optional("id", details.id.as_deref());
        if let Some(model) = &details.model {
            metadata.push("model_name", raw::quoted(model));
        }
        counts = counts_of(details.usage, extra);
    }
    let merged = [("usage_metadata", counts), ("additional_kwargs", kwargs), ("response_metadata", metadata)];
    for (name, members) in &merged {
        if !members.is_empty() && extra.get(name).is_none() {
            json.member(name, members);
        }
    }
    for (name, value) in extra.0.iter().filter(|(name, value)| is_known(name, value)) {
        match merged.iter().find(|(other, members)| other == name && !members.is_empty()) {
            Some((_, members)) => json.member(name, &merge(members, value)),
            None => json.member(name, value),
        }
    }
}

/// Whether LangChain has this field, which it often writes down where it has no value.
fn is_known(name: &str, value: &RawJson) -> bool {
    FIELDS.contains(&name) || matches!(name, "id" | "name") && value.as_str() == "null"
}

/// The counts of tokens; none where `response_metadata` has them already.
fn counts_of(usage: Usage, extra: &Extra) -> Extra {
    let mut counts = Extra::default();
    let rest = extra.get("usage_metadata");
    let says = |value: Option<&RawJson>, names: &[&str]| {
        value.is_some_and(|value| names.iter().any(|name| value.as_str().contains(&format!("\"{name}\""))))
    };
    let elsewhere = says(extra.get("response_metadata"), &["token_usage", "tokenUsage", "usage"]);
    if (elsewhere && rest.is_none()) || usage == Usage::default() {
        return counts;
    }
    let number = |count: u64| RawJson::trusted(&count.to_string());
    for (name, count) in [("input_tokens", usage.prompt_tokens), ("output_tokens", usage.completion_tokens)] {
        if let Some(count) = count {
            counts.push(name, number(count));
        }
    }
    // LangChain takes no counts without their sum.
    if let (Some(read), Some(written)) = (usage.prompt_tokens, usage.completion_tokens)
        && !says(rest, &["total_tokens"])
    {
        counts.push("total_tokens", number(read.saturating_add(written)));
    }
    counts
}

/// An object with these members before its own.
fn merge(members: &Extra, object: &RawJson) -> RawJson {
    let written = raw::object(members);
    let own = written.as_str().strip_suffix('}').unwrap_or_default();
    let other = object.as_str().trim_start();
    match other.strip_prefix('{') {
        Some(rest) if rest.trim_start().starts_with('}') => written,
        Some(rest) => RawJson::trusted(&format!("{own},{rest}")),
        None => written,
    }
}
