//! Reads a document line by line, as long as it is regular.

use super::{
    super::{
        candidate::Before,
        cut::speaker,
        fence::{self, State},
        head::Head,
        label::{Label, Party, Strength, look_up},
        lines::{LineEnd, without_blank_line},
        opening::{Marked, Opening, Openings, filled_up},
        recent::Memory,
        segments::{Alike, Break, offset},
        style::{Case, Style},
        too_long,
    },
    Regular,
};

/// A label with its colon and a blank, told by one comparison with what a line begins with.
#[derive(Clone, Copy, PartialEq)]
struct Expected {
    bytes: u128,
    mask: u128,
    width: usize,
}

impl Expected {
    /// Stands for a label that was not seen yet: no line begins so.
    const UNSEEN: Self = Self { bytes: 1, mask: 0, width: 0 };

    /// No label that is longer than what is compared.
    fn new(label: &[u8]) -> Option<Self> {
        let ones = filled_up(label).map(|byte| if byte == 0 { 0 } else { u8::MAX });
        let (bytes, mask) = (u128::from_le_bytes(filled_up(label)), u128::from_le_bytes(ones));
        (label.len() <= ones.len()).then_some(Self { bytes, mask, width: label.len() })
    }

    #[inline(always)]
    fn begins(self, opening: Opening) -> bool {
        opening.0 & self.mask == self.bytes
    }
}

/// Reads line by line; `None` is for what is not regular.
pub(super) struct Reader<'p, 'a> {
    openings: Openings<'p>,
    text: &'a str,
    labels: Vec<Label<'a>>,
    /// The labels that take turns.
    expected: [Expected; 2],
    /// Which of them comes next.
    next: usize,
    /// What stands before the next label.
    joiner: Before,
    before: Before,
    fence: State,
    breaks: Vec<Break>,
    /// Words that are not listed: `Summary` is looked up once.
    unlisted: Memory<'a>,
}

impl<'p, 'a> Reader<'p, 'a> {
    pub(super) fn new(openings: Openings<'p>, text: &'a str) -> Self {
        Self {
            openings,
            text,
            labels: Vec::new(),
            expected: [Expected::UNSEEN; 2],
            next: 0,
            joiner: Before::Start,
            before: Before::Start,
            fence: State::Clear,
            // As many as fit where messages have a line or two: to grow a large list is to copy it.
            breaks: Vec::with_capacity(text.len() / 128),
            unlisted: Memory::default(),
        }
    }

    /// Takes the line from `start` to `end`.
    #[inline(always)]
    pub(super) fn line(&mut self, start: usize, end: usize) -> Option<()> {
        let text = self.text.as_bytes();
        let opening = Opening::at(start, text);
        let next = *self.expected.get(self.next)?;
        if next.begins(opening) {
            self.message(start, end, next.width)?;
        } else if !opening.is_prose() {
            return self.other(start, text.get(start..end)?);
        }
        self.before = Before::Line;
        (text.get(end.wrapping_sub(1)) != Some(&b'\r')).then_some(())
    }

    /// Takes a line that begins with no word, or with one that may be listed.
    #[inline(never)]
    fn other(&mut self, start: usize, line: &[u8]) -> Option<()> {
        let Some(first) = line.first() else {
            self.blank();
            return Some(());
        };
        if line.last() == Some(&b'\r') {
            return None;
        }
        if !first.is_ascii_alphabetic() {
            return self.marked(start, line);
        }
        match self.openings.letters(line) {
            Some(letters) => self.word(start, line, letters),
            None => {
                self.before = Before::Line;
                Some(())
            }
        }
    }

    fn blank(&mut self) {
        if matches!(self.before, Before::Line) {
            self.before = Before::Blank;
        }
    }

    /// Takes the next message, whose first line ends at `end`, and whose label takes so many bytes.
    #[inline(always)]
    fn message(&mut self, start: usize, end: usize, label: usize) -> Option<()> {
        if self.before != self.joiner || !matches!(self.fence, State::Clear) {
            return None;
        }
        self.next ^= 1;
        let from = match self.joiner {
            Before::Blank => without_blank_line(LineEnd::Lf, self.text.as_bytes().get(..start)?).len(),
            _ => start.saturating_sub(1),
        };
        self.breaks.push(Break { from: offset(from), to: offset(start) });
        let content = self.text.as_bytes().get(start.wrapping_add(label)..end)?;
        if content.is_empty() {
            return None;
        }
        let content = content.trim_ascii_start();
        if let Some(b'`' | b'~' | b'<') = content.first() {
            let content = self.text.get(end.saturating_sub(content.len())..end)?;
            let mark = fence::read(content, true);
            self.fence = mark.map_or(self.fence, |mark| self.fence.after(mark));
        }
        Some(())
    }

