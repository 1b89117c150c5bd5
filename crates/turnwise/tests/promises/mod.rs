//! The promises of the library, each an assertion.
//!
//! The cases, the properties, the fuzz targets and the replay of old crashes all call these, so that a
//! promise is worded once.

// Every user of this module needs some of it. Tests may panic, helpers of tests too.
#![allow(dead_code, unreachable_pub, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use turnwise::{
    Conversation, Format, Parser, Span,
    text::{SegmentKind, Segments},
};

/// The segments of an input tile it: they start at 0, leave no gap, do not overlap, and end at its end.
pub fn tile(input: &str, cut: &Segments) {
    let mut end = 0;
    for segment in &cut.segments {
        assert_eq!(segment.span.start, end, "gap or overlap before {segment:?}");
        assert!(segment.span.end >= segment.span.start, "{segment:?} runs backwards");
        assert!(input.is_char_boundary(segment.span.end), "{segment:?} ends within a character");
        end = segment.span.end;
    }
    assert_eq!(end, input.len(), "the segments end before the input does");
}

/// Every message's text is what its content segments hold, and the preamble is what its segments hold.
pub fn contents_are_slices(input: &str, cut: &Segments, conversation: &Conversation) {
    assert_eq!(cut.turns.len(), conversation.messages.len(), "one message a turn");
    let ends = cut.turns.iter().skip(1).map(|turn| turn.segment()).chain([cut.segments.len()]);
    for ((turn, end), message) in cut.turns.iter().zip(ends).zip(&conversation.messages) {
        let content = join(input, cut, turn.segment()..end, SegmentKind::Content);
        assert_eq!(content, message.text(), "the text of the message at {:?}", message.span);
    }
    let first = cut.turns.get(0).map_or(cut.segments.len(), |turn| turn.segment());
    let preamble = join(input, cut, 0..first, SegmentKind::Preamble);
    assert_eq!(preamble, conversation.preamble.as_deref().unwrap_or_default(), "the preamble");
}

fn join(input: &str, cut: &Segments, range: std::ops::Range<usize>, kind: SegmentKind) -> String {
    let wanted = cut.segments.range(range).filter(|segment| segment.kind == kind);
    wanted.map(|segment| segment.span.of(input)).collect()
}

/// Reading any text gives segments that tile it and messages cut from them, and the same ones every time.
pub fn read_text(parser: &Parser, input: &str) {
    let parsed = parser.parse(input);
    assert_eq!(parsed, parser.parse(input), "the same input, read twice");
    for finding in &parsed.diagnostics {
        assert!(finding.span.end <= input.len(), "{finding:?} points past the end");
    }
    let [conversation] = parsed.conversations.as_slice() else {
        panic!("text holds one conversation, found {}", parsed.conversations.len());
    };
    let cut = parser.segments(input);
    tile(input, &cut);
    if parsed.format.is_none_or(|format| format == cut.format) {
        contents_are_slices(input, &cut, conversation);
    }
}

/// The canonical form reads back as what was written, and writing that again gives the same bytes.
pub fn canonical(conversation: &Conversation) {
    let once = written(conversation, Format::Canonical);
    let parsed = Parser::new().format(Format::Canonical).parse(&once);
    let [read] = parsed.conversations.as_slice() else {
        panic!("one conversation was written, {} were read: {once}", parsed.conversations.len());
    };
    assert_eq!(without_spans(read), without_spans(conversation), "{once}");
    assert_eq!(written(read, Format::Canonical), once, "normalised twice");
}

fn written(conversation: &Conversation, format: Format) -> String {
    let written = turnwise::write(conversation, format).expect("the format can be written");
    assert_eq!(written.diagnostics, [], "the canonical form holds everything");
    written.text
}

/// Text written by the library reads back: wholly, unless the writer reported what text cannot hold.
///
/// Whatever it reported, the words and their order are kept.
pub fn text(conversation: &Conversation) {
    let written = turnwise::write(conversation, Format::Text).expect("text can be written");
    let parsed = Parser::new().parse(&written.text);
    let [read] = parsed.conversations.as_slice() else {
        panic!("one conversation was written, {} were read", parsed.conversations.len());
    };
    if written.diagnostics.is_empty() {
        assert_eq!(without_spans(read), without_spans(conversation), "{:?}", written.text);
    }
    let words = |of: &Conversation| of.messages.iter().map(|m| m.text().into_owned()).collect::<Vec<_>>();
    assert_eq!(words(read), words(conversation), "{:?}", written.text);
}

/// Every word of a JSON document is in what was read of it: in a message, or in some `extra`.
///
/// Words are strings of letters and digits that are long enough not to be there by chance; those within strings that
/// hold JSON count too. What serde_json does not read is left to other promises.
pub fn conserves(input: &str) {
    let Ok(document) = serde_json::from_str::<serde_json::Value>(input) else { return };
    let parsed = Parser::new().parse(input);
    let mut kept = String::new();
    for conversation in &parsed.conversations {
        let json = turnwise::json::canonical::to_json(conversation);
        // What is deeper than serde_json goes cannot be looked into.
        let Ok(value) = serde_json::from_str::<serde_json::Value>(&json) else { return };
        words(&value, &mut |word| {
            kept.push_str(word);
            kept.push('\n');
        });
    }
    words(&document, &mut |word| {
        let plain = word.len() >= 12 && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
        assert!(!plain || kept.contains(word), "{word:?} is lost: {input}");
    });
}

/// Gives every string of a value to `each`, names of fields and strings within strings included.
fn words(value: &serde_json::Value, each: &mut impl FnMut(&str)) {
    let mut values = vec![value.clone()];
    while let Some(value) = values.pop() {
        match value {
            serde_json::Value::String(text) => {
                each(&text);
                values
                    .extend(text.starts_with(['{', '[']).then(|| serde_json::from_str(&text).ok()).flatten());
            }
            serde_json::Value::Array(items) => values.extend(items),
            serde_json::Value::Object(members) => values.extend(members.into_iter().map(|(_, value)| value)),
            _ => {}
        }
    }
}

/// What was written in any format reads back, unless the writer said what the format does not hold.
pub fn formats(conversation: &Conversation) {
    for row in turnwise::FORMATS.iter().filter(|row| row.writable()) {
        let written = turnwise::write(conversation, row.format).expect("the format can be written");
        if !written.diagnostics.is_empty() {
            continue;
        }
        let parsed = Parser::new().format(row.format).parse(&written.text);
        let read: Vec<Conversation> = parsed.conversations.iter().map(without_spans).collect();
        assert_eq!(read, [without_spans(conversation)], "{}: {}", row.name, written.text);
    }
}

/// The conversation without the places of its messages, which change when it is written otherwise.
pub fn without_spans(conversation: &Conversation) -> Conversation {
    let mut conversation = conversation.clone();
    for message in &mut conversation.messages {
        message.span = Span::default();
    }
    conversation
}
