//! The canonical form: what is written reads back, what is read is kept, and what is broken is read as far as it goes.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::string_slice)]

use proptest::{collection::vec, prelude::*, sample::select};
use serde::de::IgnoredAny;
use turnwise::{
    Code, ContentState, Conversation, Details, Diagnostic, Format, Limits, Message, Parsed, Parser, Role,
    Span, Tool,
    json::canonical::{messages_to_json, to_json, to_json_pretty, tools_to_json},
};

mod common;

fn read(json: &str) -> Parsed {
    Parser::new().format(Format::Canonical).parse(json)
}

/// What is read from `json`, in canonical form, one conversation a line.
fn normal(json: &str) -> String {
    read(json).conversations.iter().map(to_json).collect::<Vec<_>>().join("\n")
}

/// Findings of the reader: code, text covered, pointer.
fn findings(json: &str) -> Vec<(&'static str, String, String)> {
    let parsed = read(json);
    let of_json = parsed.diagnostics.iter().filter(|finding| !is_rule(finding));
    let shown = |finding: &Diagnostic| {
        (finding.code.slug(), finding.span.of(json).to_owned(), finding.pointer.clone().unwrap_or_default())
    };
    of_json.map(shown).collect()
}

fn without_spans(conversation: &Conversation) -> Conversation {
    let mut conversation = conversation.clone();
    for message in &mut conversation.messages {
        message.span = Span::default();
    }
    conversation
}

/// One conversation reads as it was, and normalising it again gives the same bytes.
fn reads_back(conversation: &Conversation) {
    let written = to_json(conversation);
    assert!(!written.contains(['\n', '\r']), "one line: {written}");
    for json in [&written, &to_json_pretty(conversation)] {
        let parsed = read(json);
        assert_eq!(parsed.conversations.len(), 1, "{json}");
        assert_eq!(without_spans(&parsed.conversations[0]), without_spans(conversation), "{json}");
        assert_eq!(to_json(&parsed.conversations[0]), written);
    }
}

#[test]
fn pieces_are_written_as_they_stand_in_the_whole() {
    let tools = [Tool { name: "weather".to_owned(), ..Tool::default() }];
    let messages = [Message::new(Role::User, "hi")];
    let conversation =
        Conversation { messages: messages.to_vec(), tools: tools.to_vec(), ..Conversation::default() };
    let pieces = (messages_to_json(&messages), tools_to_json(&tools));
    assert_eq!(
        to_json(&conversation),
        format!(r#"{{"messages":{},"toolDefinitions":{}}}"#, pieces.0, pieces.1)
    );
}

#[test]
fn a_text_is_written_whatever_is_said_of_how_it_was() {
    for content in [ContentState::Null, ContentState::Absent] {
        let details = Some(Details { content, ..Details::default() }.into());
        let message = Message { details, ..Message::new(Role::User, "hi") };
        let conversation = Conversation { messages: vec![message], ..Conversation::default() };
        assert_eq!(to_json(&conversation), r#"{"messages":[{"role":"user","content":"hi"}]}"#);
    }
}

#[test]
fn what_becomes_of_the_answers_of_a_user_reads_back() {
    let input = r#"[{"role":"user","parts":[{"type":"text","text":"a"},{"type":"tool_result","tool_use_id":"c","content":"x"}]}]"#;
    let parsed = turnwise::parse(input);
    assert_eq!(parsed.conversations[0].messages.len(), 2);
    reads_back(&parsed.conversations[0]);
}

/// Documents of known fields with all kinds of values.
fn document() -> impl Strategy<Value = String> {
    const KEYS: &[&str] = &[
        "role",
        "role",
        "content",
        "content",
        "parts",
        "timestamp",
        "time",
        "model",
        "tokens",
        "usage",
        "latencyMs",
        "tool_calls",
        "toolCalls",
        "toolCallId",
        "id",
        "parent",
        "metadata",
        "extra",
        "name",
        "label",
        "messages",
        "type",
        "text",
        "raw",
        "kind",
        "arguments",
        "callId",
        "isError",
        "signature",
        "promptTokens",
        "title",
        "toolDefinitions",
    ];
    const VALUES: &[&str] = &[
        "\"@\"",
        "\"@\"",
        "\"@\"",
        "null",
        "true",
        "7",
        "-1",
        "1.10",
        "\"\"",
        "\"user\"",
        "\"Human\"",
        "\"text\"",
        "\"tool_call\"",
        "\"tool_result\"",
        "\"reasoning\"",
        "\"media\"",
        "\"unknown\"",
        "\"refusal\"",
        "\"2025-01-20T14:30:00Z\"",
        "\"2025-01-20 14:30:00.5-00:00\"",
        "\"2025-01-20T14:30:60.12345678901+02:00\"",
        "\"yesterday\"",
        "\"\\ud800x\"",
        "[]",
        "{}",
        "[null]",
    ];
    let value = select(VALUES).prop_map(str::to_owned).prop_recursive(5, 40, 5, |inner| {
        let member = (select(KEYS), inner.clone()).prop_map(|(key, value)| format!("\"{key}\":{value}"));
        let object = vec(member, 0..6).prop_map(|members| format!("{{{}}}", members.join(",")));
        prop_oneof![2 => object, 1 => vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(",")))]
    });
    let message = vec((select(KEYS), value.clone()), 0..6).prop_map(|members| {
        let members =
            members.into_iter().map(|(key, value)| format!(",\"{key}\":{value}")).collect::<String>();
        format!("{{\"role\":\"user\"{members}}}")
    });
    let wrapped =
        vec(message, 0..4).prop_map(|messages| format!("{{\"messages\":[{}]}}", messages.join(",")));
    // Every `@` becomes a word of its own, so that a test can look for each of them.
    prop_oneof![1 => value, 3 => wrapped].prop_map(|text| {
        let mut pieces = text.split('@');
        let first = pieces.next().unwrap_or_default().to_owned();
        pieces.enumerate().fold(first, |text, (index, piece)| format!("{text}@{index}@{piece}"))
    })
}

