//! However an input arrives, its documents are the same, and reading them gives what reading the whole gives.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::string_slice,
    reason = "a test may stop at the first surprise"
)]

use super::*;
use proptest::{prelude::*, sample::select};

const A: &str = r#"{"messages":[{"role":"user","content":"a [\"{\\"}]}"#;
const B: &str = r#"{"id":"b","messages":[{"role":"user","content":"b"},{"role":"assistant","content":"c"}]}"#;

fn detect(head: impl AsRef<[u8]>) -> Option<Stream> {
    Stream::detect(&Parser::new(), head.as_ref())
}

/// Cuts an input that arrives in pieces of these sizes, over and over.
fn cut(stream: &Stream, input: &[u8], pieces: &[usize]) -> Vec<(String, Document)> {
    let mut splitter = stream.splitter();
    let (mut buffer, mut rest, mut found) = (Vec::new(), input, Vec::new());
    let mut sizes = pieces.iter().cycle();
    loop {
        while let Some(document) = splitter.next(&buffer, rest.is_empty()) {
            let text = String::from_utf8_lossy(&buffer[document.range.clone()]).into_owned();
            assert_eq!(
                &input[document.offset..document.offset + document.range.len()],
                &buffer[document.range.clone()]
            );
            found.push((text, Document { range: 0..0, ..document }));
        }
        if rest.is_empty() {
            return found;
        }
        buffer.drain(..splitter.pass());
        let (piece, later) = rest.split_at((*sizes.next().unwrap_or(&1)).min(rest.len()));
        buffer.extend_from_slice(piece);
        rest = later;
    }
}

fn streams() -> [Stream; 4] {
    let stream = |arrays, lines| Stream { parser: Parser::new().format(Format::Canonical), arrays, lines };
    [stream(false, false), stream(false, true), stream(true, false), stream(true, true)]
}

fn texts(stream: &Stream, input: &str) -> Vec<String> {
    cut(stream, input.as_bytes(), &[usize::MAX]).into_iter().map(|(text, _)| text).collect()
}

fn spread(json: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(json).expect("JSON");
    serde_json::to_string_pretty(&value).expect("JSON")
}

#[test]
fn many_conversations_are_a_stream() {
    let arrays = |head: String| detect(head).map(|stream| (stream.arrays, stream.lines));
    assert_eq!(arrays(format!("{A}\n{B}\n")), Some((false, true)));
    assert_eq!(arrays(format!("\u{FEFF}{A}\r\n\r\n{B}\r\n{A}")), Some((false, true)));
    assert_eq!(arrays(format!("{}\n{}\n", spread(A), spread(B))), Some((false, false)));
    assert_eq!(arrays(format!("[{A},{B}")), Some((true, false)));
    assert_eq!(arrays(format!("[\n{A},\n{B},\n{A}\n]")), Some((true, true)));
    assert_eq!(arrays(spread(&format!("[{A},{B}]"))), Some((true, false)));
    let messages = r#"[{"role":"user","content":"x"},{"role":"assistant","content":"y"}]"#;
    assert_eq!(arrays(format!("{messages}\n{messages}\n")), Some((false, true)));
    assert_eq!(arrays(format!("[{A},{B}]\n[{A}]\n")), Some((false, true)), "an array a line");
    assert_eq!(arrays(format!("{A}\n{{\"messages\":[{{\"role\n{B}\n")), Some((false, true)), "a bad line");
}

#[test]
fn one_conversation_is_none() {
    let message = r#"{"role":"user","content":"x"}"#;
    let chunk = r#"{"object":"chat.completion.chunk","choices":[{"delta":{"content":"x"}}]}"#;
    for head in [
        "",
        "User: a\nAI: b\n",
        "data: {\"messages\":[]}\n",
        "[User] a\n[AI] b",
        A,
        &spread(B),
        &format!("{A}\n"),
        &format!("[{A}]"),
        &format!("[{message},{message}]"),
        &spread(&format!("[{message},{message}]")),
        &format!("{message}\n{message}\n"),
        &format!("{chunk}\n{chunk}\n{chunk}\n"),
        "{}\n{}\n",
        "[1,2,3]",
        "[[1],[2],[3]]",
    ] {
        assert!(detect(head).is_none(), "{head}");
    }
    assert!(Stream::detect(&Parser::new().format(Format::Text), format!("{A}\n{B}\n").as_bytes()).is_none());
}

