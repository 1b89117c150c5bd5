//! Places in an input: byte spans, and the line and column that people read.

use std::ops::Range;

/// A half-open range of byte offsets into the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset just past the last byte.
    pub end: usize,
}

impl Span {
    /// The span from `start` up to, not including, `end`.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// Number of bytes covered.
    pub const fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Whether no byte is covered.
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// The text covered, or nothing where the span does not fit `source`.
    pub fn of(self, source: &str) -> &str {
        source.get(self.start..self.end).unwrap_or_default()
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// A place as people name it: line and column count from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Line number, from 1.
    pub line: usize,
    /// Column in characters (not bytes), from 1.
    pub column: usize,
}

/// Finds line and column of byte offsets; built only when a finding is shown.
///
/// Lines end at LF, CRLF or a CR that no LF follows.
///
/// ```
/// use turnwise::LineIndex;
/// let index = LineIndex::new("User: hi\nAI: hello");
/// assert_eq!(index.position(13).line, 2);
/// assert_eq!(index.position(13).column, 5);
/// ```
#[derive(Debug, Clone)]
pub struct LineIndex<'a> {
    source: &'a str,
    starts: Vec<usize>,
}

impl<'a> LineIndex<'a> {
    /// Reads `source` once to find where its lines start.
    pub fn new(source: &'a str) -> Self {
        let bytes = source.as_bytes();
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            let next = at.saturating_add(1);
            let crlf = bytes.get(at) == Some(&b'\r') && bytes.get(next) == Some(&b'\n');
            if !crlf {
                starts.push(next);
            }
        }
        Self { source, starts }
    }

    /// Line and column of byte `offset`; an offset past the end gives the end.
    pub fn position(&self, offset: usize) -> Position {
        let line = self.starts.partition_point(|&start| start <= offset);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or_default();
        let mut end = offset.min(self.source.len());
        while !self.source.is_char_boundary(end) {
            end = end.saturating_sub(1);
        }
        let column = self.source.get(start..end).unwrap_or_default().chars().count();
        Position { line, column: column.saturating_add(1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_half_open() {
        let span = Span::from(2..5);
        assert_eq!((span, span.len(), span.is_empty()), (Span::new(2, 5), 3, false));
        assert_eq!((Span::new(5, 5).len(), Span::new(5, 5).is_empty()), (0, true));
        assert_eq!((Span::new(5, 2).len(), Span::new(5, 2).is_empty()), (0, true), "backwards");
    }
}
