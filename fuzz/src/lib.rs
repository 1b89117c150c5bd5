//! What the fuzz targets do with their bytes.
//!
//! The targets themselves hold one line each. The library's tests include this file too, to replay the
//! crashes that are kept in `regressions`.

use turnwise::{Format, Parser, Role};

mod build;
#[path = "../../crates/turnwise/tests/promises/mod.rs"]
mod promises;

/// A target: its name, and what it does with the bytes.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: &[Target] = &[
    ("text_tiles", text_tiles),
    ("text_round_trip", text_round_trip),
    ("canonical_idempotent", canonical_idempotent),
    ("json_conserves", json_conserves),
    ("formats_round_trip", formats_round_trip),
];

/// Any bytes at all: nothing panics, segments tile the text, and messages are cut from it.
pub fn text_tiles(data: &[u8]) {
    let _ = Parser::new().parse_bytes(data);
    let text = String::from_utf8_lossy(data);
    let as_text = Parser::new().format(Format::Text);
    promises::read_text(&as_text, &text);
    promises::read_text(&as_text.clone().strict(true), &text);
    promises::read_text(&as_text.label("Patient", Role::User), &text);
}

/// Any conversation: its text reads back.
pub fn text_round_trip(data: &[u8]) {
    promises::text(&build::conversation(data));
}

/// Any conversation, and whatever the bytes themselves read as: the canonical form is stable.
pub fn canonical_idempotent(data: &[u8]) {
    promises::canonical(&build::conversation(data));
    for conversation in &Parser::new().parse_bytes(data).conversations {
        promises::canonical(conversation);
    }
}

/// Any JSON: every word of it is in what was read, in a message or in an `extra`; what is copied is what would be read.
pub fn json_conserves(data: &[u8]) {
    promises::conserves(&String::from_utf8_lossy(data));
    promises::copies(data);
}

/// Any conversation, and whatever the bytes themselves read as: what was written in any format reads back, or is reported.
pub fn formats_round_trip(data: &[u8]) {
    promises::formats(&build::conversation(data));
    for conversation in &Parser::new().parse_bytes(data).conversations {
        promises::formats(conversation);
    }
}
