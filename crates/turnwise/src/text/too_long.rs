//! What is not looked into because it is too long, and told: lines, and what would be a label.

use super::{
    head::Head,
    label::{Strength, look_up},
    lines::LineEnd,
    opening::Openings,
};
use crate::{
    diagnostic::{Code, Diagnostic},
    limits::Limits,
    source::Span,
};

/// Findings beyond this many say nothing new.
const MOST: usize = 100;

/// A label that is longer than allowed by more than this is not looked for: it would be nobody's.
const LOOKED_FOR: usize = 1024;

/// Whether any line of `text` may have more than `longest` bytes; a look at one line end in so many bytes tells.
pub(super) fn any_line(text: &str, line_end: LineEnd, longest: usize) -> bool {
    let mut rest = text.as_bytes();
    while let Some(window) = rest.get(..=longest) {
        let Some(at) = memchr::memrchr(line_end.byte(), window) else { return true };
        rest = rest.get(at.saturating_add(1)..).unwrap_or_default();
    }
    false
}

/// What was found to be too long.
#[derive(Default)]
pub(super) struct TooLong(Vec<Diagnostic>);

impl TooLong {
    /// Tells of a line that begins at `start`, if it is too long.
    #[inline]
    pub(super) fn line(&mut self, start: usize, end: usize, limits: &Limits) -> bool {
        let too_long = end.saturating_sub(start) > limits.line_bytes;
        if too_long {
            let finding = Diagnostic::new(Code::LineTooLong, Span::new(start, end));
            self.push(finding.with("limit", &limits.line_bytes.to_string()));
        }
        too_long
    }

    pub(super) fn push(&mut self, finding: Diagnostic) {
        if self.0.len() < MOST {
            self.0.push(finding);
        }
    }

    pub(super) fn findings(&self) -> &[Diagnostic] {
        &self.0
    }
}

/// Tells of the label that `line`, which begins at `start` and was taken for prose, would begin with.
pub(super) fn label(openings: Openings<'_>, start: usize, line: &str) -> Option<Diagnostic> {
    let longest = openings.longest_label;
    if line.len() <= longest || is_prose(line.as_bytes(), longest) {
        return None;
    }
    let found = Openings { longest_label: longest.saturating_add(LOOKED_FOR), ..openings }.head(line)?;
    let word = line.get(found.word.clone())?;
    let listed = look_up(openings.parser, word).strength > Strength::Unlisted;
    if listed { word_of(&found, start, line, longest) } else { None }
}

/// The same of a line in which any word is a label; `read` reads its head, with labels of so many bytes.
pub(super) fn any_label(
    read: fn(&str, usize) -> Option<Head>,
    start: usize,
    line: &str,
    longest: usize,
) -> Option<Diagnostic> {
    if line.len() <= longest {
        return None;
    }
    word_of(&read(line, longest.saturating_add(LOOKED_FOR))?, start, line, longest)
}

fn word_of(found: &Head, start: usize, line: &str, longest: usize) -> Option<Diagnostic> {
    let word = line.get(found.word.clone()).filter(|word| word.len() > longest)?;
    let span = Span::new(start.saturating_add(found.word.start), start.saturating_add(found.word.end));
    let finding = Diagnostic::new(Code::LabelTooLong, span);
    Some(finding.with("label", word).with("limit", &longest.to_string()))
}

/// Whether the words of a label and of a time beside it are fewer than those that `line` begins with.
fn is_prose(line: &[u8], longest: usize) -> bool {
    const WORDS: usize = 16;
    let window = line.get(..longest).unwrap_or(line);
    window.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).nth(WORDS).is_some()
}

#[cfg(test)]
mod tests {
    use super::{LineEnd, any_line};

    #[test]
    fn lines_are_counted_without_their_ends() {
        for (text, longest) in [("", 0), ("\n\n", 0), ("abc", 3), ("abc\nabc\n", 3), ("a\nabcd\nab", 4)] {
            assert!(!any_line(text, LineEnd::Lf, longest), "{text:?}");
            let shorter = longest.checked_sub(1);
            assert!(shorter.is_none_or(|shorter| any_line(text, LineEnd::Lf, shorter)), "{text:?}");
        }
        assert!(any_line("abc\rabcd\rab", LineEnd::Cr, 3));
        assert!(!any_line("abc", LineEnd::Lf, usize::MAX));
    }
}
