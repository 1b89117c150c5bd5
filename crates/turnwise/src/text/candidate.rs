//! Lines that could begin a message, and the cues beside them.
//!
//! There may be one every few bytes: what candidates share is kept once, in a [`Kind`].

use super::{
    fence::Mark,
    head::{self, Head},
    label::{Label, Party, Strength},
    lines::{Carrier, LineEnd},
    segments::offset,
    style::{Case, Style},
    too_long::TooLong,
};

/// What separates a line from the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Before {
    /// Nothing: only blank lines come before.
    Start,
    /// A line end.
    Line,
    /// Blank lines.
    Blank,
    /// A rule such as `---`, with blank lines around it or not.
    Rule,
}

/// What follows the colon of a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Follow {
    /// Text at once.
    Text,
    /// One blank, then the text.
    Blank,
    /// One tab, then the text.
    Tab,
    /// The end of the line.
    Line,
    /// The end of the line, and a blank line.
    BlankLine,
    /// The end of the input.
    End,
}

/// How the line before a candidate ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cue {
    None,
    /// With a colon: it announces something.
    Colon,
    /// With a question mark.
    Question,
}

/// A line that could begin a message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    line: u32,
    end: u32,
    /// Index into [`Scan::words`].
    pub(super) word: u32,
    /// Index into [`Scan::kinds`].
    pub(super) kind: u32,
    pub(super) before: Before,
    pub(super) cue: Cue,
    /// A backslash stands before the head.
    pub(super) escaped: bool,
}

impl Candidate {
    pub(super) fn new(line: usize, end: usize, word: u32, kind: u32) -> Self {
        let (line, end) = (offset(line), offset(end));
        Self { line, end, word, kind, before: Before::Line, cue: Cue::None, escaped: false }
    }

    /// Where its line starts.
    pub(super) fn line(&self) -> usize {
        self.line as usize
    }

    /// Where its head ends, just past the colon.
    pub(super) fn end(&self) -> usize {
        self.end as usize
    }
}

/// What tells a candidate's label from others, place aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    /// Index into [`Scan::words`].
    pub(super) word: u32,
    /// Index into [`Scan::styles`].
    pub(super) style: u16,
    pub(super) follow: Follow,
    /// A backslash stands before the head.
    pub(super) escaped: bool,
    /// A model or a name stands in parentheses after the label.
    pub(super) noted: bool,
}

/// Candidates of one shape.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind {
    pub(super) shape: Shape,
    /// How many candidates are of this kind.
    pub(super) count: u32,
    /// Index of the first of them.
    pub(super) first: u32,
    /// Index of the kind of the same word that was found before this one.
    pub(super) before: Option<u32>,
}

/// A label as it is written in the document, whoever uses it.
#[derive(Debug, Clone)]
pub(super) struct Word<'a> {
    pub(super) label: Label<'a>,
    pub(super) case: Case,
    /// How many candidates have it.
    pub(super) count: u32,
    /// Index of the kind of this word that was found last.
    pub(super) last: Option<u32>,
}

/// Stand in for what is not there, so that look-ups are total.
static NO_WORD: Word<'static> = Word {
    label: Label {
        strength: Strength::Unlisted,
        role: None,
        party: Party::Open,
        word: "",
        name: None,
        heading: true,
    },
    case: Case::None,
    count: 0,
    last: None,
};
static NO_KIND: Kind = Kind {
    shape: Shape { word: 0, style: 0, follow: Follow::End, escaped: false, noted: false },
    count: 0,
    first: 0,
    before: None,
};

/// What one pass over the lines finds.
pub(super) struct Scan<'a> {
    pub(super) text: &'a str,
    pub(super) line_end: LineEnd,
    pub(super) carrier: Carrier,
    /// Bytes of a label.
    pub(super) longest_label: usize,
    /// How many lines have an end, and how many of them end with CR LF.
    pub(super) ends: usize,
    pub(super) crlf_ends: usize,
    pub(super) candidates: Vec<Candidate>,
    pub(super) kinds: Vec<Kind>,
    pub(super) words: Vec<Word<'a>>,
    pub(super) styles: Vec<Style>,
    pub(super) fences: Vec<Mark>,
    /// What was not looked into, because it is too long.
    pub(super) too_long: TooLong,
}

impl<'a> Scan<'a> {
    pub(super) fn word_at(&self, word: u32) -> &Word<'a> {
        self.words.get(word as usize).unwrap_or(&NO_WORD)
    }

    pub(super) fn word(&self, candidate: &Candidate) -> &Word<'a> {
        self.word_at(candidate.word)
    }

    pub(super) fn shape(&self, candidate: &Candidate) -> &Shape {
        &self.kinds.get(candidate.kind as usize).unwrap_or(&NO_KIND).shape
    }

    pub(super) fn style(&self, candidate: &Candidate) -> Style {
        self.styles.get(usize::from(self.shape(candidate).style)).copied().unwrap_or_default()
    }

    /// Kinds with listed words of at least that strength, backslashes aside.
    pub(super) fn listed_kinds(&self, least: Strength) -> impl Iterator<Item = &Kind> + Clone {
        let listed =
            move |kind: &&Kind| !kind.shape.escaped && self.word_at(kind.shape.word).label.strength >= least;
        self.kinds.iter().filter(listed)
    }

    /// Candidates with listed words, backslashes aside, with their indexes.
    pub(super) fn listed(&self) -> impl Iterator<Item = (u32, &Candidate)> + Clone {
        let listed = |candidate: &Candidate| {
            !candidate.escaped && self.word(candidate).label.strength > Strength::Unlisted
        };
        (0..).zip(&self.candidates).filter(move |(_, candidate)| listed(candidate))
    }

    /// The candidates at these indexes.
    pub(super) fn at<'s>(&'s self, kept: &'s [(u32, f32)]) -> impl Iterator<Item = &'s Candidate> + Clone {
        kept.iter().filter_map(|&(index, _)| self.candidates.get(index as usize))
    }

    /// The head of a candidate, read once more for its time and note.
    pub(super) fn head(&self, candidate: &Candidate) -> Option<Head> {
        head::parse(self.line(candidate), self.longest_label)
    }

    /// The line of a candidate, past what every line carries.
    fn line(&self, candidate: &Candidate) -> &'a str {
        let rest = self.text.get(candidate.line()..).unwrap_or_default();
        let end = memchr::memchr(self.line_end.byte(), rest.as_bytes()).unwrap_or(rest.len());
        let line = rest.get(..end).unwrap_or_default();
        let line = if self.line_end == LineEnd::Lf { line.strip_suffix('\r').unwrap_or(line) } else { line };
        line.get(self.carrier.width(line)..).unwrap_or_default()
    }

    /// Where the head of a candidate begins.
    pub(super) fn carried(&self, candidate: &Candidate) -> usize {
        let line = self.text.get(candidate.line()..).unwrap_or_default();
        candidate.line().saturating_add(self.carrier.width(line))
    }
}
