//! Conversations from a fuzzer's bytes.

use arbitrary::{Result, Unstructured};
use chrono::DateTime;
use turnwise::{Conversation, Message, Role};

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
    Ok(Message { name, timestamp, ..Message::new(role, text(bytes)?) })
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