#[test]
fn what_is_no_conversation_is_no_stream() {
    let other = r#"{"level":"info"}"#;
    for (good, bad, is_stream) in [(1, 0, false), (2, 0, true), (2, 2, true), (2, 3, false)] {
        let head = [format!("{A}\n").repeat(good), format!("{other}\n").repeat(bad), "{".into()].concat();
        assert_eq!(detect(&head).is_some(), is_stream, "{head}");
    }
}

#[test]
fn streams_say_whether_they_are_arrays() {
    assert!(detect(format!("[{A},{B}]")).is_some_and(|stream| stream.is_array()));
    assert!(detect(format!("{A}\n{B}\n")).is_some_and(|stream| !stream.is_array()));
}

#[test]
fn documents_are_copied_where_nothing_is_wrong_around_them() {
    let [_, _, stream, _] = streams();
    let copied = |input: &str| -> Vec<(String, bool)> {
        let copy = |(text, document): (String, Document)| {
            let mut out = Vec::new();
            let copied = stream.copy_regular(text.as_bytes(), &document, &mut out);
            assert_eq!(copied, !out.is_empty(), "{text}");
            (text, copied)
        };
        cut(&stream, input.as_bytes(), &[usize::MAX]).into_iter().map(copy).collect()
    };
    let regular = r#"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}"#;
    let text = regular.to_owned();
    assert_eq!(copied(&format!("[{regular},{regular}]")), [(text.clone(), true), (text.clone(), true)]);
    assert_eq!(copied(&format!("[{regular} {regular}]")), [(text.clone(), true), (text.clone(), false)]);
    // An array of conversations that stands where nothing should be is no conversation.
    let document =
        Document { is_rest: true, ..cut(&stream, format!("[{regular}]").as_bytes(), &[9])[0].1.clone() };
    assert!(!stream.copy_regular(regular.as_bytes(), &document, &mut Vec::new()));
}

#[test]
fn a_bad_document_ends_where_the_next_begins() {
    let [values, lines, items, item_lines] = streams();
    for bad in [
        r#"{"messages":[{"role":"user","content":"cut"#,
        r#"{"messages":[{"role":"user","content":"cut\"#,
        r#"{"messages":[{"role":"user","content":"cut"}"#,
        r#"{"messages":[{"role":"user","content":"cut"}]"#,
        r#"{"messages""#,
        "oops",
    ] {
        for stream in [&values, &lines] {
            assert_eq!(texts(stream, &format!("{A}\n{bad}\n{B}\n{B}\n")), [A, bad, B, B], "{bad}");
        }
    }
    let cut = r#"{"messages":[{"role":"user","content":"cut"}"#;
    assert_eq!(texts(&item_lines, &format!("[\n  {A},\n  {cut},\n  {B},\n  {B}\n]\n")), [A, cut, B, B]);
    assert_eq!(texts(&items, &format!("[\n  {A},\n  {cut}\n  {B},\n  {B}\n]\n")), [A, cut, B, B]);
    // The line after it has fewer blanks than it has.
    assert_eq!(texts(&item_lines, &format!("[\n  {A},\n  {cut}\n]\n[]")), [A, cut]);
    assert_eq!(texts(&items, &format!("[{A},oops,{B},7,\"]\",{B}]")), [A, "oops", B, "7", "\"]\"", B]);
    // What does not end as its line does is followed by its brackets.
    let (a, b) = (spread(A), spread(B));
    assert_eq!(texts(&lines, &format!("{A}\n{a}\n{b}\n{B}")), [A, &a, &b, B]);
}

