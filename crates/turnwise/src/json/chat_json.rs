//! Messages in whatever words a program has for them: `{sender, text}`, `{author, body}`, `[role, content]`.
//!
//! There is no specification; these are shapes that support desks, exports and programs of one's own have.

use super::{
    dialect::{Dialect, FieldReader},
    message,
};
use crate::format::Format;

/// What this format adds.
pub(crate) const DIALECT: Dialect = Dialect { field, ..Dialect::NONE };

fn field(name: &str) -> Option<FieldReader> {
    match name {
        "sender" | "author" | "speaker" | "participant" => Some(|scan, key, draft| {
            scan.evidence.saw(Format::ChatJson, "messages with `sender`, `author` or `speaker`");
            draft.take_sender(scan, key);
        }),
        "text" | "body" | "utterance" | "msg" | "message" | "value" => Some(|scan, key, draft| {
            message::take_content(scan, key, draft, 0);
        }),
        _ => None,
    }
}
