//! Writing ShareGPT rows.

use super::{ANSWERS, CALLS, FLAGS, MEDIA};
use crate::{
    json::{
        content,
        emit::{Emit, Emitter},
        put, role,
    },
    model::{ContentState, Conversation, Message, Part, Role, ToolCall},
};

/// Fields of a row that trainers know.
const ROW: &[&str] = &["audios", "images", "kto_tag", "rejected", "videos"];

/// Writes a conversation as a row.
pub(crate) fn write(conversation: &Conversation, json: &mut Emitter) {
    let (system, turns) = match conversation.messages.split_first() {
        Some((first, rest)) if first.role == Some(Role::System) && first.label.is_none() => {
            (put::only_text(first).filter(|_| first.details.is_none()), rest)
        }
        _ => (None, conversation.messages.as_slice()),
    };
    let turns = if system.is_some() { turns } else { conversation.messages.as_slice() };
    let kinds: Vec<&str> =
        MEDIA.iter().filter(|row| can_mark(&conversation.messages, row)).map(|(.., kind)| *kind).collect();
    json.object(|json| {
        json.optional("id", conversation.id.as_deref());
        json.key("conversations").array(|json| turns.iter().for_each(|turn| write_turns(json, turn, &kinds)));
        json.optional("system", system);
        if !conversation.tools.is_empty() {
            json.member("tools", &tools(conversation));
        }
        for (list, _, kind) in MEDIA.iter().filter(|(.., kind)| kinds.contains(kind)) {
            json.key(list).array(|json| {
                for part in conversation.messages.iter().flat_map(|message| &message.parts) {
                    if let Part::Media(media) = part
                        && media.kind == *kind
                        && let Some(url) = put::url(media)
                    {
                        json.value(&url);
                    }
                }
            });
        }
        put::known(json, &conversation.extra, ROW);
    });
}

/// Whether media of a kind can be written: there are some, and no text has what stands for one.
fn can_mark(messages: &[Message], (list, mark, kind): &(&str, &str, &str)) -> bool {
    let mut parts = messages.iter().flat_map(|message| &message.parts);
    let is_one =
        |part: &Part| matches!(part, Part::Media(media) if media.kind == *kind && put::url(media).is_some());
    !list.is_empty() && parts.any(is_one) && super::marks(messages, mark) == 0
}

/// Definitions as an array in a string.
fn tools(conversation: &Conversation) -> String {
    let mut json = Emitter::compact();
    json.array(|json| {
        for tool in &conversation.tools {
            json.object(|json| {
                json.member("name", &tool.name);
                json.optional("description", tool.description.as_deref());
                json.optional("parameters", tool.parameters.as_ref());
            });
        }
    });
    json.finish()
}

/// Writes a message: a turn for its text, one for its calls, one for each answer.
fn write_turns(json: &mut Emitter, message: &Message, kinds: &[&str]) {
    let mut text: Option<String> = None;
    let mut calls: Vec<&ToolCall> = Vec::new();
    let mut written = false;
    for part in &message.parts {
        if !matches!(part, Part::ToolCall(_)) {
            written |= flush_calls(json, message, &mut calls);
        }
        match part {
            Part::ToolCall(call) => {
                flush(json, message, &mut text);
                calls.push(call);
            }
            Part::Text(piece) => text.get_or_insert_default().push_str(&piece.text),
            Part::Refusal(piece) => on_its_own(&mut text, &piece.text),
            Part::Json(value) => on_its_own(&mut text, value.as_str()),
            Part::Media(media) if kinds.contains(&media.kind.as_str()) && put::url(media).is_some() => {
                let mark = MEDIA.iter().find(|(.., kind)| *kind == media.kind).map(|(_, mark, _)| *mark);
                text.get_or_insert_default().push_str(mark.unwrap_or_default());
            }
            Part::ToolResult(result) => {
                flush(json, message, &mut text);
                let value = put::answer_text(&result.parts);
                write_turn(json, message, word(message, &Role::Tool), Some(&value));
                written = true;
            }
            _ => {}
        }
    }
    written |= flush_calls(json, message, &mut calls);
    written |= flush(json, message, &mut text);
    if !written {
        let null = message.details.as_ref().is_some_and(|details| details.content == ContentState::Null);
        let role = message.role.clone().unwrap_or(Role::User);
        write_turn(json, message, word(message, &role), Some("").filter(|_| !null));
    }
}

/// Adds a line to the text so far.
fn on_its_own(text: &mut Option<String>, words: &str) {
    let text = text.get_or_insert_default();
    text.push_str(if text.is_empty() { "" } else { "\n" });
    text.push_str(words);
}

/// Writes the text so far as a turn, if there is any.
fn flush(json: &mut Emitter, message: &Message, text: &mut Option<String>) -> bool {
    let Some(text) = text.take() else { return false };
    let role = message.role.clone().unwrap_or(Role::User);
    write_turn(json, message, word(message, &role), Some(&text));
    true
}

/// Writes the calls so far as a turn, if there are any.
fn flush_calls(json: &mut Emitter, message: &Message, calls: &mut Vec<&ToolCall>) -> bool {
    if calls.is_empty() {
        return false;
    }
    let mut text = Emitter::compact();
    match calls.as_slice() {
        [call] => write_call(&mut text, call),
        calls => text.array(|text| calls.iter().for_each(|call| write_call(text, call))),
    }
    calls.clear();
    let label = message.label.as_deref().filter(|label| CALLS.contains(&&*label.trim().to_ascii_lowercase()));
    write_turn(json, message, label.unwrap_or("function_call"), Some(&text.finish()));
    true
}

fn write_call(json: &mut Emitter, call: &ToolCall) {
    json.object(|json| {
        json.member("name", &call.name);
        json.key("arguments");
        put::arguments_value(json, &call.arguments);
    });
}

fn write_turn(json: &mut Emitter, message: &Message, from: &str, value: Option<&str>) {
    json.object(|json| {
        json.member("from", from);
        json.key("value");
        value.emit(json);
        if let Some(details) = &message.details {
            put::known(json, &details.extra, FLAGS);
        }
    });
}

/// The word for who speaks: the label, where it is one of the format's for the same role.
fn word<'a>(message: &'a Message, role: &'a Role) -> &'a str {
    let label = message.label.as_deref().filter(|label| {
        let short = label.trim().to_ascii_lowercase();
        let own = match role {
            Role::User => ["human", "input", "prompter", "user"].contains(&&*short),
            Role::Assistant => {
                ["assistant", "bard", "bing", "chatgpt", "gpt", "model", "output"].contains(&&*short)
            }
            Role::Tool => short == "function" || ANSWERS.contains(&&*short),
            _ => *role == role::read(label).0,
        };
        own && content::calls(&message.parts).next().is_none()
    });
    label.unwrap_or(match role {
        Role::System | Role::Developer => "system",
        Role::User => "human",
        Role::Assistant => "gpt",
        Role::Tool => "observation",
        Role::Other(word) => word,
    })
}
