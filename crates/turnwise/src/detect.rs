//! Asks every format how sure it is that an input is its own, and why.

use crate::{
    format::{Detection, FORMATS, Format},
    parse::Parser,
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
    let mut found: Vec<Detection> = FORMATS.iter().filter_map(|row| (row.detect)(&parser, input)).collect();
    let chosen = choose(&parser, input);
    let rank = |found: &Detection| (found.format == chosen, found.confidence);
    found.sort_by(|a, b| rank(b).0.cmp(&rank(a).0).then(rank(b).1.total_cmp(&rank(a).1)));
    found
}

/// The format to read an input as: the surest of those with a signature, else labelled text, which finds out
/// by reading.
pub(crate) fn choose(parser: &Parser, input: &str) -> Format {
    if let Some(format) = parser.format {
        return format;
    }
    if text::says_so(input) {
        return Format::Text;
    }
    let signed = FORMATS.iter().filter(|row| row.format != Format::Text);
    let found = signed.filter_map(|row| (row.detect)(parser, input)).filter(|found| found.confidence > SURE);
    found.max_by(|a, b| a.confidence.total_cmp(&b.confidence)).map_or(Format::Text, |found| found.format)
}