/// Text that is nearly JSON.
fn soup() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        " ",
        "\n",
        "\n{",
        "\n[",
        "\"a\"",
        "\"a\":",
        "\"messages\":[",
        "{\"role\":\"user\",",
        "\"content\":\"hi\"}",
        "1",
        "-",
        "0",
        ".5",
        "e+",
        "true",
        "nul",
        "NaN",
        "\"",
        "\\",
        "\\u00",
        "\\ud83d",
        "\"\\n\"",
        "\"\\x\"",
        "\t",
        "\u{1}",
        "é",
        "'",
        "/",
    ];
    vec(select(PIECES), 0..12).prop_map(|pieces| pieces.concat())
}

/// A document with one character taken out or put in.
fn damaged() -> impl Strategy<Value = String> {
    let place = any::<prop::sample::Index>();
    let put = select(&["", "", ",", "}", "]", "\"", "\\", "x", "{", "[", "0", "\n"][..]);
    (prop_oneof![document(), common::json_text()], place, put).prop_map(|(text, place, put)| {
        let mut chars: Vec<String> = text.chars().map(String::from).collect();
        let place = place.index(chars.len());
        chars[place] = put.to_owned();
        chars.concat()
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_back(conversation in common::conversation()) {
        reads_back(&conversation);
        let codes = [Code::InvalidJson, Code::WrongType, Code::UnknownField, Code::DuplicateKey, Code::UnsupportedJson];
        let complaint = read(&to_json(&conversation)).diagnostics.into_iter().find(|found| codes.contains(&found.code));
        prop_assert_eq!(complaint, None);
    }

    #[test]
    fn what_is_read_is_stable(text in prop_oneof![document(), soup(), damaged(), any::<String>()]) {
        let parsed = read(&text);
        prop_assert_eq!(&parsed, &read(&text));
        for finding in &parsed.diagnostics {
            prop_assert!(text.get(finding.span.start..finding.span.end).is_some(), "{:?}", finding);
        }
        parsed.conversations.iter().for_each(reads_back);
    }

    #[test]
    fn nothing_is_lost(text in prop_oneof![document(), damaged()]) {
        let normal = normal(&text);
        let marked = |word: &&str| {
            let digits = word.strip_prefix('@').and_then(|word| word.strip_suffix('@'));
            digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
        };
        for word in text.split('"').filter(marked) {
            prop_assert!(normal.contains(word), "{word} of {text} is not in {normal}");
        }
    }

    #[test]
    fn a_cut_keeps_what_came_before(conversation in common::conversation(), pretty: bool) {
        let whole = if pretty { to_json_pretty(&conversation) } else { to_json(&conversation) };
        let messages = &read(&whole).conversations[0].messages;
        for (cut, _) in whole.char_indices().skip(1) {
            let part = read(&whole[..cut]);
            let complete = messages.iter().take_while(|message| message.span.end <= cut).count();
            prop_assert_eq!(part.conversations.len(), 1);
            prop_assert!(part.conversations[0].messages.len() >= complete);
            prop_assert_eq!(&part.conversations[0].messages[..complete], &messages[..complete]);
            let codes: Vec<Code> = part.diagnostics.iter().map(|finding| finding.code).collect();
            prop_assert_eq!(codes.iter().filter(|&&code| code == Code::TruncatedJson).count(), 1, "{}", &whole[..cut]);
            prop_assert!(!codes.contains(&Code::InvalidJson), "{}", &whole[..cut]);
        }
    }

    #[test]
    fn serde_json_agrees_on_what_is_valid(text in prop_oneof![soup(), damaged(), document(), common::json_text()]) {
        let valid = serde_json::Deserializer::from_str(&text).into_iter::<IgnoredAny>().all(|value| value.is_ok());
        let accepted = read(&text)
            .diagnostics
            .iter()
            .all(|finding| !matches!(finding.code, Code::InvalidJson | Code::TruncatedJson));
        prop_assert_eq!(accepted, valid, "{:?}", text);
    }
}

#[cfg(feature = "schema")]
mod schema {
    use super::*;

    fn validator() -> jsonschema::Validator {
        let schema = serde_json::from_str(&turnwise::json::canonical::schema()).expect("the schema is JSON");
        jsonschema::validator_for(&schema).expect("the schema is a schema")
    }

    proptest! {
        #[test]
        fn the_schema_describes_what_is_written(conversation in common::conversation()) {
            // Raw values may be more than the validator's own JSON holds.
            let written = to_json(&conversation).replace("\\ud800", "").replace("1e400", "1e40");
            let value = serde_json::from_str(&written).expect("it is JSON");
            let validator = validator();
            let errors: Vec<String> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
            prop_assert!(errors.is_empty(), "{written}: {errors:?}");
        }
    }

    #[test]
    fn the_schema_refuses_other_fields() {
        let validator = validator();
        let ok = |json: &str| validator.is_valid(&serde_json::from_str(json).expect("it is JSON"));
        assert!(ok(r#"{"messages":[{"role":"user","content":"hi"}]}"#));
        assert!(ok(r#"{"messages":[{"role":null,"content":null}]}"#));
        assert!(!ok(r#"{"messages":[{"role":"user","content":5}]}"#));
        assert!(!ok(r#"{"messages":[{"role":"user","contents":"hi"}]}"#));
        assert!(!ok(r#"{"messages":[{"role":"user","parts":[{"type":"picture"}]}]}"#));
        assert!(!ok(r#"{"id":"no messages"}"#));
    }
}

/// Whether a finding is about what is said, not about how it was read.
fn is_rule(finding: &Diagnostic) -> bool {
    const RULES: &[Code] = &[
        Code::NoAnswer,
        Code::NoQuestion,
        Code::MixedLabels,
        Code::SystemNotFirst,
        Code::OrphanToolResult,
        Code::TimestampsBackwards,
        Code::EmptyMessage,
        Code::RepeatedRole,
    ];
    RULES.contains(&finding.code)
}

/// The canonical form of each input, and the findings about its JSON.
#[track_caller]
fn check(json: &str, canonical: &str, expected: &[(&str, &str, &str)]) {
    assert_eq!(normal(json), canonical);
    let found = findings(json);
    let found: Vec<_> =
        found.iter().map(|(code, text, pointer)| (*code, text.as_str(), pointer.as_str())).collect();
    assert_eq!(found, expected);
}

#[test]
fn plain_messages_are_read_in_every_wrapping() {
    let one = r#"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}"#;
    for json in [
        r#"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}"#,
        r#"[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]"#,
        "{\"role\":\"user\",\"content\":\"a\"}\n{\"role\":\"assistant\",\"content\":\"b\"}\n",
        "\u{feff} {\n  \"messages\": [\n    {\"content\": \"a\", \"role\": \"user\"},\n {\"role\":\"assistant\",\"content\":\"\\u0062\"}]}",
    ] {
        check(json, one, &[]);
    }
    let two = "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}\n{\"messages\":[{\"role\":\"user\",\"content\":\"b\"}]}";
    check(two, two, &[]);
    check(&two.replace('\n', ""), two, &[]);
    check(&format!("[{}]", two.replace('\n', ",")), two, &[]);
}

#[test]
fn both_spellings_of_fields_are_read() {
    check(
        r#"{"id":19,"tool_definitions":[{"name":"n","strict":1.10}],"messages":[{"role":"assistant","content":null,"latency_ms":7,
            "usage":{"prompt_tokens":1,"completion_tokens":2},"tool_calls":[{"id":"c","name":"f","arguments":"{}"}]},
            {"role":"tool","content":"42","tool_call_id":"c"}]}"#,
        concat!(
            r#"{"id":"19","messages":[{"role":"assistant","content":null,"#,
            r#""parts":[{"type":"tool_call","id":"c","name":"f","arguments":"{}"}],"#,
            r#""usage":{"promptTokens":1,"completionTokens":2},"latencyMs":7,"#,
            r#""toolCalls":[{"id":"c","name":"f","arguments":"{}"}]},"#,
            r#"{"role":"tool","content":"42","toolCallId":"c"}],"toolDefinitions":[{"name":"n","extra":{"strict":1.10}}]}"#,
        ),
        &[],
    );
}

#[test]
fn fields_without_a_place_are_kept_as_written() {
    check(
        r#"{"messages":[{"role":"user","content":"a","x": {"b" : 1.10,"b":1E5} }],"id":"1","id":"2","agent":12345678901234567890}"#,
        concat!(
            r#"{"id":"1","messages":[{"role":"user","content":"a","extra":{"x":{"b" : 1.10,"b":1E5}}}],"#,
            r#""extra":{"id":"2","agent":12345678901234567890}}"#,
        ),
        &[
            ("unknown-field", r#""x""#, "/messages/0/x"),
            ("duplicate-key", r#""id""#, "/id"),
            ("unknown-field", r#""agent""#, "/agent"),
        ],
    );
}

#[test]
fn a_bad_message_takes_no_other_with_it() {
    check(
        r#"{"messages":[5,{"role":7,"content":{"a":1},"tokens":-1},{"role":"user","content":"b"}]}"#,
        concat!(
            r#"{"messages":[{"role":null,"parts":[{"type":"unknown","raw":5}]},"#,
            r#"{"role":null,"content":"","parts":[{"type":"json","raw":{"a":1}}],"extra":{"role":7,"tokens":-1}},{"role":"user","content":"b"}]}"#,
        ),
        &[
            ("wrong-type", "5", "/messages/0"),
            ("wrong-type", "7", "/messages/1/role"),
            ("wrong-type", "{", "/messages/1/content"),
            ("wrong-type", "-1", "/messages/1/tokens"),
        ],
    );
}

#[test]
fn the_word_for_a_role_is_kept() {
    check(
        r#"[{"role":"Human","content":"a"},{"role":"model","content":"b"},{"role":"critic","content":"c"},{"role":null,"content":"d"}]"#,
        concat!(
            r#"{"messages":[{"role":"user","label":"Human","content":"a"},{"role":"assistant","label":"model","content":"b"},"#,
            r#"{"role":"critic","content":"c"},{"role":null,"content":"d"}]}"#,
        ),
        &[("unknown-role", r#""critic""#, "/2/role")],
    );
}

#[test]
fn null_absent_and_empty_stay_apart() {
    let stable = concat!(
        r#"{"messages":[{"role":"user","content":null},{"role":"user"},{"role":"user","content":""},"#,
        r#"{"role":"user","content":"","parts":[]},{"role":"user","content":"a","extra":{"toolCalls":null}},"#,
        r#"{"role":"user","content":"a","extra":{"toolCalls":[]}}]}"#,
    );
    check(stable, stable, &[]);
    let input = stable.replace(r#""extra":{"toolCalls":null}"#, r#""toolCalls":null"#);
    check(&input.replace(r#""extra":{"toolCalls":[]}"#, r#""toolCalls":[]"#), stable, &[]);
}

#[test]
fn times_keep_their_offset_and_their_words() {
    for time in ["2025-01-20T14:30:00Z", "2025-01-20T14:30:00.250+02:00", "2025-01-20T23:59:60.000001-11:30"]
    {
        let json = format!(r#"{{"messages":[{{"role":"user","content":"a","timestamp":"{time}"}}]}}"#);
        check(&json, &json, &[]);
    }
    check(
        r#"[{"role":"user","content":"a","timestamp":"2025-01-20 14:30:00.000+00:00"},{"role":"user","content":"b","timestamp":"at noon"},
            {"role":"user","content":"c","timestamp":1737383400.25}]"#,
        concat!(
            r#"{"messages":[{"role":"user","content":"a","timestamp":"2025-01-20T14:30:00Z","time":"2025-01-20 14:30:00.000+00:00"},"#,
            r#"{"role":"user","content":"b","time":"at noon"},{"role":"user","content":"c","timestamp":"2025-01-20T14:30:00.250Z","time":"1737383400.25"}]}"#,
        ),
        &[("invalid-timestamp", r#""at noon""#, "/1/timestamp")],
    );
}

#[test]
fn parts_win_over_their_copies() {
    check(
        concat!(
            r#"[{"role":"assistant","parts":[{"type":"text","text":"a","cache":1},{"type":"tool_call","id":"1","name":"f"}],"#,
            r#""content":"other","toolCalls":[{"id":"2","name":"g"}],"toolCallId":"3"},"#,
            r#"{"role":"user","content":["b",{"type":"hologram","hologram":{"url":"u"}}]}]"#,
        ),
        concat!(
            r#"{"messages":[{"role":"assistant","content":"a","parts":[{"type":"text","text":"a","extra":{"cache":1}},{"type":"tool_call","id":"1","name":"f"}],"#,
            r#""toolCalls":[{"id":"1","name":"f"}],"#,
            r#""extra":{"content":"other","toolCalls":[{"id":"2","name":"g"}],"toolCallId":"3"}},"#,
            r#"{"role":"user","content":"b","parts":[{"type":"text","text":"b"},{"type":"unknown","raw":{"type":"hologram","hologram":{"url":"u"}}}]}]}"#,
        ),
        &[
            ("unknown-field", r#""cache""#, "/0/parts/0/cache"),
            ("unknown-part", r#"{"type":"hologram","hologram":{"url":"u"}}"#, "/1/content/1"),
        ],
    );
}

#[test]
fn half_a_character_is_reported_where_it_is_read() {
    check(
        r#"[{"role":"user","content":"a\ud83d","raw":"\ude00"}]"#,
        "{\"messages\":[{\"role\":\"user\",\"content\":\"a\u{fffd}\",\"extra\":{\"raw\":\"\\ude00\"}}]}",
        &[("lone-surrogate", r"\ud83d", "/0/content"), ("unknown-field", r#""raw""#, "/0/raw")],
    );
}

#[test]
fn small_slips_cost_nothing() {
    check(
        "{\"messages\":[{\"role\":\"user\" \"content\":\"a\tb\\x\",},{\"role\":\"assistant\",\"content\":\"c\",\"score\":NaN}",
        r#"{"messages":[{"role":"user","content":"a\tb\\x"},{"role":"assistant","content":"c","extra":{"score":"NaN"}}]}"#,
        &[
            ("invalid-json", "\"", "/messages/0"),
            ("invalid-json", "\t", "/messages/0/content"),
            ("invalid-json", "\\", "/messages/0/content"),
            ("invalid-json", ",", "/messages/0"),
            ("unknown-field", "\"score\"", "/messages/1/score"),
            ("invalid-json", "NaN", "/messages/1/score"),
            ("truncated-json", "", "/messages/1"),
        ],
    );
    check(
        "[{\"role\":\"user\",\"content\":\"a\"}\n{\"role\":\"assistant\",\"content\":\"b\"}]",
        r#"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}"#,
        &[("invalid-json", "{", "/0")],
    );
}

#[test]
fn what_cannot_be_read_is_kept_as_text() {
    check(
        "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"id\":1,role: 'user'}]}\n{\"messages\":[{\"role\":\"user\",\"content\":\"b\"}]}",
        "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":null,\"id\":\"1\"}],\"extra\":{\"unread\":\",role: 'user'}]}\"}}\n\
         {\"messages\":[{\"role\":\"user\",\"content\":\"b\"}]}",
        &[("invalid-json", "r", "/messages/1")],
    );
}

#[test]
fn a_line_that_is_cut_off_ends_there() {
    check(
        "{\"messages\":[{\"role\":\"user\",\"content\":\"a b\r\n{\"messages\":[{\"role\":\"user\",\"content\":\"c\"}]}",
        "{\"messages\":[{\"role\":\"user\",\"content\":\"a b\"}]}\n{\"messages\":[{\"role\":\"user\",\"content\":\"c\"}]}",
        &[("truncated-json", "", "/messages/0/content")],
    );
    let parsed = read("{\"messages\":[]}]\n?\n{\"messages\":[]}}");
    let owners: Vec<usize> =
        parsed.diagnostics.iter().filter(|f| !is_rule(f)).map(|f| f.conversation).collect();
    assert_eq!((parsed.conversations.len(), owners), (3, vec![1, 1, 2]), "{parsed:?}");
    // A log of messages goes on after a line that is none.
    check(
        "{\"role\":\"user\",\"content\":\"a\"}\n# note\n{\"role\":\"assistant\",\"content\":\"b\"}",
        r##"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}],"extra":{"unread":"# note"}}"##,
        &[("invalid-json", "#", "")],
    );
}

#[test]
fn json_that_is_no_conversation_is_kept_whole() {
    let other = r#"{"error":{"code":1.10},"extra":{"a":1},"messages":[1]}"#;
    check(other, &format!(r#"{{"messages":[],"extra":{other}}}"#), &[("unsupported-json", other, "")]);
    check("[1, 2]", r#"{"messages":[],"extra":{"value":[1, 2]}}"#, &[("unsupported-json", "[1, 2]", "")]);
    assert_eq!(read(other).format, None);
    assert_eq!(read(r#"{"messages":[]}"#).format, Some(Format::Canonical));
}

#[test]
fn json_is_told_from_text() {
    let confidence = |input: &str| {
        let found = turnwise::detect(input).into_iter().find(|found| found.format == Format::Canonical);
        found.map_or(0.0, |found| found.confidence)
    };
    for sure in [
        r#"{"messages":[]}"#,
        r#" [ {"content":"hi","role":"user"} ]"#,
        r#"{"messages":[{"role":"user","content":"cut o"#,
        r#"[null, {"messages":[{"role":"user"}]}]"#,
        r#"{"agentId":"a","content":"User: hi","messages":[{"role":"user","content":"hi"}]}"#,
    ] {
        assert!(confidence(sure) >= 0.9, "{sure}");
    }
    for json in [
        r#"{"error":"no"}"#,
        "[]",
        "{}",
        "[[1]]",
        r#"{"mess"#,
        r#"{"role":"admin","name":"Bo"}"#,
        "{\"a\":1}\n{\"a\":2}",
    ] {
        assert_eq!(turnwise::detect(json), [], "{json}");
    }
    for text in [
        "[User]: hi",
        "[12:03] User: hi",
        "{curly} prose",
        "[1] User: hi",
        "[\"Hi\", she said]",
        "[[wiki]] User: hi",
        "[",
        "{",
        "5",
        "\"User: hi\"",
        "[\"a\"]\nUser: hi",
        "{} User: hi\n".trim_start_matches("{}"),
        "null",
        "",
    ] {
        assert_eq!(confidence(text), 0.0, "{text}");
    }
}

#[test]
fn limits_bound_what_is_read() {
    let limited = |change: fn(&mut Limits), json: &str| {
        let mut limits = Limits::default();
        change(&mut limits);
        let parsed = Parser::new().format(Format::Canonical).limits(limits).parse(json);
        let codes: Vec<Code> = parsed.diagnostics.iter().filter(|f| !is_rule(f)).map(|f| f.code).collect();
        (to_json(&parsed.conversations[0]), codes)
    };
    let json = r#"{"messages":[{"role":"user","content":"a"},{"role":"user","content":"b"},5]}"#;
    let (kept, codes) = limited(|limits| limits.messages = 1, json);
    let beyond = r#"[{"role":"user","content":"b"},5]"#;
    assert_eq!(
        kept,
        format!(r#"{{"messages":[{{"role":"user","content":"a"}}],"extra":{{"messages":{beyond}}}}}"#)
    );
    assert_eq!(codes, [Code::TooManyMessages]);

    let json = r#"{"id":"1","prompt":"c","completion":"d"}"#;
    let (kept, codes) = limited(|limits| limits.messages = 1, json);
    let beyond = r#"[{"role":"assistant","content":"d"}]"#;
    assert_eq!(
        kept,
        format!(
            r#"{{"id":"1","messages":[{{"role":"user","content":"c"}}],"extra":{{"messages":{beyond}}}}}"#
        )
    );
    assert_eq!(codes, [Code::TooManyMessages], "messages that are fields");

    let result = r#"{"type":"tool_result","callId":"1","parts":[]}"#;
    let json = result.replace("[]", &format!("[{result}]"));
    let json = format!(r#"{{"messages":[{{"role":"tool","parts":[{json}]}}]}}"#);
    let (kept, codes) = limited(|limits| limits.depth = 6, &json);
    assert!(kept.contains(&format!(r#"{{"type":"unknown","raw":{result}}}"#)), "{kept}");
    assert_eq!(codes, [Code::TooDeep]);
    assert_eq!(limited(|limits| limits.depth = 8, &json).1, []);
}

/// Deep or endless values give an answer on a small stack, in time that grows with the input and no faster.
#[test]
fn nothing_is_too_deep_or_too_long() {
    let nested = |open: &str, close: &str, times: usize| {
        format!(
            r#"{{"messages":[{{"role":"user","content":"a","parts":{}{}}}]}}"#,
            open.repeat(times),
            close.repeat(times)
        )
    };
    let inputs = [
        "[".repeat(1_000_000),
        "{\"a\":".repeat(200_000),
        nested("[", "]", 500_000),
        nested(r#"[{"type":"tool_result","parts":"#, "}]", 50_000),
        nested(r#"[{"parts":"#, r#","type":"tool_result"}]"#, 2_000),
        format!(r#"[{{"role":"user","content":"{}"}}]"#, "x".repeat(10_000_000)),
        format!(r#"[{{"role":"user","content":"{}"}}]"#, r"\ud800".repeat(1_000_000)),
        format!("[{}", "1 ".repeat(1_000_000)),
        "]".repeat(1_000_000),
        "{\"role\":\"user\",\"content\":\n".repeat(100_000),
    ];
    let reading = move || {
        for input in &inputs {
            let parsed = read(input);
            assert!(parsed.diagnostics.len() <= Limits::default().diagnostics);
            parsed.conversations.iter().for_each(reads_back);
        }
    };
    std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(reading)
        .expect("a thread starts")
        .join()
        .expect("no panic");
}

#[test]
fn rules_have_a_pointer_too() {
    let parsed =
        read(r#"{"body":{"messages":[{"role":"user","content":"a"},{"role":"user","content":""}]}}"#);
    let found: Vec<_> = parsed.diagnostics.iter().map(|f| (f.code, f.pointer.as_deref())).collect();
    let second = Some("/body/messages/1");
    assert_eq!(found, [(Code::EmptyMessage, second), (Code::RepeatedRole, second), (Code::NoAnswer, second)]);
}
