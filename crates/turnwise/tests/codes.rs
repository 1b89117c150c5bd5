//! The table of codes: names and sentences in one style, and no row that nothing produces.

#![allow(clippy::arithmetic_side_effects, clippy::expect_used, clippy::indexing_slicing, clippy::unwrap_used)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use turnwise::{CODES, Code, Conversation, Format, Limits, Message, Parser, Role};

/// Codes that no file under `testdata` produces: why not, and the test that produces them instead.
const ELSEWHERE: &[(Code, &str, (&str, &str))] = &[
    (Code::InputTooLarge, "needs a limit, which files cannot set", (LIMITS, "input_bytes")),
    (Code::TooManyMessages, "needs a limit, which files cannot set", (LIMITS, "messages")),
    (
        Code::LineTooLong,
        "needs a limit, which files cannot set",
        (LIMITS, "a_line_of_text_that_is_too_long_begins_no_message"),
    ),
    (
        Code::MissingField,
        "belongs to the command's --field",
        ("turnwise-cli/tests/cli/lines.rs", "envelopes"),
    ),
    (Code::NotRepresentable, "comes from writing", (HERE, "what_does_not_fit_is_told")),
    (Code::ChangedInWriting, "comes from writing", ("turnwise/tests/writers.rs", "what_changes_is_told")),
    (Code::RoleReworded, "comes from writing", ("turnwise/tests/writers.rs", "what_changes_is_told")),
];

/// This file and the one for limits, as seen from the folder of the crates.
const HERE: &str = "turnwise/tests/codes.rs";
const LIMITS: &str = "turnwise/tests/limits.rs";

#[test]
fn names_are_unique_kebab_case() {
    let names: BTreeSet<&str> = CODES.iter().map(|row| row.slug).collect();
    assert_eq!(names.len(), CODES.len(), "a name stands twice");
    for name in names {
        let word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
        assert!(name.split('-').all(|part| word(part) || part == "utf8"), "{name}");
        assert_eq!(Code::from_slug(name).map(Code::slug), Some(name));
    }
}

#[test]
fn sentences_are_there_and_in_one_style() {
    for row in CODES {
        for text in [row.message, row.help] {
            assert!(!text.trim().is_empty(), "{}", row.slug);
            assert!(!text.ends_with('.'), "{}: {text:?} goes on in a line", row.slug);
        }
        assert!(row.explanation.ends_with('.'), "{}: whole sentences explain", row.slug);
        for text in [row.message, row.help, row.explanation] {
            assert_eq!(text, text.trim(), "{}", row.slug);
        }
        assert_eq!(row.code.info().slug, row.slug, "the row of the code");
    }
}

#[test]
fn summaries_leave_out_what_is_filled_in() {
    assert_eq!(Code::UnknownRole.info().summary(), "`…` is no known role");
    for row in CODES {
        assert_eq!(row.summary().matches('…').count(), row.message.matches('{').count(), "{}", row.slug);
        assert!(!row.summary().contains(['{', '}']), "{}", row.slug);
    }
}

#[test]
fn every_code_is_produced_by_a_case() {
    let mut findings = String::new();
    expectations(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata"), &mut findings);
    let mut wrong = Vec::new();
    for row in CODES {
        let produced = findings.contains(&format!("[{}] ", row.slug));
        match ELSEWHERE.iter().find(|(code, ..)| *code == row.code) {
            None if !produced => wrong.push(format!("no case produces {}", row.slug)),
            Some((_, reason, _)) if produced => wrong.push(format!("{} is listed as {reason:?}", row.slug)),
            _ => {}
        }
    }
    assert_eq!(wrong, [] as [String; 0]);
}

#[test]
fn tests_elsewhere_are_where_they_are_said_to_be() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for (code, _, (file, test)) in ELSEWHERE {
        let text = fs::read_to_string(crates.join(file)).unwrap();
        let (_, rest) = text.split_once(&format!("fn {test}()")).expect("the test");
        let body = rest.split("\n}").next().unwrap();
        assert!(
            body.contains(&format!("{code:?}")) || body.contains(code.slug()),
            "{test} is about {code:?}"
        );
    }
}

#[test]
fn findings_past_the_limit_are_counted_and_the_gravest_are_kept() {
    let input = "AI: a\nAI:\nAI: c\nAI: d";
    let all = Parser::new().parse(input);
    let worst = all.diagnostics.iter().map(|finding| finding.severity).max().unwrap();
    for limit in 1..all.diagnostics.len() {
        let mut limits = Limits::default();
        limits.diagnostics = limit;
        let parsed = Parser::new().limits(limits).parse(input);
        assert_eq!((parsed.diagnostics.len(), parsed.omitted), (limit, all.diagnostics.len() - limit));
        assert_eq!(parsed.diagnostics.iter().map(|finding| finding.severity).max(), Some(worst));
    }
}

#[test]
fn what_does_not_fit_is_told() {
    let mut conversation = Conversation { title: Some("A title".into()), ..Conversation::default() };
    conversation.messages.push(Message::new(Role::User, "hi"));
    let written = turnwise::write(&conversation, Format::Text).expect("text can be written");
    assert_eq!(written.text, "User: hi");
    let codes: Vec<Code> = written.diagnostics.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, [Code::NotRepresentable]);
    assert_eq!(written.diagnostics[0].message, "text has no place for the title; it is left out");
}

/// Adds the findings of all `.expect` files under `folder`, which follow the line `---`.
fn expectations(folder: &Path, findings: &mut String) {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<PathBuf>, Vec<PathBuf>) = paths.partition(|path| path.is_dir());
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "expect")) {
        let text = fs::read_to_string(file).unwrap();
        let (_, found) = text.split_once("\n---\n").or(text.split_once("---\n")).expect("a line ---");
        findings.push_str(found);
    }
    folders.iter().for_each(|folder| expectations(folder, findings));
}
