//! Small inputs that differ in one thing, and all that is known of each.
//!
//! A file of `testdata/variants` holds many: an input, a line `-----`, its portrait (see the module), a line `=====`.
//! `␍` stands for a carriage return. First lines that begin with `@` are no part of the input: `@label WORD=ROLE` names a
//! label, `@from FORMAT` says what the input is, `@write FORMAT` asks for what that format makes of it instead.
//!
//! `TURNWISE_UPDATE=1 cargo test --test variants --all-features` writes the portraits; the diff is then to be read by
//! a person.

#![allow(clippy::expect_used, clippy::panic)]

use std::{fs, path::Path};

use turnwise::{Format, Parser};

mod portrait;

/// Lines of their own.
const THEN: &str = "\n-----\n";
const NEXT: &str = "\n=====\n";

#[test]
fn small_inputs_are_what_the_files_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/variants");
    let paths = fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("a file").path());
    let mut wrong = String::new();
    for path in paths {
        let text = fs::read_to_string(&path).expect("a file");
        let blocks = text.split_terminator(NEXT).map(|block| block.split_once(THEN).expect("a line `-----`"));
        let mut now = String::new();
        for (input, expected) in blocks {
            let actual = portrait_of(input);
            let actual = actual.trim_end_matches('\n');
            now.extend([input, THEN, actual, NEXT]);
            if actual != expected {
                let path = path.display().to_string();
                wrong.extend([&path, ":\n", input, "\n--- expected\n", expected, "\n--- is\n", actual, "\n"]);
            }
        }
        if std::env::var_os("TURNWISE_UPDATE").is_some_and(|value| value == "1") {
            fs::write(&path, now).expect("a file that can be written");
            wrong.clear();
        }
    }
    assert!(wrong.is_empty(), "TURNWISE_UPDATE=1 writes what is new; then read the diff\n{wrong}");
}

/// What is known of an input.
fn portrait_of(block: &str) -> String {
    let block = block.replace('␍', "\r");
    let (mut parser, mut format, mut input) = (Parser::new(), None, block.as_str());
    while let Some((option, rest)) = input.strip_prefix('@').and_then(|block| block.split_once('\n')) {
        match option.split_once(' ') {
            Some(("write", name)) => format = Some(Format::from_name(name).expect("a format's name")),
            Some(("label", pair)) => {
                let (word, role) = pair.split_once('=').expect("a word and a role");
                parser = parser.label(word, turnwise::Role::from_name(role));
            }
            Some(("from", name)) => parser = parser.format(Format::from_name(name).expect("a format's name")),
            _ => panic!("unknown option {option:?}"),
        }
        input = rest;
    }
    match format {
        Some(format) => portrait::written(&parser, input, format),
        None => portrait::portrait(&parser, input),
    }
}
