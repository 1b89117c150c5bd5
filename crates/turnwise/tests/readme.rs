//! What the README shows is what the library does, and what the documents link to is there.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice
)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use turnwise::{
    Diagnostic, FORMATS, Format, LineIndex, Severity, json::canonical::to_json_pretty, parse, write,
};

const README: &str = include_str!("../../../README.md");

/// What stands in the blocks of that language.
fn blocks(language: &str) -> Vec<&'static str> {
    let start = format!("```{language}\n");
    README.split(&*start).skip(1).map(|rest| rest.split_once("```").expect("an end of the block").0).collect()
}

#[test]
fn the_first_example_gives_what_it_shows() {
    let parsed = parse(blocks("text")[0]);
    assert_eq!(to_json_pretty(&parsed.conversations[0]), blocks("json")[0].trim_end());
}

#[test]
fn the_second_example_gives_what_it_shows() {
    let request = blocks("json")[1];
    let parsed = parse(request);
    let written = write(&parsed.conversations[0], Format::OpenAiChat).expect("it can be written");
    assert_eq!(written.text.trim_end(), blocks("json")[2].trim_end());
    let shown = |finding: &Diagnostic| {
        let at = LineIndex::new(request).position(finding.span.start);
        let (severity, code) = (finding.severity.as_str(), finding.code.slug());
        format!("request.json:{}:{}: {severity}[{code}] {}\n", at.line, at.column, finding.message)
    };
    let findings = parsed.diagnostics.iter().chain(&written.diagnostics);
    let notable = findings.filter(|finding| finding.severity >= Severity::Warning);
    assert_eq!(notable.map(shown).collect::<String>(), blocks("text")[1]);
}

#[test]
fn every_format_has_its_row() {
    let rows: Vec<&str> = README.lines().filter(|line| line.contains("` | yes |")).collect();
    assert_eq!(rows.len(), FORMATS.len());
    for (row, format) in rows.iter().zip(FORMATS) {
        let written = if format.writable() { "yes" } else { "" };
        let start = format!("| `{}` | yes | {written}", format.name);
        assert!(row.starts_with(start.trim_end()), "{row} is the row of {}", format.name);
        assert_eq!(row.contains("| yes | yes |"), format.writable(), "{row}");
    }
}

/// The top folder of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Links of a document to files of the repository, each with its words.
fn links(document: &str) -> Vec<(&str, &str)> {
    let mut links = Vec::new();
    for text in document.split("```").step_by(2) {
        for (middle, _) in text.match_indices("](") {
            let (before, after) = (&text[..middle], &text[middle + 2..]);
            let words = before.rsplit('[').next().expect("a bracket");
            let path = after.split(')').next().expect("an end");
            links.extend((!path.contains("://")).then_some((words, path)));
        }
    }
    links
}

#[test]
fn links_lead_somewhere() {
    for document in [
        "README.md",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        ".github/CONTRIBUTING.md",
        ".github/SECURITY.md",
        "fuzz/README.md",
    ] {
        let path = root().join(document);
        for (words, target) in links(&fs::read_to_string(&path).expect("a document")) {
            let file = path.parent().expect("a folder").join(target.split('#').next().unwrap_or_default());
            assert!(file.exists(), "{document} links {words} to {target}");
        }
    }
}

#[test]
fn every_promise_has_a_test_and_a_fuzz_target() {
    let promises =
        README.split("## Promises").nth(1).and_then(|rest| rest.split("\n## ").next()).expect("promises");
    let rows: Vec<&str> = promises.lines().filter(|line| line.starts_with("| **")).collect();
    assert!(rows.len() > 5);
    let mut fuzzed = BTreeSet::new();
    for row in rows {
        let cells: Vec<&str> = row.split(" | ").collect();
        let [_, _, tests, targets] = cells[..] else { panic!("four cells: {row}") };
        assert!(!links(tests).is_empty(), "{row}");
        assert!(!links(targets).is_empty() || targets.starts_with("none: "), "{row}");
        for (name, file) in links(tests) {
            let source = fs::read_to_string(root().join(file)).expect("a file of tests");
            assert!(source.contains(&format!("fn {}(", name.trim_matches('`'))), "{file} has no {name}");
        }
        for (name, file) in links(targets) {
            let name = name.trim_matches('`');
            assert_eq!(file, format!("fuzz/fuzz_targets/{name}.rs"));
            fuzzed.insert(name.to_owned());
        }
    }
    let targets = fs::read_dir(root().join("fuzz/fuzz_targets")).expect("the targets");
    let targets = targets.map(|file| file.expect("a file").path());
    let targets = targets.map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned());
    assert_eq!(fuzzed, targets.collect(), "every target is for a promise");
}
