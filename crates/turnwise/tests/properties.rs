//! The promises, for text and conversations that nobody thought of.

use proptest::{prelude::*, sample::select};
use turnwise::{Format, Parser, Role};

mod common;
mod promises;

/// What transcripts are made of, and what is in the way of reading them.
const FRAGMENTS: &[&str] = &[
    "User: ",
    "User:",
    "Assistant: ",
    "AI: ",
    "Human: ",
    "Customer: ",
    "Agent: ",
    "System: ",
    "tool: ",
    "Ann: ",
    "Bo Lee: ",
    "Q: ",
    "A: ",
    "Note: ",
    "user",
    ":",
    "：",
    " : ",
    "\n",
    "\n",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "\n> ",
    "> ",
    "\n    ",
    "\t",
    " ",
    "```",
    "\n```\n",
    "\n```rust\n",
    "\n~~~\n",
    "~~~~",
    "**",
    "**User:** ",
    "## ",
    "### Human:\n",
    "[USER] ",
    "[00:01:05] ",
    "(12:03)",
    " (gpt-4o): ",
    "1. ",
    "2. [user] ",
    "---\n",
    "\n---\n\n",
    "\\",
    "\\User: ",
    "\u{feff}",
    "\u{200e}",
    "\u{202b}",
    "\u{a0}",
    "\u{202f}",
    "\u{2028}",
    "\u{0}",
    "👤 ",
    "用户：",
    "é",
    "e\u{301}",
    "words and words",
    "https://example.org/a?b=c",
    "{\"user\": \"x\"}",
    "[{",
    "\"role\":",
    "}]",
    "WEBVTT\n\n",
    "00:00:01.000 --> 00:00:02.000\n",
    "<v Ann>",
    "<|im_start|>user\n",
    "<|im_end|>",
    "You said:\n",
    "2025-03-04T09:00:00Z ",
    "25:61 ",
    "None",
];

fn text() -> impl Strategy<Value = String> {
    let fragment = prop_oneof![8 => select(FRAGMENTS).prop_map(str::to_owned), 1 => any::<String>()];
    prop::collection::vec(fragment, 0..40).prop_map(|fragments| fragments.concat())
}

/// Lines that mostly begin with a label, so that inference has something to decide.
fn transcript() -> impl Strategy<Value = String> {
    const STARTS: &[&str] =
        &["User: ", "Assistant: ", "AI: ", "Human: ", "Ann: ", "Note: ", "", "", "```", "> "];
    let line = (select(STARTS), "[a-z :.]{0,20}", select(&["\n", "\n", "\n", "\n\n", "\r\n"][..]));
    let lines = prop::collection::vec(line, 0..30);
    lines
        .prop_map(|lines| lines.into_iter().map(|(start, body, end)| format!("{start}{body}{end}")).collect())
}

proptest! {
    /// No text panics, segments tile it, messages are cut from it, and reading twice gives the same.
    #[test]
    fn any_text_reads_without_loss(text in prop_oneof![text(), transcript()]) {
        promises::read_text(&Parser::new().format(Format::Text), &text);
        promises::read_text(&Parser::new().format(Format::Text).strict(true), &text);
        promises::read_text(&Parser::new().format(Format::Text).label("Note", Role::Tool), &text);
    }

    /// The same where the format is found out, whatever the bytes.
    #[test]
    fn any_bytes_read(bytes in prop_oneof![
        text().prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..200),
    ]) {
        let parsed = Parser::new().parse_bytes(&bytes);
        prop_assert_eq!(&parsed, &Parser::new().parse_bytes(&bytes));
        for conversation in &parsed.conversations {
            promises::canonical(conversation);
        }
    }

    /// Every format that claims a text gives segments that tile it.
    #[test]
    fn whatever_claims_a_text_tiles_it(text in prop_oneof![text(), transcript()]) {
        let parser = Parser::new();
        if parser.parse(&text).format.is_some_and(|format| format != Format::Canonical) {
            promises::read_text(&parser, &text);
        }
    }

    /// Text written by the library reads back.
    #[test]
    fn text_reads_back(conversation in common::conversation()) {
        promises::text(&conversation);
    }

    /// Text read from anywhere, written and read again: nothing changes that the writer did not report.
    #[test]
    fn what_was_read_can_be_written(text in prop_oneof![text(), transcript()]) {
        for conversation in &Parser::new().format(Format::Text).parse(&text).conversations {
            promises::text(conversation);
            promises::canonical(conversation);
        }
    }

    /// Canonical JSON written by the library reads back, and is the same bytes when written again.
    #[test]
    fn canonical_json_is_stable(conversation in common::conversation()) {
        promises::canonical(&conversation);
    }
}
