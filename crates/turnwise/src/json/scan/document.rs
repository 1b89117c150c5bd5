//! Several documents in one input: where one starts, and where reading resumes after one that is broken.

use super::{Kind, Scanner};
use crate::{json::raw, source::Span};

impl<'a> Scanner<'a> {
    /// Goes to the next document; at the end of the input there is none.
    ///
    /// It ends with [`Scanner::finish`]. Where no value starts, [`Scanner::kind`] is [`Kind::Nothing`].
    pub(crate) fn document(&mut self) -> bool {
        let mut stray = None;
        loop {
            self.blanks();
            match self.byte() {
                Some(b',' | b']' | b'}') => {
                    stray = stray.or(Some(self.here()));
                    self.skip(1);
                }
                _ if self.rest().starts_with('\u{FEFF}') => self.skip('\u{FEFF}'.len_utf8()),
                _ => break,
            }
        }
        if let Some(span) = stray {
            self.invalid(span, "nothing is open that this could close or separate");
        }
        if matches!(self.kind(), Kind::Nothing | Kind::Bad) && self.at < self.input.len() {
            self.stop(self.at, "a JSON value should stand here");
        }
        self.opener = self.byte();
        let opens = matches!(self.opener, Some(b'{' | b'['));
        self.indent = self.line_start().filter(|_| opens).unwrap_or(self.indent);
        self.at < self.input.len()
    }

    /// Ends a document; gives the text of it that could not be read.
    ///
    /// After a break, reading resumes at the next line that starts with `{` or `[`, without an indent or with that of the
    /// document: so does every line of JSON Lines, and no line within a document of many.
    pub(crate) fn finish(&mut self) -> Option<&'a str> {
        let lost = self.stopped.take()?;
        // The line that it stopped at may be the next document.
        let from = self.at.saturating_sub(self.indent).saturating_sub(1);
        let bytes = self.input.as_bytes();
        let lines = memchr::memchr_iter(b'\n', bytes.get(from..).unwrap_or_default());
        let mut starts = lines.map(|newline| from.saturating_add(newline).saturating_add(1));
        let opens = |at: usize| matches!(bytes.get(at), Some(b'{' | b'['));
        let indented = |at: usize| {
            let end = at.saturating_add(self.indent);
            opens(end) && bytes.get(at..end).is_some_and(is_indent)
        };
        self.at = starts.find(|&at| opens(at) || indented(at)).unwrap_or(bytes.len());
        Some(Span::new(lost, self.at).of(self.input).trim()).filter(|unread| !unread.is_empty())
    }

    /// Ends the document where it should be all there is; gives the text that was not read, whatever it is.
    pub(crate) fn finish_all(&mut self) -> Option<&'a str> {
        let stopped = self.stopped.take();
        let from = stopped.unwrap_or(self.at);
        self.blanks();
        if stopped.is_none() && self.at < self.input.len() {
            self.invalid(self.here(), "nothing should follow the value");
        }
        self.at = self.input.len();
        Some(Span::new(from, self.at).of(self.input).trim()).filter(|unread| !unread.is_empty())
    }

    /// Whether a line starts here, and like the document: in JSON Lines, where all lines are alike, that is the next one.
    pub(super) fn starts_line(&self) -> bool {
        let opens = matches!(self.opener, Some(b'{' | b'['));
        opens && self.byte() == self.opener && self.line_start() == Some(self.indent)
    }

    /// The indent before this place, where nothing else stands before it on its line.
    fn line_start(&self) -> Option<usize> {
        let before = Span::new(0, self.at).of(self.input);
        let line = before.trim_end_matches([' ', '\t']);
        (line.is_empty() || line.ends_with('\n')).then(|| before.len().saturating_sub(line.len()))
    }

    /// Whether the line break here, in a string, is followed by a line that starts like the document.
    pub(super) fn ends_document(&self) -> bool {
        let rest = self.rest();
        let next = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n')).unwrap_or_default();
        let next = match next.split_at_checked(self.indent) {
            Some((indent, next)) if is_indent(indent.as_bytes()) => next,
            _ => next,
        };
        if rest.trim_start_matches(raw::is_blank).is_empty() {
            // The line end of a file that is cut off belongs to no string.
            return true;
        }
        let alike = next.bytes().next() == self.opener;
        alike && ["{\"", "[{\"", "[\"", "{}"].iter().any(|start| next.starts_with(start))
    }

    /// How many bytes are left.
    pub(crate) fn rest_bytes(&self) -> usize {
        self.input.len().saturating_sub(self.at)
    }

    /// What comes next.
    fn rest(&self) -> &'a str {
        Span::new(self.at, self.input.len()).of(self.input)
    }
}

fn is_indent(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, b' ' | b'\t'))
}
