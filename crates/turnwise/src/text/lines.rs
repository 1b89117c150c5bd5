//! Lines of a document, and what stands before every one of them when it was quoted as a whole.

/// What ends the lines of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineEnd {
    /// LF, or CR LF.
    Lf,
    /// CR alone, in a document without any LF.
    Cr,
}

/// A prefix that every line carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Carrier {
    None,
    /// `> ` before every line.
    Quote,
    /// At least this many blanks before every line that is not blank.
    Indent(usize),
}

/// One line: byte offsets of its text, without the line end, and of the line after it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) next: usize,
}

/// The lines of `text`; they tile it.
pub(super) fn lines(text: &str, line_end: LineEnd) -> Lines<'_> {
    let bytes = text.as_bytes();
    Lines { bytes, line_end, breaks: memchr::memchr_iter(line_end.byte(), bytes), next: Some(0) }
}

/// Goes through lines.
pub(super) struct Lines<'a> {
    bytes: &'a [u8],
    line_end: LineEnd,
    breaks: memchr::Memchr<'a>,
    /// Where the next line starts; none after the last.
    next: Option<usize>,
}

impl Iterator for Lines<'_> {
    type Item = Line;

    #[inline]
    fn next(&mut self) -> Option<Line> {
        let start = self.next?;
        let Some(at) = self.breaks.next() else {
            self.next = None;
            return Some(Line { start, end: self.bytes.len(), next: self.bytes.len() });
        };
        let next = at.saturating_add(1);
        self.next = Some(next);
        let before = self.bytes.get(at.saturating_sub(1));
        let crlf = before == Some(&b'\r') && self.line_end == LineEnd::Lf;
        Some(Line { start, end: at.saturating_sub(usize::from(crlf)), next })
    }
}

impl LineEnd {
    /// The byte that ends a line.
    pub(super) fn byte(self) -> u8 {
        match self {
            Self::Lf => b'\n',
            Self::Cr => b'\r',
        }
    }
}

/// `text` without the line end at its end.
#[inline]
pub(super) fn without_line_end(line_end: LineEnd, text: &[u8]) -> &[u8] {
    match (line_end, text) {
        (LineEnd::Lf, [rest @ .., b'\r', b'\n'] | [rest @ .., b'\n']) | (LineEnd::Cr, [rest @ .., b'\r']) => {
            rest
        }
        _ => text,
    }
}

/// `text` without the line end at its end, and without the blank line before that; a quoted one is blank, too.
#[inline]
pub(super) fn without_blank_line(line_end: LineEnd, text: &[u8]) -> &[u8] {
    let body = without_line_end(line_end, text);
    let blanks = body.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t' | b'>')).count();
    let stripped = body.get(..body.len().saturating_sub(blanks)).unwrap_or_default();
    let whole = if matches!(stripped.last(), Some(b'\n' | b'\r')) { stripped } else { body };
    without_line_end(line_end, whole)
}

/// May stand before everything else.
pub(super) const BYTE_ORDER_MARK: char = '\u{feff}';

/// What ends the lines of `text`.
pub(super) fn line_end(text: &str) -> LineEnd {
    let first = memchr::memchr2(b'\n', b'\r', text.as_bytes());
    let cr = first.is_some_and(|at| text.as_bytes().get(at) == Some(&b'\r'));
    if cr && memchr::memchr(b'\n', text.as_bytes()).is_none() { LineEnd::Cr } else { LineEnd::Lf }
}

/// Whether every line of `text` carries the same prefix. A few lines of a message that are quoted or
/// indented are its own; a whole document is quoted by whoever sent it.
pub(super) fn carrier(text: &str, line_end: LineEnd) -> Carrier {
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let first = text.bytes().find(|b| !matches!(b, b'\n' | b'\r'));
    match first {
        Some(b'>') => {
            let quoted =
                |line: Line| line.start == line.end || text.as_bytes().get(line.start) == Some(&b'>');
            if lines(text, line_end).all(quoted) { Carrier::Quote } else { Carrier::None }
        }
        Some(b' ' | b'\t') => {
            let indents = lines(text, line_end).filter_map(|line| {
                let line = text.get(line.start..line.end)?;
                let body = line.trim_start_matches([' ', '\t']);
                (!body.is_empty()).then(|| line.len().saturating_sub(body.len()))
            });
            match indents.min() {
                None | Some(0) => Carrier::None,
                Some(width) => Carrier::Indent(width),
            }
        }
        _ => Carrier::None,
    }
}

impl Carrier {
    /// How many bytes of `line` the prefix takes, and a byte order mark before it.
    pub(super) fn width(self, line: &str) -> usize {
        let body = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
        let mark = line.len().saturating_sub(body.len());
        mark.saturating_add(self.prefix(body))
    }

    fn prefix(self, line: &str) -> usize {
        match self {
            Self::None => 0,
            Self::Quote if line.starts_with("> ") => 2,
            Self::Quote => usize::from(line.starts_with('>')),
            Self::Indent(width) => line.bytes().take(width).take_while(|b| matches!(b, b' ' | b'\t')).count(),
        }
    }
}
