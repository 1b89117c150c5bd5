//! The canonical form: what is written reads back, what is read is kept, and what is broken is read as far as it goes.

#![allow(clippy::expect_used)]

use proptest::{collection::vec, prelude::*, sample::select};
use serde::de::IgnoredAny;
use turnwise::{
    Code, Conversation, Diagnostic, Format, Limits, Parsed, Parser, Span,
    json::canonical::{to_json, to_json_pretty},
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
    let of_json = parsed.diagnostics.iter().filter(|finding| finding.pointer.is_some());
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

/// Documents of known fields with all kinds of values.
fn document() -> impl Strategy<Value = String> {
    const KEYS: &[&str] = &[
        "role", "role", "content", "content", "parts", "timestamp", "time", "model", "tokens", "usage", "latencyMs",
        "tool_calls", "toolCalls", "toolCallId", "id", "parent", "metadata", "extra", "name", "label", "messages", "type",
        "text", "raw", "kind", "arguments", "callId", "isError", "signature", "promptTokens", "title", "toolDefinitions",
    ];
    const VALUES: &[&str] = &[
        "null", "true", "7", "-1", "1.10", "\"\"", "\"user\"", "\"Human\"", "\"text\"", "\"tool_call\"", "\"tool_result\"",
        "\"reasoning\"", "\"media\"", "\"unknown\"", "\"refusal\"", "\"2025-01-20T14:30:00Z\"", "\"2025-01-20 14:30:00.5-00:00\"",
        "\"2025-01-20T14:30:60.12345678901+02:00\"", "\"yesterday\"", "\"\\ud800x\"", "[]", "{}", "[null]",
    ];
    let value = select(VALUES).prop_map(str::to_owned).prop_recursive(5, 40, 5, |inner| {
        let member = (select(KEYS), inner.clone()).prop_map(|(key, value)| format!("\"{key}\":{value}"));
        let object = vec(member, 0..6).prop_map(|members| format!("{{{}}}", members.join(",")));
        prop_oneof![2 => object, 1 => vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(",")))]
    });
    let message = vec((select(KEYS), value.clone()), 0..6).prop_map(|members| {
        let members = members.into_iter().map(|(key, value)| format!(",\"{key}\":{value}")).collect::<String>();
        format!("{{\"role\":\"user\"{members}}}")
    });
    let wrapped = vec(message, 0..4).prop_map(|messages| format!("{{\"messages\":[{}]}}", messages.join(",")));
    prop_oneof![1 => value, 3 => wrapped]
}

/// Text that is nearly JSON.
fn soup() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "{", "}", "[", "]", ",", ":", " ", "\n", "\n{", "\n[", "\"a\"", "\"a\":", "\"messages\":[", "{\"role\":\"user\",", "\"content\":\"hi\"}",
        "1", "-", "0", ".5", "e+", "true", "nul", "NaN", "\"", "\\", "\\u00", "\\ud83d", "\"\\n\"", "\"\\x\"", "\t", "\u{1}", "é", "'", "/",
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

#[test]
fn debug_soup() {
    let _ = Limits::default();
    let _ = findings("");
    let _ = normal("");
}
