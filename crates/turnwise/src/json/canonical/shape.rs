//! What a document is, told by the keys that are there and never by names or values.

use crate::json::scan::{Kind, Scanner};

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// An object with `messages`.
    Conversation,
    /// An array of such objects.
    Conversations,
    /// One message.
    Message,
    /// An array of messages.
    Messages,
    /// No conversation.
    Other,
}

impl Shape {
    /// Shape of the value that comes next; it is looked at no further than it takes to tell.
    pub(super) fn of(scan: &Scanner<'_>) -> Self {
        Self::read(&mut scan.probe())
    }

    /// The same, by a scanner that may be used up.
    pub(super) fn read(scan: &mut Scanner<'_>) -> Self {
        match scan.kind() {
            Kind::Object => object(scan),
            Kind::Array => {
                let found = first(scan, object);
                match found {
                    Some(Self::Conversation) => Self::Conversations,
                    Some(Self::Message) => Self::Messages,
                    _ => Self::Other,
                }
            }
            _ => {
                scan.raw();
                Self::Other
            }
        }
    }
}

/// Shape of an object: `messages` makes a conversation, `role` and something said make a message.
fn object(scan: &mut Scanner<'_>) -> Shape {
    let (mut role, mut said) = (false, false);
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "messages" if scan.kind() == Kind::Array => {
                let first = first(scan, message);
                if first != Some(Shape::Other) {
                    return Shape::Conversation;
                }
                continue;
            }
            "role" => role |= matches!(scan.kind(), Kind::String | Kind::Null),
            "content" | "parts" | "toolCalls" | "tool_calls" => said = true,
            _ => {}
        }
        if role && said {
            return Shape::Message;
        }
        scan.raw();
    }
    Shape::Other
}

/// Shape of an object within `messages`, where less is enough to be a message.
fn message(scan: &mut Scanner<'_>) -> Shape {
    scan.open();
    while let Some(key) = scan.key() {
        let kind = scan.kind();
        match &*key.name {
            "role" if matches!(kind, Kind::String | Kind::Null) => return Shape::Message,
            "content" if matches!(kind, Kind::String | Kind::Null | Kind::Array) => return Shape::Message,
            _ => scan.raw(),
        };
    }
    Shape::Other
}

/// The first item that is of a known shape; [`Shape::Other`] where there are items but none is, nothing where there are none.
fn first(scan: &mut Scanner<'_>, shape: fn(&mut Scanner<'_>) -> Shape) -> Option<Shape> {
    let mut found = None;
    scan.open();
    while scan.item() {
        found = Some(Shape::Other);
        if scan.kind() != Kind::Object {
            scan.raw();
            continue;
        }
        let shape = shape(scan);
        if shape != Shape::Other {
            return Some(shape);
        }
    }
    found
}
