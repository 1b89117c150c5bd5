//! Conversations that are copied without a model: the same bytes as by reading and writing, and nothing to find.

use proptest::{collection::vec, option, prelude::*, sample::select};
use turnwise::{Format, Limits, Parser};

mod promises;

/// Texts between their quotes, in many of the ways in which one can be written.
const TEXTS: &[&str] = &[
    "hi",
    "a\\nb",
    "say \\\"so\\\"",
    "c\\\\d \\t",
    "\\u00e9",
    "a\\/b",
    "\\u001f",
    "\\ud83d\\ude00",
    "é😀",
    "a long text that goes on and on, well beyond one step of the scanner \\n and more",
    "\\u2003x",
];

/// Members that a message may have besides, none of which keeps it from being copied.
const BESIDE: &[&str] = &[
    r#""timestamp":"2025-01-20T14:30:00Z""#,
    r#""timestamp":"2025-01-20T14:30:00+00:00""#,
    r#""timestamp":"2025-01-20T15:30:00.0+01:00""#,
    r#""model":"m""#,
    r#""tokens":12"#,
    r#""id":"m1""#,
    r#""metadata":{"a": [1, {"b": 2}] , "\u0062":null}"#,
];

/// Members that take the usual way, or are there already.
const ODD: &[&str] = &[
    r#""timestamp":"2024-01-20T14:30:60Z""#,
    r#""timestamp":"2025-01-20 14:30:00Z""#,
    r#""timestamp":"2025-01-20T14:30:00""#,
    r#""timestamp":"now""#,
    r#""content":"again""#,
    r#""content":"""#,
    r#""content":null"#,
    r#""content":" \n\u2003""#,
    r#""content":"\ud800""#,
    r#""content":"\x""#,
    r#""content":["a"]"#,
    r#""name":"Ann""#,
    r#""role":"user""#,
    r#""role":"system""#,
    r#""role":"function""#,
    r#""role":"User""#,
    r#""role":"tool""#,
    r#""tokens":1.5"#,
    r#""tokens":"12""#,
    r#""id":7"#,
    r#""metadata":{}"#,
    r#""refusal":null"#,
    r#""unheard":1"#,
    r#""type":"message""#,
    r#""parts":[]"#,
    r#""toolCallId":"c0""#,
    r#""tool_call_id":"c0""#,
    r#""tool_call_id":"c1""#,
    r#""tool_calls":[]"#,
    r#""tool_calls":[{"id":"c1","type":"custom","function":{"name":"look","arguments":"{}"}}]"#,
    r#""tool_calls":[{"id":"c1","type":"function","function":{"name":"look","arguments":{"a":1}}}]"#,
    r#""tool_calls":[{"id":"c1","type":"function","function":{"name":"look","arguments":"{\"a\":"}}]"#,
    r#""tool_calls":[{"id":"c1","type":"function","function":{"name":"look","arguments":"\"{}\""}}]"#,
    r#""tool_calls":[{"id":"c1","index":0,"function":{"name":"look","arguments":"{}"}}]"#,
    r#""tool_calls":[{"id":"c1","function":{"name":"look","arguments":"{}"},"function":{}}]"#,
    r#""tool_calls":[{"id":"c1","name":"look","arguments":"{}"}]"#,
];

type Members = Vec<String>;

fn content() -> impl Strategy<Value = String> {
    vec(select(TEXTS), 1..3).prop_map(|texts| format!("\"content\":\"{}\"", texts.concat()))
}

/// A message of these members and perhaps one more, in any order.
fn message(members: impl Strategy<Value = Members>) -> impl Strategy<Value = Members> {
    let beside = option::weighted(0.2, select(BESIDE));
    let all = (members, beside).prop_map(|(members, beside)| {
        members.into_iter().chain(beside.map(str::to_owned)).collect::<Members>()
    });
    all.prop_shuffle()
}

fn said(role: &'static str) -> impl Strategy<Value = Members> {
    let name = option::weighted(0.1, Just("\"name\":\"\\u0041nn\"".to_owned()));
    message((content(), name).prop_map(move |(content, name)| {
        [format!("\"role\":\"{role}\""), content].into_iter().chain(name).collect()
    }))
}

