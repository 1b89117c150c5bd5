//! An input cut into segments, with the turns found in it.
//!
//! Segments and turns are kept in a few bytes each, since there are four of them a message and fresh memory
//! costs more time than cutting does: a segment by where it ends, an offset in 32 bits. Where all messages are cut alike,
//! they are not kept at all: see [`Alike`].

use std::sync::Arc;

use crate::{diagnostic::Diagnostic, format::Format, model::Role, source::Span};

mod alike;
mod tiles;
mod turns;

pub(super) use alike::{Alike, Break, Message};
pub(super) use tiles::Iter;
pub use tiles::Tiles;
pub use turns::{Turn, Turns};

/// What a stretch of the input is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SegmentKind {
    /// Text before the first message.
    Preamble,
    /// The head of a message: label, decoration, colon and the one blank after it.
    Label,
    /// What somebody says. A message may have several such segments, with markup between them.
    Content,
    /// What stands between messages and belongs to the format: line breaks, rules, cue times.
    Separator,
    /// What stands within a message and belongs to the format: quote marks, escapes, tags.
    Markup,
}

/// A stretch of the input. The segments of an input tile it: no gap, no overlap, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// What it is.
    pub kind: SegmentKind,
    /// Where it is, in bytes.
    pub span: Span,
}

/// An offset as it is kept; no reader looks at more than 4 GiB.
pub(super) fn offset(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// One way in which a speaker is written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Speaker {
    /// The role, where it is known.
    pub role: Option<Role>,
    /// The role's word as written, such as `Customer`; `None` where a name stands alone.
    pub label: Option<Arc<str>>,
    /// The name, such as `Jane Doe`.
    pub name: Option<Arc<str>>,
    /// The model, where one is written beside the label.
    pub model: Option<Arc<str>>,
}

/// An input cut into segments, with the turns found in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Segments {
    /// The format they were read as.
    pub format: Format,
    /// All segments; they tile the input.
    pub segments: Tiles,
    /// The messages.
    pub turns: Turns,
    /// Who speaks in them.
    pub speakers: Vec<Speaker>,
    /// What is doubtful about the cut.
    pub diagnostics: Vec<Diagnostic>,
}

impl Segments {
    /// The segments of the turn at `index`.
    pub fn of(&self, index: usize) -> Iter<'_> {
        let first = |index: usize| self.turns.get(index).map_or(self.segments.len(), |turn| turn.segment());
        self.segments.range(first(index)..first(index.saturating_add(1)))
    }
}
