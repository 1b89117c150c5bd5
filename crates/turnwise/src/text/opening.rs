//! What a line begins with: most lines are told apart by their first bytes, and the grammar of `head` reads only what
//! may be a head.

use super::{
    fence::{self, Kind},
    head::{self, Head},
    label::{self, Strength},
    prose::{Plain, ends_at_one, is_rule, letters, may_hold_label, others, plain_label},
    style::Style,
};
use crate::parse::Parser;

/// A listed word may stand alone on a line without a colon; longer lines are prose.
const LONGEST_ALONE: usize = 40;

/// Which lines are passed over.
#[derive(Clone, Copy)]
pub(super) struct Openings<'p> {
    pub(super) parser: &'p Parser,
    /// Those that cannot begin with a listed word.
    pub(super) only_listed: bool,
    /// Bytes of a label.
    pub(super) longest_label: usize,
}

/// What a line is that begins with no letter.
pub(super) enum Marked {
    /// Nothing but blanks.
    Blank,
    Rule,
    /// It opens or closes a fence, or a block between tags.
    Fence(Kind),
    Head(Head),
    /// A head behind so many backslashes: the text writer's way to keep a body line from reading as a label.
    Escaped(usize, Head),
    Prose,
}

/// The first bytes of a line, as one number: some are compared at once. Behind the end of the line stands what follows
/// it, which changes nothing, since no word goes on beyond a line end.
#[derive(Clone, Copy)]
pub(super) struct Opening(pub(super) u128);

impl Opening {
    /// What the line at `start` begins with.
    #[inline(always)]
    pub(super) fn at(start: usize, text: &[u8]) -> Self {
        let rest = text.get(start..).unwrap_or_default();
        Self(u128::from_le_bytes(rest.first_chunk().copied().unwrap_or_else(|| filled_up(rest))))
    }

    /// Whether the line begins with a word, and with none that begins a listed spelling.
    // Asked of nearly every line. Which word begins it cannot be guessed, so branches that depend on it cost more than
    // all the rest: there is one only, and nearly all lines take it. Eight bytes tell enough.
    #[inline(always)]
    pub(super) fn is_prose(self) -> bool {
        const BEYOND: u32 = 0xffff_ff00;
        let eight = self.0 as u64;
        let others = others(eight);
        let letters = others.trailing_zeros() / 8;
        // No letter at all is as good as a listed word, and so is one that goes on beyond ASCII.
        let listed = (label::first_words(&eight.to_le_bytes()) | 1) & (1 << letters | BEYOND) != 0;
        let goes_on = others & others.wrapping_neg() & eight != 0;
        !(listed | goes_on)
    }
}

/// `bytes` as the first of sixteen.
#[cold]
pub(super) fn filled_up(bytes: &[u8]) -> [u8; 16] {
    let mut sixteen = [0; 16];
    sixteen.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    sixteen
}

impl Openings<'_> {
    /// Whether a line that begins with a letter may begin with a label: how many letters its first word has.
    #[inline(always)]
    pub(super) fn first_word(self, opening: Opening, line: &[u8]) -> Option<usize> {
        if self.only_listed && opening.is_prose() { None } else { self.letters(line) }
    }

    /// The same of a line that [`Opening::is_prose`] does not pass over.
    #[inline(never)]
    pub(super) fn letters(self, line: &[u8]) -> Option<usize> {
        let (first, lengths) = (letters(line), label::first_words(line));
        let listed = if line.get(first).is_none_or(u8::is_ascii) {
            lengths >> first.min(31) & 1 == 1
        } else {
            ends_at_one(line, lengths)
        };
        (listed || !self.only_listed).then_some(first)
    }

    /// The head of a line whose first word has `first` letters.
    pub(super) fn of_word(self, line: &str, first: usize) -> Option<Head> {
        let bytes = line.as_bytes();
        let (at, kind) = if bytes.get(first) == Some(&b':') {
            (first, Plain::Label)
        } else {
            // Something in parentheses may stand between the label and its colon.
            let window = bytes.get(..=self.longest_label.saturating_add(head::LONGEST)).unwrap_or(bytes);
            let Some(at) = memchr::memchr2(b':', 0xEF, window) else {
                return self.alone(line);
            };
            (at, plain_label(bytes.get(..at).unwrap_or_default()))
        };
        match kind {
            Plain::Never => None,
            Plain::Label if bytes.get(at) == Some(&b':') && at <= self.longest_label => {
                let end = at.saturating_add(1);
                let code = matches!(bytes.get(end), Some(b'/' | b':' | b'='));
                (!code).then_some(Head { word: 0..at, note: None, time: None, style: Style::PLAIN, end })
            }
            _ => head::parse(line, self.longest_label),
        }
    }

    /// A listed word alone on its line.
    fn alone(self, line: &str) -> Option<Head> {
        if line.len() > LONGEST_ALONE || line.starts_with(|c: char| c.is_ascii_lowercase()) {
            return None;
        }
        let word = line.trim_ascii_end();
        if word.len() > self.longest_label {
            return None;
        }
        let strong = label::look_up(self.parser, word).strength == Strength::Strong;
        strong.then(|| Head {
            word: 0..word.len(),
            note: None,
            time: None,
            style: Style::default(),
            end: line.len(),
        })
    }

    /// The head of any line.
    pub(super) fn head(self, line: &str) -> Option<Head> {
        if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return self.of_word(line, letters(line.as_bytes()));
        }
        match self.marked(line) {
            Marked::Head(head) => Some(head),
            _ => None,
        }
    }

    /// What any other line is.
    pub(super) fn marked(self, line: &str) -> Marked {
        let fence = || fence::read(line, false).map_or(Marked::Prose, Marked::Fence);
        match line.as_bytes().first() {
            Some(b' ' | b'\t') if line.trim_start_matches([' ', '\t']).is_empty() => Marked::Blank,
            Some(b'`' | b'~' | b'<' | b' ' | b'\t') => fence(),
            Some(b'-' | b'*' | b'_') if is_rule(line) => Marked::Rule,
            Some(b'#' | b'*' | b'_' | b'[' | b'(' | b'@' | b'+' | b'-' | b'0'..=b'9' | 0x80..) => {
                let may = !self.only_listed || may_hold_label(line.as_bytes());
                may.then(|| head::parse(line, self.longest_label))
                    .flatten()
                    .map_or(Marked::Prose, Marked::Head)
            }
            Some(b'\\') => {
                let unescaped = line.trim_start_matches('\\');
                let width = line.len().saturating_sub(unescaped.len());
                head::parse(unescaped, self.longest_label)
                    .map_or(Marked::Prose, |head| Marked::Escaped(width, head))
            }
            _ => Marked::Prose,
        }
    }
}
