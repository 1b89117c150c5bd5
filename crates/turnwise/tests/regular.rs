//! Conversations that are copied without a model: the same bytes as by reading and writing, and nothing to find.

#![allow(clippy::expect_used)]

use proptest::{collection::vec, prelude::*, sample::select};
use turnwise::{Limits, Parser};

mod promises;

const ROLES: &[&str] =
    &["user", "assistant", "user", "assistant", "tool", "system", "developer", "function", "User"];

/// Texts between their quotes, in all the ways in which one can be written.
const TEXTS: &[&str] = &[
    "hi",
    "a\\nb",
    "say \\\"so\\\"",
    "c\\\\d",
    "\\t",
    " ",
    "",
    "\\u00e9",
    "a\\/b",
    "\\u001f",
    "\\ud83d\\ude00",
    "\\ud800",
    "é😀",
    "a long text that goes on and on, well beyond one step of the scanner \\n and more",
    "\\x",
    "a\nb",
    "\u{2003}",
    "\\u2003x",
];

const TIMES: &[&str] = &[
    "2025-01-20T14:30:00Z",
    "2025-01-20T14:30:00+00:00",
    "2025-01-20T14:30:00.120Z",
    "2024-01-20T14:30:60Z",
    "2025-01-20 14:30:00Z",
    "2025-01-20T14:30:00",
    "now",
];

const ARGUMENTS: &[&str] = &["{}", "{\\\"a\\\": 1}", "{\\\"a\\\":", "", "\\\"{}\\\"", " [1]", "\\u007b}"];

/// Members that few messages have; some of them take the usual way.
const RARE: &[&str] = &[
    r#""model":"m""#,
    r#""tokens":12"#,
    r#""tokens":1.5"#,
    r#""tokens":"12""#,
    r#""id":"m1""#,
    r#""id":7"#,
    r#""metadata":{"a": [1, {"b": 2}] , "\u0062":null}"#,
    r#""metadata":{}"#,
    r#""refusal":null"#,
    r#""unheard":1"#,
    r#""content":"again""#,
    r#""name":"again""#,
    r#""tool_calls":[]"#,
    r#""type":"message""#,
    r#""parts":[]"#,
    r#""role":"user""#,
    r#""toolCallId":"c1""#,
];

fn text() -> impl Strategy<Value = String> {
    vec(select(TEXTS), 1..3).prop_map(|texts| format!("\"{}\"", texts.concat()))
}

fn call() -> impl Strategy<Value = String> {
    let shapes = &[
        r#"{"id":"ID","type":"function","function":{"name":"look","arguments":"@"}}"#,
        r#"{"id":"ID","type":"function","function":{"name":"look","arguments":"@"}}"#,
        r#"{"function":{"arguments":"@","name":"\u006c"},"id":"ID"}"#,
        r#"{"type":"function","function":{"arguments":"@","name":"l"}}"#,
        r#"{"id":"ID","type":"custom","function":{"name":"look","arguments":"@"}}"#,
        r#"{"id":"ID","type":"function","function":{"name":"look","arguments":{"a":1}}}"#,
        r#"{"id":"ID","name":"look","arguments":"@"}"#,
        r#"{"id":"ID","index":0,"type":"function","function":{"name":"look","arguments":"@"}}"#,
        r#"{"id":"ID","function":{"name":"look","arguments":"@"},"function":{}}"#,
    ][..];
    (select(shapes), select(ARGUMENTS), 0..3_u8)
        .prop_map(|(shape, arguments, id)| shape.replace('@', arguments).replace("ID", &format!("c{id}")))
}

/// Members of a message in any order, most of them as they usually are.
fn message() -> impl Strategy<Value = Vec<String>> {
    let content = prop_oneof![8 => text(), 1 => Just("null".to_owned()), 1 => Just("[]".to_owned())];
    let rarely = |strategy: BoxedStrategy<String>| prop::option::weighted(0.2, strategy);
    let calls = vec(call(), 1..3).prop_map(|calls| format!("\"tool_calls\":[{}]", calls.join(",")));
    (
        select(ROLES).prop_map(|role| format!("\"role\":\"{role}\"")),
        prop::option::weighted(0.9, content.prop_map(|content| format!("\"content\":{content}"))),
        rarely(text().prop_map(|name| format!("\"name\":{name}")).boxed()),
        rarely(select(TIMES).prop_map(|time| format!("\"timestamp\":\"{time}\"")).boxed()),
        rarely(calls.boxed()),
        rarely((0..3_u8).prop_map(|id| format!("\"tool_call_id\":\"c{id}\"")).boxed()),
        prop::option::weighted(0.1, select(RARE).prop_map(str::to_owned)),
    )
        .prop_map(|(role, content, name, time, calls, id, rare)| {
            [Some(role), content, name, time, calls, id, rare].into_iter().flatten().collect::<Vec<_>>()
        })
        .prop_shuffle()
}

/// A document of such messages, in the wrappings that are copied and in some that are not.
fn document() -> impl Strategy<Value = String> {
    let shapes = &[
        "[@]",
        "{\"messages\":[@]}",
        "{\"messages\":[@]}",
        " {\"id\":\"c\",\"messages\":[@]}\n",
        "{\"messages\":[@],\"status\":\"done\",\"title\":\"\\u0054\"}",
        "{\"metadata\":{\"k\":\"v\", \"n\" : 1.10},\"messages\":[@]}",
        "{\"messages\":[@],\"metadata\":{}}",
        "{\"messages\":[@],\"model\":\"m\"}",
        "{\"messages\":[@]}{}",
        "{\"messages\":[@]",
        "{\"messages\":[@],\"messages\":[]}",
        "{\"id\":1,\"messages\":[@]}",
        "[@],",
        "\u{FEFF}[@]",
        "{\"metadata\":{\"k\":\n[1,\n2]},\"messages\":[@]}",
    ][..];
    let separator = select(&[",", ", ", " ,\n"][..]);
    (select(shapes), vec(message(), 0..6), separator).prop_map(|(shape, messages, separator)| {
        let messages: Vec<String> =
            messages.iter().map(|members| format!("{{{}}}", members.join(separator))).collect();
        shape.replace('@', &messages.join(separator))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_copy_is_what_would_be_read(document in document()) {
        promises::copies(document.as_bytes());
    }
}

#[test]
fn what_is_plain_is_copied() {
    for plain in [
        r#"[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]"#,
        r#"{"messages": [{"content": "\u00e9\n", "role": "user", "name": "Ann", "timestamp": "2025-01-20T14:30:00+01:00"},
            {"role": "assistant", "content": "b", "model": "m", "tokens": 3, "id": "m2", "metadata": {"a": 1}}], "id": "c1"}"#,
        r#"{"messages":[{"role":"system","content":"s"},{"role":"user","content":"q"},
            {"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},
            {"role":"tool","tool_call_id":"1","name":"f","content":""},
            {"role":"assistant","content":"so","tool_calls":[{"id":"2","type":"function","function":{"name":"g","arguments":""}}]}]}"#,
    ] {
        assert!(promises::copies(plain.as_bytes()), "{plain}");
    }
}

#[test]
fn limits_hold() {
    let document = br#"[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]"#;
    let copied = |change: fn(&mut Limits)| {
        let mut limits = Limits::default();
        change(&mut limits);
        Parser::new().limits(limits).copy_regular(document, &mut Vec::new())
    };
    assert!(copied(|_| ()));
    assert!(copied(|limits| limits.messages = 2));
    assert!(!copied(|limits| limits.messages = 1));
    assert!(!copied(|limits| limits.depth = 1));
    assert!(!copied(|limits| limits.input_bytes = 20));
}