#[test]
fn findings_say_where_in_the_input() {
    let input = format!("[{A}, {{\"messages\":[{{\"role\":\"user\",\"content\":7}}]}} {B},]");
    let [_, _, stream, _] = streams();
    let documents = cut(&stream, input.as_bytes(), &[5]);
    let found: Vec<_> = documents
        .iter()
        .flat_map(|(text, document)| stream.parse(text.as_bytes(), document).diagnostics)
        .filter(|finding| finding.severity == crate::Severity::Error || finding.code == Code::WrongType)
        .map(|finding| (finding.code, finding.span.start, finding.pointer))
        .collect();
    let at = |text| input.find(text).expect("it is there");
    let pointer = |text: &str| Some(text.to_owned());
    assert_eq!(found[0], (Code::WrongType, at("7}"), pointer("/1/messages/0/content")));
    assert_eq!(found[1], (Code::InvalidJson, at(r#"{"id"#), pointer("/2")));
    assert_eq!((found[2].0, found[2].1), (Code::InvalidJson, at(",]")));
    assert_eq!(found.len(), 3);
    // An array that is not closed is told at its end, once.
    let input = format!("[{A},\n");
    let documents = cut(&stream, input.as_bytes(), &[5]);
    let parsed = stream.parse(b"", &documents[1].1);
    assert_eq!(parsed.conversations, []);
    assert_eq!((parsed.diagnostics.len(), parsed.diagnostics[0].code), (1, Code::TruncatedJson));
    assert_eq!(parsed.diagnostics[0].span.start, input.trim_end().len());
}

#[test]
fn what_is_stray_is_told_and_no_conversation() {
    let [values, _, items, _] = streams();
    let rests = |stream: &Stream, input: &str| -> Vec<(String, bool)> {
        let documents = cut(stream, input.as_bytes(), &[3]);
        for (text, document) in documents.iter().filter(|(_, document)| document.is_rest) {
            let parsed = stream.parse(text.as_bytes(), document);
            assert_eq!((parsed.conversations.len(), parsed.diagnostics.len()), (0, 1), "{input}");
        }
        let rest = |(text, document): (String, Document)| document.is_rest.then_some((text, document.is_cut));
        documents.into_iter().filter_map(rest).collect()
    };
    let stray = |text: &str| (text.to_owned(), false);
    assert_eq!(rests(&values, &format!("{A},\n{B}]\n")), [stray(","), stray("]")]);
    assert_eq!(rests(&items, &format!("[{A},,]")), [stray(",")]);
    assert_eq!(rests(&items, &format!("[,{A}, }} ,{B}]]")), [stray(","), stray("} ,"), stray("]")]);
    assert_eq!(rests(&items, &format!("}}[{A},{B},]")), [stray("}"), stray(",]")]);
    assert_eq!(rests(&items, &format!("[{A},{B}")), [(String::new(), true)]);
    assert_eq!(rests(&items, &format!("[{A},{{\"mess")), []);
}

/// A conversation of so many bytes.
fn talk(bytes: usize) -> String {
    let (head, tail) = (r#"{"messages":[{"role":"user","content":""#, r#""}]}"#);
    format!("{head}{}{tail}", "x".repeat(bytes - head.len() - tail.len()))
}

#[test]
fn only_the_first_documents_tell_what_a_stream_is() {
    let (small, message) = (talk(60), r#"{"role":"user","content":"a"}"#);
    let begins = |documents: &[&str]| detect([documents, &[message]].concat().join("\n")).is_some();
    assert!(begins(&[small.as_str(); 16]), "a message of a log after so many conversations");
    assert!(!begins(&[small.as_str(); 15]), "a log among conversations is no stream, and no array");
    // Four that are long tell enough; the line ends between them count.
    let [before, last] = [64 * 1024 / 4 - 1, 64 * 1024 / 4].map(talk);
    assert!(begins(&[&before, &before, &before, &last]));
    assert!(!begins(&[&before, &before, &before, &before]));
}

#[test]
fn half_of_the_documents_are_enough() {
    let other = r#"{"rows":1}"#;
    assert!(detect([A, other, B, other].join("\n")).is_some());
    assert!(detect([A, other, B, other, other].join("\n")).is_none());
}

#[test]
fn documents_that_are_too_long_are_a_stream_as_well() {
    let parser = Parser::new().limits(Limits { line_bytes: 10, ..Limits::default() });
    assert!(Stream::detect(&parser, [A, B].join("\n").as_bytes()).is_some());
}

#[test]
fn as_much_is_passed_as_is_understood() {
    let [stream, ..] = streams();
    let passed = |input: &str| {
        let mut splitter = stream.splitter();
        let found = std::iter::from_fn(|| splitter.next(input.as_bytes(), false)).count();
        (found, splitter.pass())
    };
    assert_eq!(passed(&format!("{A}\r")), (1, A.len()), "half a line end waits for the other");
    assert_eq!(passed("\u{FEFF}"), (0, 3));
    assert_eq!(passed("\u{FEFF}{"), (0, 3));
    assert_eq!(passed("{\"a\":1,\n{\""), (0, 0));
    assert_eq!(passed("{\"a\":1,\n{\"b"), (1, 8), "three bytes tell that a document begins again");
}

#[test]
fn what_is_no_json_ends_with_a_line_some_time() {
    let [values, _, items, _] = streams();
    let lines = format!("{}\ny\nz", "x".repeat(64 * 1024));
    assert_eq!(texts(&values, &lines).iter().map(String::len).collect::<Vec<_>>(), [64 * 1024 + 2, 1]);
    assert_eq!(texts(&items, r"[\,7]"), ["\\", "7"], "nothing is escaped outside of strings");
}

#[test]
fn no_more_is_held_than_documents_may_have() {
    let [_, stream, ..] = streams();
    let mut splitter = stream.splitter().longest(100);
    let input = b"[1".repeat(1000);
    let mut passed = 0;
    for end in 0..input.len() {
        while let Some(document) = splitter.next(&input[passed..end], false) {
            assert!(document.range.is_empty() && document.is_too_long);
        }
        passed += splitter.pass();
        // A comma and half a line end may follow.
        assert!(end - passed <= 102, "{end}");
    }
}

#[test]
fn an_array_that_is_cut_behind_what_is_too_long_ends_there_however_it_arrives() {
    for (mut stream, input) in streams()
        .into_iter()
        .skip(2)
        .flat_map(|stream| ["[7777777777 \n", "[\n{\"a\":10000} \n "].map(|input| (stream.clone(), input)))
    {
        stream.parser = stream.parser.limits(Limits { line_bytes: 5, ..Limits::default() });
        for pieces in [1, 2, 3, usize::MAX] {
            let documents = cut(&stream, input.as_bytes(), &[pieces]);
            let (_, last) = documents.last().expect("a document");
            assert_eq!((last.is_cut, last.offset), (true, input.trim_end().len()), "{input:?} by {pieces}");
        }
    }
}

#[test]
fn whether_a_line_is_a_document_is_told_by_the_next_line() {
    let [_, lines, ..] = streams();
    let whole = "{\"a\":{\"b\":1}\n,\"c\":2}";
    let input = format!("{whole}\n{A}\n");
    for pieces in 1..input.len() {
        let texts: Vec<String> =
            cut(&lines, input.as_bytes(), &[pieces]).into_iter().map(|(text, _)| text).collect();
        assert_eq!(texts, [whole, A], "by {pieces}");
    }
}

/// What streams are made of.
const FRAGMENTS: &[&str] = &[
    A,
    B,
    "\n",
    "\n",
    "\r\n",
    ",",
    ",\n",
    "[",
    "]",
    "[\n",
    "]\n",
    "\n{\"messages\":[",
    "{",
    "}",
    "\"",
    "\\",
    ":",
    " ",
    "\n  ",
    "7",
    "oops",
    "\u{FEFF}",
    "é",
    "{\"role\":\"user\",\"content\":\"",
    "\"}]}\n",
];

proptest! {
    #[test]
    fn pieces_do_not_matter(
        fragments in prop::collection::vec(select(FRAGMENTS), 0..20),
        pieces in prop::collection::vec(1..9_usize, 1..5),
    ) {
        let input = fragments.concat();
        for stream in streams() {
            let whole = cut(&stream, input.as_bytes(), &[usize::MAX]);
            prop_assert_eq!(&cut(&stream, input.as_bytes(), &pieces), &whole);
            // Nothing is lost: what is between documents is blank, or the marks of an array.
            let mut at = 0;
            for (text, document) in &whole {
                let between = input[at..document.offset].replace('\u{FEFF}', "");
                prop_assert!(between.trim_matches(['[', ']', ',', ' ', '\n', '\r', '\t']).is_empty(), "{}", between);
                at = document.offset + text.len();
            }
            for (text, document) in &whole {
                stream.parse(text.as_bytes(), document);
            }
        }
    }

    /// The same where documents are too long: which they are does not hang on how they come.
    #[test]
    fn pieces_do_not_matter_where_documents_are_too_long(
        fragments in prop::collection::vec(select(FRAGMENTS), 0..20),
        pieces in prop::collection::vec(1..9_usize, 1..5),
        longest in 0..100_usize,
    ) {
        let input = fragments.concat();
        for mut stream in streams() {
            stream.parser = stream.parser.limits(Limits { line_bytes: longest, ..Limits::default() });
            let whole = cut(&stream, input.as_bytes(), &[usize::MAX]);
            prop_assert_eq!(&cut(&stream, input.as_bytes(), &pieces), &whole);
            for (text, document) in whole.iter().filter(|(_, document)| !document.is_rest) {
                // The comma behind a line may count.
                prop_assert!(text.len() <= longest.saturating_add(1), "{}", text);
                prop_assert!(!document.is_too_long || text.is_empty());
            }
        }
    }

    /// Where nothing is broken, the documents read one by one are the input read whole.
    #[test]
    fn the_whole_is_its_documents(
        documents in prop::collection::vec(select(&[A, B, "{}", "{\"messages\":[]}"][..]), 0..9),
        between in select(&[",", ",\n", " ,\n  ", "\n", "\r\n\r\n"][..]),
        pretty in any::<bool>(),
    ) {
        let documents: Vec<String> =
            [A].iter().chain(&documents).chain(&[B]).map(|text| if pretty { spread(text) } else { (*text).to_owned() }).collect();
        let joined = documents.join(between);
        let array = between.contains(',');
        let input = if array { format!("[{joined}]") } else { joined };
        let whole = Parser::new().format(Format::Canonical).parse(&input);
        let [values, lines, items, item_lines] = streams();
        for stream in if array { [items, item_lines] } else { [values, lines] } {
            let parsed: Vec<Parsed> = cut(&stream, input.as_bytes(), &[7])
                .iter()
                .map(|(text, document)| stream.parse(text.as_bytes(), document))
                .collect();
            let conversations: Vec<crate::model::Conversation> = parsed.iter().flat_map(|parsed| parsed.conversations.clone()).collect();
            prop_assert_eq!(&conversations, &whole.conversations);
            let places = |finding: &Diagnostic| (finding.code, finding.span, finding.pointer.clone());
            let found: Vec<_> = parsed.iter().flat_map(|parsed| parsed.diagnostics.iter().map(places)).collect();
            let all: Vec<_> = whole.diagnostics.iter().map(places).collect();
            prop_assert_eq!(found, all);
        }
    }
}
