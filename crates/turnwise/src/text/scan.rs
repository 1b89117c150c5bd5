//! One pass over the lines: every line that could begin a message becomes a candidate, with the cues beside it.

use std::collections::HashMap;

use super::{
    candidate::{Before, Candidate, Cue, Follow, Kind, Scan, Shape, Word},
    fence::{self, Mark},
    front_matter::front_matter,
    head::Head,
    label::{self, Strength},
    lines::{Carrier, carrier, line_end, lines},
    opening::{Marked, Opening, Openings},
    recent::Memory,
    style::{Case, Style},
    too_long::{self, TooLong},
};
use crate::parse::Parser;

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
    let longest_label = parser.limits.label_bytes;
    let only_listed = words == Words::Listed && parser.labels.is_empty();
    let mut scanner = Scanner {
        openings: Openings { parser, only_listed, longest_label },
        wanted: words,
        scan: Scan {
            text,
            line_end,
            carrier: carrier(text, line_end),
            longest_label,
            ends: 0,
            crlf_ends: 0,
            candidates: Vec::new(),
            kinds: Vec::new(),
            words: Vec::new(),
            styles: vec![Style::PLAIN],
            fences: Vec::new(),
            too_long: TooLong::default(),
        },
        known: HashMap::new(),
        recent: Memory::default(),
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
    openings: Openings<'a>,
    wanted: Words,
    scan: Scan<'a>,
    known: HashMap<&'a str, Option<u32>>,
    recent: Memory<'a>,
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
        let skip = front_matter(self.openings.parser, text);
        let (mut ends, mut crlf_ends) = (0_usize, 0_usize);
        for line in lines(text, line_end) {
            // There are no more ends than bytes.
            ends = ends.wrapping_add(usize::from(line.next > line.end));
            crlf_ends = crlf_ends.wrapping_add(usize::from(line.next > line.end.wrapping_add(1)));
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
            let limits = &self.openings.parser.limits;
            if line.start < skip || self.scan.too_long.line(line.start, line.end, limits) {
                self.before = Before::Line;
            } else if first.is_ascii_alphabetic() {
                self.word_line(start, body);
                self.before = Before::Line;
            } else {
                self.line(start, text.get(start..line.end).unwrap_or_default());
            }
            self.last = line.end;
        }
        (self.scan.ends, self.scan.crlf_ends) = (ends, crlf_ends);
        for kind in &self.scan.kinds {
            if let Some(word) = self.scan.words.get_mut(kind.shape.word as usize) {
                word.count = word.count.saturating_add(kind.count);
            }
        }
    }

    /// Looks once more at a line that was taken for prose.
    fn prose(&mut self, start: usize, line: &str) {
        if let Some(finding) = too_long::label(self.openings, start, line) {
            self.scan.too_long.push(finding);
        }
    }

    fn blank(&mut self) {
        if matches!(self.before, Before::Line) {
            self.before = Before::Blank;
        }
    }

    /// A line that begins with a letter: nearly all lines of nearly all documents.
    #[inline]
    fn word_line(&mut self, start: usize, bytes: &'a [u8]) {
        if let Some((word, at)) = self.recent.label_of(bytes) {
            let found = Found { word, style: 0, end: at.wrapping_add(1), noted: false, escaped: false };
            return self.candidate(start, bytes, found);
        }
        let opening = Opening::at(start, self.scan.text.as_bytes());
        if let Some(first) = self.openings.first_word(opening, bytes)
            && let Some(line) = self.scan.text.get(start..start.saturating_add(bytes.len()))
        {
            match self.openings.of_word(line, first) {
                Some(head) => self.head(start, line, &head, false),
                None => self.prose(start, line),
            }
        }
    }

    /// Any other line.
    fn line(&mut self, start: usize, body: &'a str) {
        self.before = match self.openings.marked(body) {
            Marked::Blank => return self.blank(),
            Marked::Rule => Before::Rule,
            found => {
                self.marked(start, body, &found);
                Before::Line
            }
        };
    }

    fn marked(&mut self, start: usize, body: &'a str, found: &Marked) {
        match found {
            Marked::Fence(kind) => self.scan.fences.push(Mark { at: start, kind: *kind }),
            Marked::Head(head) => self.head(start, body, head, false),
            Marked::Escaped(width, head) => {
                let unescaped = body.get(*width..).unwrap_or_default();
                self.head(start.saturating_add(*width), unescaped, head, true);
            }
            Marked::Prose => self.prose(start, body),
            Marked::Blank | Marked::Rule => {}
        }
    }

    fn head(&mut self, start: usize, body: &'a str, head: &Head, escaped: bool) {
        let word = body.get(head.word.clone()).and_then(|word| self.intern(word));
        if let Some(word) = word {
            let style = self.style(head.style);
            let found = Found { word, style, end: head.end, noted: head.note.is_some(), escaped };
            self.candidate(start, body.as_bytes(), found);
        }
    }

    /// A line that may begin a message.
    // A sixth of the work on a label goes away where what was found is known to the compiler.
    #[inline(always)]
    fn candidate(&mut self, start: usize, line: &[u8], found: Found) {
        let content = line.get(found.end..).unwrap_or_default();
        let end = start.saturating_add(found.end);
        let Found { word, style, noted, escaped, .. } = found;
        let shape = Shape { word, style, follow: self.follow(end, content), escaped, noted };
        let at = if escaped { start.saturating_sub(1) } else { self.at };
        let kind = self.kind(shape);
        let mut candidate = Candidate::new(at, end, word, kind);
        (candidate.before, candidate.cue, candidate.escaped) = (self.before, self.cue(), escaped);
        self.scan.candidates.push(candidate);
        let text = content.trim_ascii_start();
        if matches!(text.first(), Some(b'`' | b'~' | b'<')) {
            self.fence_at_start(end, content.len().saturating_sub(text.len()), text.len());
        }
    }

    /// A fence that opens the content after `end`, behind so many blanks.
    fn fence_at_start(&mut self, end: usize, blanks: usize, length: usize) {
        let from = end.saturating_add(blanks);
        let text = self.scan.text.get(from..from.saturating_add(length)).unwrap_or_default();
        if let Some(kind) = fence::read(text, true) {
            self.scan.fences.push(Mark { at: end, kind });
        }
    }

    /// The index of a kind, which has one candidate more now.
    #[inline]
    fn kind(&mut self, shape: Shape) -> u32 {
        let last = self.scan.words.get(shape.word as usize).and_then(|word| word.last);
        let mut index = last;
        while let Some(at) = index
            && let Some(kind) = self.scan.kinds.get_mut(at as usize)
        {
            if kind.shape == shape {
                // There are no more than bytes.
                kind.count = kind.count.wrapping_add(1);
                return at;
            }
            index = kind.before;
        }
        self.new_kind(shape, last)
    }

    fn new_kind(&mut self, shape: Shape, last: Option<u32>) -> u32 {
        let new = u32::try_from(self.scan.kinds.len()).unwrap_or(u32::MAX);
        let first = u32::try_from(self.scan.candidates.len()).unwrap_or(u32::MAX);
        self.scan.kinds.push(Kind { shape, count: 1, first, before: last });
        if let Some(word) = self.scan.words.get_mut(shape.word as usize) {
            word.last = Some(new);
        }
        new
    }

    #[inline]
    fn follow(&self, end: usize, content: &[u8]) -> Follow {
        match content {
            [b' ', ..] => Follow::Blank,
            [0xC2, 0xA0, ..] | [0xE2, 0x80, 0xAF, ..] | [0xE3, 0x80, 0x80, ..] => Follow::Blank,
            [b'\t', ..] => Follow::Tab,
            [_, ..] => Follow::Text,
            [] => {
                let rest = self.scan.text.as_bytes().get(end..).unwrap_or_default();
                let byte = self.scan.line_end.byte();
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
        let mut before = self.scan.text.as_bytes().get(..self.last).unwrap_or_default();
        while let [rest @ .., b' ' | b'*'] = before {
            before = rest;
        }
        match before {
            [.., b':'] | [.., 0xEF, 0xBC, 0x9A] => Cue::Colon,
            [.., b'?'] | [.., 0xEF, 0xBC, 0x9F] => Cue::Question,
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
        if let Some(known) = self.recent.get(text) {
            return known;
        }
        let word = self.look_up(text);
        self.recent.put(text, word);
        word
    }

    fn look_up(&mut self, text: &'a str) -> Option<u32> {
        if let Some(&known) = self.known.get(text) {
            return known;
        }
        let label = label::look_up(self.openings.parser, text);
        let wanted = self.wanted == Words::All || label.strength > Strength::Unlisted;
        let next = u32::try_from(self.scan.words.len()).ok();
        let index = next.filter(|_| wanted);
        if wanted {
            self.scan.words.push(Word { label, case: Case::of(text), count: 0, last: None });
        }
        self.known.insert(text, index);
        index
    }
}
