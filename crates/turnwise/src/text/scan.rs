//! One pass over the lines: every line that could begin a message becomes a candidate, with the cues beside it.
//!
//! Most lines are told apart by their first bytes; the grammar of `head` reads only what may be a head.

use std::collections::HashMap;

use super::{
    fence::{self, Mark},
    head::{self, Head},
    label::{self, Label, Strength},
    lines::{Carrier, LineEnd, carrier, line_end, lines},
    style::{Case, Colon, Lead, Style, Wrap},
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

/// The style of nearly all labels, which has the index 0.
const PLAIN: Style = Style {
    lead: Lead::None,
    wrap: Wrap::None,
    colon: Colon::Plain,
    inside: false,
    clock: false,
    timed: false,
    gap: false,
};

/// Which words make candidates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Words {
    /// Listed ones: all that most documents need.
    Listed,
    /// Any that have the shape of a label.
    All,
}

/// Reads `text` line by line.
pub(super) fn scan<'a>(parser: &'a Parser, text: &'a str, words: Words) -> Scan<'a> {
    let line_end = line_end(text);
    let mut scanner = Scanner {
        parser,
        only_listed: words == Words::Listed && parser.labels.is_empty(),
        wanted: words,
        scan: Scan {
            text,
            line_end,
            carrier: carrier(text, line_end),
            candidates: Vec::new(),
            words: Vec::new(),
            styles: vec![PLAIN],
            fences: Vec::new(),
        },
        known: HashMap::new(),
        recent: [None; 4],
        before: Before::Start,
        at: 0,
        last: 0,
    };
    scanner.run();
    scanner.scan
}

/// What a head says about its candidate.
struct Found {
    word: u32,
    style: u16,
    end: usize,
    noted: bool,
    escaped: bool,
}

