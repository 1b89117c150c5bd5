//! What the README shows is what the library does.

#![allow(clippy::expect_used)]

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
