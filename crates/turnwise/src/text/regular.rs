//! Documents that are plainly regular: decided in one pass, without candidates.
//!
//! In most documents two labels of one word take turns, all after a line end or all after a blank line, and no other
//! line could be a label at all. What `infer` would decide of these is known once all lines were seen, and there is
//! nothing to say of them. At the first line that is not so regular this gives up, and `infer` reads the document.
//! Where this does not give up, both say the same to the byte, which the tests assert.

use std::sync::Arc;

use super::{
    Segments, Speaker, Tiles, Turns,
    infer::sure,
    lines::{LineEnd, line_end},
    opening::Openings,
    primary::PLAIN,
    segments::{Alike, Message},
    too_long,
};
use crate::{format::Format, parse::Parser};

mod line_ends;
mod reader;

use line_ends::LineEnds;
use reader::Reader;

/// A document that is plainly regular.
pub(super) struct Regular {
    /// In the order in which they come: the two that take turns are the last.
    speakers: Vec<Speaker>,
    messages: Alike,
}

impl Regular {
    /// Reads `text`, unless it is not regular.
    pub(super) fn find(parser: &Parser, text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let begins = bytes.first().is_some_and(u8::is_ascii_alphabetic);
        if !begins || parser.strict || !parser.labels.is_empty() || line_end(text) == LineEnd::Cr {
            return None;
        }
        let limits = &parser.limits;
        if too_long::any_line(text, LineEnd::Lf, limits.line_bytes) {
            return None;
        }
        let openings = Openings { parser, only_listed: true, longest_label: limits.label_bytes };
        let mut reader = Reader::new(openings, text);
        let mut start = 0;
        for end in LineEnds::new(bytes) {
            reader.line(start, end)?;
            start = end.wrapping_add(1);
        }
        reader.line(start, bytes.len())?;
        reader.finish()
    }

    /// How many messages there are.
    pub(super) fn len(&self) -> usize {
        self.messages.len()
    }

    /// How sure all of it is.
    pub(super) fn confidence() -> f32 {
        sure(PLAIN)
    }

    /// Its messages.
    pub(super) fn messages(&self) -> impl Iterator<Item = Message> {
        self.messages.messages()
    }

    /// Who speaks in them.
    pub(super) fn speakers(&self) -> &[Speaker] {
        &self.speakers
    }

    /// Its segments.
    pub(super) fn segments(self) -> Segments {
        let messages = Arc::new(self.messages);
        Segments {
            format: Format::Text,
            segments: Tiles::alike(Arc::clone(&messages)),
            turns: Turns::alike(messages),
            speakers: self.speakers,
            diagnostics: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests;
