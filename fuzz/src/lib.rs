//! What the fuzz targets do with their bytes.
//!
//! The targets themselves hold one line each. The library's tests include this file too, to replay the
//! crashes that are kept in `regressions`.

use turnwise::{FORMATS, Format, Limits, Parser, Role};

mod build;
#[path = "../../crates/turnwise/tests/promises/mod.rs"]
mod promises;
pub mod seeds;

/// A target: its name, and what it does with the bytes.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: &[Target] = &[
    ("total_and_bounded", total_and_bounded),
    ("text_tiles", text_tiles),
    ("text_round_trip", text_round_trip),
    ("canonical_idempotent", canonical_idempotent),
    ("json_agrees", json_agrees),
    ("json_conserves", json_conserves),
    ("formats_round_trip", formats_round_trip),
    ("pieces_do_not_matter", pieces_do_not_matter),
    ("detection_holds", detection_holds),
    ("findings_have_places", findings_have_places),
    ("times_are_read", times_are_read),
];

/// Any bytes at all, read as every format and under narrow limits: nothing panics, and nothing outgrows its bound.
pub fn total_and_bounded(data: &[u8]) {
    promises::bounded(&Parser::new(), Limits::default(), data);
    let mut limits = Limits::default();
    (limits.input_bytes, limits.line_bytes, limits.label_bytes) = (2_000, 40, 8);
    (limits.messages, limits.depth, limits.diagnostics) = (5, 6, 3);
    promises::bounded(&Parser::new(), limits, data);
    for row in FORMATS {
        promises::bounded(&Parser::new().format(row.format), limits, data);
    }
}
/// Targets that stand in `fuzz_targets` as a whole, since they are about another crate than the parser.
pub const OTHERS: &[&str] = &["outbox_file"];

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

/// Any text: it is JSON to us where it is JSON to serde_json, and holds the same values.
pub fn json_agrees(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        promises::agrees(text);
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

/// Any bytes: a stream of documents is the same however it arrives.
pub fn pieces_do_not_matter(data: &[u8]) {
    promises::pieces(Limits::default(), data);
    let mut limits = Limits::default();
    limits.line_bytes = 60;
    promises::pieces(limits, data);
}

/// Any text: detection is total, says the same twice, and what it puts first is what reading finds.
pub fn detection_holds(data: &[u8]) {
    promises::detection(&String::from_utf8_lossy(data));
}

/// Any bytes: findings lie in the input, and every way to show them shows each.
pub fn findings_have_places(data: &[u8]) {
    promises::findings(data);
}

/// Any words where a time is expected: nothing panics, a time that is one is read, and all else is kept.
pub fn times_are_read(data: &[u8]) {
    promises::times(&String::from_utf8_lossy(data));
}
