//! The promises of the library, each an assertion.
//!
//! The cases, the properties, the fuzz targets and the replay of old crashes all call these, so that a
//! promise is worded once.

// Every user of this module needs some of it. Tests may panic, helpers of tests too.
#![allow(dead_code, unreachable_pub)]
#![allow(clippy::arithmetic_side_effects, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use serde::de::IgnoredAny;
use turnwise::{
    Code, Conversation, Diagnostic, Format, Limits, LineIndex, Message, Parsed, Parser, Part, Span,
    render::{OUTPUT_FORMATS, Report},
    stream::{Document, Stream},
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
    let words = |of: &Conversation| of.messages.iter().map(said).collect::<Vec<_>>();
    assert_eq!(words(read), words(conversation), "{:?}", written.text);
}

/// The text of a message, and what it says besides that text can hold.
fn said(message: &Message) -> String {
    let besides = message.parts.iter().filter_map(|part| match part {
        Part::Refusal(refusal) => Some(refusal.text.clone()),
        Part::Json(value) => Some(value.as_str().to_owned()),
        _ => None,
    });
    let all = Some(message.text().into_owned()).into_iter().chain(besides);
    all.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Every word of a JSON document, or of lines that hold JSON or should, is in what was read: in a message, or in some
/// `extra`.
///
/// Words are letters and digits that are too many to be there by chance, in any string; those within strings that hold
/// JSON count too. Of a line that serde_json does not read, words count as they stand there.
pub fn conserves(input: &str) {
    let conversations = Parser::new().parse(input).conversations;
    let kept: String = conversations.iter().map(turnwise::json::canonical::to_json).collect();
    let mut find = |text: &str| {
        for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
            assert!(word.len() < 12 || kept.contains(word), "{word:?} is lost: {input}");
        }
    };
    if let Ok(document) = serde_json::from_str(input) {
        return words(&document, &mut find);
    }
    for line in input.lines() {
        let line = line.strip_prefix("data:").unwrap_or(line).trim();
        match serde_json::from_str(line) {
            Ok(value @ (serde_json::Value::Object(_) | serde_json::Value::Array(_))) => {
                words(&value, &mut find);
            }
            // Escapes are resolved where a part of the line is read, and names of fields are no words.
            Err(_) if line.starts_with(['{', '[']) && !line.contains('\\') => {
                let mut pieces: Vec<&str> = line.split('"').collect();
                // A string that does not end here may be a name.
                pieces.truncate((pieces.len() - 1) / 2 * 2 + 1);
                // A name stands before a colon, which may be on the next line.
                let is_name = |at: usize| {
                    let behind = pieces.get(at + 1..).unwrap_or_default();
                    behind.first().is_some_and(|next| next.trim_start().starts_with(':'))
                        || matches!(behind, [last] if last.trim().is_empty())
                };
                let values = pieces.iter().enumerate().filter(|(at, _)| !is_name(*at));
                let words = values.flat_map(|(_, piece)| piece.split(|c: char| !c.is_ascii_alphanumeric()));
                words.filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic())).for_each(&mut find);
            }
            _ => {}
        }
    }
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

