//! One pass over the lines: every line that could begin a message becomes a candidate, with the cues beside it.
//!
//! Most lines are told apart by their first bytes; the grammar of `head` reads only what may be a head.

use std::collections::HashMap;

use super::{
    fence::{self, Mark},
    head::{self, Head},
    label::{self, Label, Strength},
    lines::{Carrier, LineEnd, carrier, line_end, lines},
    style::{Case, Colon, Style},
};
use crate::parse::Parser;

/// A plain label ends within this many bytes, or its line is left to the grammar or taken for prose.
const WINDOW: usize = 64;
/// A listed word may stand alone on a line without a colon; longer lines are prose.
const LONGEST_ALONE: usize = 40;

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
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    /// Where its line starts.
    pub(super) line: usize,
    /// Where its head ends, just past the colon.
    pub(super) end: usize,
    /// Index into [`Scan::words`].
    pub(super) word: u32,
    /// Index into [`Scan::styles`].
    pub(super) style: u16,
    pub(super) before: Before,
    pub(super) follow: Follow,
    pub(super) cue: Cue,
    /// A backslash stands before the head.
    pub(super) escaped: bool,
    /// A model or a name stands in parentheses after the label.
    pub(super) noted: bool,
}

/// Stands in for a word that is not there, so that look-ups are total.
pub(super) static NO_WORD: Word<'static> = Word {
    label: Label { strength: Strength::Unlisted, role: None, party: label::Party::Open, word: "", name: None, heading: true },
    case: Case::None,
    count: 0,
};

/// A label as it is written in the document, whoever uses it.
#[derive(Debug, Clone)]
pub(super) struct Word<'a> {
    pub(super) label: Label<'a>,
    pub(super) case: Case,
    /// How many candidates have it.
    pub(super) count: u32,
}

impl<'a> Scan<'a> {
    /// The line of a candidate, past what every line carries.
    fn line(&self, candidate: &Candidate) -> &'a str {
        let rest = self.text.get(candidate.line..).unwrap_or_default();
        let byte = if self.line_end == LineEnd::Lf { b'\n' } else { b'\r' };
        let end = memchr::memchr(byte, rest.as_bytes()).unwrap_or(rest.len());
        let line = rest.get(..end).unwrap_or_default();
        let line = if self.line_end == LineEnd::Lf { line.strip_suffix('\r').unwrap_or(line) } else { line };
        line.get(self.carrier.width(line)..).unwrap_or_default()
    }

    /// The head of a candidate, read once more for its time and note.
    pub(super) fn head(&self, candidate: &Candidate) -> Option<Head> {
        head::parse(self.line(candidate))
    }

    /// Where the head of a candidate begins.
    pub(super) fn carried(&self, candidate: &Candidate) -> usize {
        let line = self.text.get(candidate.line..).unwrap_or_default();
        candidate.line.saturating_add(self.carrier.width(line))
    }
}

/// What one pass finds.
pub(super) struct Scan<'a> {
    pub(super) text: &'a str,
    pub(super) line_end: LineEnd,
    pub(super) carrier: Carrier,
    pub(super) candidates: Vec<Candidate>,
    pub(super) words: Vec<Word<'a>>,
    pub(super) styles: Vec<Style>,
    pub(super) fences: Vec<Mark>,
}

/// Reads `text` line by line.
pub(super) fn scan<'a>(parser: &'a Parser, text: &'a str) -> Scan<'a> {
    let line_end = line_end(text);
    let mut scanner = Scanner {
        parser,
        scan: Scan {
            text,
            line_end,
            carrier: carrier(text, line_end),
            candidates: Vec::new(),
            words: Vec::new(),
            styles: Vec::new(),
            fences: Vec::new(),
        },
        known: HashMap::new(),
        recent: Vec::new(),
        before: Before::Start,
        at: 0,
        last: 0,
    };
    scanner.run();
    scanner.scan
}

struct Scanner<'a> {
    parser: &'a Parser,
    scan: Scan<'a>,
    known: HashMap<&'a str, u32>,
    /// Words seen last: a document has few labels and repeats them.
    recent: Vec<(&'a str, u32)>,
    before: Before,
    /// Where the line starts, with what every line carries.
    at: usize,
    /// End of the last line that is not blank.
    last: usize,
}

