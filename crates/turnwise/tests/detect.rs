//! What an input is taken for.

use turnwise::{Detection, Format, Parser, detect};

fn formats(input: &str) -> Vec<Format> {
    detect(input).iter().map(|found| found.format).collect()
}

#[test]
fn the_first_is_what_reading_chooses() {
    let chat = r#"{"object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"b"}}]}"#;
    for (input, format) in [
        ("User: a\nAI: b\nUser: c\nAI: d\n", Format::Text),
        (chat, Format::OpenAiChat),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>a\n\n00:02.000 --> 00:03.000\n<v Bo>b\n", Format::WebVtt),
        ("<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\nb<|im_end|>\n", Format::ChatTokens),
    ] {
        assert_eq!(formats(input).first(), Some(&format), "{input}");
        assert_eq!(turnwise::parse(input).format, Some(format), "{input}");
    }
}

#[test]
fn json_is_no_labelled_text() {
    // Within a string, and yet at the start of a line.
    let input = "{\"messages\":[{\"role\":\"user\",\"content\":\"\n\nUser: a\nAI: b\nUser: c\nAI: d\n\"}]}";
    assert!(!formats(input).contains(&Format::Text), "{:?}", formats(input));
    assert!(!formats(input).is_empty());
}

#[test]
fn the_surest_come_first() {
    let input =
        "[2024-01-20, 14:30:00] Ann: a\n[2024-01-20, 14:31:00] Bo: b\n[2024-01-20, 14:32:00] Ann: c\n";
    let found: Vec<Detection> = detect(input);
    let rest = found.iter().skip(1).map(|one| one.confidence);
    assert!(rest.clone().zip(rest.skip(1)).all(|(before, after)| before >= after), "{found:?}");
    assert_eq!(Parser::new().parse(input).format, Some(found[0].format));
}

#[test]
fn a_format_that_was_asked_for_has_its_findings_where_they_are() {
    let input =
        r#"{"model":"m","messages":[{"role":"user","content":7},{"role":"assistant","content":"b"}]}"#;
    let pointers = |parser: Parser| -> Vec<Option<String>> {
        parser.parse(input).diagnostics.into_iter().map(|finding| finding.pointer).collect()
    };
    assert_eq!(pointers(Parser::new().format(Format::OpenAiChat)), pointers(Parser::new()));
    assert!(pointers(Parser::new()).iter().all(Option::is_some));
    assert!(!pointers(Parser::new()).is_empty());
}
