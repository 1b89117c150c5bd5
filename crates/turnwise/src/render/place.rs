//! Lines and columns of all findings of an input, in one pass over its source.

use super::{Report, Start};
use crate::{
    diagnostic::Diagnostic,
    source::{Position, Span},
};

/// A place in the source, moved to the nearest character boundary that exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Place {
    /// Offset in bytes of the source.
    pub(super) offset: usize,
    /// Offset in bytes of the input, which differs where the source is a part of it.
    pub(super) in_input: usize,
    /// Where its line starts, in bytes.
    pub(super) line_start: usize,
    /// Whether the line starts before the source does.
    pub(super) line_cut: bool,
    /// Line number from 1.
    pub(super) line: usize,
    /// Column in characters from 1; a byte that is not UTF-8 counts as one.
    pub(super) column: usize,
}

/// A stretch of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Stretch {
    pub(super) start: Place,
    pub(super) end: Place,
}

/// A finding with its places worked out.
pub(super) struct Finding<'a> {
    pub(super) path: &'a str,
    pub(super) source: &'a [u8],
    pub(super) diagnostic: &'a Diagnostic,
    pub(super) at: Stretch,
    /// The places of [`Diagnostic::related`], in its order.
    pub(super) related: Vec<Stretch>,
}

/// Works out the places of all findings of `report`, whose source begins at `start` of the input.
pub(super) fn locate<'a>(report: &Report<'a>, start: Start) -> impl Iterator<Item = Finding<'a>> {
    let Report { path, source, diagnostics } = *report;
    let spans = diagnostics
        .iter()
        .flat_map(|found| std::iter::once(found.span).chain(found.related.iter().map(|(span, _)| *span)));
    let mut stretches = stretches(source, start, spans).into_iter();
    diagnostics.iter().map(move |diagnostic| Finding {
        path,
        source,
        diagnostic,
        at: stretches.next().unwrap_or_default(),
        related: stretches.by_ref().take(diagnostic.related.len()).collect(),
    })
}

/// The places of `spans`, in their order.
fn stretches(source: &[u8], start: Start, spans: impl Iterator<Item = Span>) -> Vec<Stretch> {
    let within = |offset: usize| floor(source, offset.saturating_sub(start.offset));
    let spans = spans.map(|span| (within(span.start), within(span.end.max(span.start))));
    let mut stretches = Vec::new();
    let mut wanted = Vec::new();
    for (index, (start, end)) in spans.enumerate() {
        wanted.extend([(start, index, false), (end, index, true)]);
        stretches.push(Stretch::default());
    }
    wanted.sort_unstable();

    let mut sweep = Sweep::new(source, start);
    for (offset, index, is_end) in wanted {
        let place = Place { in_input: offset.saturating_add(start.offset), ..sweep.to(offset) };
        if let Some(stretch) = stretches.get_mut(index) {
            *(if is_end { &mut stretch.end } else { &mut stretch.start }) = place;
        }
    }
    stretches
}

/// The place behind `bytes`, which begin at `start`.
pub(super) fn after(start: Start, bytes: &[u8]) -> Start {
    let mut sweep = Sweep::new(bytes, start);
    let Place { line, column, .. } = sweep.to(bytes.len());
    Start { offset: start.offset.saturating_add(bytes.len()), line, column }
}

/// The nearest offset at or before `offset` that is in `source` and not inside a character.
fn floor(source: &[u8], offset: usize) -> usize {
    let offset = offset.min(source.len());
    // A character of UTF-8 has at most three continuation bytes.
    (offset.saturating_sub(3)..=offset)
        .rev()
        .find(|&at| source.get(at).is_none_or(|&byte| !is_continuation(byte)))
        .unwrap_or(offset)
}

fn is_continuation(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}

/// Walks over the source once, from place to place.
struct Sweep<'a> {
    source: &'a [u8],
    here: Place,
}

impl<'a> Sweep<'a> {
    fn new(source: &'a [u8], start: Start) -> Self {
        let Start { line, column, .. } = start;
        Self { source, here: Place { line, column, line_cut: column > 1, ..Place::default() } }
    }

    /// Goes on to `offset`, which is not before the place it stands at.
    fn to(&mut self, offset: usize) -> Place {
        let from = self.here.offset;
        let passed = self.source.get(from..offset).unwrap_or_default();
        for found in memchr::memchr2_iter(b'\n', b'\r', passed) {
            let at = from.saturating_add(found);
            let next = at.saturating_add(1);
            let crlf = self.source.get(at) == Some(&b'\r') && self.source.get(next) == Some(&b'\n');
            if !crlf {
                let line = self.here.line.saturating_add(1);
                self.here =
                    Place { offset: next, line_start: next, line, column: 1, line_cut: false, ..self.here };
            }
        }
        let rest = self.source.get(self.here.offset..offset).unwrap_or_default();
        let characters = rest.iter().filter(|&&byte| !is_continuation(byte)).count();
        self.here.column = self.here.column.saturating_add(characters);
        self.here.offset = offset;
        self.here
    }
}

impl From<Place> for Position {
    fn from(place: Place) -> Self {
        Self { line: place.line, column: place.column }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LineIndex;
    use proptest::prelude::*;

    proptest! {
        /// The sweep agrees with the index, whatever the order of the spans.
        #[test]
        fn sweep_is_line_index(
            text in "([a-z ]|\n|\r|\r\n|é|漢|🙂){0,40}",
            spans in prop::collection::vec((0..200usize, 0..200usize), 0..12),
        ) {
            let index = LineIndex::new(&text);
            let found = stretches(text.as_bytes(), Start::default(), spans.iter().map(|&(start, end)| Span::new(start, end)));
            for (&(start, end), stretch) in spans.iter().zip(found) {
                prop_assert_eq!(Position::from(stretch.start), index.position(start));
                prop_assert_eq!(Position::from(stretch.end), index.position(end.max(start)));
            }
        }

        /// A source that is a part of the input gives the places of the input.
        #[test]
        fn parts_are_of_the_whole(
            text in "([a-z ]|\n|\r\n|é|漢|🙂){0,40}",
            cut in 0..40usize,
            spans in prop::collection::vec((0..80usize, 0..80usize), 0..6),
        ) {
            let cut = floor(text.as_bytes(), cut);
            let (before, part) = text.split_at(cut);
            prop_assume!(!before.ends_with('\r'));
            let mut start = Start::default();
            start.advance(before.as_bytes());
            let index = LineIndex::new(&text);
            let at = |offset: usize| cut.saturating_add(offset);
            let spans: Vec<_> = spans.iter().map(|&(from, to)| Span::new(at(from), at(to.max(from)))).collect();
            for (span, stretch) in spans.iter().zip(stretches(part.as_bytes(), start, spans.iter().copied())) {
                prop_assert_eq!(Position::from(stretch.start), index.position(span.start));
                prop_assert_eq!(Position::from(stretch.end), index.position(span.end));
                prop_assert_eq!(stretch.start.in_input, floor(text.as_bytes(), span.start));
                let line_cut = start.column > 1 && stretch.start.line == start.line;
                prop_assert_eq!(stretch.start.line_cut, line_cut);
            }
        }
    }
}
