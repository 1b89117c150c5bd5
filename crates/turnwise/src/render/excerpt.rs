//! The lines that a finding is about, cut down to what a person looks at.

use super::place::{Finding, Stretch};
use std::ops::Range;

/// Bytes shown before and after a place at most; the rest of a long line is left out.
const REACH: usize = 2048;
/// Places of one line that are this many bytes apart at most are shown together.
const NEAR: usize = 80;
/// Related places shown at most.
const RELATED: usize = 8;

/// A part of one line, with marks on it.
pub(super) struct Excerpt<'a> {
    /// The text, without the line end; bytes that are not UTF-8 are replaced.
    pub(super) text: String,
    /// The place of the first mark.
    pub(super) at: Stretch,
    /// Whether the text starts in the middle of the line.
    pub(super) cut: bool,
    /// What to mark in `text`: always a range of it.
    pub(super) marks: Vec<Mark<'a>>,
    source: &'a [u8],
    shown: Range<usize>,
}

/// A stretch of an excerpt, and what to say of it.
pub(super) struct Mark<'a> {
    pub(super) range: Range<usize>,
    pub(super) words: &'a str,
    pub(super) primary: bool,
}

/// The excerpts for a finding, that of the finding itself first, and how many related places are left out.
pub(super) fn excerpts<'a>(finding: &Finding<'a>) -> (Vec<Excerpt<'a>>, usize) {
    let mut excerpts = vec![Excerpt::new(finding.source, finding.at, "", true)];
    let related = finding.related.iter().zip(&finding.diagnostic.related);
    for (&at, (_, words)) in related.take(RELATED) {
        match excerpts.iter_mut().find(|excerpt| excerpt.is_near(at)) {
            Some(excerpt) => excerpt.mark(at, words, false),
            None => excerpts.push(Excerpt::new(finding.source, at, words, false)),
        }
    }
    (excerpts, finding.related.len().saturating_sub(RELATED))
}

impl<'a> Excerpt<'a> {
    fn new(source: &'a [u8], at: Stretch, words: &'a str, primary: bool) -> Self {
        let start = at.start.offset;
        let from = at.start.line_start.max(start.saturating_sub(REACH));
        let ahead = source.get(start..).unwrap_or_default();
        let ahead = ahead.get(..REACH).unwrap_or(ahead);
        let length = memchr::memchr2(b'\n', b'\r', ahead).unwrap_or(ahead.len());
        let shown = from..start.saturating_add(length);

        let text = lossy(source, shown.clone());
        let cut = from > at.start.line_start || at.start.line_cut;
        let mut excerpt = Self { text, at, cut, marks: Vec::new(), source, shown };
        excerpt.mark(at, words, primary);
        excerpt
    }

    fn is_near(&self, at: Stretch) -> bool {
        let here = self.at.start;
        at.start.line == here.line && at.start.offset.abs_diff(here.offset) <= NEAR
    }

    fn mark(&mut self, at: Stretch, words: &'a str, primary: bool) {
        let range = self.within(at.start.offset)..self.within(at.end.offset);
        self.marks.push(Mark { range, words, primary });
    }

    /// Where byte `offset` of the source is in the text.
    fn within(&self, offset: usize) -> usize {
        let end = offset.clamp(self.shown.start, self.shown.end);
        let mut at = lossy(self.source, self.shown.start..end).len().min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at = at.saturating_sub(1);
        }
        at
    }
}

fn lossy(source: &[u8], range: Range<usize>) -> String {
    String::from_utf8_lossy(source.get(range).unwrap_or_default()).into_owned()
}
