//! Documents that are plainly regular: decided in one pass, without candidates.
//!
//! In most documents two labels of one word take turns, all after a line end or all after a blank line, and no other
//! line could be a label at all. What `infer` would decide of these is known once all lines were seen, and there is
//! nothing to say of them. At the first line that is not so regular this gives up, and `infer` reads the document.
//! Where this does not give up, both say the same to the byte, which the tests assert.

use super::{
    Segments, Speaker, Tiles, Turn,
    cut::speaker,
    infer::sure,
    label::Label,
    lines::{LineEnd, line_end},
    opening::Openings,
    primary::PLAIN,
};
use crate::{format::Format, parse::Parser};

mod reader;

use reader::Reader;

/// A document that is plainly regular.
pub(super) struct Regular<'a> {
    text: &'a str,
    /// In the order in which they come: the two that take turns are the last.
    labels: Vec<Label<'a>>,
    breaks: Vec<Break>,
}

/// The place between two messages, or before the first.
#[derive(Clone, Copy)]
struct Break {
    /// Where the content before it ends.
    from: u32,
    /// Where the next message begins.
    to: u32,
}

/// A message: places in bytes, and who speaks.
pub(super) struct Message {
    pub(super) speaker: usize,
    pub(super) start: usize,
    /// Where its content begins and ends.
    pub(super) from: usize,
    pub(super) to: usize,
    /// Where the next one begins.
    end: usize,
}

impl<'a> Regular<'a> {
    /// Reads `text`, unless it is not regular.
    pub(super) fn find(parser: &Parser, text: &'a str) -> Option<Self> {
        let bytes = text.as_bytes();
        let begins = bytes.first().is_some_and(u8::is_ascii_alphabetic);
        if !begins || parser.strict || !parser.labels.is_empty() || line_end(text) == LineEnd::Cr {
            return None;
        }
        let mut reader = Reader::new(Openings { parser, only_listed: true }, text);
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', bytes) {
            reader.line(start, bytes.get(start..end)?)?;
            start = end.wrapping_add(1);
        }
        reader.line(start, bytes.get(start..)?)?;
        reader.finish()
    }

    /// How many messages there are.
    pub(super) fn len(&self) -> usize {
        self.breaks.len()
    }

    /// How sure all of it is.
    pub(super) fn confidence() -> f32 {
        sure(PLAIN)
    }

    /// Who speaks.
    pub(super) fn speakers(&self) -> Vec<Speaker> {
        self.labels.iter().map(|label| speaker(label, None, None)).collect()
    }

    /// Calls `ready` with every message.
    #[inline(always)]
    pub(super) fn each(&self, mut ready: impl FnMut(Message)) {
        // Behind a label stand its colon and a blank.
        let widths: Vec<usize> = self.labels.iter().map(|label| label.word.len().saturating_add(2)).collect();
        let mut speaker = 0;
        let mut breaks = self.breaks.iter();
        let mut next = breaks.next();
        while let Some(&Break { to: start, .. }) = next {
            next = breaks.next();
            let (to, end) = next
                .map_or((self.text.len(), self.text.len()), |next| (next.from as usize, next.to as usize));
            let start = start as usize;
            let from = start.saturating_add(widths.get(speaker).copied().unwrap_or_default());
            ready(Message { speaker, start, from, to, end });
            speaker = speaker.saturating_add(1);
            if speaker == widths.len() {
                speaker = speaker.saturating_sub(2);
            }
        }
    }

    /// Its segments.
    pub(super) fn segments(&self) -> Segments {
        let mut segments = Tiles::default();
        segments.reserve_exact(self.len().saturating_mul(3));
        let mut turns = Vec::with_capacity(self.len());
        let confidence = Self::confidence();
        self.each(|message| {
            turns.push(Turn::new(segments.len(), Some(message.speaker), None, confidence));
            segments.push_message(message.from, message.to, message.end);
        });
        let speakers = self.speakers();
        Segments { format: Format::Text, segments, turns, speakers, diagnostics: Vec::new() }
    }
}

#[cfg(test)]
mod tests;