impl<'a> Scanner<'a> {
    fn run(&mut self) {
        let Scan { text, line_end, carrier, .. } = self.scan;
        let skip = front_matter(text);
        for line in lines(text, line_end) {
            let Some(mut body) = text.get(line.start..line.end) else { continue };
            self.at = line.start;
            let mut start = line.start;
            if carrier != Carrier::None {
                let width = carrier.width(body);
                body = body.get(width..).unwrap_or_default();
                start = start.saturating_add(width);
            }
            let Some(&first) = body.as_bytes().first() else {
                self.blank();
                continue;
            };
            if line.start >= skip {
                self.line(start, body, first);
            } else {
                self.before = Before::Line;
            }
            self.last = line.end;
        }
    }

    fn blank(&mut self) {
        if matches!(self.before, Before::Line) {
            self.before = Before::Blank;
        }
    }

    fn line(&mut self, start: usize, body: &'a str, first: u8) {
        let found = match first {
            b'a'..=b'z' | b'A'..=b'Z' => self.word_line(start, body),
            b'`' | b'~' | b'<' => {
                self.fence(start, body, false);
                None
            }
            b' ' | b'\t' => {
                if body.trim_start_matches([' ', '\t']).is_empty() {
                    return self.blank();
                }
                self.fence(start, body, false);
                None
            }
            b'#' | b'*' | b'_' | b'[' | b'(' | b'@' | b'+' | b'0'..=b'9' | 0x80.. => head::parse(body),
            b'-' => {
                if is_rule(body) {
                    self.before = Before::Rule;
                    return;
                }
                head::parse(body)
            }
            b'\\' => {
                self.escaped(start, body);
                None
            }
            _ => None,
        };
        if matches!(first, b'*' | b'_') && is_rule(body) {
            self.before = Before::Rule;
            return;
        }
        if let Some(head) = found {
            self.candidate(start, body, &head, false);
        }
        self.before = Before::Line;
    }

    /// A line that begins with a letter: nearly all lines of nearly all documents.
    fn word_line(&self, start: usize, body: &'a str) -> Option<Head> {
        let bytes = body.as_bytes();
        let window = bytes.get(..WINDOW).unwrap_or(bytes);
        let Some(at) = memchr::memchr2(b':', 0xEF, window) else {
            return self.without_colon(start, body);
        };
        match plain_label(bytes.get(..at).unwrap_or_default()) {
            Plain::Never => None,
            Plain::Perhaps => head::parse(body),
            Plain::Label if bytes.get(at) != Some(&b':') => head::parse(body),
            Plain::Label => {
                let next = bytes.get(at.saturating_add(1));
                let style = Style { colon: Colon::Plain, ..Style::default() };
                let found = Head { word: 0..at, note: None, time: None, style, end: at.saturating_add(1) };
                (!matches!(next, Some(b'/' | b':' | b'='))).then_some(found)
            }
        }
    }

    /// A name with a time after it, or a listed word alone on its line.
    fn without_colon(&self, _start: usize, body: &'a str) -> Option<Head> {
        if body.len() > LONGEST_ALONE {
            return None;
        }
        let trimmed = body.trim_end();
        let alone = label::look_up(self.parser, trimmed);
        (alone.strength == Strength::Strong && Case::of(trimmed) != Case::Lower).then(|| Head {
            word: 0..trimmed.len(),
            note: None,
            time: None,
            style: Style::default(),
            end: body.len(),
        })
    }

    /// A line that begins with backslashes: the text writer's way to keep a body line from reading as a label.
    fn escaped(&mut self, start: usize, body: &'a str) {
        let unescaped = body.trim_start_matches('\\');
        let width = body.len().saturating_sub(unescaped.len());
        if let Some(head) = head::parse(unescaped) {
            self.candidate(start.saturating_add(width), unescaped, &head, true);
        }
    }

    fn fence(&mut self, start: usize, line: &str, opens_content: bool) {
        if let Some(kind) = fence::read(line, opens_content) {
            self.scan.fences.push(Mark { at: start, kind });
        }
    }

    fn candidate(&mut self, start: usize, body: &'a str, head: &Head, escaped: bool) {
        let Some(text) = body.get(head.word.clone()) else { return };
        let word = self.intern(text);
        let style = self.style(head.style);
        let line = if escaped { start.saturating_sub(1) } else { self.at };
        let content = body.get(head.end..).unwrap_or_default();
        let end = start.saturating_add(head.end);
        self.scan.candidates.push(Candidate {
            line,
            end,
            word,
            style,
            before: self.before,
            follow: self.follow(end, content),
            cue: self.cue(),
            escaped,
            noted: head.note.is_some(),
        });
        if content.len() > 3 {
            self.fence(end, content.trim_start_matches(' '), true);
        }
    }

