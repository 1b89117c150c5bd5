//! The segments of an input, kept by where they end.

use std::{fmt, ops::Range, sync::Arc};

use super::{Alike, Segment, SegmentKind, offset};
use crate::source::Span;

/// Segments that tile an input, in order.
///
/// ```
/// use turnwise::{Parser, text::SegmentKind};
/// let segments = Parser::new().segments("User: hi\nAI: hello").segments;
/// let said = segments.iter().filter(|segment| segment.kind == SegmentKind::Content);
/// assert_eq!(said.map(|segment| segment.span.len()).collect::<Vec<_>>(), [2, 5]);
/// ```
#[derive(Clone, Default)]
pub struct Tiles {
    listed: Vec<Tile>,
    /// In place of a list.
    alike: Option<Arc<Alike>>,
}

/// A segment, which begins where the one before it ends.
#[derive(Clone, Copy)]
struct Tile {
    end: u32,
    kind: SegmentKind,
}

impl Tiles {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.alike.as_ref().map_or(self.listed.len(), |messages| messages.segments())
    }

    /// Whether there is none: the input is empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The segment at `index`.
    pub fn get(&self, index: usize) -> Option<Segment> {
        if let Some(messages) = &self.alike {
            return messages.segment(index);
        }
        let tile = self.listed.get(index)?;
        let before = index.checked_sub(1).and_then(|before| self.listed.get(before));
        let start = before.map_or(0, |before| before.end);
        Some(Segment { kind: tile.kind, span: Span::new(start as usize, tile.end as usize) })
    }

    /// All segments.
    pub fn iter(&self) -> Iter<'_> {
        self.range(0..self.len())
    }

    /// The segments at these indexes; none where the range does not fit.
    pub fn range(&self, range: Range<usize>) -> Iter<'_> {
        Iter { tiles: self, range: if range.end <= self.len() { range } else { 0..0 } }
    }

    /// The segments of messages that are all cut alike.
    pub(crate) fn alike(messages: Arc<Alike>) -> Self {
        Self { listed: Vec::new(), alike: Some(messages) }
    }

    /// Where the last segment of the list ends.
    pub(crate) fn end(&self) -> usize {
        self.listed.last().map_or(0, |tile| tile.end as usize)
    }

    pub(crate) fn reserve_exact(&mut self, more: usize) {
        self.listed.reserve_exact(more);
    }

    /// Adds a segment up to `end`, if that is not empty.
    pub(crate) fn push(&mut self, kind: SegmentKind, end: usize) {
        if end > self.end() {
            self.listed.push(Tile { end: offset(end), kind });
        }
    }

    /// Forgets all but the last, whose end is where the next one begins.
    pub(crate) fn keep_last(&mut self) {
        if let [.., last] = *self.listed.as_slice() {
            self.listed.clear();
            self.listed.push(last);
        }
    }

    /// Adds the segments of a message: its label, its content, and what joins it to the next one.
    #[inline(always)]
    pub(crate) fn push_message(&mut self, label: usize, content: usize, separator: usize) {
        use SegmentKind::{Content, Label, Separator};
        let ends = [(Label, label), (Content, content), (Separator, separator)];
        if label < content && content < separator {
            // Nearly all messages have all three, and a label is never empty: one look at the room that is left is enough.
            self.listed.extend(ends.map(|(kind, end)| Tile { end: offset(end), kind }));
        } else {
            ends.into_iter().for_each(|(kind, end)| self.push(kind, end));
        }
    }

    /// Adds what stands before `end` to the last segment, if that is of this kind, else as a segment.
    pub(crate) fn grow(&mut self, kind: SegmentKind, end: usize) {
        match self.listed.last_mut() {
            Some(last) if last.kind == kind => last.end = last.end.max(offset(end)),
            _ => self.push(kind, end),
        }
    }
}

impl PartialEq for Tiles {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Tiles {}

impl fmt::Debug for Tiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
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
    tiles: &'a Tiles,
    range: Range<usize>,
}

impl Iterator for Iter<'_> {
    type Item = Segment;

    fn next(&mut self) -> Option<Segment> {
        self.tiles.get(self.range.next()?)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.range.size_hint()
    }
}

impl DoubleEndedIterator for Iter<'_> {
    fn next_back(&mut self) -> Option<Segment> {
        self.tiles.get(self.range.next_back()?)
    }
}

impl ExactSizeIterator for Iter<'_> {}
