//! Asks every format how sure it is that an input is its own, and why.

use crate::{
    format::{Detection, FORMATS, Format},
    json,
    parse::{Parsed, Parser},
    text,
};

/// A format with a signature is taken for sure from here on; below, labelled text is tried.
const SURE: f32 = 0.5;

/// All formats that an input may be in; none when it is no conversation.
///
/// The first is the one that reading chooses: a format whose signature is sure comes before labelled text, and
/// otherwise the surest comes first.
///
/// ```
/// let found = turnwise::detect("User: hi\nAI: hello");
/// assert_eq!(found[0].format, turnwise::Format::Text);
/// ```
pub fn detect(input: &str) -> Vec<Detection> {
    let parser = Parser::new();
    let rows = FORMATS.iter().filter_map(|row| row.detect);
    let mut found: Vec<Detection> = rows.filter_map(|detect| detect(&parser, input)).collect();
    let chosen = choose(&parser, input);
    if chosen == Chosen::Json {
        found.retain(|found| found.format != Format::Text);
        found.extend(json::detect(&parser, input));
    }
    found.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    let first = found.iter().position(|found| chosen.may_be(found.format));
    if let Some(to_first) = first.and_then(|first| found.get_mut(..=first)) {
        to_first.rotate_right(1);
    }
    found
}

/// What an input is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chosen {
    /// JSON, whose formats share a reader: which one it is turns out by reading.
    Json,
    /// A format with a reader of its own.
    Format(Format),
}

impl Chosen {
    /// Whether what is read so can turn out to be in this format.
    fn may_be(self, format: Format) -> bool {
        match self {
            Self::Json => format.info().segments.is_none(),
            Self::Format(own) => own == format,
        }
    }

    /// How to cut an input into segments, where it is text.
    pub(crate) fn segments(self) -> Option<fn(&Parser, &str) -> text::Segments> {
        match self {
            Self::Json => None,
            Self::Format(format) => format.info().segments,
        }
    }

    /// Reads an input so; for JSON, tells where its messages stand as well.
    pub(crate) fn read(self, parser: &Parser, input: &str) -> (Parsed, json::Places) {
        match self {
            Self::Format(format) if format.info().segments.is_some() => {
                ((format.info().read)(parser, input), json::Places::default())
            }
            Self::Json | Self::Format(_) => json::read(parser, input),
        }
    }
}

/// How to read an input: as JSON if it is some, as the surest of the formats with a signature, else as labelled text,
/// which finds out by reading.
pub(crate) fn choose(parser: &Parser, input: &str) -> Chosen {
    if let Some(format) = parser.format {
        return Chosen::Format(format);
    }
    if text::says_so(input) {
        return Chosen::Format(Format::Text);
    }
    if json::claims(input) {
        return Chosen::Json;
    }
    Chosen::Format(choose_text(parser, input))
}

/// The surest of the text formats with a signature, else labelled text.
pub(crate) fn choose_text(parser: &Parser, input: &str) -> Format {
    let signed = FORMATS.iter().filter(|row| row.format != Format::Text).filter_map(|row| row.detect);
    let found = signed.filter_map(|detect| detect(parser, input)).filter(|found| found.confidence > SURE);
    found.max_by(|a, b| a.confidence.total_cmp(&b.confidence)).map_or(Format::Text, |found| found.format)
}
