//! Conversations from a fuzzer's bytes.

use arbitrary::{Result, Unstructured};
use chrono::DateTime;
use turnwise::{Arguments, Conversation, Message, Part, RawJson, Reasoning, Role, ToolCall, ToolResult};

/// Pieces that mean something to a reader, so that contents often hold them.
const PIECES: &[&str] = &[
    "User: ",
    "AI:",
    "\n",
    "\r",
    "\r\n",
    "\n\n",
    "```\n",
    "~~~",
    "\\",
    "> ",
    "---",
    "**",
    "## ",
    "[12:03] ",
    "\u{feff}",
    "\u{200e}",
    "：",
    " ",
    "\t",
    ":",
    "1. ",
    "word",
    "Agent (x): ",
    "<|im_start|>",
];

const ROLES: &[Role] = &[Role::System, Role::Developer, Role::User, Role::Assistant, Role::Tool];

const NAMES: &[&str] = &["Ann", "Bo Lee", "Dr. Okafor", "李", "x", "User"];

/// A conversation whatever the bytes are; running out of them only makes it shorter.
pub fn conversation(data: &[u8]) -> Conversation {
    let mut bytes = Unstructured::new(data);
    let mut conversation = Conversation::default();
    while !bytes.is_empty() {
        let Ok(message) = message(&mut bytes) else { break };
        conversation.messages.push(message);
    }
    conversation
}

fn message(bytes: &mut Unstructured<'_>) -> Result<Message> {
    let role = bytes.choose(ROLES)?.clone();
    let name = if bytes.ratio(1, 8)? { Some((*bytes.choose(NAMES)?).into()) } else { None };
    let timestamp = if bytes.ratio(1, 8)? {
        DateTime::from_timestamp(bytes.int_in_range(0..=4_102_444_800)?, 0).map(Into::into)
    } else {
        None
    };
    let mut message = Message { name, timestamp, ..Message::new(role, text(bytes)?) };
    for _ in 0..bytes.int_in_range(0..=4_u8)?.saturating_sub(2) {
        message.parts.push(part(bytes)?);
    }
    Ok(message)
}

const JSON: &[&str] =
    &["{}", "{\"q\":1.10}", "[1,2]", "null", "\"text\"", "{\"a\":{\"b\":[]}}", "12345678901234567890"];

fn part(bytes: &mut Unstructured<'_>) -> Result<Part> {
    let json = |bytes: &mut Unstructured<'_>| Ok(RawJson::new(*bytes.choose(JSON)?));
    let id = |bytes: &mut Unstructured<'_>| Ok(if bytes.ratio(3, 4)? { Some(text(bytes)?) } else { None });
    Ok(match bytes.int_in_range(0..=4)? {
        0 => Part::Reasoning(
            Reasoning { text: text(bytes)?, signature: id(bytes)?, ..Reasoning::default() }.into(),
        ),
        1 => {
            let arguments = match json(bytes)? {
                Some(json) if !json.as_str().starts_with('"') && bytes.ratio(1, 2)? => Arguments::Json(json),
                _ => Arguments::Text(text(bytes)?),
            };
            Part::ToolCall(
                ToolCall { id: id(bytes)?, name: text(bytes)?, arguments, ..ToolCall::default() }.into(),
            )
        }
        2 => {
            let parts = vec![Part::text(text(bytes)?)];
            Part::ToolResult(ToolResult { call_id: id(bytes)?, parts, ..ToolResult::default() }.into())
        }
        3 => json(bytes)?.map_or_else(|| Part::text(""), Part::Json),
        _ => Part::text(text(bytes)?),
    })
}

/// Pieces of grammar with some text of the fuzzer's own between them.
fn text(bytes: &mut Unstructured<'_>) -> Result<String> {
    let mut text = String::new();
    for _ in 0..bytes.int_in_range(0..=12)? {
        if bytes.ratio(3, 4)? {
            text.push_str(bytes.choose(PIECES)?);
        } else {
            text.push_str(bytes.arbitrary()?);
        }
    }
    Ok(text)
}