struct Scanner<'a> {
    parser: &'a Parser,
    /// Lines that cannot begin with a listed word are passed over.
    only_listed: bool,
    wanted: Words,
    scan: Scan<'a>,
    known: HashMap<&'a str, Option<u32>>,
    /// Words seen last: a document has few labels and repeats them.
    recent: [Option<(&'a str, Option<u32>)>; 4],
    before: Before,
    /// Where the line starts, with what every line carries.
    at: usize,
    /// End of the last line that is not blank.
    last: usize,
}

impl<'a> Scanner<'a> {
    fn run(&mut self) {
        let Scan { text, line_end, carrier, .. } = self.scan;
        let bytes = text.as_bytes();
        let skip = front_matter(self.parser, text);
        for line in lines(text, line_end) {
            let mut start = line.start;
            if carrier != Carrier::None {
                let body = text.get(line.start..line.end).unwrap_or_default();
                start = start.saturating_add(carrier.width(body));
            }
            let body = bytes.get(start..line.end).unwrap_or_default();
            let Some(&first) = body.first() else {
                self.blank();
                continue;
            };
            self.at = line.start;
            if line.start < skip {
                self.before = Before::Line;
            } else if first.is_ascii_alphabetic() {
                self.word_line(start, body);
                self.before = Before::Line;
            } else {
                self.line(start, text.get(start..line.end).unwrap_or_default(), first);
            }
            self.last = line.end;
        }
    }

    fn blank(&mut self) {
        if matches!(self.before, Before::Line) {
            self.before = Before::Blank;
        }
    }

    /// A line that begins with a letter: nearly all lines of nearly all documents.
    fn word_line(&mut self, start: usize, bytes: &'a [u8]) {
        let first = bytes.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(bytes.len());
        let ascii = bytes.get(first).is_none_or(u8::is_ascii);
        if self.only_listed && ascii && !label::may_begin_label(bytes.get(..first).unwrap_or_default()) {
            return;
        }
        let window = bytes.get(..WINDOW).unwrap_or(bytes);
        let Some(at) = memchr::memchr2(b':', 0xEF, window) else {
            if bytes.len() <= LONGEST_ALONE {
                self.alone(start, bytes);
            }
            return;
        };
        let kind = plain_label(bytes.get(..at).unwrap_or_default());
        // A listed word goes on with a name or a note; `user is` goes on as prose.
        let prose = || self.only_listed && matches!(bytes.get(first..), Some([b' ', b'a'..=b'z', ..]));
        if matches!(kind, Plain::Never) || (matches!(kind, Plain::Perhaps) && prose()) {
            return;
        }
        let Some(body) = self.scan.text.get(start..start.saturating_add(bytes.len())) else { return };
        if matches!(kind, Plain::Label) && bytes.get(at) == Some(&b':') {
            let end = at.saturating_add(1);
            let code = matches!(bytes.get(end), Some(b'/' | b':' | b'='));
            if !code && let Some(word) = body.get(..at).and_then(|word| self.intern(word)) {
                self.candidate(start, body, Found { word, style: 0, end, noted: false, escaped: false });
            }
        } else if let Some(head) = head::parse(body) {
            self.head(start, body, &head, false);
        }
    }

    /// Any other line.
    fn line(&mut self, start: usize, body: &'a str, first: u8) {
        let found = match first {
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
            b'-' | b'*' | b'_' if is_rule(body) => {
                self.before = Before::Rule;
                return;
            }
            b'#' | b'*' | b'_' | b'[' | b'(' | b'@' | b'+' | b'-' | b'0'..=b'9' | 0x80.. => {
                if self.only_listed && !may_hold_label(body.as_bytes()) {
                    None
                } else {
                    head::parse(body)
                }
            }
            b'\\' => {
                self.escaped(start, body);
                None
            }
            _ => None,
        };
        if let Some(head) = found {
            self.head(start, body, &head, false);
        }
        self.before = Before::Line;
    }

    /// A listed word alone on its line.
    fn alone(&mut self, start: usize, bytes: &'a [u8]) {
        let word = bytes.trim_ascii_end();
        if word.first().is_some_and(u8::is_ascii_lowercase) {
            return;
        }
        let Some(body) = self.scan.text.get(start..start.saturating_add(bytes.len())) else { return };
        let text = body.get(..word.len()).unwrap_or_default();
        if label::look_up(self.parser, text).strength == Strength::Strong {
            let head = Head { word: 0..word.len(), note: None, time: None, style: Style::default(), end: body.len() };
            self.head(start, body, &head, false);
        }
    }

    /// A line that begins with backslashes: the text writer's way to keep a body line from reading as a label.
    fn escaped(&mut self, start: usize, body: &'a str) {
        let unescaped = body.trim_start_matches('\\');
        let width = body.len().saturating_sub(unescaped.len());
        if let Some(head) = head::parse(unescaped) {
            self.head(start.saturating_add(width), unescaped, &head, true);
        }
    }

    fn fence(&mut self, start: usize, line: &str, opens_content: bool) {
        if let Some(kind) = fence::read(line, opens_content) {
            self.scan.fences.push(Mark { at: start, kind });
        }
    }

    fn head(&mut self, start: usize, body: &'a str, head: &Head, escaped: bool) {
        let word = body.get(head.word.clone()).and_then(|word| self.intern(word));
        if let Some(word) = word {
            let style = self.style(head.style);
            let found = Found { word, style, end: head.end, noted: head.note.is_some(), escaped };
            self.candidate(start, body, found);
        }
    }

    fn candidate(&mut self, start: usize, body: &str, found: Found) {
        let content = body.as_bytes().get(found.end..).unwrap_or_default();
        let end = start.saturating_add(found.end);
        self.scan.candidates.push(Candidate {
            line: if found.escaped { start.saturating_sub(1) } else { self.at },
            end,
            word: found.word,
            style: found.style,
            before: self.before,
            follow: self.follow(end, content),
            cue: self.cue(),
            escaped: found.escaped,
            noted: found.noted,
        });
        let text = content.trim_ascii_start();
        if matches!(text.first(), Some(b'`' | b'~' | b'<')) {
            let text = body.get(body.len().saturating_sub(text.len())..).unwrap_or_default();
            self.fence(end, text, true);
        }
    }

    fn follow(&self, end: usize, content: &[u8]) -> Follow {
        match content {
            [b' ', ..] | [0xC2, 0xA0, ..] | [0xE2, 0x80, 0xAF, ..] | [0xE3, 0x80, 0x80, ..] => Follow::Blank,
            [b'\t', ..] => Follow::Tab,
            [_, ..] => Follow::Text,
            [] => {
                let rest = self.scan.text.as_bytes().get(end..).unwrap_or_default();
                let byte = if self.scan.line_end == LineEnd::Lf { b'\n' } else { b'\r' };
                let ends = rest.iter().take(4).take_while(|b| matches!(b, b'\r' | b'\n'));
                match ends.filter(|&&b| b == byte).count() {
                    0 => Follow::End,
                    1 => Follow::Line,
                    _ => Follow::BlankLine,
                }
            }
        }
    }

    fn cue(&self) -> Cue {
        let before = self.scan.text.as_bytes().get(..self.last).unwrap_or_default();
        let plain = before.iter().rposition(|byte| !matches!(byte, b' ' | b'*')).and_then(|at| before.get(..=at));
        match plain {
            Some([.., b':']) | Some([.., 0xEF, 0xBC, 0x9A]) => Cue::Colon,
            Some([.., b'?']) | Some([.., 0xEF, 0xBC, 0x9F]) => Cue::Question,
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

    /// The index of a word, if words of its kind are wanted.
    fn intern(&mut self, text: &'a str) -> Option<u32> {
        let recent = self.recent.iter().flatten().find(|(word, _)| *word == text).map(|&(_, index)| index);
        let index = match recent {
            Some(index) => index,
            None => {
                let index = self.look_up(text);
                self.recent.rotate_right(1);
                if let Some(slot) = self.recent.first_mut() {
                    *slot = Some((text, index));
                }
                index
            }
        };
        let word = index.and_then(|index| self.scan.words.get_mut(index as usize))?;
        word.count = word.count.saturating_add(1);
        index
    }

    fn look_up(&mut self, text: &'a str) -> Option<u32> {
        if let Some(&known) = self.known.get(text) {
            return known;
        }
        let label = label::look_up(self.parser, text);
        let wanted = self.wanted == Words::All || label.strength > Strength::Unlisted;
        let next = u32::try_from(self.scan.words.len()).ok();
        let index = next.filter(|_| wanted);
        if wanted {
            self.scan.words.push(Word { label, case: Case::of(text), count: 0 });
        }
        self.known.insert(text, index);
        index
    }
}

/// Whether the head of a decorated line can hold a listed label, told by its words of letters.
fn may_hold_label(bytes: &[u8]) -> bool {
    const WORDS: usize = 6;
    let head = bytes.get(..WINDOW).unwrap_or(bytes);
    let mut words = head.split(|byte| !byte.is_ascii_alphabetic()).filter(|word| !word.is_empty()).take(WORDS);
    // A time before the label has words of its own, such as a month.
    let timed = matches!(head.first(), Some(b'[' | b'(' | b'0'..=b'9' | b'*' | b'_'));
    let fits = if timed { words.any(label::may_begin_label) } else { words.next().is_some_and(label::may_begin_label) };
    fits || !head.is_ascii()
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
    let perhaps = |blanks: u32| if blanks > head::MOST_WORDS as u32 { Plain::Never } else { Plain::Perhaps };
    let mut blanks = 0_u32;
    let mut last = b'a';
    for &byte in bytes {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'-' | b'.' | b'\'' | b',' | b'/' | b'&' | b'+' | b'@' => {}
            b'0'..=b'9' if last == b' ' => return perhaps(blanks),
            b'0'..=b'9' => {}
            b' ' => blanks = blanks.saturating_add(1),
            b'(' | b'[' | b'#' | b'\t' | 0x80.. => return perhaps(blanks),
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

/// Where a block of YAML at the document's start ends: keys and what belongs to them, between two `---`.
fn front_matter(parser: &Parser, text: &str) -> usize {
    let mut at: usize = 0;
    let mut keys: usize = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        at = at.saturating_add(line.len());
        let line = line.trim_end();
        match (number, line) {
            (0, "---") => {}
            (0, _) => return 0,
            (_, "---") => return if keys > 0 { at } else { 0 },
            (1, "") => return 0,
            _ if line.is_empty() || line.starts_with([' ', '\t', '-', '#']) => {}
            _ => match line.split_once(':') {
                // A label would come first; a key may have any name.
                Some((key, _)) if keys > 0 || label::look_up(parser, key).strength < Strength::Strong => {
                    keys = keys.saturating_add(1);
                }
                _ => return 0,
            },
        }
    }
    0
}
