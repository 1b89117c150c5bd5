//! Memory is bounded in terms of the input, layer by layer, by the numbers named here.
//!
//! What is held at once beside the input is counted, so the numbers hold on any machine. The counting allocator is a
//! crate, because one of our own would need `unsafe`; it counts a thread's allocations.

#![allow(clippy::expect_used, clippy::arithmetic_side_effects, clippy::indexing_slicing)]

use allocation_counter::measure;
use turnwise::{
    Conversation, FORMATS, Limits, Parser,
    json::canonical::to_json,
    render::{OUTPUT_FORMATS, Report},
    stream::Stream,
};

#[allow(unreachable_pub)]
#[path = "../../../benches/src/inputs/transcript.rs"]
mod transcript;

#[allow(unreachable_pub)]
#[path = "../../../benches/src/inputs/shapes.rs"]
mod shapes;

#[allow(unreachable_pub)]
#[path = "../../../benches/src/inputs/documents.rs"]
mod documents;

use documents::DOCUMENTS;
use shapes::SHAPES;

/// Bytes held for a byte of an ordinary input, where messages have some lines: to cut it, to read it as text or JSON.
const SEGMENTS: f64 = 0.1;
const TEXT: f64 = 2.0;
const JSON: f64 = 2.5;
/// The same of the worst input, which is nothing but messages of a few bytes each: the model has room for much more.
const ANY_TEXT: f64 = 50.0;
const ANY_JSON: f64 = 45.0;
/// Bytes held to copy a regular conversation, beside what is written: a worst one is all calls of tools.
const COPY: f64 = 0.1;
const ANY_COPY: f64 = 4.0;
/// Bytes held to write a conversation, what is written included, for a byte of its canonical form.
const WRITE: f64 = 4.5;
const ANY_WRITE: f64 = 20.0;
/// Bytes held to read a stream, beside what is held of the input: for a byte of its longest document, as JSON is.
const STREAM: f64 = ANY_JSON;
/// Bytes held to show a finding, what is shown included, and for a byte of the input.
const FINDING: usize = 4096;
const SHOWN: f64 = 3.0;
/// Tables that are built once, and a list's first room.
const SMALL: usize = 16 << 10;

const INPUT: usize = 64 << 10;

/// Asserts that no more is held while `work` is done than so many times these bytes.
fn holds(name: &str, times: f64, bytes: usize, work: impl FnOnce()) {
    let held = measure(work).bytes_max as usize;
    let most = (times * bytes as f64) as usize + SMALL;
    assert!(held <= most, "{name}: {held} bytes are held for {bytes}, more than {times} times as many");
}

fn ordinary() -> (String, Conversation) {
    let text = transcript::transcript(INPUT);
    let conversation = turnwise::parse(&text).conversations.remove(0);
    (text, conversation)
}

#[test]
fn ordinary_inputs() {
    let (text, conversation) = ordinary();
    let (parser, json) = (Parser::new(), to_json(&conversation));
    holds("segments", SEGMENTS, text.len(), || drop(parser.segments(&text)));
    holds("text", TEXT, text.len(), || drop(parser.parse(&text)));
    holds("JSON", JSON, json.len(), || drop(parser.parse(&json)));
    let mut out = Vec::with_capacity(2 * json.len());
    holds("copy", COPY, json.len(), || assert!(parser.copy_regular(json.as_bytes(), &mut out)));
}

#[test]
fn any_input() {
    let parser = Parser::new();
    let texts = SHAPES.iter().map(|(name, unit)| (*name, unit.repeat(INPUT / unit.len()), ANY_TEXT));
    let documents = DOCUMENTS.iter().map(|(name, build)| (*name, build(1_000), ANY_JSON));
    for (name, input, times) in texts.chain(documents) {
        holds(name, times, input.len(), || drop(parser.parse(&input)));
        holds(name, times, input.len(), || drop(parser.segments(&input)));
        let mut out = Vec::with_capacity(2 * input.len());
        holds(name, ANY_COPY, input.len(), || _ = parser.copy_regular(input.as_bytes(), &mut out));
    }
}

#[test]
fn writers() {
    let small = turnwise::parse(&"User: a\nAssistant: b\n".repeat(500)).conversations.remove(0);
    for (conversation, times) in [(&ordinary().1, WRITE), (&small, ANY_WRITE)] {
        let bytes = to_json(conversation).len();
        for row in FORMATS.iter().filter(|row| row.writable()) {
            holds(row.name, times, bytes, || drop(turnwise::write(conversation, row.format)));
        }
    }
}

/// However long it is, and even if its documents are longer than they may be.
#[test]
fn streams() {
    const PIECE: usize = 4096;
    const LONGEST: usize = 1000;
    let short = r#"{"messages":[{"role":"user","content":"hi there"},{"role":"assistant","content":"yes"}]}"#;
    let long = short.replace("yes", &"yes ".repeat(INPUT));
    let endless = format!("{}\n{long}", format!("{short}\n").repeat(200));
    let limits = Limits::default();
    let bounded = || {
        let mut limits = limits;
        limits.line_bytes = LONGEST;
        limits
    };
    for (name, limits, input) in [
        ("short documents", limits, format!("{short}\n").repeat(3_000)),
        ("items of an array", limits, format!("[{short}{}]", format!(",{short}").repeat(3_000))),
        ("a document that is too long", bounded(), endless.clone()),
        ("one in an array", bounded(), format!("[{}]", endless.replace('\n', ","))),
        ("a string that never ends", bounded(), endless.trim_end_matches("\"}]}").to_owned()),
        ("brackets that never end", bounded(), format!("{short}\n{short}\n{}", "[".repeat(INPUT))),
        ("brackets in an array", bounded(), format!("[{short},{short},{}", "[".repeat(INPUT))),
    ] {
        let parser = Parser::new().limits(limits);
        let stream = Stream::detect(&parser, &input.as_bytes()[..PIECE]).expect("a stream");
        let read = || {
            let (mut splitter, mut held, mut rest) = (stream.splitter(), Vec::new(), input.as_bytes());
            loop {
                while let Some(document) = splitter.next(&held, rest.is_empty()) {
                    drop(stream.parse(&held[document.range.clone()], &document));
                }
                if rest.is_empty() {
                    return;
                }
                held.drain(..splitter.pass());
                let (now, later) = rest.split_at(PIECE.min(rest.len()));
                held.extend_from_slice(now);
                rest = later;
            }
        };
        // The buffer doubles where a document goes on beyond a piece.
        holds(name, 1.0, (STREAM * short.len() as f64) as usize + 2 * (PIECE + LONGEST), read);
    }
}

#[test]
fn findings_that_are_shown() {
    let [flood, line] = [r"\ud800".repeat(3_000), "x".repeat(INPUT)];
    for input in [format!(r#"[{{"role":"user","content":"{flood}{line}"}}]"#), "User: a\n".repeat(20_000)] {
        let parsed = turnwise::parse(&input);
        assert_eq!(parsed.diagnostics.len(), Limits::default().diagnostics, "a flood");
        let report = Report { path: "a.txt", source: input.as_bytes(), diagnostics: &parsed.diagnostics };
        let bytes = parsed.diagnostics.len() * FINDING + (SHOWN * input.len() as f64) as usize;
        for format in OUTPUT_FORMATS {
            holds(format.name, 1.0, bytes, || drop(format.render(&[report], true)));
        }
    }
}
