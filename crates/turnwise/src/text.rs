//! Labelled text: from lines to segments to messages, and back.
//!
//! Reading has three steps. A *reader* (the label inference, or one of the [`container`] formats) cuts the
//! input into [`Segment`]s that tile it and names the [`Turn`]s; [`read`] builds the model from them.

pub(crate) mod container;
mod cost;
mod cut;
mod escape;
mod exact;
mod fence;
mod findings;
mod head;
mod infer;
pub(crate) mod label;
mod lines;
mod path;
mod read;
mod scan;
mod speakers;
mod style;
pub(crate) mod timestamp;
mod write;

pub(crate) use read::{detect, from_segments, read, segments};
pub(crate) use exact::says_so;
pub(crate) use write::write;
pub(crate) use cut::whole;

use crate::{diagnostic::Diagnostic, format::Format, model::Role, source::Span};
use std::sync::Arc;

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

/// A message found in the input, before the model is built.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// Index of the message's first segment; its segments run up to the next turn's first.
    pub segment: usize,
    /// Who speaks: an index into [`Segments::speakers`], or `None` for an event nobody says.
    pub speaker: Option<usize>,
    /// The time beside the label, as it stands in the input.
    pub time: Option<Span>,
    /// How sure the boundary is, from 0 to 1.
    pub confidence: f32,
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
    pub segments: Vec<Segment>,
    /// The messages.
    pub turns: Vec<Turn>,
    /// Who speaks in them.
    pub speakers: Vec<Speaker>,
    /// What is doubtful about the cut.
    pub diagnostics: Vec<Diagnostic>,
}
