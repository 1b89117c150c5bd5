//! Transcripts in formats with a strict signature: captions, chat logs, prompt templates.
//!
//! A file a family, each with two functions. `detect` looks at the beginning of an input for the signature;
//! `segments` cuts an input, whatever it holds, into segments that tile it. Nothing is inferred here from
//! the document as a whole except what a format itself leaves open: the joiner and the order of dates.
//!
//! A signature that nothing else can have gives the confidence 1, as labelled text may have too; the rows of
//! the table of formats decide such a tie, the later one wins.

pub(crate) mod aider;
pub(crate) mod chatlog;
mod cue;
mod cutter;
mod fences;
pub(crate) mod irc;
pub(crate) mod specstory;
pub(crate) mod subrip;
pub(crate) mod talkbank;
pub(crate) mod tokens;
pub(crate) mod webvtt;

use crate::source::Span;

/// How much of an input a signature is looked for in, in bytes.
const BEGINNING: usize = 64 * 1024;

/// The beginning of `input`, where a signature stands.
fn beginning(input: &str) -> &str {
    let mut end = input.len().min(BEGINNING);
    while !input.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    input.get(..end).unwrap_or_default()
}

/// A byte order mark, blanks and blank lines, which may stand before any signature.
fn is_margin(c: char) -> bool {
    c == '\u{feff}' || c.is_whitespace()
}

/// Marks of writing direction, which chat programs put around what they insert.
fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `text` without the line end that it ends with.
fn without_line_end(text: &str) -> &str {
    text.strip_suffix("\r\n").or_else(|| text.strip_suffix(['\n', '\r'])).unwrap_or(text)
}

/// Where `part`, which is a piece of `whole`, stands in it.
fn piece(whole: &str, part: &str) -> Span {
    let start = part.as_ptr().addr().saturating_sub(whole.as_ptr().addr());
    Span::new(start, start.saturating_add(part.len()))
}

#[cfg(test)]
mod tests;
