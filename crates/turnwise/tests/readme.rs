//! What the README shows is what the library does.

#![allow(clippy::expect_used)]

use turnwise::{FORMATS, json::canonical::to_json_pretty, parse};

const README: &str = include_str!("../../../README.md");

/// What stands in the first block of that language.
fn block(language: &str) -> &'static str {
    let (_, rest) = README.split_once(&format!("```{language}\n")).expect("a block");
    rest.split_once("```").expect("an end of the block").0
}

#[test]
fn the_first_example_gives_what_it_shows() {
    let parsed = parse(block("text"));
    assert_eq!(to_json_pretty(&parsed.conversations[0]), block("json").trim_end());
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
