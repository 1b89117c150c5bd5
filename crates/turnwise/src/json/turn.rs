//! A turn of the assistant that stands in several items, each an object of its own, which become one message.

use super::{
    content,
    dialect::{self, WholeReader},
    reader::Reader,
    scan::Kind,
};
use crate::model::{ContentState, Details, Message, Part, Role};

/// What an item is within a turn of the assistant: some formats give each piece of one an object of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Item {
    /// Reasoning, with which a turn begins.
    Reasoning,
    /// The message itself.
    Message,
    /// What comes with it or follows: a call of a tool.
    Call,
}

/// Adds an item to the message that stands before it; gives it back where it begins a turn of its own.
pub(super) fn join(item: Item, last: Option<&mut Message>, next: Message) -> Option<Message> {
    let is_assistant = |message: &Message| message.role == Some(Role::Assistant);
    let Some(last) = last.filter(|last| is_assistant(last) && is_assistant(&next)) else { return Some(next) };
    if item != Item::Call && !is_reasoning_alone(last) {
        return Some(next);
    }
    let has_text = content::has_text(&next.parts);
    last.parts.extend(next.parts);
    last.span.end = next.span.end;
    if item == Item::Message {
        (last.label, last.name, last.timestamp) = (next.label, next.name, next.timestamp);
        last.details = next.details;
    }
    // How an empty content was written says nothing of one that is not empty.
    if let Some(mut details) = last.details.take() {
        if has_text {
            details.content = ContentState::Present;
        }
        last.details = (*details != Details::default()).then_some(details);
    }
    None
}

/// Whether a message is no more than reasoning, so that all that is said of the turn comes with what joins it.
fn is_reasoning_alone(message: &Message) -> bool {
    let is_bare = |details: &Details| {
        let content = details.content;
        *details == Details { content, ..Details::default() }
    };
    message.parts.iter().all(|part| matches!(part, Part::Reasoning(_)))
        && message.label.is_none()
        && message.name.is_none()
        && message.timestamp.is_none()
        && message.details.as_deref().is_none_or(is_bare)
}

/// The `type` of the message that comes next, where it alone says what the fields mean.
pub(super) fn whole(scan: &Reader<'_>) -> Option<(String, WholeReader)> {
    // Nearly every message begins in a way that tells it at once.
    if [r#"{"role""#, r#"{"content":""#, r#"{"content": ""#].iter().any(|start| scan.starts_with(start)) {
        return None;
    }
    let mut scan = scan.probe();
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "type" if scan.kind() == Kind::String => {
                let kind = scan.text();
                return dialect::whole(&kind).map(|reader| (kind.into(), reader));
            }
            // Whoever has a role or says something in words is no such item; that spares looking at all of a long
            // message.
            "role" | "from" => return None,
            "content" | "parts" | "value" if scan.kind() == Kind::String => return None,
            _ => {}
        }
        scan.raw();
    }
    None
}
