//! Many conversations in one input, read one by one: JSON Lines, values one after another, items of an array.
//!
//! A session log has many lines as well, and they are one conversation; so has an array of messages many items. What
//! tells them apart is independence: **documents are read one by one only where that gives what reading them together
//! gives.** [`Stream::detect`] tries it on the first documents, each of them twice: messages, events and chunks of one
//! conversation grow together when they stand side by side, and conversations stay apart. Nothing is said here of what
//! a conversation looks like, so this holds for every format that is ever read.

mod split;

use crate::{
    diagnostic::{Code, Diagnostic},
    format::Format,
    limits::Limits,
    parse::{Parsed, Parser},
    source::Span,
};

pub use self::split::{Document, Splitter};

/// Documents that are looked at to find out whether they are independent.
const SAMPLES: usize = 16;

/// Bytes of them after which no more are looked at, but for the first `FEW`: long documents tell more.
const ENOUGH: usize = 64 * 1024;
const FEW: usize = 4;

/// An input that holds many conversations, each in a document of its own.
///
/// It needs a [`Splitter`], which cuts the input into documents however it arrives, and reads one document at a time,
/// on any thread. Findings have their places in the whole input, and pointers begin with the number of the item.
///
/// ```
/// use turnwise::{Parser, stream::Stream};
///
/// let input = br#"[{"messages":[{"role":"user","content":"a"}]}, {"messages":[{"role":"user","content":"b"}]}]"#;
/// let stream = Stream::detect(&Parser::new(), input).expect("several conversations");
/// let mut splitter = stream.splitter();
/// let mut texts = Vec::new();
/// while let Some(document) = splitter.next(input, true) {
///     let parsed = stream.parse(&input[document.range.clone()], &document);
///     texts.extend(parsed.conversations.iter().map(|conversation| conversation.messages[0].text().into_owned()));
/// }
/// assert_eq!(texts, ["a", "b"]);
/// ```
#[derive(Debug, Clone)]
pub struct Stream {
    parser: Parser,
    arrays: bool,
    lines: bool,
}

impl Stream {
    /// Finds out from the first bytes of an input whether it is a stream of independent conversations.
    ///
    /// There is none where the input is not JSON, where it is one document, and where what comes first belongs
    /// together. At least two whole documents must be in `head`, so a longer one may give another answer.
    pub fn detect(parser: &Parser, head: &[u8]) -> Option<Self> {
        let start = head.strip_prefix(split::MARK).unwrap_or(head).trim_ascii_start();
        if !matches!(start.first(), Some(b'{' | b'[')) {
            return None;
        }
        // Where an array is a line of many, it is a document; where it is all there is, its items are.
        let ways: &[bool] = if start.starts_with(b"[") { &[false, true] } else { &[false] };
        ways.iter().find_map(|&arrays| Self::of(parser, head, arrays))
    }

    fn of(parser: &Parser, head: &[u8], arrays: bool) -> Option<Self> {
        // What is too long belongs to a stream as well.
        let reader = parser.clone().limits(Limits { line_bytes: usize::MAX, ..parser.limits });
        let mut splitter = Splitter::new(arrays, false);
        let mut documents = Vec::new();
        while documents.len() < FEW
            || documents.len() < SAMPLES && documents.last().is_some_and(is_within_enough)
        {
            let Some(document) = splitter.next(head, false) else { break };
            documents.push(document);
        }
        let texts = documents.iter().filter_map(|document| head.get(document.range.clone()));
        let sound: Vec<(&[u8], Parsed)> = texts
            .map(|text| (text, without_places(reader.parse_bytes(text))))
            .filter(|(_, parsed)| is_sound(parsed))
            .collect();
        let recognised =
            sound.iter().filter(|(_, parsed)| parsed.format.is_some_and(Format::is_json)).count();
        if recognised < 2 || recognised.saturating_mul(2) < sound.len() {
            return None;
        }
        let twice = sound.iter().flat_map(|(text, _)| [*text, *text]).collect::<Vec<_>>();
        let together = without_places(if arrays {
            reader.parse_bytes(&[b"[", &*twice.join(b",".as_slice()), b"]"].concat())
        } else {
            reader.parse_bytes(&twice.join(b"\n".as_slice()))
        });
        let apart = sound.iter().flat_map(|(_, parsed)| [&parsed.conversations, &parsed.conversations]);
        let format = together.format.filter(|format| format.is_json())?;
        let same = apart.flatten().eq(&together.conversations);
        let lines = documents.iter().all(|document| document.is_line(head));
        same.then(|| Self { parser: parser.clone().format(format), arrays, lines })
    }

