//! Every limit at its edge: what is allowed is read, one more is told, and nothing that was read is lost.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used
)]

use turnwise::{
    Code, Diagnostic, Format, Limits, Parsed, Parser, Role, Span,
    stream::{Document, Stream},
};

fn parser(change: impl FnOnce(&mut Limits)) -> Parser {
    let mut limits = Limits::default();
    change(&mut limits);
    Parser::new().limits(limits)
}

/// What a parser with other limits reads.
fn limited(change: impl FnOnce(&mut Limits), input: &str) -> (Vec<String>, Vec<Diagnostic>) {
    let parsed = parser(change).parse(input);
    (texts(&parsed), parsed.diagnostics)
}

fn texts(parsed: &Parsed) -> Vec<String> {
    let messages = parsed.conversations.iter().flat_map(|conversation| &conversation.messages);
    messages.map(|message| message.text().into_owned()).collect()
}

fn codes(findings: &[Diagnostic]) -> Vec<Code> {
    findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn defaults() {
    let Limits { input_bytes, line_bytes, label_bytes, messages, depth, diagnostics, .. } = Limits::default();
    assert_eq!(line_bytes, input_bytes, "one line may be all of the input");
    assert_eq!((label_bytes, messages, depth, diagnostics), (96, 1_000_000, 128, 1_000));
    assert_eq!(input_bytes, if usize::BITS >= 64 { (4 << 30) - 1 } else { 1 << 30 });
}

#[test]
fn input_bytes() {
    let input = "User: hi\nAI: hello\nUser: né pas lu";
    for limit in [input.len(), input.len() + 1] {
        let (read, found) = limited(|limits| limits.input_bytes = limit, input);
        assert_eq!((read.len(), found), (3, vec![]));
    }
    let (read, found) = limited(|limits| limits.input_bytes = input.len() - 1, input);
    assert_eq!(read, ["hi", "hello", "né pas l"]);
    assert_eq!(codes(&found), [Code::InputTooLarge]);
    assert_eq!(found[0].span, Span::new(input.len() - 1, input.len()));
    assert_eq!(found[0].message, format!("the input has more than {} bytes", input.len() - 1));
    // The limit falls into the letter of two bytes, which is left out whole.
    let limit = input.find('é').unwrap() + 1;
    let (read, found) = limited(|limits| limits.input_bytes = limit, input);
    assert_eq!(read, ["hi", "hello", "n"]);
    assert_eq!(found[0].span, Span::new(limit - 1, input.len()));
}

#[test]
fn messages() {
    let text = "User: hi\nAI: hello\nUser: bye\nAI: so long";
    let items = [r#"{"role":"user","content":"hi"}"#, r#"{"role":"assistant","content":"hello"}"#];
    let items = [items, items].concat();
    for input in [text.to_owned(), format!("[{}]", items.join(",")), items.join("\n")] {
        for limit in [4, 5] {
            let (read, found) = limited(|limits| limits.messages = limit, &input);
            assert_eq!((read.len(), found), (4, vec![]), "{input}");
        }
    }
    let (read, found) = limited(|limits| limits.messages = 3, text);
    assert_eq!(read, ["hi", "hello", "bye\nAI: so long"], "what follows the last belongs to it");
    assert_eq!(codes(&found), [Code::TooManyMessages]);
    assert_eq!(found[0].span.of(text), "AI: so long");
    let array = format!("[{}]", items.join(","));
    let parsed = parser(|limits| limits.messages = 3).parse(&array);
    assert_eq!(texts(&parsed), ["hi", "hello", "hi"]);
    assert_eq!(codes(&parsed.diagnostics), [Code::TooManyMessages]);
    let rest = parsed.conversations[0].extra.get("messages").expect("the rest is kept");
    assert_eq!(rest.as_str(), format!("[{}]", items[3]));
}

#[test]
fn messages_of_fields_and_of_logs() {
    let parsed = parser(|limits| limits.messages = 1).parse(r#"{"prompt":"a","completion":"b"}"#);
    assert_eq!(
        (texts(&parsed), codes(&parsed.diagnostics).contains(&Code::TooManyMessages)),
        (vec!["a".to_owned()], true)
    );
    let list = r#"[{"role":"user","content":"a"}, {"content": "b"}]"#;
    let parsed = parser(|limits| limits.messages = 1).parse(list);
    assert_eq!(
        parsed.conversations[0].extra.get("messages").map(|rest| rest.as_str()),
        Some(r#"[{"content": "b"}]"#)
    );
    let log = [
        r#"{"role":"user","content":"a"}"#,
        r#"{"role":"assistant","content":"b"}"#,
        r#"{"role":"user","content":"c"}"#,
    ]
    .join("\n");
    let parsed = parser(|limits| limits.messages = 2).parse(&log);
    assert_eq!(
        parsed.conversations.iter().map(|conversation| conversation.messages.len()).collect::<Vec<_>>(),
        [2, 1]
    );
}

#[test]
fn names_that_are_told_of() {
    let field = |count: usize| (0..count).map(|field| format!(r#""f{field}":1,"#)).collect::<String>();
    let told = |count: usize| {
        let input = format!(r#"[{{{}"role":"user","content":"a"}}]"#, field(count));
        codes(&turnwise::parse(&input).diagnostics).iter().filter(|code| **code == Code::UnknownField).count()
    };
    assert_eq!([49, 50, 51].map(told), [49, 50, 50]);
}

#[test]
fn depth_of_results() {
    // The document, the message and its content are open where the result comes: it is the fourth level.
    let input = r#"[{"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":"x"}]}]"#;
    let read = |limit| {
        let parsed = parser(|limits| limits.depth = limit).parse(input);
        let found = codes(&parsed.diagnostics);
        (
            parsed.conversations[0].messages[0].role.clone(),
            found.contains(&Code::UnknownPart),
            found.contains(&Code::TooDeep),
        )
    };
    assert_eq!(read(4), (Some(Role::Tool), false, false));
    assert_eq!(read(3), (Some(Role::User), false, true));
    let nested = |count: usize| {
        let (open, close) = (r#"{"type":"tool_result","content":["#.repeat(count), "]}".repeat(count));
        let input = format!(r#"[{{"role":"assistant","content":[{open}{close}]}}]"#);
        codes(&parser(|limits| limits.depth = 1_000).parse(&input).diagnostics).contains(&Code::UnknownPart)
    };
    assert_eq!([63, 64, 65].map(nested), [false, false, true]);
}

#[test]
fn depth_of_pointers() {
    let input = r#"{"messages":[{"role":"user","content":"a"}],"a":{"b":{"c":{"d":oops}}}}"#;
    let told = |limit| {
        let parsed = parser(|limits| limits.depth = limit).parse(input);
        let found = parsed.diagnostics.into_iter().find(|found| found.code == Code::InvalidJson);
        found.and_then(|found| found.pointer).unwrap()
    };
    assert_eq!([1, 2, 3, 4, 5].map(told), ["/a", "/a/b", "/a/b/c", "/a/b/c/d", "/a/b/c/d"]);
}

#[test]
fn depth() {
    // The document, its messages, a message, its content: what stands in that is a fifth level, `a` a sixth.
    let input = r#"{"messages":[{"role":"user","content":[{"type":"x","a":{"b":"c"}}]}]}"#;
    let told = |limit| {
        let parsed = parser(|limits| limits.depth = limit).parse(input);
        let json = turnwise::json::canonical::to_json(&parsed.conversations[0]);
        assert!(json.contains(r#""b":"c""#), "what is too deep is kept: {json}");
        codes(&parsed.diagnostics).contains(&Code::TooDeep)
    };
    assert_eq!([5, 6, 7].map(told), [true, false, false]);
}

#[test]
fn diagnostics() {
    let input = "User: hi\nAI: \nUser: \nAI: ";
    let all = turnwise::parse(input).diagnostics.len();
    assert!(all >= 3);
    for limit in [all, all + 1] {
        let parsed = parser(|limits| limits.diagnostics = limit).parse(input);
        assert_eq!((parsed.diagnostics.len(), parsed.omitted), (all, 0));
    }
    let parsed = parser(|limits| limits.diagnostics = all - 1).parse(input);
    assert_eq!((parsed.diagnostics.len(), parsed.omitted), (all - 1, 1), "the others are counted");
}

#[test]
fn a_line_of_text_that_is_too_long_begins_no_message() {
    let long = "AI: is twenty-two long";
    assert_eq!(long.len(), 22);
    for end in ["\n", "\r\n"] {
        let input = ["User: hi", long, "User: bye", "AI: so"].join(end);
        for limit in [22, 23] {
            let (read, found) = limited(|limits| limits.line_bytes = limit, &input);
            assert_eq!(
                (read.as_slice(), found),
                (["hi", &long[4..], "bye", "so"].map(str::to_owned).as_slice(), vec![])
            );
        }
        let (read, found) = limited(|limits| limits.line_bytes = 21, &input);
        assert_eq!(read, [&format!("hi{end}{long}"), "bye", "so"], "its words stay in the message before it");
        let too_long: Vec<_> = found.iter().filter(|finding| finding.code == Code::LineTooLong).collect();
        assert_eq!(too_long.len(), 1);
        assert_eq!(too_long[0].span.of(&input), long);
        assert_eq!(too_long[0].message, "the line has more than 21 bytes");
    }
}

#[test]
fn lines_are_short_enough_or_not_in_text_of_any_kind() {
    let long = "User: is twenty-four big";
    let exact = format!("%turnwise-text 1\nUser: a\n{long}\nUser: b");
    let prose = "This is twenty-four long\nand says nothing of note";
    let quoted = format!("> {long}\n> AI: b\n> User: c\n> AI: d");
    for (input, longest, few, many) in
        [(exact.as_str(), 24, 2, 3), (prose, 24, 0, 0), (quoted.as_str(), 26, 3, 4)]
    {
        let (read, found) = limited(|limits| limits.line_bytes = longest, input);
        assert_eq!(read.len(), many, "{input}");
        assert!(!codes(&found).contains(&Code::LineTooLong), "{input}");
        let (read, found) = limited(|limits| limits.line_bytes = longest - 1, input);
        assert_eq!(read.len(), few, "{input}");
        assert!(codes(&found).contains(&Code::LineTooLong), "{input}");
    }
}

/// A conversation of one message, with so many bytes.
fn document(bytes: usize) -> String {
    let (head, tail) = (r#"{"messages":[{"role":"user","content":""#, r#""}]}"#);
    format!("{head}{}{tail}", "x".repeat(bytes - head.len() - tail.len()))
}

/// How many conversations, and how many were passed over, of an input that is read whole and as a stream in pieces.
fn passed_over(limit: usize, input: &str) -> (usize, usize) {
    let parser = parser(|limits| limits.line_bytes = limit);
    let whole = parser.parse(input);
    let found: Vec<&Diagnostic> =
        whole.diagnostics.iter().filter(|found| found.code == Code::LineTooLong).collect();
    let whole_found: Vec<(Span, String)> =
        found.iter().map(|found| (found.span, found.message.clone())).collect();
    let stream = Stream::detect(&parser, input.as_bytes()).expect("a stream");
    for piece in [1, 7, input.len()] {
        let (mut splitter, mut held, mut rest) = (stream.splitter(), Vec::new(), input.as_bytes());
        let (mut conversations, mut found, mut most) = (0, Vec::new(), 0);
        loop {
            while let Some(document) = splitter.next(&held, rest.is_empty()) {
                let parsed = stream.parse(&held[document.range.clone()], &document);
                conversations += parsed.conversations.len();
                let too_long = parsed.diagnostics.into_iter().filter(|found| found.code == Code::LineTooLong);
                found.extend(too_long.map(|found| (found.span, found.message)));
            }
            if rest.is_empty() {
                break;
            }
            held.drain(..splitter.pass());
            let (now, later) = rest.split_at(piece.min(rest.len()));
            held.extend_from_slice(now);
            most = most.max(held.len());
            rest = later;
        }
        assert_eq!(
            (conversations, &found),
            (whole.conversations.len(), &whole_found),
            "in pieces of {piece}: {input}"
        );
        assert!(most <= limit + piece + 8, "{most} bytes are held of documents that have {limit}");
    }
    (whole.conversations.len(), whole_found.len())
}

#[test]
fn a_document_among_many_that_is_too_long_is_passed_over() {
    let [short, long] = [60, 90].map(document);
    let lines = |end: &str| [&short, &long, &short, &long, &short].map(|line| line.as_str()).join(end);
    let spread = |json: &str| json.replace("{\"role", "{\n\"role");
    for input in [
        lines("\n"),
        lines("\r\n") + "\r\n",
        lines(" "),
        format!("[{}]", lines(",")),
        format!("[\n  {}\n]\n", lines(",\n  ")),
        lines("\n") + "\n" + &long[..80],
    ] {
        let broken = usize::from(input.ends_with("xx"));
        assert_eq!(passed_over(91, &input), (5 + broken, 0), "{input}");
        assert_eq!(passed_over(90, &input), (5 + broken, 0), "{input}");
        assert_eq!(passed_over(89, &input), (3 + broken, 2), "{input}");
    }
    let input = [&short, &long, &short].map(|line| spread(line)).join("\n");
    assert_eq!(passed_over(91, &input), (3, 0), "a line end more within the document");
    assert_eq!(passed_over(90, &input), (2, 1));
}

#[test]
fn a_document_alone_is_no_line() {
    for input in [document(90), document(90) + "\n", format!("[{}]", document(90))] {
        let (read, found) = limited(|limits| limits.line_bytes = 50, &input);
        assert_eq!(read.len(), 1, "{input}");
        assert!(!codes(&found).contains(&Code::LineTooLong), "{input}");
    }
}

#[test]
fn nothing_but_documents_that_are_too_long() {
    let input = [document(90), document(91)].join("\n");
    let parsed = parser(|limits| limits.line_bytes = 60).parse(&input);
    assert_eq!(codes(&parsed.diagnostics), [Code::LineTooLong, Code::LineTooLong]);
    assert_eq!(parsed.diagnostics.iter().map(|found| found.span.start).collect::<Vec<_>>(), [0, 91]);
    assert_eq!(texts(&parsed), [] as [String; 0]);
    // Where no finding may be kept, there is not a word of an empty input either.
    let parsed = parser(|limits| (limits.line_bytes, limits.diagnostics) = (60, 0)).parse(&input);
    assert_eq!((codes(&parsed.diagnostics), parsed.omitted), (vec![], 2));
}

#[test]
fn a_line_of_a_log_that_is_too_long_is_passed_over() {
    let [one, two] =
        [r#"{"role":"user","content":"one"}"#, r#"{"role":"assistant","content":"two and more"}"#];
    let input = [one, two, one].join("\n");
    for (limit, read) in [(two.len(), 3), (two.len() - 1, 2)] {
        let parsed = parser(|limits| limits.line_bytes = limit).parse(&input);
        assert_eq!((parsed.conversations.len(), texts(&parsed).len()), (1, read));
        assert_eq!(codes(&parsed.diagnostics).contains(&Code::LineTooLong), read == 2);
    }
}

#[test]
fn a_label_that_is_too_long_begins_no_message() {
    let name = |bytes: usize| format!("Agent {}", "N".repeat(bytes - 6));
    let text = |label: &str| format!("User: hi\n{label}: hello\nUser: bye\n{label}: so long");
    let decorated = |label: &str| format!("**User:** hi\n**{label}:** hello\n**User:** bye\n**{label}:** so");
    for write in [text, decorated] {
        for label in [95, 96].map(name) {
            let parsed = turnwise::parse(&write(&label));
            assert_eq!(texts(&parsed).len(), 4, "{label}");
            assert!(!codes(&parsed.diagnostics).contains(&Code::LabelTooLong));
        }
        let input = write(&name(97));
        let parsed = turnwise::parse(&input);
        let whole: String =
            texts(&parsed).concat() + parsed.conversations[0].preamble.as_deref().unwrap_or_default();
        assert!(whole.contains(&name(97)), "the line is kept: {whole}");
        let told: Vec<&Diagnostic> =
            parsed.diagnostics.iter().filter(|found| found.code == Code::LabelTooLong).collect();
        assert_eq!(told.len(), 2, "{:?}", parsed.diagnostics);
        assert_eq!(told[0].span.of(&input), name(97));
        assert!(told[0].message.ends_with("has more than 96 bytes, so it is not read as a label"));
    }
}

#[test]
fn labels_of_the_caller_are_bounded_as_well() {
    let label = "Frau Dr. Überlang";
    let input = format!("User: hi\n{label}: hello\nUser: bye\n{label}: so long\nUser: a\n{label}: b");
    let read = |limit| {
        let parsed = parser(|limits| limits.label_bytes = limit).label(label, Role::Assistant).parse(&input);
        (texts(&parsed).len(), codes(&parsed.diagnostics).contains(&Code::LabelTooLong))
    };
    assert_eq!(read(label.len() - 1), (3, true));
    assert_eq!(read(label.len()), (6, false));
    assert_eq!(read(label.len() + 1), (6, false));
    // A limit below all labels leaves none.
    let input = "User: hi\nAI: hello\nUser: bye";
    let (read, found) = limited(|limits| limits.label_bytes = 1, input);
    assert_eq!(read, [] as [String; 0]);
    assert!(codes(&found).contains(&Code::LabelTooLong) && codes(&found).contains(&Code::NotAConversation));
}

#[test]
fn labels_alone_on_their_lines_are_bounded_as_well() {
    let input = "Kunde\nhi\n\nBot\nhello\n\nKunde\nbye";
    let read = |limit| limited(|limits| limits.label_bytes = limit, input).0.len();
    assert_eq!([4, 5, 6].map(read), [0, 3, 3]);
}

#[test]
fn what_stands_beside_a_label_is_no_part_of_it() {
    let input = "User: hi\nAgent (gpt-4o, with tools): hello\nUser: bye\nAgent (gpt-4o, with tools): so long";
    let read = |limit| {
        let (texts, found) = limited(|limits| limits.label_bytes = limit, input);
        (texts.len(), codes(&found).contains(&Code::LabelTooLong))
    };
    assert_eq!([4, 5, 6].map(read), [(2, true), (4, false), (4, false)]);
}

#[test]
fn labels_may_be_longer_where_that_is_allowed() {
    let label = format!("Agent {}", "N".repeat(300));
    let input = format!("User: hi\n{label}: hello\nUser: bye\n{label}: so long");
    let (read, found) = limited(|limits| limits.label_bytes = 306, &input);
    assert_eq!((read.len(), found), (4, vec![]));
}

#[test]
fn below_a_directive_any_label_that_is_too_long_is_told() {
    let input = "%turnwise-text 1\nAnn: a\nBernadette: b";
    for (limit, read) in [(10, 2), (9, 1)] {
        let (texts, found) = limited(|limits| limits.label_bytes = limit, input);
        assert_eq!(texts.len(), read);
        let told: Vec<&str> = found
            .iter()
            .filter(|found| found.code == Code::LabelTooLong)
            .map(|found| found.span.of(input))
            .collect();
        assert_eq!(told, if read == 1 { vec!["Bernadette"] } else { vec![] });
    }
}

#[test]
fn prose_is_not_told_of() {
    let path = format!("User{}: error", "/very/long/path".repeat(9));
    let long = format!(
        "User who writes a sentence of more than ninety-six bytes before {}: so",
        "a colon comes ".repeat(4)
    );
    for line in [path.as_str(), &long, &"x".repeat(200), &format!("{}: x", "Nobody".repeat(20))] {
        let input = format!("User: hi\nAI: hello\n{line}\nUser: bye\nAI: so long");
        let parsed = turnwise::parse(&input);
        assert!(
            !codes(&parsed.diagnostics).contains(&Code::LabelTooLong),
            "{line}: {:?}",
            parsed.diagnostics
        );
    }
}

#[test]
fn floods_are_bounded() {
    let long = format!("Agent {}: x\n", "N".repeat(91));
    let input = "User: a\n".repeat(5_000);
    let parsed = parser(|limits| limits.line_bytes = 3).segments(&input);
    assert_eq!(parsed.diagnostics.len(), 100);
    let lines = limited(|limits| limits.line_bytes = 3, &input).1.len();
    let labels = turnwise::parse(&long.repeat(5_000)).diagnostics.len();
    assert!(lines <= 110 && labels <= 110, "{lines} and {labels} findings");
    let parsed = parser(|limits| limits.line_bytes = 50).parse(&(document(60) + "\n").repeat(5_000));
    assert_eq!((parsed.diagnostics.len(), parsed.omitted), (1_000, 4_000));
}

/// The type of documents, so that what a caller holds of one has a name.
#[test]
fn documents_that_are_passed_over_hold_no_bytes() {
    let parser = parser(|limits| limits.line_bytes = 60).format(Format::Canonical);
    let input = [document(60), document(61), document(60)].join("\n");
    let stream = Stream::detect(&parser, input.as_bytes()).unwrap();
    let mut splitter = stream.splitter();
    let documents: Vec<Document> = std::iter::from_fn(|| splitter.next(input.as_bytes(), true)).collect();
    assert_eq!(documents.iter().map(|document| document.range.len()).collect::<Vec<_>>(), [60, 0, 60]);
    assert_eq!(documents[1].offset, 61);
    let mut out = Vec::new();
    assert!(!stream.copy_regular(b"", &documents[1], &mut out) && out.is_empty());
}
