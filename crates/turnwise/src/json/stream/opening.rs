//! How a stream without a frame is told from other JSON: by its first chunk.

use super::{
    is_kind,
    node::{Members, Node},
};
use crate::{
    json::scan::{Kind, Scanner},
    limits::Limits,
};

/// Values that are looked at: what is broken, or of another kind, may stand before the first chunk.
const LOOKED_AT: usize = 4;

/// What the names of an object's members say, before anything long in it is looked at.
enum Look {
    MayBeChunk,
    Unknown,
    /// A conversation, or a message of one.
    Other,
}

/// Whether an input of several values, one after another or in an array, begins with a chunk.
pub(super) fn is_stream(input: &str, is_chunk: impl Fn(&Members) -> bool) -> bool {
    let mut scan = Scanner::quiet(input, &Limits::default());
    scan.document();
    let in_array = scan.kind() == Kind::Array;
    if in_array {
        scan.open();
    }
    let next = |scan: &mut Scanner<'_>| {
        if in_array {
            return scan.item();
        }
        // The first has no end yet, and is where it was.
        scan.finish();
        scan.document()
    };
    for number in 0..LOOKED_AT {
        if !next(&mut scan) {
            return false;
        }
        let look = if scan.kind() == Kind::Object { look(&mut scan.probe()) } else { Look::Unknown };
        match look {
            Look::Other => return false,
            Look::Unknown => _ = scan.raw(),
            Look::MayBeChunk => {
                if let Node::Object(value) = Node::read(&mut scan, 0)
                    && is_chunk(&value)
                {
                    return number > 0 || next(&mut scan);
                }
            }
        }
    }
    false
}

/// Looks at the names of the object that comes next, up to the first that tells.
fn look(scan: &mut Scanner<'_>) -> Look {
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "messages" | "contents" | "conversations" | "input" | "role" | "mapping" => return Look::Other,
            "choices" | "done" | "candidates" | "messageStart" | "contentBlockStart"
            | "contentBlockDelta" => return Look::MayBeChunk,
            "type" if scan.kind() == Kind::String => {
                if is_kind(&scan.text()) {
                    return Look::MayBeChunk;
                }
            }
            _ => _ = scan.raw(),
        }
    }
    Look::Unknown
}
