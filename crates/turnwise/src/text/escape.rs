//! Backslashes that keep a body line from reading as a label.
//!
//! A line that begins like a label, perhaps after backslashes, gets one backslash more; the reader takes one off.

use super::{
    head,
    label::{Strength, look_up},
};
use crate::{limits::Limits, parse::Parser};

/// Whether a line, past its backslashes, begins like a label for which `reads_as_label` holds.
fn begins_like_label(line: &str, reads_as_label: impl Fn(&str) -> bool) -> bool {
    let line = line.trim_start_matches('\\');
    let word = head::parse(line, Limits::default().label_bytes).and_then(|found| line.get(found.word));
    word.is_some_and(reads_as_label)
}

/// Whether `word` may be a label of a document whose speakers are written as `own`.
pub(super) fn is_label_of(parser: &Parser, own: &[&str], word: &str) -> bool {
    own.contains(&word) || look_up(parser, word).strength > Strength::Unlisted
}

/// Adds `text` to `out` with every line but the first escaped that reads as a label.
pub(super) fn push_escaped(
    out: &mut String,
    text: &str,
    first_too: bool,
    reads_as_label: impl Fn(&str) -> bool,
) {
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        if (index > 0 || first_too) && begins_like_label(line, &reads_as_label) {
            out.push('\\');
        }
        out.push_str(line);
    }
}