    fn str(&self, start: usize, line: &[u8]) -> Option<&'a str> {
        self.text.get(start..start.saturating_add(line.len()))
    }

    /// A line whose first word, of so many letters, may be a listed one.
    fn word(&mut self, start: usize, line: &[u8], letters: usize) -> Option<()> {
        let line = self.str(start, line)?;
        if let Some(head) = self.openings.of_word(line, letters)
            && let Some(label) = self.listed(line, &head)
        {
            return self.new_speaker(start, line, &head, label);
        }
        self.is_short(start, line)?;
        self.before = Before::Line;
        Some(())
    }

    /// A line that begins with no letter.
    fn marked(&mut self, start: usize, line: &[u8]) -> Option<()> {
        let line = self.str(start, line)?;
        self.before = match self.openings.marked(line) {
            Marked::Blank => {
                self.blank();
                return Some(());
            }
            Marked::Rule => Before::Rule,
            Marked::Fence(kind) => {
                self.fence = self.fence.after(kind);
                Before::Line
            }
            Marked::Head(head) if self.listed(line, &head).is_some() => return None,
            Marked::Escaped(width, head) if self.listed(line.get(width..)?, &head).is_some() => return None,
            _ => Before::Line,
        };
        self.is_short(start, line)
    }

    /// Nothing, where a line that begins no message has a label that is too long: of that there is something to say.
    fn is_short(&self, start: usize, line: &str) -> Option<()> {
        too_long::label(self.openings, start, line).is_none().then_some(())
    }

    /// The listed label that a head holds; only such heads make candidates.
    fn listed(&mut self, line: &'a str, head: &Head) -> Option<Label<'a>> {
        let word = line.get(head.word.clone())?;
        if self.unlisted.get(word).is_some() {
            return None;
        }
        let label = look_up(self.openings.parser, word);
        if label.strength > Strength::Unlisted {
            return Some(label);
        }
        self.unlisted.put(word, None);
        None
    }

    /// Takes the first message of somebody; any other label is not regular.
    fn new_speaker(&mut self, start: usize, line: &'a str, head: &Head, label: Label<'a>) -> Option<()> {
        let party = label.party;
        let fits = match self.labels.last().map(|last| last.party) {
            None => start == 0 && !matches!(party, Party::Tool | Party::Open),
            Some(last @ (Party::User | Party::Assistant)) => last.other_side() == Some(party),
            Some(_) => party.other_side().is_some(),
        };
        let written_alike =
            self.labels.first().is_none_or(|first| Case::of(first.word).goes_with(Case::of(label.word)));
        let bare = head.style == Style::PLAIN
            && head.end == label.word.len().saturating_add(1)
            && label.word.bytes().all(|byte| byte.is_ascii_alphabetic());
        let strong = label.strength == Strength::Strong;
        let next = self.expected.get_mut(self.next)?;
        if !(fits && written_alike && bare && strong && *next == Expected::UNSEEN) {
            return None;
        }
        let label_and_blank = line.as_bytes().get(..head.end.saturating_add(1));
        *next = Expected::new(label_and_blank.filter(|label| label.ends_with(b" "))?)?;
        if !self.labels.is_empty() {
            // As the second message is joined, so must all be.
            self.joiner = match self.joiner {
                Before::Start => {
                    Some(self.before).filter(|before| matches!(before, Before::Line | Before::Blank))?
                }
                joiner => joiner,
            };
        }
        self.labels.push(label);
        self.message(start, start.saturating_add(line.len()), head.end.saturating_add(1))?;
        self.before = Before::Line;
        if party.other_side().is_none() {
            self.expected = [Expected::UNSEEN; 2];
        }
        Some(())
    }

    pub(super) fn finish(self) -> Option<Regular> {
        let Self { text, labels, mut breaks, expected, .. } = self;
        if let [_, only] = breaks.as_mut_slice() {
            // One blank line alone does not show how a document joins its messages: see `Primary::joiner`.
            only.from = only.to.saturating_sub(1);
        }
        if expected.contains(&Expected::UNSEEN) {
            return None;
        }
        let speakers = labels.iter().map(|label| speaker(label, None, None)).collect();
        // Behind a label stand its colon and a blank.
        let labels = labels.iter().map(|label| label.word.len().saturating_add(2)).collect();
        let messages = Alike { breaks, labels, end: text.len(), confidence: Regular::confidence() };
        Some(Regular { speakers, messages })
    }
}
