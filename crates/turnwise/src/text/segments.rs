//! An input cut into segments, with the turns found in it.
//!
//! Segments and turns are kept in a few bytes each, since there are four of them a message and fresh memory
//! costs more time than cutting does: a segment by where it ends, an offset in 32 bits.

use std::{fmt, mem, ops::Range, slice, sync::Arc};

use crate::{diagnostic::Diagnostic, format::Format, model::Role, source::Span};

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

/// Segments that tile an input, in order.
///
/// ```
/// use turnwise::{Parser, text::SegmentKind};
/// let segments = Parser::new().segments("User: hi\nAI: hello").segments;
/// let said = segments.iter().filter(|segment| segment.kind == SegmentKind::Content);
/// assert_eq!(said.map(|segment| segment.span.len()).collect::<Vec<_>>(), [2, 5]);
/// ```
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Tiles(Vec<Tile>);

/// A segment, which begins where the one before it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tile {
    end: u32,
    kind: SegmentKind,
}

impl Tiles {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none: the input is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The segment at `index`.
    pub fn get(&self, index: usize) -> Option<Segment> {
        self.range(index..index.saturating_add(1)).next()
    }

    /// All segments.
    pub fn iter(&self) -> Iter<'_> {
        Iter { from: 0, tiles: self.0.iter() }
    }

    /// The segments at these indexes; none where the range does not fit.
    pub fn range(&self, range: Range<usize>) -> Iter<'_> {
        let before = range.start.checked_sub(1).and_then(|before| self.0.get(before));
        Iter {
            from: before.map_or(0, |before| before.end),
            tiles: self.0.get(range).unwrap_or_default().iter(),
        }
    }

    /// Where the last segment ends.
    pub(super) fn end(&self) -> usize {
        self.0.last().map_or(0, |tile| tile.end as usize)
    }

    pub(super) fn reserve_exact(&mut self, more: usize) {
        self.0.reserve_exact(more);
    }

    /// Adds a segment up to `end`, if that is not empty.
    pub(super) fn push(&mut self, kind: SegmentKind, end: usize) {
        if end > self.end() {
            self.0.push(Tile { end: offset(end), kind });
        }
    }

    /// Forgets all but the last, whose end is where the next one begins.
    pub(super) fn keep_last(&mut self) {
        if let [.., last] = *self.0.as_slice() {
            self.0.clear();
            self.0.push(last);
        }
    }

    /// Adds the segments of a message: its label, its content, and what joins it to the next one.
    #[inline(always)]
    pub(super) fn push_message(&mut self, label: usize, content: usize, separator: usize) {
        use SegmentKind::{Content, Label, Separator};
        let ends = [(Label, label), (Content, content), (Separator, separator)];
        if self.end() < label && label < content && content < separator {
            // Nearly all messages have all three: one look at the room that is left is enough.
            self.0.extend(ends.map(|(kind, end)| Tile { end: offset(end), kind }));
        } else {
            ends.into_iter().for_each(|(kind, end)| self.push(kind, end));
        }
    }

    /// Adds what stands before `end` to the last segment, if that is of this kind, else as a segment.
    pub(super) fn grow(&mut self, kind: SegmentKind, end: usize) {
        match self.0.last_mut() {
            Some(last) if last.kind == kind => last.end = last.end.max(offset(end)),
            _ => self.push(kind, end),
        }
    }
}

impl<'a> IntoIterator for &'a Tiles {
    type Item = Segment;
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

/// Goes through segments, from either end.
#[derive(Debug, Clone)]
pub struct Iter<'a> {
    /// Where the next one begins.
    from: u32,
    tiles: slice::Iter<'a, Tile>,
}

impl Iter<'_> {
    fn segment(from: u32, tile: Tile) -> Segment {
        Segment { kind: tile.kind, span: Span::new(from as usize, tile.end as usize) }
    }
}

impl Iterator for Iter<'_> {
    type Item = Segment;

    fn next(&mut self) -> Option<Segment> {
        let tile = *self.tiles.next()?;
        let from = mem::replace(&mut self.from, tile.end);
        Some(Self::segment(from, tile))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.tiles.size_hint()
    }
}

impl DoubleEndedIterator for Iter<'_> {
    fn next_back(&mut self) -> Option<Segment> {
        let tile = *self.tiles.next_back()?;
        let from = self.tiles.as_slice().last().map_or(self.from, |before| before.end);
        Some(Self::segment(from, tile))
    }
}

impl ExactSizeIterator for Iter<'_> {}

impl fmt::Debug for Tiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// An offset as it is kept; no reader looks at more than 4 GiB.
pub(super) fn offset(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// A message found in the input, before the model is built.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Turn {
    segment: u32,
    /// [`NOBODY`] where it is nobody.
    speaker: u32,
    /// Where the time begins and ends; none is empty.
    time: (u32, u32),
    confidence: f32,
}

/// Stands for the speaker of an event that nobody says.
const NOBODY: u32 = u32::MAX;

impl Turn {
    pub(super) fn new(segment: usize, speaker: Option<usize>, time: Option<Span>, confidence: f32) -> Self {
        let speaker = speaker.map_or(NOBODY, offset);
        let time = time.map_or((0, 0), |time| (offset(time.start), offset(time.end)));
        Self { segment: offset(segment), speaker, time, confidence }
    }

    /// Index of the message's first segment; its segments run up to the next turn's first.
    pub fn segment(&self) -> usize {
        self.segment as usize
    }

    /// Who speaks: an index into [`Segments::speakers`], or `None` for an event nobody says.
    pub fn speaker(&self) -> Option<usize> {
        (self.speaker != NOBODY).then_some(self.speaker as usize)
    }

    /// The time beside the label, as it stands in the input.
    pub fn time(&self) -> Option<Span> {
        let time = Span::new(self.time.0 as usize, self.time.1 as usize);
        (!time.is_empty()).then_some(time)
    }

    /// How sure the boundary is, from 0 to 1.
    pub fn confidence(&self) -> f32 {
        self.confidence
    }
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
    pub turns: Vec<Turn>,
    /// Who speaks in them.
    pub speakers: Vec<Speaker>,
    /// What is doubtful about the cut.
    pub diagnostics: Vec<Diagnostic>,
}

impl Segments {
    /// The segments of the turn at `index`.
    pub fn of(&self, index: usize) -> Iter<'_> {
        let first = |index: usize| self.turns.get(index).map_or(self.segments.len(), Turn::segment);
        self.segments.range(first(index)..first(index.saturating_add(1)))
    }
}