/// A call of a tool, and its answer.
fn called() -> impl Strategy<Value = [Members; 2]> {
    let shapes = &[
        r#"{"id":"c0","type":"function","function":{"name":"look","arguments":"@"}}"#,
        r#"{"function":{"arguments":"@","name":"\u006c"},"id":"c0"}"#,
        r#"{"type":"function","function":{"arguments":"@","name":"l"}},{"id":"c0","function":{"name":"l","arguments":""}}"#,
    ][..];
    let arguments = select(&["{}", "{\\\"a\\\": 1}", "", " [1]", "\\u007b}"][..]);
    let calls = (select(shapes), arguments)
        .prop_map(|(shape, arguments)| format!("\"tool_calls\":[{}]", shape.replace('@', arguments)));
    let text = prop_oneof![
        Just(None),
        Just(Some("\"content\":null".to_owned())),
        Just(Some("\"content\":\"\"".to_owned())),
        content().prop_map(Some)
    ];
    let call = (calls, text).prop_map(|(calls, text)| {
        ["\"role\":\"assistant\"".to_owned(), calls].into_iter().chain(text).collect::<Members>()
    });
    let name = option::of(Just("\"name\":\"look\"".to_owned()));
    let answer =
        (prop_oneof![content(), Just("\"content\":\"\"".to_owned())], name).prop_map(|(content, name)| {
            ["\"role\":\"tool\"".to_owned(), "\"tool_call_id\":\"c0\"".to_owned(), content]
                .into_iter()
                .chain(name)
                .collect::<Members>()
        });
    [message(call.boxed()), message(answer.boxed())]
}

/// Messages that are copied, but for half of the times one of them, which gets something odd.
fn messages() -> impl Strategy<Value = Vec<Members>> {
    let turn = (said("user"), option::weighted(0.4, called()), said("assistant"));
    let turns = (option::weighted(0.3, said("system")), vec(turn, 1..4)).prop_map(|(system, turns)| {
        let turns = turns.into_iter().flat_map(|(asked, called, answered)| {
            [asked].into_iter().chain(called.into_iter().flatten()).chain([answered])
        });
        system.into_iter().chain(turns).collect::<Vec<_>>()
    });
    let odd = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<bool>(), select(ODD));
    (turns, option::of(odd)).prop_map(|(mut messages, odd)| {
        if let Some((message, member, replaces, odd)) = odd {
            let message = message.get_mut(&mut messages);
            if replaces {
                *member.get_mut(message) = odd.to_owned();
            } else {
                message.push(odd.to_owned());
            }
        }
        messages
    })
}

