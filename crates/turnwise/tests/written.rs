//! What each format makes of a conversation, as files to read: `testdata/write/NAME.json` is a conversation in canonical
//! form, and `testdata/write/NAME/FORMAT.txt` is what is written of it, and after a line `---` what is said about it.
//!
//! `testdata/write/own.txt` says what is lost of the documents of a format that are read and written as that format.
//!
//! `TURNWISE_UPDATE=1 cargo test --test written --all-features` writes these files; the diff is then to be read by a
//! person.

#![allow(clippy::expect_used, clippy::panic)]

use std::{
    fs,
    path::{Path, PathBuf},
};

use turnwise::{
    Conversation, FORMATS, Format, Parser,
    render::{OutputFormat, Report},
};

#[test]
fn conversations_are_written_as_the_files_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/write");
    let paths = fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("a file").path());
    let inputs: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "json")).collect();
    assert!(!inputs.is_empty());
    for input in inputs {
        let json = fs::read_to_string(&input).expect("a file");
        let parsed = Parser::new().format(Format::Canonical).parse(&json);
        let [conversation] = parsed.conversations.as_slice() else {
            panic!("{} holds one conversation", input.display())
        };
        for row in FORMATS.iter().filter(|row| row.writable()) {
            let path = input.with_extension("").join(row.name).with_extension("txt");
            compare(&path, &written(conversation, row.format, &json));
        }
    }
}

/// A line for each sentence about a document that was written in its own format.
#[test]
fn documents_are_written_in_their_own_format() {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata");
    let mut lines = Vec::new();
    for row in FORMATS.iter().filter(|row| row.writable()) {
        let files = fs::read_dir(testdata.join(row.name).join("ok")).into_iter().flatten();
        for path in files.map(|entry| entry.expect("a file").path()) {
            let Some(name) = path.file_name().filter(|_| path.extension().is_none_or(|end| end != "expect"))
            else {
                continue;
            };
            let parsed = Parser::new().format(row.format).parse_bytes(&fs::read(&path).expect("a file"));
            for conversation in &parsed.conversations {
                let written =
                    turnwise::write(conversation, row.format).expect("a format that can be written");
                let said = written.diagnostics.iter().map(|finding| finding.message.clone());
                lines.extend(said.map(|said| format!("{}: {said}", name.display())));
            }
        }
    }
    lines.sort();
    compare(&testdata.join("write/own.txt"), &(lines.join("\n") + "\n"));
}

/// What is written, and what is said about it.
fn written(conversation: &Conversation, format: Format, source: &str) -> String {
    let written = turnwise::write(conversation, format).expect("a format that can be written");
    let concise = OutputFormat::from_name("concise").expect("a line a finding");
    let report = Report { path: "input", source: source.as_bytes(), diagnostics: &written.diagnostics };
    format!("{}\n---\n{}", written.text, concise.render(&[report], false))
}

fn compare(path: &Path, actual: &str) {
    if std::env::var_os("TURNWISE_UPDATE").is_some_and(|value| value == "1") {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, actual).expect("a file that can be written");
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    assert_eq!(expected, actual, "{}: TURNWISE_UPDATE=1 writes it; then read the diff", path.display());
}
