//! Text that says how it is to be read: its first line is [`DIRECTIVE`].
//!
//! The text writer adds the directive where inference would read its text otherwise, since contents may hold
//! anything. Below it nothing is inferred:
//!
//! ```text
//! exact    = directive LF [ preamble LF ] *( message LF ) message
//! message  = [ "[" time "]" SP ] label [ SP "(" note ")" ] ":" SP content
//! ```
//!
//! Every line that begins like a label begins a message; lines that only look so carry a backslash, and one
//! backslash is taken off. Lines end at LF alone; everything else is content.

use std::collections::HashMap;

use super::{
    SegmentKind, Segments, Turn,
    cut::{Cutter, speaker},
    head::{self, Head},
    label::look_up,
    style::{Colon, Lead, Wrap},
    too_long::{self, TooLong},
};
use crate::{
    diagnostic::{Code, Diagnostic},
    parse::Parser,
    source::Span,
};

/// The first line of text that is read by the rules of this module.
pub(super) const DIRECTIVE: &str = "%turnwise-text 1\n";

/// Whether `input` says that it is to be read so.
pub(crate) fn says_so(input: &str) -> bool {
    input.starts_with(DIRECTIVE)
}

/// The head of a line, if the line begins a message.
pub(super) fn head(line: &str, longest: usize) -> Option<Head> {
    head::parse(line, longest).filter(|found| {
        let plain = found.style.wrap == Wrap::None
            && found.style.lead == Lead::None
            && found.style.colon == Colon::Plain;
        plain && line.get(found.end..).is_some_and(|rest| rest.starts_with(' '))
    })
}

/// Cuts text below a directive into segments.
pub(super) fn segments(parser: &Parser, input: &str) -> Segments {
    let mut cutter = Cutter::default();
    cutter.push(SegmentKind::Markup, DIRECTIVE.len());
    let mut speakers: HashMap<(&str, Option<&str>), usize> = HashMap::new();
    let mut kind = SegmentKind::Preamble;
    let mut from = DIRECTIVE.len();
    let mut at = from;
    let (limits, mut too_long) = (&parser.limits, TooLong::default());
    for line in input.get(from..).unwrap_or_default().split_inclusive('\n') {
        let body = line.strip_suffix('\n').unwrap_or(line);
        let is_too_long = too_long.line(at, at.saturating_add(body.len()), limits);
        // The words of a line that is too long are content.
        let body = if is_too_long { "" } else { body };
        if let Some(found) = head(body, limits.label_bytes) {
            cutter.push(kind, at.saturating_sub(1));
            cutter.push(SegmentKind::Separator, at);
            let note = found.note.clone().and_then(|note| body.get(note));
            let word = body.get(found.word.clone()).unwrap_or_default();
            let known = speakers.len();
            let index = *speakers.entry((word, note)).or_insert(known);
            if index == known {
                cutter.speakers.push(speaker(&look_up(parser, word), None, note));
            }
            let time =
                found.time.map(|time| Span::new(at.saturating_add(time.start), at.saturating_add(time.end)));
            cutter.turns.push(Turn::new(cutter.segments.len(), Some(index), time, 1.0));
            from = at.saturating_add(found.end).saturating_add(1);
            cutter.push(SegmentKind::Label, from);
            kind = SegmentKind::Content;
        } else if body.starts_with('\\')
            && head::parse(body.trim_start_matches('\\'), limits.label_bytes).is_some()
        {
            cutter.push(kind, at);
            from = at.saturating_add(1);
            cutter.push(SegmentKind::Markup, from);
            cutter.diagnostics.push(Diagnostic::new(Code::EscapedLabel, Span::new(at, from)));
        } else if let Some(finding) = too_long::any_label(head, at, body, limits.label_bytes) {
            too_long.push(finding);
        }
        at = at.saturating_add(line.len());
    }
    cutter.push(kind, input.len());
    cutter.diagnostics.extend_from_slice(too_long.findings());
    cutter.finish()
}
