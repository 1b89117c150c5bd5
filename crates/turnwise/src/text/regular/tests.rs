//! What is read at once is what the whole inference would say.

use proptest::{prelude::*, sample::select};

use super::Regular;
use crate::{
    Limits, Parser,
    text::read::{inferred, inferred_segments, read, segments},
};

/// Asserts that both readings are the same; gives whether there were two.
fn agrees(text: &str) -> bool {
    let parser = Parser::new();
    let regular = Regular::find(&parser, text).is_some();
    if regular {
        assert_eq!(segments(&parser, text), inferred_segments(&parser, text), "{text:?}");
        assert_eq!(read(&parser, text), inferred(&parser, text), "{text:?}");
        for messages in [0, 1, 2] {
            let parser = Parser::new().limits(Limits { messages, ..Limits::default() });
            assert_eq!(read(&parser, text), inferred(&parser, text), "{text:?}");
        }
    }
    regular
}

/// Lines of messages, in which nothing should be seen, and lines that are not so regular.
const QUIET: &[&str] = &[
    "words and words",
    "a receipt",
    "user is no trouble",
    "agents: two",
    "Summary: all",
    "see https://a.b/c?user=d",
    "https://a.b/c: d",
    "",
    "",
    "é",
    "(see below): a",
    "4711 a: b",
    "- item",
    "# Title",
    "*emphasis*",
    "\\begin{a}",
    "assistants",
    "userland: yes",
    "\u{200e}mark",
    "用户",
    "| a | b |",
    "=====",
    "> quoted",
    "  indented",
    "\t",
];
const LOUD: &[&str] = &[
    "```",
    "```rust",
    "~~~",
    "<note>",
    "</note>",
    "---",
    "***",
    "user: x",
    "User:",
    "User",
    "Assistant",
    "AI: x",
    "Ai: x",
    "Agent Smith: x",
    "Q: x",
    "\\User: x",
    "**User:** x",
    "## User",
    "- user: x",
    "> User: x",
    "  User: x",
    "System: x",
    "user:: x",
    "user:=x",
    "User : x",
    "User\u{a0}: x",
    "User：x",
    "User (gpt-4): x",
    "User 12:03: x",
    "x\r",
    "\r",
    "[12:03] User: x",
    "\u{feff}User: x",
    "Tool: x",
    "Speaker: x",
    "user says: x",
    "End user: x",
    "model: x",
    "user_id: 1",
];
const LABELS: &[&str] = &[
    "User",
    "Assistant",
    "Human",
    "AI",
    "user",
    "ai",
    "System",
    "Developer",
    "ASSISTANT",
    "Q",
    "客户",
    "bot",
];
const JOINERS: &[&str] = &["\n", "\n\n", "\n \n", "\n>\n", "\n\n\n", "\r\n", "\n---\n"];
const BEHIND: &[&str] =
    &[": ", ": ", ": ", ": ", ": ", ": ", ":", ":\t", ":  ", ": ```", ":\n", ":\u{a0}", "：", ": <a>"];

fn line() -> impl Strategy<Value = &'static str> {
    prop_oneof![30 => select(QUIET), 1 => select(LOUD)]
}

/// Two labels that mostly take turns, with one joiner in most cases; lines in which little is odd.
fn transcript() -> impl Strategy<Value = String> {
    let labels = (select(LABELS), select(LABELS));
    let message = (
        0..12_u8,
        0..40_u8,
        select(BEHIND),
        prop::collection::vec(line(), 1..5),
        select(JOINERS),
        any::<bool>(),
    );
    let messages = prop::collection::vec(message, 1..9);
    let first = prop_oneof![4 => Just(""), 1 => select(&["System: be brief", "\n", "Hello.\n", " ", "---\n", "\u{feff}"][..])];
    (labels, first, select(JOINERS), messages, select(&["", "\n", "\n\n", "\nAssistant:", " ", "\r"][..]))
        .prop_map(|((one, other), first, joiner, messages, end)| {
            let mut text = first.to_owned();
            if first.ends_with("brief") {
                text += joiner;
            }
            let count = messages.len();
            for (index, (repeats, odd, behind, lines, odd_joiner, usual)) in messages.into_iter().enumerate()
            {
                let first = (index % 2 == 0) != (repeats == 0);
                text += if first { one } else { other };
                text += if usual { ": " } else { behind };
                text += &lines.join("\n");
                if index.saturating_add(1) < count {
                    text += if odd == 0 { odd_joiner } else { joiner };
                }
            }
            text + end
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_readings_agree(text in transcript()) {
        agrees(&text);
    }
}

/// Documents of two or three messages, of every pair of labels and joiners, with every line in them.
#[test]
fn both_readings_agree_on_every_line() {
    let mut read = 0;
    for line in QUIET.iter().chain(LOUD) {
        for joiner in JOINERS {
            for [one, other] in
                [["User", "Assistant"], ["human", "ai"], ["AI", "Customer"], ["User", "agent"]]
            {
                for text in [
                    format!("{one}: a\n{line}{joiner}{other}: b"),
                    format!("{one}: {line}{joiner}{other}: b{joiner}{one}: {line}\n"),
                    format!("{one}: a{joiner}{other}: b\n{line}\n{joiner}{one}: c\n{line}{joiner}{other}:"),
                    format!("System: {line}\n{line}{joiner}{one}: a{joiner}{other}: b\n{line}\n"),
                ] {
                    read += usize::from(agrees(&text));
                }
            }
        }
    }
    // Most quiet lines between joiners that are a line end or a blank line.
    assert!(read > 1000, "{read}");
}

#[test]
fn both_readings_agree_on_the_cases() {
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata"))];
    let mut read = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else if let Ok(text) = std::fs::read_to_string(entry.path()) {
                read += usize::from(agrees(&text));
            }
        }
    }
    assert!(read > 5, "{read}");
}

#[test]
fn what_is_regular() {
    for text in [
        "User: a\nAI: b",
        "Human: a\n\nAssistant: b\n\nHuman: c\nd: e\n\n\n\nAssistant: f\n",
        "System: be brief\nuser: a\nassistant: ```\nuser: b\n```\n",
    ] {
        assert_eq!(Regular::find(&Parser::new(), text).is_some(), !text.starts_with("System"), "{text}");
        agrees(text);
    }
    assert!(agrees("System: be brief\nUser: a\nAssistant: ```\nlet a: u8;\n```\nUser: b\n"));
}