/// A document of such messages, in the wrappings that are copied and in some that are not.
fn document() -> impl Strategy<Value = String> {
    let copied = &[
        "[@]",
        "{\"messages\":[@]}",
        " {\"id\":\"c\",\"messages\":[@]}\n",
        "{\"messages\":[@],\"status\":\"done\",\"title\":\"\\u0054\"}",
        "{\"metadata\":{\"k\":\"v\", \"n\" : 1.10},\"messages\":[@]}",
        "{\"metadata\":{\"k\":\n[1,\n2]},\"messages\":[@],\"id\":\"c\"}",
        "\u{FEFF}[@]",
    ][..];
    let others = &[
        "{\"messages\":[@],\"metadata\":{}}",
        "{\"messages\":[@],\"model\":\"m\"}",
        "{\"messages\":[@]}{}",
        "{\"messages\":[@]",
        "{\"messages\":[@],\"messages\":[]}",
        "{\"id\":1,\"messages\":[@]}",
        "[@],",
        "[@]]",
    ][..];
    let shape = prop_oneof![4 => select(copied), 1 => select(others)];
    let separator = select(&[",", ", ", " ,\n"][..]);
    (shape, messages(), separator).prop_map(|(shape, messages, separator)| {
        let messages = messages.iter().map(|members| format!("{{{}}}", members.join(separator)));
        shape.replace('@', &messages.collect::<Vec<_>>().join(separator))
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
    // What is found counts, whether it is told or not.
    let mut silent = Limits::default();
    silent.diagnostics = 0;
    let parser = Parser::new().limits(silent);
    let lone = br#"[{"role":"user","content":"a\ud800"},{"role":"assistant","content":"b"}]"#;
    assert!(!parser.copy_regular(lone, &mut Vec::new()));
}

/// Whether messages that stand between a question and an answer are copied; that is never another text than is read.
fn between(messages: &[&str]) -> bool {
    let [asked, answered] = [r#"{"role":"user","content":"q"}"#, r#"{"role":"assistant","content":"so"}"#];
    promises::copies(format!("[{}]", [&[asked], messages, &[answered]].concat().join(",")).as_bytes())
}

#[test]
fn what_goes_on_as_it_should_is_copied() {
    let call = r#"{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f","arguments":"{}"}}]}"#;
    let answer = r#"{"role":"tool","tool_call_id":"1","content":"x"}"#;
    for messages in [
        &[][..],
        &[r#"{"role":"user","name":"Ann","content":"a"}"#],
        &[r#"{"role":"assistant","content":"\u0061"}"#, call, answer],
        &[
            r#"{"role":"assistant","content":"\n a","timestamp":"2025-01-20T14:30:00Z"}"#,
            r#"{"role":"user","content":"b","timestamp":"2025-01-20T14:30:00Z"}"#,
        ],
    ] {
        assert!(between(messages), "{messages:?}");
    }
    let around = r#"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}],"id":"c","title":"t","status":"done","metadata":{"a":1}}"#;
    assert!(promises::copies(around.as_bytes()));
}

#[test]
fn what_is_odd_is_not_copied() {
    let call = r#"{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f","arguments":"{}"}}]}"#;
    for messages in [
        &[r#"{"role":"user","content":"a"}"#][..],
        &[r#"{"role":"assistant","content":" "}"#, r#"{"role":"user","content":"b"}"#],
        &[r#"{"role":"assistant","content":"\n"}"#, r#"{"role":"user","content":"b"}"#],
        &[r#"{"role":"assistant","content":"a","tokens":1.5}"#, r#"{"role":"user","content":"b"}"#],
        &[
            r#"{"role":"assistant","content":"a","tokens":12345678901234567890}"#,
            r#"{"role":"user","content":"b"}"#,
        ],
        &[
            r#"{"role":"assistant","content":"a","timestamp":"2025-01-20T14:30:01Z"}"#,
            r#"{"role":"user","content":"b","timestamp":"2025-01-20T14:30:00Z"}"#,
        ],
        &[r#"{"role":xassistant","content":"a"}"#, r#"{"role":"user","content":"b"}"#],
        &[call, r#"{"role":"tool","tool_call_id":"2","content":"x"}"#],
        &[call, r#"{"role":"user","tool_call_id":"1","content":"x"}"#],
        &[r#"{"role":"assistant","tool_calls":x{"id":"1","function":{"name":"f","arguments":"{}"}}]}"#],
        &[
            r#"{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f","arguments":"{}"},"function":{}}]}"#,
        ],
        &[
            r#"{"role":"assistant","tool_calls":[{"id":"1","type":"custom","function":{"name":"f","arguments":"{}"}}]}"#,
        ],
        &[r#"{"role":"assistant","tool_calls":[{"id":"1","function":{"arguments":"{}"}}]}"#],
        &[r#"{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f","arguments":{}}}]}"#],
    ] {
        assert!(!between(messages), "{messages:?}");
    }
    for alone in [r#"[{"role":"user","content":"a"}]"#, r#"[{"role":"assistant","content":"a"}]"#] {
        assert!(!promises::copies(alone.as_bytes()), "{alone}");
    }
}

#[test]
fn a_format_that_is_not_json_is_not_copied() {
    let input = br#"[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]"#;
    for (format, copied) in [(Format::OpenAiChat, true), (Format::Canonical, true), (Format::Text, false)] {
        let parser = Parser::new().format(format);
        assert_eq!(parser.copy_regular(input, &mut Vec::new()), copied, "{format:?}");
    }
}
