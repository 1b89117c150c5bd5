//! Strings and words: passing them, and reading what they say.

use std::borrow::Cow;

use super::{Kind, Scanner, resolved, string, word};
use crate::{diagnostic::Code, json::plain::plain, source::Span};

/// Bytes that stay allocated for strings with escapes.
const LONG: usize = 1 << 16;

impl<'a> Scanner<'a> {
    /// The string that comes next, its escapes resolved.
    pub(crate) fn text(&mut self) -> Cow<'a, str> {
        let start = self.at.saturating_add(1);
        let text = self.input.get(start..).unwrap_or_default();
        let plain = plain(text.as_bytes());
        let (before, after) = text.split_at_checked(plain).unwrap_or_default();
        if after.starts_with('"') {
            self.at = start.saturating_add(plain).saturating_add(1);
            return Cow::Borrowed(before);
        }
        let Some((len, said)) = resolved::resolved(text.as_bytes(), &mut self.said) else {
            let (inner, escaped) = self.unsound_string();
            return self.resolve(inner, escaped);
        };
        self.at = start.saturating_add(len).saturating_add(1);
        // To look at it once more is cheap; to take it for UTF-8 without would be `unsafe`.
        let said = self.said.get(..said).and_then(|said| simdutf8::basic::from_utf8(said).ok());
        let said = said.unwrap_or_default().to_owned();
        if self.said.len() > LONG {
            self.said = Vec::new();
        }
        Cow::Owned(said)
    }

    /// Passes a string that stands as it would be written; gives it with its quotes. Any other is left.
    pub(crate) fn written(&mut self) -> Option<&'a str> {
        let (start, rest) = (self.at, self.input.as_bytes().get(self.at.saturating_add(1)..)?);
        let quotes = "\"\"".len();
        self.at = start.saturating_add(string::written(rest)?).saturating_add(quotes);
        Some(Span::new(start, self.at).of(self.input))
    }

    /// Passes a string; gives what stands between its quotes, and whether that has escapes.
    pub(super) fn string(&mut self) -> (Span, bool) {
        let start = self.at.saturating_add(1);
        let rest = self.input.as_bytes().get(start..).unwrap_or_default();
        let plain = plain(rest);
        if rest.get(plain) == Some(&b'"') {
            let end = start.saturating_add(plain);
            self.at = end.saturating_add(1);
            return (Span::new(start, end), false);
        }
        match string::sound(rest) {
            Some((len, escaped)) => {
                let end = start.saturating_add(len);
                self.at = end.saturating_add(1);
                (Span::new(start, end), escaped)
            }
            None => self.unsound_string(),
        }
    }

    /// Passes a string that has faults, or may have some.
    #[cold]
    fn unsound_string(&mut self) -> (Span, bool) {
        self.skip(1);
        let start = self.at;
        let (mut escaped, mut reported) = (false, false);
        loop {
            let rest = self.input.as_bytes().get(self.at..).unwrap_or_default();
            self.skip(plain(rest));
            let end = self.at;
            match self.byte() {
                Some(b'"') => {
                    self.skip(1);
                    return (Span::new(start, end), escaped);
                }
                Some(b'\\') => {
                    escaped = true;
                    self.escape();
                }
                Some(b'\r' | b'\n') if self.ends_document() => _ = self.cut("a string", end),
                Some(_) => {
                    if !reported {
                        self.invalid(self.here(), "a control character must be escaped in a string");
                    }
                    reported = true;
                    self.skip(1);
                }
                None => _ = self.cut("a string", end),
            }
            if let Some(end) = self.stopped {
                return (Span::new(start, end), escaped);
            }
        }
    }

    /// Passes a backslash and what belongs to it.
    fn escape(&mut self) {
        let start = self.at;
        let rest = self.input.as_bytes().get(start.saturating_add(1)..).unwrap_or_default();
        let (need, valid) = match rest.split_first() {
            Some((b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', _)) => (1, true),
            Some((b'u', digits)) => {
                let hex = digits.iter().take(4).take_while(|byte| byte.is_ascii_hexdigit()).count();
                (5, hex == 4 || hex == digits.len())
            }
            Some(_) => (1, false),
            None => (1, true),
        };
        if valid && rest.len() < need {
            self.skip(rest.len().saturating_add(1));
            self.cut("a string", start);
        } else if valid {
            self.skip(need.saturating_add(1));
        } else {
            self.invalid(Span::new(start, start.saturating_add(1)), "a backslash here begins no escape");
            self.skip(1);
        }
    }

    /// Resolves the escapes of a string.
    pub(super) fn resolve(&mut self, inner: Span, escaped: bool) -> Cow<'a, str> {
        let text = inner.of(self.input);
        if !escaped {
            return Cow::Borrowed(text);
        }
        let lone = |offset| {
            let start = inner.start.saturating_add(offset);
            let span = Span::new(start, start.saturating_add(r"\uD800".len()));
            self.report(Code::LoneSurrogate, span, &[("escape", span.of(self.input))]);
        };
        Cow::Owned(string::unescape(text, lone))
    }

    /// Passes a word.
    pub(super) fn word(&mut self) {
        let word = self.peek_word();
        self.skip(word.len());
        if word::kind(word) == Kind::Bad {
            let span = Span::new(self.at.saturating_sub(word.len()), self.at);
            if self.at == self.input.len() && word::is_begun(word) {
                self.cut("a value", self.at);
            } else {
                let shown: String = word.chars().take(20).collect();
                self.invalid(span, &format!("`{shown}` is no JSON value"));
            }
        }
    }

    /// The run of word bytes that comes next.
    pub(super) fn peek_word(&self) -> &'a str {
        let rest = self.input.as_bytes().get(self.at..).unwrap_or_default();
        let len = rest.iter().position(|&byte| !word::is_word(byte)).unwrap_or(rest.len());
        Span::new(self.at, self.at.saturating_add(len)).of(self.input)
    }
}
