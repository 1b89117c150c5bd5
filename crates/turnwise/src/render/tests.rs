//! Every output format on the files of `testdata/render`, and on anything at all.

#![allow(clippy::arithmetic_side_effects, reason = "a test may stop at the first surprise")]

use super::*;
use crate::{Code, Severity, Span, diagnostic::CODES};
use proptest::prelude::*;
use serde_json::Value;
use std::{fs, path::Path};

/// `NAME.txt` holds the source, `NAME.findings` the findings, `NAME.<output format>` what must come out.
/// With `UPDATE_EXPECT=1` in the environment the last are written instead of compared.
#[test]
fn snapshots() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/render");
    let mut seen = 0;
    for entry in fs::read_dir(&folder).expect("testdata/render") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "findings") {
            continue;
        }
        seen += 1;
        let source = fs::read(path.with_extension("txt")).expect("the source");
        let findings: Value =
            serde_json::from_slice(&fs::read(&path).expect("the findings")).expect("findings are JSON");
        let diagnostics: Vec<Diagnostic> =
            findings.as_array().expect("an array").iter().map(diagnostic).collect();
        let name = path.with_extension("txt").file_name().expect("a name").to_string_lossy().into_owned();
        let report = Report { path: &name, source: &source, diagnostics: &diagnostics };
        for format in OUTPUT_FORMATS {
            let shown = format.render(&[report], false);
            // The rules and version that open a SARIF file are not the renderer's.
            let shown = if format.name == "sarif" { shown.replacen(&sarif::head(), "", 1) } else { shown };
            let expected = path.with_extension(format.name);
            if std::env::var_os("UPDATE_EXPECT").is_some() {
                fs::write(&expected, &shown).expect("writing what came out");
            }
            let wanted = fs::read_to_string(&expected).unwrap_or_default();
            assert_eq!(shown, wanted, "{}", expected.display());
        }
    }
    assert!(seen > 0, "no cases in {}", folder.display());
}

fn diagnostic(value: &Value) -> Diagnostic {
    let code = Code::from_slug(value["code"].as_str().expect("a code")).expect("a known code");
    let mut found = Diagnostic::new(code, span(&value["span"]));
    for (name, text) in value["with"].as_object().into_iter().flatten() {
        found = found.with(name, text.as_str().expect("a string"));
    }
    for related in value["related"].as_array().into_iter().flatten() {
        found = found.related(span(related), related[2].as_str().expect("words"));
    }
    found.pointer = value["pointer"].as_str().map(str::to_owned);
    found
}

fn span(value: &Value) -> Span {
    let bound = |index: usize| usize::try_from(value[index].as_u64().expect("an offset")).expect("an offset");
    Span::new(bound(0), bound(1))
}

#[test]
fn colours_only_when_asked() {
    let found = [Diagnostic::new(Code::EmptyMessage, Span::new(0, 5))];
    let report = Report { path: "a", source: b"User:\x1b[31m", diagnostics: &found };
    for format in OUTPUT_FORMATS {
        assert!(!format.render(&[report], false).contains('\u{1b}'), "{}", format.name);
    }
    assert!(OUTPUT_FORMATS[0].render(&[report], true).contains('\u{1b}'));
}

#[test]
fn no_findings() {
    let none = Report { path: "a", source: b"", diagnostics: &[] };
    let shown = |name| OutputFormat::from_name(name).expect("a format").render(&[none], false);
    assert_eq!(shown("full"), "");
    assert_eq!(serde_json::from_str::<Value>(&shown("json")).expect("JSON"), serde_json::json!([]));
    let sarif: Value = serde_json::from_str(&shown("sarif")).expect("JSON");
    assert_eq!(sarif["runs"][0]["results"], serde_json::json!([]));
    assert_eq!(sarif["runs"][0]["tool"]["driver"]["rules"].as_array().map(Vec::len), Some(CODES.len()));
}

/// A finding far into a line of many megabytes costs no more than a look at its surroundings.
#[test]
fn long_lines_are_cut() {
    let source = "wide 漢字 ".repeat(400_000);
    let found: Vec<Diagnostic> = (0..1000)
        .map(|index| Diagnostic::new(Code::AmbiguousBoundary, Span::new(index * 5000, index * 5000 + 9)))
        .collect();
    let report = Report { path: "long.txt", source: source.as_bytes(), diagnostics: &found };
    for format in OUTPUT_FORMATS {
        let shown = format.render(&[report], false);
        assert!(shown.len() < 2_000_000, "{} prints {} bytes", format.name, shown.len());
    }
    let full = OUTPUT_FORMATS[0].render(&[report], false);
    assert!(full.contains("--> long.txt:1:1000"), "columns count from the start of the line");
    assert!(full.lines().all(|line| line.chars().count() < 200));
}

/// Ordinary text and everything that could upset a terminal, a column count or a protocol.
fn source() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"User: ".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"\r\n".to_vec()),
        Just(b"\r".to_vec()),
        Just(b"\t\x1b[31m\0".to_vec()),
        Just("漢字 🙂‍↔️ e\u{301} \u{202e}\u{200b}\u{feff}".into()),
        Just(b"\xff\xc3\xed\xa0\x80\xf0\x9f".to_vec()),
        Just(b"::error::%0A{}],\"".to_vec()),
        Just(b"x".repeat(300)),
        Just(" ".repeat(3000).into()),
        Just("é".repeat(2500).into()),
        prop::collection::vec(any::<u8>(), 0..8),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn any_span() -> impl Strategy<Value = Span> {
    let bound =
        prop_oneof![8 => 0..200usize, 4 => 0..12_000usize, 1 => any::<usize>(), 1 => Just(usize::MAX)];
    (bound.clone(), bound, any::<bool>())
        .prop_map(|(start, end, empty)| Span::new(start, if empty { start } else { end }))
}

fn any_diagnostic() -> impl Strategy<Value = Diagnostic> {
    let related = prop::collection::vec((any_span(), ".{0,12}"), 0..12);
    (0..CODES.len(), any_span(), ".{0,20}", related, prop::option::of(".{0,8}")).prop_map(
        |(code, span, words, related, pointer)| {
            let mut found = Diagnostic::new(CODES[code].code, span);
            found.message.push_str(&words);
            Diagnostic { related, pointer, ..found }
        },
    )
}

proptest! {
    #[test]
    fn total_for_any_input(
        path in ".{0,12}",
        source in source(),
        diagnostics in prop::collection::vec(any_diagnostic(), 0..6),
    ) {
        let report = Report { path: &path, source: &source, diagnostics: &diagnostics };
        for format in OUTPUT_FORMATS {
            for color in [false, true] {
                let shown = format.render(&[report, report], color);
                let twice = diagnostics.len() * 2;
                match format.name {
                    "concise" | "github" => prop_assert_eq!(shown.matches('\n').count(), twice),
                    "json" => {
                        let value: Vec<Value> = serde_json::from_str(&shown).expect("JSON");
                        prop_assert_eq!(value.len(), twice);
                    }
                    "jsonl" => {
                        let valid = |line| serde_json::from_str::<Value>(line).is_ok();
                        prop_assert!(shown.lines().all(valid));
                        prop_assert_eq!(shown.lines().count(), twice);
                    }
                    "sarif" => {
                        let value: Value = serde_json::from_str(&shown).expect("JSON");
                        prop_assert_eq!(value["runs"][0]["results"].as_array().map(Vec::len), Some(twice));
                    }
                    _ => {
                        let titles = diagnostics.iter().filter(|found| found.severity >= Severity::Info);
                        prop_assert!(shown.lines().count() >= titles.count());
                    }
                }
            }
        }
    }
}
