//! Messages that are all cut alike, as they are in most documents.

use super::{Segment, SegmentKind, Turn, offset};
use crate::source::Span;

/// Messages of which each has a label, a content and, but for the last, what joins it to the next; nothing is empty.
///
/// A message takes eight bytes. All that is said of it is worked out from them when it is asked for.
#[derive(Debug)]
pub(crate) struct Alike {
    /// One a message.
    pub(crate) breaks: Vec<Break>,
    /// How many bytes the labels take, in the order in which they come: the last two take turns.
    pub(crate) labels: Vec<usize>,
    /// Where the last message ends.
    pub(crate) end: usize,
    pub(crate) confidence: f32,
}

/// The place between two messages, or before the first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Break {
    /// Where the content before it ends.
    pub(crate) from: u32,
    /// Where the next message begins.
    pub(crate) to: u32,
}

/// A message: places in bytes, and who speaks.
pub(crate) struct Message {
    pub(crate) speaker: usize,
    pub(crate) start: usize,
    /// Where its content begins and ends.
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// Where the next one begins.
    end: usize,
}

/// A label, a content and a separator.
const SEGMENTS: usize = 3;

impl Alike {
    /// How many messages there are.
    pub(crate) fn len(&self) -> usize {
        self.breaks.len()
    }

    /// All messages.
    // The iterator knows its length, so that what is made of a message is written where it stays.
    #[inline]
    pub(crate) fn messages(&self) -> impl Iterator<Item = Message> {
        let end = Break { from: offset(self.end), to: offset(self.end) };
        let ends = self.breaks.iter().skip(1).copied().chain([end]);
        self.breaks
            .iter()
            .zip(ends)
            .enumerate()
            .map(|(index, (first, next))| self.between(index, first, next))
    }

    /// The message at `index`.
    fn message(&self, index: usize) -> Option<Message> {
        let end = Break { from: offset(self.end), to: offset(self.end) };
        let next = self.breaks.get(index.wrapping_add(1)).copied().unwrap_or(end);
        Some(self.between(index, self.breaks.get(index)?, next))
    }

    #[inline(always)]
    fn between(&self, index: usize, first: &Break, next: Break) -> Message {
        let before = self.labels.len().saturating_sub(2);
        let speaker =
            if index < before { index } else { before.wrapping_add(index.wrapping_sub(before) % 2) };
        let (start, label) = (first.to as usize, self.labels.get(speaker).copied().unwrap_or_default());
        Message {
            speaker,
            start,
            from: start.saturating_add(label),
            to: next.from as usize,
            end: next.to as usize,
        }
    }

    /// How many segments there are: none stands behind the last message.
    pub(super) fn segments(&self) -> usize {
        self.len().saturating_mul(SEGMENTS).saturating_sub(1)
    }

    /// The segment at `index`.
    pub(super) fn segment(&self, index: usize) -> Option<Segment> {
        let Message { start, from, to, end, .. } = self.message(index / SEGMENTS)?;
        let (kind, span) = match index % SEGMENTS {
            0 => (SegmentKind::Label, Span::new(start, from)),
            1 => (SegmentKind::Content, Span::new(from, to)),
            _ => (SegmentKind::Separator, Span::new(to, end)),
        };
        (!span.is_empty()).then_some(Segment { kind, span })
    }

    /// The turn at `index`.
    pub(super) fn turn(&self, index: usize) -> Option<Turn> {
        let speaker = self.message(index)?.speaker;
        Some(Turn::new(index.saturating_mul(SEGMENTS), Some(speaker), None, self.confidence))
    }
}
