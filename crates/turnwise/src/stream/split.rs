//! Cutting an input into documents while it arrives.
//!
//! Brackets and strings are followed, and nothing else of JSON. A document that is broken ends where a line begins as
//! the document did (same indent, same bracket) and no value may stand, which is where the next one begins. So one bad
//! document does not take the others with it, and what is wrong with it is left to the reader.

use std::ops::Range;

mod follow;

use self::follow::{Item, Step};

/// A byte order mark.
pub(super) const MARK: &[u8] = b"\xEF\xBB\xBF";

/// Where one document is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its place in the bytes that were given to [`Splitter::next`].
    pub range: Range<usize>,
    /// Its place in the input.
    pub offset: usize,
    /// Its number in the array that it is an item of, from 0.
    pub index: Option<usize>,
    /// No value, but what stands between them and should not.
    pub(super) is_rest: bool,
    /// The array ends without a bracket.
    pub(super) is_cut: bool,
    /// It is longer than documents may be, so that nothing of it is handed out: its range is empty.
    pub(super) is_too_long: bool,
    pub(super) lacks_comma: bool,
}

impl Document {
    /// Whether it is all that stands on one line of `head`.
    pub(super) fn is_line(&self, head: &[u8]) -> bool {
        let after = head.get(self.range.end..).unwrap_or_default();
        let next = after.iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b','));
        next.is_none_or(|&byte| byte == b'\n' || byte == b']')
            && !head.get(self.range.clone()).unwrap_or_default().contains(&b'\n')
    }
}

/// Cuts an input into its documents, which are the same however it arrives in pieces.
///
/// Give [`next`](Self::next) what there is of the input until it wants more; then drop the front of it as
/// [`pass`](Self::pass) says, add more at its end, and go on. So memory holds the longest document and a piece, and
/// never more of a document than [`Limits::line_bytes`](crate::Limits::line_bytes).
#[derive(Debug, Clone)]
pub struct Splitter {
    /// Whether the items of an array are documents, and not the array.
    arrays: bool,
    /// Whether documents are known to be one a line.
    lines: bool,
    longest: usize,
    /// How many bytes of the input were passed.
    offset: usize,
    /// How many bytes of those that are given were looked at.
    at: usize,
    /// The end of the last byte, in the input, that is not blank and no part of a document that has only begun, or is
    /// too long.
    edge: usize,
    /// The document that has begun.
    item: Option<Item>,
    /// In an array, the number of its next item.
    array: Option<usize>,
    /// Blanks since the line began, if nothing else is before them.
    indent: Option<usize>,
    /// The comma that the next item may follow.
    comma: Option<usize>,
    /// What closes or separates nothing: it is a document, so that its reader reports it.
    stray: Option<usize>,
    /// Whether what is wrong between the last document and the next is told already.
    told: bool,
}

/// What is next in an input.
enum Found {
    Item(Item),
    Rest(Document),
}

impl Splitter {
    /// A splitter for values one after another, or the items of arrays.
    pub(super) fn new(arrays: bool, lines: bool) -> Self {
        Self {
            arrays,
            lines,
            longest: usize::MAX,
            offset: 0,
            at: 0,
            edge: 0,
            item: None,
            array: None,
            indent: Some(0),
            comma: None,
            stray: None,
            told: false,
        }
    }

    /// Passes over documents that have more bytes than this.
    pub(super) fn longest(self, longest: usize) -> Self {
        Self { longest, ..self }
    }

    /// The next whole document in `bytes`, which must be what was given before, and perhaps more.
    ///
    /// `ended` says that nothing follows `bytes`. Time is linear in the bytes, in how many pieces they ever come.
    pub fn next(&mut self, bytes: &[u8], ended: bool) -> Option<Document> {
        loop {
            let mut item = match self.item.take() {
                Some(item) => item,
                None => match self.seek(bytes, ended)? {
                    Found::Item(item) => item,
                    Found::Rest(document) => return Some(document),
                },
            };
            let told = item.is_too_long;
            let step = item.follow(&mut self.at, bytes, ended, self.longest);
            // Of what is too long the front is dropped before its end is seen.
            if step != Step::More || item.is_too_long {
                let seen = bytes.get(item.start..self.at).unwrap_or_default().trim_ascii_end().len();
                if seen > 0 {
                    self.edge = self.offset.saturating_add(item.start).saturating_add(seen);
                }
            }
            let range = match step {
                _ if item.is_too_long => item.start..item.start,
                Step::End(end) | Step::Broken(end) => item.start..end,
                Step::More => {
                    self.item = Some(item);
                    return None;
                }
            };
            let mut document = self.document(range);
            (document.index, document.lacks_comma) = (self.array, item.lacks_comma);
            document.is_too_long = item.is_too_long;
            match step {
                Step::End(end) => self.ends(end, false),
                Step::Broken(end) => self.ends(end, true),
                Step::More => self.item = Some(item),
            }
            if !told {
                return Some(document);
            }
            if step == Step::More {
                return None;
            }
        }
    }

