//! Code fences that close: the lines within are the body of a message, whatever they look like.

use crate::{
    source::Span,
    text::{
        fence,
        lines::{line_end, lines},
    },
};

/// A fence: its character and length, and where its line starts.
struct Open {
    byte: u8,
    run: u8,
    start: usize,
}

/// The closed fences of a document, the outermost only.
pub(super) struct Fences {
    spans: Vec<Span>,
    /// How many of them end before the place last asked for.
    passed: usize,
}

impl Fences {
    /// Pairs the fences of `input`. Those with a language after them can only open, and so nest in one
    /// another; a fence of another kind within one is code.
    pub(super) fn of(input: &str) -> Self {
        let mut spans: Vec<Span> = Vec::new();
        let mut opened: Vec<Open> = Vec::new();
        for line in lines(input, line_end(input)) {
            let (byte, run, closes) =
                match fence::read(input.get(line.start..line.end).unwrap_or_default(), false) {
                    Some(fence::Kind::Open { byte, run }) => (byte, run, false),
                    Some(fence::Kind::Either { byte, run }) => (byte, run, true),
                    Some(fence::Kind::Tag { .. } | fence::Kind::EndTag { .. }) | None => continue,
                };
            match opened.pop_if(|open| closes && open.byte == byte && open.run <= run) {
                Some(Open { start, .. }) => {
                    while spans.pop_if(|inner| inner.start > start).is_some() {}
                    spans.push(Span::new(start, line.end));
                }
                None if opened.last().is_none_or(|open| open.byte == byte && open.run <= run) => {
                    opened.push(Open { byte, run, start: line.start });
                }
                None => {}
            }
        }
        Self { spans, passed: 0 }
    }

    /// Whether the line that starts at `at` stands in a fence; `at` must not be before the place last asked
    /// for.
    pub(super) fn hide(&mut self, at: usize) -> bool {
        while self.spans.get(self.passed).is_some_and(|span| span.end < at) {
            self.passed = self.passed.saturating_add(1);
        }
        self.spans.get(self.passed).is_some_and(|span| span.start <= at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_fences() {
        for (input, expected) in [
            ("a\n```\nb\n```\nc", &["```\nb\n```"][..]),
            ("```\na\n\nb", &[]),
            ("```md\n```py\na\n```\n```\nb", &["```md\n```py\na\n```\n```"]),
            ("```rust\ncut off\n\n```rust\na\n```\nb", &["```rust\na\n```"]),
            ("~~~\n```\n~~~\n````\n```\n````", &["~~~\n```\n~~~", "````\n```\n````"]),
        ] {
            let found: Vec<&str> = Fences::of(input).spans.iter().map(|span| span.of(input)).collect();
            assert_eq!(found, expected, "{input:?}");
        }
    }
}