/// What is copied without a model is what reading and writing give, and there is nothing to find; whether it was copied.
pub fn copies(input: &[u8]) -> bool {
    let parser = Parser::new();
    let mut copy = b"before".to_vec();
    let copied = parser.copy_regular(input, &mut copy);
    let mut expected = b"before".to_vec();
    if copied {
        let parsed = parser.parse_bytes(input);
        assert_eq!(parsed.diagnostics, [], "{}", String::from_utf8_lossy(input));
        for conversation in &parsed.conversations {
            expected.extend(turnwise::json::canonical::to_json(conversation).bytes().chain(*b"\n"));
        }
    }
    assert_eq!(String::from_utf8_lossy(&copy), String::from_utf8_lossy(&expected));
    copied
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

/// Limits hold, findings lie in the input, and what comes out is bounded by what went in.
pub fn bounded(parser: &Parser, limits: Limits, input: &[u8]) {
    let parsed = parser.clone().limits(limits).parse_bytes(input);
    assert!(parsed.diagnostics.len() <= limits.diagnostics.max(1), "more findings than may be kept");
    let mut written = 0_usize;
    for conversation in &parsed.conversations {
        assert!(conversation.messages.len() <= limits.messages, "more messages than may be read");
        written += turnwise::json::canonical::to_json(conversation).len();
    }
    if parsed.format == Some(Format::Text) {
        for message in parsed.conversations.iter().flat_map(|conversation| &conversation.messages) {
            // A name may come from parentheses after the label, which have a bound of their own.
            let words = [(&message.label, 0), (&message.name, 96)];
            for (word, more) in words.into_iter().filter_map(|(word, more)| Some((word.as_ref()?, more))) {
                assert!(word.len() <= limits.label_bytes.max(more), "the label {word:?} is too long");
            }
            let read = input.get(..limits.input_bytes).unwrap_or(input);
            let (before, after) = read.split_at_checked(message.span.start).unwrap_or_default();
            let of_line = |byte: &&u8| !matches!(byte, b'\n' | b'\r');
            let line =
                before.iter().rev().take_while(of_line).count() + after.iter().take_while(of_line).count();
            assert!(line <= limits.line_bytes, "a line of {line} bytes begins a message");
        }
    }
    // The most that a byte can become: a label and its end a message, with the names of its fields.
    assert!(written <= 64 * input.len() + 1_024, "{} bytes became {written}", input.len());
    assert!((0.0..=1.0).contains(&parsed.confidence), "confidence {}", parsed.confidence);
}

/// Text is JSON to us where it is to serde_json, and what we keep of it is the same value.
pub fn agrees(text: &str) {
    // A place where any value stays as it is.
    let (head, tail) = (r#"{"toolDefinitions":[{"name":"f","parameters":"#, r#"}],"messages":[]}"#);
    let document = format!("{head}{text}\n{tail}");
    let values = serde_json::Deserializer::from_str(&document).into_iter::<IgnoredAny>();
    let verdict = values.collect::<Result<Vec<_>, _>>().map(|values| values.len());
    if verdict.as_ref().is_err_and(|error| error.to_string().contains("recursion limit")) {
        return;
    }
    let parsed = Parser::new().format(Format::Canonical).parse(&document);
    let wrong = |finding: &&Diagnostic| matches!(finding.code, Code::InvalidJson | Code::TruncatedJson);
    assert_eq!(parsed.diagnostics.iter().find(wrong).is_none(), verdict.is_ok(), "{document}: {verdict:?}");
    if verdict.is_ok_and(|values| values == 1) {
        let value = |json: &str| serde_json::from_str::<serde_json::Value>(json).ok();
        let Some(theirs) = value(text) else { return };
        let ours = parsed.conversations[0].tools[0].parameters.as_ref();
        assert_eq!(ours.and_then(|ours| value(ours.as_str())), Some(theirs), "{document}");
    }
}

/// Documents of a stream are the same whether its bytes come at once or one by one.
pub fn pieces(limits: Limits, input: &[u8]) {
    let Some(stream) = Stream::detect(&Parser::new().limits(limits), input) else { return };
    let mut splitter = stream.splitter();
    let whole: Vec<Document> = std::iter::from_fn(|| splitter.next(input, true)).collect();
    let mut splitter = stream.splitter();
    let (mut start, mut apart) = (0, Vec::new());
    for end in 0..=input.len() {
        while let Some(document) = splitter.next(&input[start..end], end == input.len()) {
            let range = document.range.start + start..document.range.end + start;
            let parsed = stream.parse(&input[range.clone()], &document);
            apart.push((range, parsed));
        }
        start += splitter.pass();
    }
    let whole = whole.into_iter().map(|document| {
        let parsed = stream.parse(&input[document.range.clone()], &document);
        (document.range, parsed)
    });
    assert_eq!(apart, whole.collect::<Vec<_>>());
}

/// Detection is stable and in order, and what comes first is what reading finds.
pub fn detection(input: &str) {
    let found = turnwise::detect(input);
    assert_eq!(found, turnwise::detect(input), "the same input, twice");
    for (index, one) in found.iter().enumerate() {
        assert!(one.confidence > 0.0 && one.confidence <= 1.0, "{one:?}");
        assert!(!found[..index].iter().any(|other| other.format == one.format), "{one:?} comes twice");
    }
    let rest = found.iter().skip(1).map(|one| one.confidence);
    assert!(rest.clone().zip(rest.skip(1)).all(|(before, after)| before >= after), "{found:?}");
    if let Some(format) = turnwise::parse(input).format {
        assert_eq!(found.first().map(|first| first.format), Some(format), "{found:?}");
    }
}

/// Findings lie in the input, and every output format shows each of them, well formed.
pub fn findings(input: &[u8]) {
    let Parsed { diagnostics, .. } = Parser::new().parse_bytes(input);
    let text = std::str::from_utf8(input).ok();
    for finding in &diagnostics {
        let places = finding.related.iter().map(|(span, _)| span).chain([&finding.span]);
        for span in places {
            assert!(span.start <= span.end && span.end <= input.len(), "{finding:?}");
            let whole = |text: &str| text.is_char_boundary(span.start) && text.is_char_boundary(span.end);
            assert!(text.is_none_or(whole), "{finding:?} cuts a character");
        }
        assert!(
            finding.pointer.as_deref().is_none_or(|at| at.is_empty() || at.starts_with('/')),
            "{finding:?}"
        );
        assert!(!finding.message.is_empty() && !finding.message.contains(['\n', '\r']), "{finding:?}");
    }
    if let Some(text) = text {
        let index = LineIndex::new(text);
        let lines = index.position(text.len()).line;
        assert!(diagnostics.iter().all(|finding| index.position(finding.span.start).line <= lines));
    }
    let report = Report { path: "a.txt", source: input, diagnostics: &diagnostics };
    for format in OUTPUT_FORMATS {
        let shown = format.render(&[report], false);
        let count = match format.name {
            "json" => serde_json::from_str::<Vec<IgnoredAny>>(&shown).expect("an array").len(),
            "sarif" => {
                let log: serde_json::Value = serde_json::from_str(&shown).expect("a log");
                log["runs"][0]["results"].as_array().map_or(0, Vec::len)
            }
            "jsonl" => shown.lines().filter(|line| serde_json::from_str::<IgnoredAny>(line).is_ok()).count(),
            "concise" | "github" => shown.lines().count(),
            _ => shown.matches("[").count().min(diagnostics.len()),
        };
        assert_eq!(count, diagnostics.len(), "{}: {shown}", format.name);
        let _ = format.render(&[report], true);
    }
}

/// A time in RFC 3339 is read as chrono reads it; what is none is kept as it was written.
pub fn times(words: &str) {
    let quoted = serde_json::Value::from(words).to_string();
    let document = format!(r#"{{"messages":[{{"role":"user","content":"x","timestamp":{quoted}}}]}}"#);
    let parsed = turnwise::parse(&document);
    let [conversation] = parsed.conversations.as_slice() else { panic!("one conversation: {document}") };
    let read = conversation.messages[0].timestamp;
    if let Ok(time) = chrono::DateTime::parse_from_rfc3339(words) {
        assert_eq!(read, Some(time), "{document}");
    }
    let json = turnwise::json::canonical::to_json(conversation);
    assert!(read.is_some() || json.contains(&quoted), "{document} became {json}");
    canonical(conversation);
    for text in [
        format!("[{words}] User: a\n[{words}] AI: b\n[{words}] User: c"),
        format!("User ({words}): a\nAI ({words}): b"),
        format!("{words} - Ann: a\n{words} - Bo: b\n{words} - Ann: c"),
    ] {
        read_text(&Parser::new().format(Format::Text), &text);
        let _ = turnwise::parse(&text);
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
