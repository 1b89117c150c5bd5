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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::Parser;

    fn is_binary(input: &[u8]) -> bool {
        matches!(decode(input), Decoded::Binary(_))
    }

    #[test]
    fn text_with_few_bad_bytes_is_repaired() {
        let bad = |bad: usize, good: usize| [vec![0xFF; bad], vec![b'a'; good]].concat();
        assert!(!is_binary(&bad(16, 0)), "a few say nothing");
        assert!(is_binary(&bad(17, 0)));
        assert!(is_binary(&bad(17, 152)), "more than a tenth");
        assert!(!is_binary(&bad(17, 153)), "a tenth");
        assert!(!is_binary(&bad(0, 100)));
    }

    #[test]
    fn nul_bytes_are_looked_for_at_the_start() {
        assert!(is_binary(b"User: a\0"));
        assert!(is_binary(b"User: a\0\xFF"));
        let late = |end: &[u8]| [&vec![b'a'; 8 * 1024], end].concat();
        assert!(!is_binary(&late(b"\0")));
        assert!(!is_binary(&late(b"\0\xFF")));
        assert!(is_binary(&late(b"")[1..].iter().copied().chain(*b"\0").collect::<Vec<u8>>()));
    }

    #[test]
    fn a_place_beside_a_bad_byte_is_not_moved() {
        let Decoded::Repaired { text, repairs } = repair(b"a\xFFb") else { panic!("a byte is bad") };
        assert_eq!(text, "a\u{FFFD}b");
        assert_eq!([0, 1, 4, 5].map(|offset| repairs.original(offset)), [0, 1, 2, 3]);
    }

    #[test]
    fn places_are_those_of_the_bytes() {
        let input = b"User: \xFFa\xE2\x82b\nAI:\nUser: c\xFF";
        let parsed = Parser::new().parse_bytes(input);
        let of = |span: Span| String::from_utf8_lossy(&input[span.start..span.end]).into_owned();
        let messages = &parsed.conversations[0].messages;
        assert_eq!(messages[0].text(), "\u{FFFD}a\u{FFFD}b");
        let spans: Vec<Span> = messages.iter().map(|message| message.span).collect();
        assert_eq!(spans, [Span::new(0, 11), Span::new(12, 16), Span::new(16, input.len())]);
        let found: Vec<(Code, String)> =
            parsed.diagnostics.iter().map(|finding| (finding.code, of(finding.span))).collect();
        let bad = "\u{FFFD}".to_owned();
        for expected in [Code::InvalidUtf8, Code::EmptyMessage] {
            assert!(found.iter().any(|(code, _)| *code == expected), "{found:?}");
        }
        let repaired = found.iter().filter(|(code, _)| *code == Code::InvalidUtf8);
        assert_eq!(
            repaired.map(|(_, text)| text.clone()).collect::<Vec<_>>(),
            [bad.clone(), bad.clone(), bad]
        );
        let empty = found.iter().find(|(code, _)| *code == Code::EmptyMessage).map(|(_, text)| text.as_str());
        assert_eq!(empty, Some("AI:\n"));
    }
}