    fn follow(&self, end: usize, content: &str) -> Follow {
        match content.chars().next() {
            Some('\t') => Follow::Tab,
            Some(c) if head::is_blank(c) => Follow::Blank,
            Some(_) => Follow::Text,
            None => {
                let rest = self.scan.text.as_bytes().get(end..).unwrap_or_default();
                let mut breaks = rest.iter().take(4).filter(|&&b| b == b'\n' || b == b'\r' && self.scan.line_end == LineEnd::Cr);
                let after = rest.iter().take(4).take_while(|b| matches!(b, b'\r' | b'\n')).count();
                match (rest.is_empty(), after) {
                    (true, _) => Follow::End,
                    _ if rest.iter().take(after).filter(|&&b| b == b'\n').count() > 1 => Follow::BlankLine,
                    _ if breaks.next().is_some() && self.scan.line_end == LineEnd::Cr && after > 1 => Follow::BlankLine,
                    _ => Follow::Line,
                }
            }
        }
    }

    fn cue(&self) -> Cue {
        let before = self.scan.text.get(..self.last).unwrap_or_default().trim_end_matches([' ', '*']);
        match before.chars().next_back() {
            Some(':' | '：') => Cue::Colon,
            Some('?' | '？') => Cue::Question,
            _ => Cue::None,
        }
    }

    fn style(&mut self, style: Style) -> u16 {
        let known = self.scan.styles.iter().position(|&other| other == style);
        let index = known.unwrap_or_else(|| {
            self.scan.styles.push(style);
            self.scan.styles.len().saturating_sub(1)
        });
        u16::try_from(index).unwrap_or(u16::MAX)
    }

    fn intern(&mut self, text: &'a str) -> u32 {
        const RECENT: usize = 4;
        let recent = self.recent.iter().find(|(word, _)| *word == text).map(|&(_, index)| index);
        let index = recent.unwrap_or_else(|| {
            let next = u32::try_from(self.scan.words.len()).unwrap_or(u32::MAX);
            let index = *self.known.entry(text).or_insert(next);
            if index == next {
                let label = label::look_up(self.parser, text);
                self.scan.words.push(Word { label, case: Case::of(text), count: 0 });
            }
            if self.recent.len() >= RECENT {
                self.recent.remove(0);
            }
            self.recent.push((text, index));
            index
        });
        if let Some(word) = self.scan.words.get_mut(index as usize) {
            word.count = word.count.saturating_add(1);
        }
        index
    }
}

/// What the bytes before a colon can be.
enum Plain {
    /// A label as it stands.
    Label,
    /// A label with something around it; the grammar knows.
    Perhaps,
    /// Prose or code.
    Never,
}

/// Tells prose from labels by its bytes alone, as the grammar of `head` would: nearly all lines end here.
fn plain_label(bytes: &[u8]) -> Plain {
    let mut blanks = 0_u32;
    let mut last = b'a';
    for &byte in bytes {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'-' | b'.' | b'\'' | b',' | b'/' | b'&' | b'+' | b'@' => {}
            b'0'..=b'9' if last == b' ' => return Plain::Perhaps,
            b'0'..=b'9' => {}
            b' ' => blanks = blanks.saturating_add(1),
            b'(' | b'[' | b'#' | b'\t' | 0x80.. => return Plain::Perhaps,
            _ => return Plain::Never,
        }
        last = byte;
    }
    match last {
        _ if blanks >= head::MOST_WORDS as u32 => Plain::Never,
        b' ' | b',' | b'-' => Plain::Perhaps,
        _ => Plain::Label,
    }
}

/// A thematic break: three or more of one mark, and nothing else.
pub(super) fn is_rule(line: &str) -> bool {
    let line = line.trim_end();
    line.len() >= 3 && ["-", "*", "_", "="].iter().any(|mark| line.split(mark).all(str::is_empty))
}

/// Where a block of YAML at the document's start ends.
fn front_matter(text: &str) -> usize {
    let Some(rest) = text.strip_prefix("---\n").or_else(|| text.strip_prefix("---\r\n")) else { return 0 };
    let Some(end) = memchr::memmem::find(rest.as_bytes(), b"\n---") else { return 0 };
    let after = rest.get(end.saturating_add(4)..).unwrap_or_default();
    let closed = after.is_empty() || after.starts_with(['\n', '\r']);
    if closed { text.len().saturating_sub(after.len()) } else { 0 }
}