    /// The document that was followed ends before this byte.
    fn ends(&mut self, end: usize, broke_off: bool) {
        (self.at, self.indent, self.told) = (end, None, broke_off);
        self.array = self.array.map(|index| index.saturating_add(1));
    }

    /// How many bytes can be dropped from the front of those that were given; they count as dropped from now on.
    pub fn pass(&mut self) -> usize {
        let item = self.item.as_ref().map(|item| if item.is_too_long { self.at } else { item.start });
        let passed = item.or(self.stray).or(self.comma).unwrap_or(self.at).min(self.at);
        self.offset = self.offset.saturating_add(passed);
        self.at = self.at.saturating_sub(passed);
        if let Some(item) = &mut self.item {
            item.pass(passed);
        }
        self.comma = self.comma.map(|at| at.saturating_sub(passed));
        self.stray = self.stray.map(|at| at.saturating_sub(passed));
        passed
    }

    /// Goes to the next document.
    fn seek(&mut self, bytes: &[u8], ended: bool) -> Option<Found> {
        while let Some(&byte) = bytes.get(self.at) {
            match byte {
                b'\n' => self.indent = Some(0),
                b' ' | b'\t' => self.indent = self.indent.map(|indent| indent.saturating_add(1)),
                // A line end is passed as one, so that who counts lines counts it once.
                b'\r' if !ended && self.at.saturating_add(1) == bytes.len() => return None,
                b'\r' => {}
                0xEF if !ended && bytes.len().saturating_sub(self.at) < MARK.len() => return None,
                0xEF if bytes.get(self.at..).is_some_and(|rest| rest.starts_with(MARK)) => {
                    self.at = self.at.saturating_add(2);
                }
                b',' if self.array > Some(0) && self.comma.or(self.stray).is_none() => {
                    self.comma = Some(self.at)
                }
                b']' if self.array.is_some() && self.stray.is_none() => {
                    self.array = None;
                    self.stray = self.comma.take();
                }
                b',' | b'}' => self.is_stray(),
                b']' if self.array.is_none() => self.is_stray(),
                _ if self.stray.is_some() => return self.rest(bytes),
                b'[' if self.arrays && self.array.is_none() => self.array = Some(0),
                _ => return Some(Found::Item(self.begin(byte))),
            }
            self.at = self.at.saturating_add(1);
            if matches!(byte, b',' | b'[' | b']' | b'}') {
                (self.indent, self.edge) = (None, self.offset.saturating_add(self.at));
            }
        }
        if ended { self.rest(bytes) } else { None }
    }

    /// What stands here closes or separates nothing, which is told, so that the next document is not blamed for it.
    fn is_stray(&mut self) {
        self.stray = self.stray.or(Some(self.at));
        (self.comma, self.told) = (None, true);
    }

    /// Begins a document here.
    fn begin(&mut self, byte: u8) -> Item {
        let lacks_comma = self.array > Some(0) && self.comma.take().is_none() && !self.told;
        let item = Item::new(byte, self.at, self.indent.take(), self.array.is_some(), self.lines);
        item.lacks_comma(lacks_comma)
    }

    /// What stands here and should not, or at the end of the input that an array is not closed.
    fn rest(&mut self, bytes: &[u8]) -> Option<Found> {
        let before = bytes.get(..self.at).unwrap_or_default().trim_ascii_end().len();
        let start = self.stray.take();
        // An array that breaks off behind a document that does needs one finding, not two.
        let is_cut = start.is_none() && self.array.take().is_some() && !self.told;
        let mut document = self.document(start.unwrap_or(before)..before);
        (document.is_rest, document.is_cut) = (true, is_cut);
        if is_cut {
            document.offset = self.edge;
        }
        (is_cut || start.is_some()).then_some(Found::Rest(document))
    }

    fn document(&self, range: Range<usize>) -> Document {
        let offset = self.offset.saturating_add(range.start);
        Document {
            range,
            offset,
            index: None,
            is_rest: false,
            is_cut: false,
            is_too_long: false,
            lacks_comma: false,
        }
    }
}
