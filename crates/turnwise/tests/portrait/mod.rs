//! A portrait of an input: all that can be known of it, in few lines that a person can read.

// Tests may panic, helpers of tests too.
#![allow(dead_code, unreachable_pub, clippy::expect_used, clippy::indexing_slicing)]

use std::fmt::Write;

use turnwise::{Conversation, Diagnostic, Format, Parsed, Parser, json::canonical::to_json, stream::Stream};

/// What an input reads as, with every place and number that comes with it.
///
/// Lines that say nothing new are left out: strict reading that reads the same, a stream of one document.
pub fn portrait(parser: &Parser, input: &str) -> String {
    let parsed = parser.parse(input);
    let mut text = read(&parsed);
    segments(&mut text, parser, input, &parsed);
    for found in turnwise::detect(input) {
        let (name, evidence) = (found.format.info().name, found.evidence.join("; "));
        line(&mut text, format_args!("may be {name} {:.3}: {evidence}", found.confidence));
    }
    // How sure a strict reader is goes without saying.
    let without_confidence = |read: &str| read.split_once('\n').map(|(_, rest)| rest.to_owned());
    let strict = without_confidence(&read(&parser.clone().strict(true).parse(input)));
    if strict != without_confidence(&read(&parsed)) {
        line(&mut text, format_args!("strictly: {}", strict.unwrap_or_default().trim_end()));
    }
    stream(&mut text, parser, input);
    text
}

fn line(text: &mut String, words: std::fmt::Arguments<'_>) {
    writeln!(text, "{words}").expect("writing to a string");
}

/// The format, the conversations, the findings.
fn read(parsed: &Parsed) -> String {
    let mut text = String::new();
    let name = parsed.format.map_or("nothing", |format| format.info().name);
    line(&mut text, format_args!("{name} {:.3}", parsed.confidence));
    for conversation in &parsed.conversations {
        line(&mut text, format_args!("{}", to_json(conversation)));
        if !conversation.messages.is_empty() {
            line(&mut text, format_args!("at {}", places(conversation)));
        }
    }
    said(&mut text, &parsed.diagnostics);
    if parsed.omitted > 0 {
        line(&mut text, format_args!("and {} more", parsed.omitted));
    }
    text
}

fn places(conversation: &Conversation) -> String {
    let spans = conversation.messages.iter().map(|message| message.span);
    spans.map(|span| format!("{}..{}", span.start, span.end)).collect::<Vec<_>>().join(", ")
}

/// A line a finding.
fn said(text: &mut String, findings: &[Diagnostic]) {
    for finding in findings {
        let (severity, code) = (finding.severity.as_str(), finding.code.slug());
        let (start, end) = (finding.span.start, finding.span.end);
        let pointer = finding.pointer.as_deref().unwrap_or_default();
        let related =
            finding.related.iter().map(|(span, words)| format!(" ({}..{}: {words})", span.start, span.end));
        let related: String = related.collect();
        line(text, format_args!("{severity}[{code}] {start}..{end} {pointer} {}{related}", finding.message));
    }
}

/// The segments of a text, where it is one.
fn segments(text: &mut String, parser: &Parser, input: &str, parsed: &Parsed) {
    let cut = parser.segments(input);
    if parsed.format.is_some_and(|format| format == cut.format) {
        let kinds = cut.segments.iter().map(|segment| format!("{:?} {}", segment.kind, segment.span.end));
        let kinds = kinds.collect::<Vec<_>>().join(", ").to_lowercase();
        line(text, format_args!("cut into {kinds}"));
    }
}

/// The documents of a stream, where there are several.
fn stream(text: &mut String, parser: &Parser, input: &str) {
    let Some(stream) = Stream::detect(parser, input.as_bytes()) else { return };
    let mut splitter = stream.splitter();
    let mut documents = Vec::new();
    while let Some(document) = splitter.next(input.as_bytes(), true) {
        let parsed = stream.parse(&input.as_bytes()[document.range.clone()], &document);
        let formats = parsed.format.map_or("nothing", |format| format.info().name);
        let codes: String =
            parsed.diagnostics.iter().map(|finding| format!(" {}", finding.code.slug())).collect();
        documents.push(format!("{}..{} {formats}{codes}", document.range.start, document.range.end));
    }
    if documents.len() > 1 {
        line(text, format_args!("one by one: {}", documents.join(", ")));
    }
}

/// What a format makes of an input, and what is said of it.
pub fn written(parser: &Parser, input: &str, format: Format) -> String {
    let mut text = String::new();
    for conversation in &parser.parse(input).conversations {
        let written = turnwise::write(conversation, format).expect("a format that can be written");
        line(&mut text, format_args!("{}", written.text.trim_end()));
        said(&mut text, &written.diagnostics);
    }
    text
}