    /// What cuts the input into documents, from its first byte.
    pub fn splitter(&self) -> Splitter {
        Splitter::new(self.arrays, self.lines).longest(self.longest())
    }

    /// How many bytes a document may have.
    fn longest(&self) -> usize {
        let Limits { input_bytes, line_bytes, .. } = self.parser.limits;
        line_bytes.min(input_bytes)
    }

    /// Whether documents are the items of an array.
    pub fn is_array(&self) -> bool {
        self.arrays
    }

    /// Adds the canonical form of one document to `out` as [`Parser::copy_regular`] does, and tells whether it did.
    pub fn copy_regular(&self, bytes: &[u8], document: &Document, out: &mut Vec<u8>) -> bool {
        !document.is_rest && self.finding(document).is_none() && self.parser.copy_regular(bytes, out)
    }

    /// What is wrong around a document.
    fn finding(&self, document: &Document) -> Option<Diagnostic> {
        let at = |length| Span::new(document.offset, document.offset.saturating_add(length));
        let item = || document.index.map(|index| format!("/{index}")).unwrap_or_default();
        if document.is_too_long {
            let finding = Diagnostic::new(Code::LineTooLong, at(0));
            Some(finding.with("limit", &self.longest().to_string()).at(item()))
        } else if document.is_cut {
            Some(Diagnostic::new(Code::TruncatedJson, at(0)).with("what", "an array").at(""))
        } else if document.lacks_comma {
            let finding = Diagnostic::new(Code::InvalidJson, at(1));
            Some(finding.with("problem", "a comma is missing before this").at(item()))
        } else {
            None
        }
    }

    /// Reads one document, whose bytes are `bytes`; there may be no conversation in it, only findings.
    pub fn parse(&self, bytes: &[u8], document: &Document) -> Parsed {
        if document.is_too_long {
            return Parsed { diagnostics: self.finding(document).into_iter().collect(), ..Parsed::default() };
        }
        let mut parsed = self.parser.parse_bytes(bytes);
        if document.is_rest {
            parsed.conversations.clear();
            parsed.diagnostics.retain(|finding| finding.code != Code::EmptyInput);
        }
        for message in parsed.conversations.iter_mut().flat_map(|conversation| &mut conversation.messages) {
            document.place(&mut message.span);
        }
        for finding in &mut parsed.diagnostics {
            document.place(&mut finding.span);
            finding.related.iter_mut().for_each(|(span, _)| document.place(span));
            if let (Some(index), Some(pointer)) = (document.index, &mut finding.pointer) {
                pointer.insert_str(0, &format!("/{index}"));
            }
        }
        if let Some(finding) = self.finding(document) {
            parsed.diagnostics.insert(0, finding);
        }
        parsed
    }
}

impl Document {
    /// Moves a place in the document to where it is in the input.
    fn place(&self, span: &mut Span) {
        *span = Span::new(span.start.saturating_add(self.offset), span.end.saturating_add(self.offset));
    }
}

/// Whether the syntax is right; of a document that is broken, nothing can be told.
fn is_sound(parsed: &Parsed) -> bool {
    let broken = |finding: &Diagnostic| matches!(finding.code, Code::InvalidJson | Code::TruncatedJson);
    !parsed.diagnostics.iter().any(broken)
}

fn is_within_enough(document: &Document) -> bool {
    document.range.end < ENOUGH
}

/// What was read, so that it can be compared wherever it stood.
fn without_places(mut parsed: Parsed) -> Parsed {
    let messages = parsed.conversations.iter_mut().flat_map(|conversation| &mut conversation.messages);
    messages.for_each(|message| message.span = Span::default());
    parsed
}

#[cfg(test)]
mod tests;
