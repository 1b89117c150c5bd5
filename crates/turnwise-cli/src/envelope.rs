//! A line that is a JSON object with the transcript in one of its fields (`--field`).

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;
use turnwise::{Code, Diagnostic, Limits, Span};

/// What was in a line.
pub(crate) struct Envelope {
    /// The transcript, or why there is none.
    pub(crate) text: Result<String, Diagnostic>,
    /// The line's own `id`, a number as it was written.
    pub(crate) id: Option<String>,
    /// What is wrong with the text itself; spans count the bytes of the text.
    pub(crate) findings: Vec<Diagnostic>,
}

/// Looks into `line` for the string under `field`.
pub(crate) fn open(line: &str, field: &str) -> Envelope {
    let whole = Span::new(0, line.len());
    let failed = |finding| Envelope { text: Err(finding), id: None, findings: Vec::new() };
    if line.trim().is_empty() {
        return failed(Diagnostic::new(Code::EmptyInput, whole));
    }
    let json = line.strip_prefix('\u{FEFF}').unwrap_or(line);
    let mut reader = serde_json::Deserializer::from_str(json);
    let fields = match Fields(field).deserialize(&mut reader).and_then(|found| reader.end().map(|()| found)) {
        Ok(fields) => fields,
        Err(error) => return failed(invalid(&error, line.len().saturating_sub(json.len()), line.len())),
    };
    let missing = || Diagnostic::new(Code::MissingField, whole).with("field", field);
    let mut findings = Vec::new();
    Envelope {
        id: fields.id.and_then(|id| identifier(id.get())),
        text: fields
            .text
            .and_then(|raw| string(raw.get()))
            .map(|text| whole_characters(text, &mut findings))
            .ok_or_else(missing),
        findings,
    }
}

/// The finding for JSON that cannot be read, which stands from byte `start` to `end` of its line.
fn invalid(error: &serde_json::Error, start: usize, end: usize) -> Diagnostic {
    if error.is_eof() {
        return Diagnostic::new(Code::TruncatedJson, Span::new(end, end)).with("what", "the line");
    }
    // It is all one line, so the column is the place; serde_json counts it in bytes from 1.
    let at = start.saturating_add(error.column()).saturating_sub(1).min(end);
    let problem = error.to_string();
    let problem = problem.split_once(" at line ").map_or(problem.as_str(), |(problem, _)| problem);
    Diagnostic::new(Code::InvalidJson, Span::new(at, at)).with("problem", problem)
}

fn identifier(raw: &str) -> Option<String> {
    match raw.bytes().next() {
        Some(b'"') => string(raw).map(|id| whole_characters(id, &mut Vec::new())),
        Some(b'-' | b'0'..=b'9') => Some(raw.to_owned()),
        _ => None,
    }
}

/// The bytes of a JSON string: UTF-8, but for halves of surrogate pairs, which are three bytes each.
fn string(raw: &str) -> Option<Vec<u8>> {
    raw.starts_with('"')
        .then(|| serde_json::Deserializer::from_str(raw).deserialize_byte_buf(Bytes).ok())
        .flatten()
}

/// Puts U+FFFD, which has the same length, in the place of every half of a surrogate pair.
fn whole_characters(mut bytes: Vec<u8>, findings: &mut Vec<Diagnostic>) -> String {
    let mut from = 0;
    while let Some(found) = bytes.get(from..).and_then(|rest| memchr::memchr(0xED, rest)) {
        let at = from.saturating_add(found);
        from = at.saturating_add(3);
        // No other character starts with 0xED and goes on with more than 0x9F.
        let half = bytes.get_mut(at..from).filter(|half| half.get(1).is_some_and(|&byte| byte > 0x9F));
        let Some(half) = half else { continue };
        let unit = half.iter().fold(0_u32, |unit, &byte| (unit << 6) | u32::from(byte & 0x3F)) & 0xFFFF;
        half.copy_from_slice("\u{FFFD}".as_bytes());
        if findings.len() < Limits::default().diagnostics {
            let finding = Diagnostic::new(Code::LoneSurrogate, Span::new(at, from));
            findings.push(finding.with("escape", &format!("\\u{unit:04x}")));
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// The values of interest of an object, as written; of repeated keys the first counts.
#[derive(Default)]
struct Found<'a> {
    text: Option<&'a RawValue>,
    id: Option<&'a RawValue>,
}

/// Reads an object for the field of this name, and for `id`.
struct Fields<'f>(&'f str);

impl<'de> DeserializeSeed<'de> for Fields<'_> {
    type Value = Found<'de>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Found<'de>, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Fields<'_> {
    type Value = Found<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Found<'de>, A::Error> {
        let mut found = Found::default();
        while let Some(key) = map.next_key_seed(Bytes)? {
            if key == self.0.as_bytes() && found.text.is_none() {
                found.text = Some(map.next_value()?);
            } else if key == b"id" && found.id.is_none() {
                found.id = Some(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

/// Reads a string as bytes, because only so does serde_json let halves of surrogate pairs through.
struct Bytes;

impl<'de> DeserializeSeed<'de> for Bytes {
    type Value = Vec<u8>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Vec<u8>, D::Error> {
        reader.deserialize_byte_buf(self)
    }
}

impl Visitor<'_> for Bytes {
    type Value = Vec<u8>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
        Ok(bytes.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(line: &str) -> String {
        open(line, "text").text.expect("a text")
    }

    #[test]
    fn text_and_id() {
        let found =
            open(r#"{"id": 12345678901234567890, "text": "a\nb", "more": [1, {"text": "no"}]}"#, "text");
        assert_eq!(found.text, Ok("a\nb".to_owned()));
        assert_eq!(found.id.as_deref(), Some("12345678901234567890"));
        assert_eq!(open(r#"{"text": "", "id": "a\u00e9"}"#, "text").id.as_deref(), Some("aé"));
        assert_eq!(open(r#"{"text": "", "id": null}"#, "text").id, None);
        assert_eq!(text("\u{FEFF}{\"te\\u0078t\":\"first\",\"text\":\"second\"}"), "first");
    }

    #[test]
    fn halves_of_characters() {
        let found = open(r#"{"\udc00": 1, "text": "a\ud800b\udfffc\ud83d\ude42 \ud7ff 한"}"#, "text");
        assert_eq!(found.text, Ok("a\u{FFFD}b\u{FFFD}c🙂 \u{D7FF} 한".to_owned()));
        let shown: Vec<_> = found.findings.iter().map(|found| (found.span, found.message.as_str())).collect();
        let half = |start, escape| (Span::new(start, start + 3), escape);
        assert_eq!(
            shown,
            [half(1, "`\\ud800` is half of a character"), half(5, "`\\udfff` is half of a character")]
        );
    }

    #[test]
    fn no_text() {
        let code = |line| open(line, "text").text.expect_err("no text").code;
        assert_eq!(code(" "), Code::EmptyInput);
        assert_eq!(code(r#"{"id": 1}"#), Code::MissingField);
        assert_eq!(code(r#"{"text": ["a"]}"#), Code::MissingField);
        assert_eq!(code(r#"["text"]"#), Code::InvalidJson);
        assert_eq!(code(r#"{"text": "a"} b"#), Code::InvalidJson);
        assert_eq!(code(r#"{"text": "a"#), Code::TruncatedJson);
        assert_eq!(code("User: hi"), Code::InvalidJson);
        assert_eq!(code(&"[".repeat(100_000)), Code::InvalidJson);
    }
}
