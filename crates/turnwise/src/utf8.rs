//! From bytes to text: UTF-8, or the nearest that can be read, with every place counted in input bytes.

use crate::{
    diagnostic::{Code, Diagnostic},
    parse::Parsed,
    source::Span,
};

/// Input as text.
pub(crate) enum Decoded<'a> {
    /// It is UTF-8.
    Text(&'a str),
    /// Bad bytes were replaced by U+FFFD.
    Repaired { text: String, repairs: Repairs },
    /// It is no text; this is what of it can be shown.
    Binary(String),
}

/// How much of an input is looked at to tell text from other data, in bytes.
const SAMPLE: usize = 8 * 1024;

/// Decodes `input`, in time linear in its length.
pub(crate) fn decode(input: &[u8]) -> Decoded<'_> {
    let sample = input.get(..SAMPLE).unwrap_or(input);
    let nul = memchr::memchr(0, sample).is_some();
    match simdutf8::basic::from_utf8(input) {
        Ok(text) if !nul => Decoded::Text(text),
        Ok(text) => Decoded::Binary(text.to_owned()),
        Err(_) if nul || mostly_bad(sample) => Decoded::Binary(String::from_utf8_lossy(input).into_owned()),
        Err(_) => repair(input),
    }
}

/// Whether more than a tenth of the bytes are not UTF-8; a few bad ones say nothing.
fn mostly_bad(sample: &[u8]) -> bool {
    const FEW: usize = 16;
    let bad: usize = sample.utf8_chunks().map(|chunk| chunk.invalid().len()).sum();
    bad > FEW && bad.saturating_mul(10) > sample.len()
}

fn repair(input: &[u8]) -> Decoded<'_> {
    let mut text = String::with_capacity(input.len());
    let mut repairs = Repairs::default();
    let mut at: usize = 0;
    for chunk in input.utf8_chunks() {
        text.push_str(chunk.valid());
        at = at.saturating_add(chunk.valid().len());
        if !chunk.invalid().is_empty() {
            let end = at.saturating_add(chunk.invalid().len());
            repairs.places.push((text.len(), Span::new(at, end)));
            text.push(char::REPLACEMENT_CHARACTER);
            at = end;
        }
    }
    Decoded::Repaired { text, repairs }
}

/// Places where bad bytes were replaced: the offset in the text, and the bytes of the input.
#[derive(Default)]
pub(crate) struct Repairs {
    places: Vec<(usize, Span)>,
}

impl Repairs {
    /// The offset in the input of an offset in the text.
    fn original(&self, offset: usize) -> usize {
        let before = self.places.partition_point(|(at, _)| *at < offset);
        let Some((at, bytes)) = before.checked_sub(1).and_then(|index| self.places.get(index)) else {
            return offset;
        };
        let after = at.saturating_add(char::REPLACEMENT_CHARACTER.len_utf8());
        bytes.end.saturating_add(offset.saturating_sub(after))
    }

    fn span(&self, span: &mut Span) {
        *span = Span::new(self.original(span.start), self.original(span.end));
    }

    /// Puts places of the input where places of the text are, and reports the bad bytes.
    pub(crate) fn restore(&self, parsed: &mut Parsed) {
        for message in parsed.conversations.iter_mut().flat_map(|conversation| &mut conversation.messages) {
            self.span(&mut message.span);
        }
        for finding in &mut parsed.diagnostics {
            self.span(&mut finding.span);
            for (span, _) in &mut finding.related {
                self.span(span);
            }
        }
        let findings = self.places.iter().map(|(_, bytes)| Diagnostic::new(Code::InvalidUtf8, *bytes));
        parsed.diagnostics.extend(findings);
    }
}
