//! Reads a document line by line, as long as it is regular.

use std::mem;

use super::{
    super::{
        candidate::Before,
        fence::{self, State},
        head::Head,
        label::{Label, Party, Strength, look_up},
        lines::{LineEnd, without_blank_line},
        opening::{Marked, Openings},
        recent::Memory,
        segments::offset,
        style::{Case, Style},
    },
    Break, Regular,
};

/// Stands for a label that was not seen yet: no line begins with a line end.
const UNSEEN: &[u8] = b"\n";

/// Reads line by line; `None` is for what is not regular.
pub(super) struct Reader<'p, 'a> {
    openings: Openings<'p>,
    text: &'a str,
    labels: Vec<Label<'a>>,
    /// The label that comes next, with its colon and a blank, and the one after it.
    next: &'a [u8],
    after: &'a [u8],
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
            next: UNSEEN,
            after: UNSEEN,
            joiner: Before::Start,
            before: Before::Start,
            fence: State::Clear,
            breaks: Vec::new(),
            unlisted: Memory::default(),
        }
    }

    /// Takes the line at `start`.
    #[inline(always)]
    pub(super) fn line(&mut self, start: usize, line: &'a [u8]) -> Option<()> {
        let Some(&first) = line.first() else {
            self.blank();
            return Some(());
        };
        if line.last() == Some(&b'\r') {
            return None;
        }
        if self.next.first() == Some(&first)
            && let Some(content) = line.strip_prefix(self.next)
        {
            return self.message(start, start.wrapping_add(line.len()), content);
        }
        if !first.is_ascii_alphabetic() {
            return self.marked(start, line);
        }
        if let Some(letters) = self.openings.first_word(line) {
            return self.word(start, line, letters);
        }
        self.before = Before::Line;
        Some(())
    }

    fn blank(&mut self) {
        if matches!(self.before, Before::Line) {
            self.before = Before::Blank;
        }
    }

    /// Takes the next message, whose first line ends at `end` with `content`.
    #[inline(always)]
    fn message(&mut self, start: usize, end: usize, content: &[u8]) -> Option<()> {
        if self.before != self.joiner || !matches!(self.fence, State::Clear) {
            return None;
        }
        mem::swap(&mut self.next, &mut self.after);
        self.before = Before::Line;
        let from = match self.joiner {
            Before::Blank => without_blank_line(LineEnd::Lf, self.text.as_bytes().get(..start)?).len(),
            _ => start.saturating_sub(1),
        };
        self.breaks.push(Break { from: offset(from), to: offset(start) });
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
    #[inline(never)]
    fn word(&mut self, start: usize, line: &[u8], letters: usize) -> Option<()> {
        let line = self.str(start, line)?;
        if let Some(head) = self.openings.of_word(line, letters)
            && let Some(label) = self.listed(line, &head)
        {
            return self.new_speaker(start, line, &head, label);
        }
        self.before = Before::Line;
        Some(())
    }

    /// A line that begins with no letter.
    #[inline(never)]
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
        Some(())
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
        if !(fits && written_alike && bare && strong && self.next == UNSEEN) {
            return None;
        }
        let (_, content) = line.split_at_checked(head.end)?;
        self.next =
            line.as_bytes().get(..head.end.saturating_add(1)).filter(|label| label.ends_with(b" "))?;
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
        self.message(start, start.saturating_add(line.len()), content.as_bytes())?;
        if party.other_side().is_none() {
            self.after = UNSEEN;
        }
        Some(())
    }

    pub(super) fn finish(self) -> Option<Regular<'a>> {
        let Self { text, labels, mut breaks, next, .. } = self;
        if let [_, only] = breaks.as_mut_slice() {
            // One blank line alone does not show how a document joins its messages: see `Primary::joiner`.
            only.from = only.to.saturating_sub(1);
        }
        (next != UNSEEN).then_some(Regular { text, labels, breaks })
    }
}
