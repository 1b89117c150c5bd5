//! What a fuzzer starts from, made of the cases in `testdata`: words to insert, and first inputs for each target.

// Runs where tests run, and may stop as they do.
#![allow(clippy::arithmetic_side_effects, clippy::expect_used, clippy::string_slice)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use turnwise::{FORMATS, Parser, text::SegmentKind};

/// First inputs for a target, each with a name: of what it reads, so JSON for one and times for another.
pub fn seeds(testdata: &Path, target: &str) -> Vec<(String, Vec<u8>)> {
    let cases = cases(testdata);
    match target {
        "json_agrees" | "json_conserves" => {
            cases.iter().filter(|case| case.is_json()).map(Case::seed).collect()
        }
        "times_are_read" => {
            let times = times(&cases).into_iter().enumerate();
            times.map(|(index, time)| (format!("time-{index}"), time.into_bytes())).collect()
        }
        "text_round_trip" => recipes().collect(),
        "canonical_idempotent" | "formats_round_trip" => {
            recipes().chain(cases.iter().map(Case::seed)).collect()
        }
        "outbox_file" => changes().collect(),
        _ => cases.iter().map(Case::seed).collect(),
    }
}

/// The words of the cases that libFuzzer inserts, in its form of a dictionary.
pub fn dictionary(testdata: &Path) -> String {
    let cases = cases(testdata);
    let mut text = "# Made of the cases: `TURNWISE_UPDATE=1 cargo test -p turnwise --all-features --test regressions`.\n"
        .to_owned();
    for (title, words) in [
        ("Labels, and what stands around them.", labels(&cases)),
        ("What lines begin with.", openings(&cases)),
        ("Characters that are neither ASCII nor letters.", marks(&cases)),
        ("Keys and words of JSON.", keys(&cases)),
        ("Escapes.", escapes(&cases)),
    ] {
        let _ = writeln!(text, "\n# {title}");
        for word in words {
            let _ = writeln!(text, "\"{}\"", quoted(&word));
        }
    }
    text
}

struct Case {
    name: String,
    bytes: Vec<u8>,
    text: String,
}

impl Case {
    fn seed(&self) -> (String, Vec<u8>) {
        (self.name.clone(), self.bytes.clone())
    }

    fn is_json(&self) -> bool {
        [".json", ".jsonl", ".sse"].iter().any(|end| self.name.ends_with(end))
    }

    /// All values of the case within each other, as far as its JSON is right, each with the name it stands under.
    fn values(&self) -> Vec<(String, Value)> {
        let json = if self.is_json() { self.text.as_str() } else { "" };
        let documents = serde_json::Deserializer::from_str(json).into_iter().map_while(Result::ok);
        let mut values: Vec<(String, Value)> = documents.map(|document| (String::new(), document)).collect();
        let mut next = 0;
        while let Some((_, value)) = values.get(next) {
            let within: Vec<(String, Value)> = match value {
                Value::Array(items) => items.iter().map(|item| (String::new(), item.clone())).collect(),
                Value::Object(members) => members.clone().into_iter().collect(),
                _ => Vec::new(),
            };
            values.extend(within);
            next += 1;
        }
        values
    }
}

/// All inputs of cases, in order.
fn cases(testdata: &Path) -> Vec<Case> {
    let folders = FORMATS.iter().flat_map(|row| ["ok", "err"].map(|folder| (row.name, folder)));
    let files = folders.flat_map(|(format, folder)| {
        let mut files: Vec<PathBuf> = fs::read_dir(testdata.join(format).join(folder))
            .into_iter()
            .flatten()
            .map(|entry| entry.expect("a file of a case").path())
            .filter(|path| !path.extension().is_some_and(|end| end == "expect" || end == "args"))
            .collect();
        files.sort();
        files.into_iter().map(move |path| (format!("{format}-{folder}"), path))
    });
    let case = |(folder, path): (String, PathBuf)| {
        let bytes = fs::read(&path).expect("an input of a case");
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        Case { name: format!("{folder}-{file}"), text: String::from_utf8_lossy(&bytes).into_owned(), bytes }
    };
    files.map(case).collect()
}

/// What enough cases have.
fn common<'a>(cases: &'a [Case], least: usize, of: impl Fn(&'a Case) -> BTreeSet<String>) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for word in cases.iter().flat_map(of) {
        *counts.entry(word).or_default() += 1;
    }
    counts.retain(|word, count| *count >= least && (1..=64).contains(&word.len()));
    counts.into_keys().collect()
}

fn labels(cases: &[Case]) -> Vec<String> {
    common(cases, 2, |case| {
        let cut = Parser::new().segments(&case.text);
        let wanted = |kind| matches!(kind, SegmentKind::Label | SegmentKind::Separator | SegmentKind::Markup);
        let segments = cut.segments.iter().filter(|segment| !case.is_json() && wanted(segment.kind));
        segments.map(|segment| segment.span.of(&case.text).to_owned()).collect()
    })
}

fn openings(cases: &[Case]) -> Vec<String> {
    common(cases, 2, |case| {
        let lines = if case.is_json() { "" } else { case.text.as_str() }.lines();
        let opening = |line: &str| {
            let end = line.find(|c: char| c.is_alphanumeric()).unwrap_or(line.len());
            format!("\n{}", line.get(..end).unwrap_or_default())
        };
        lines.map(opening).filter(|opening| opening.len() > 1).collect()
    })
}

fn marks(cases: &[Case]) -> Vec<String> {
    common(cases, 1, |case| {
        let marks = case.text.chars().filter(|c| !c.is_ascii() && !c.is_alphanumeric());
        marks.map(String::from).collect()
    })
}

/// Names of members, and members whose value is a word.
fn keys(cases: &[Case]) -> Vec<String> {
    common(cases, 3, |case| {
        let mut found = BTreeSet::new();
        for (key, value) in case.values().iter().filter(|(key, _)| !key.is_empty()) {
            found.insert(format!("\"{key}\":"));
            let word = value.as_str().filter(|value| is_word(value));
            found.extend(word.map(|word| format!("\"{key}\":\"{word}\"")));
        }
        found
    })
}

fn is_word(text: &str) -> bool {
    text.len() <= 32 && text.bytes().all(|byte| byte.is_ascii_lowercase() || b"_-.".contains(&byte))
}

/// Backslashes with what follows them, in JSON and in text.
fn escapes(cases: &[Case]) -> Vec<String> {
    common(cases, 2, |case| {
        let starts = case.text.match_indices('\\').map(|(at, _)| &case.text[at..]);
        let escape = |rest: &str| {
            let length = if rest.starts_with("\\u") { 6 } else { 2 };
            rest.chars().take(length).collect::<String>()
        };
        starts.map(escape).collect()
    })
}

/// Whatever has digits and stands where a time may: in a label, or as a value of JSON.
fn times(cases: &[Case]) -> BTreeSet<String> {
    let mut times = BTreeSet::new();
    for case in cases {
        times.extend(case.values().iter().filter_map(|(_, value)| time(value.as_str()?)));
        if !case.is_json() {
            let cut = Parser::new().segments(&case.text);
            let labels = cut.segments.iter().filter(|segment| segment.kind == SegmentKind::Label);
            times.extend(labels.filter_map(|segment| time(segment.span.of(&case.text))));
        }
    }
    times
}

/// From the first digit to the end of what may belong to a time, if that has a colon or two hyphens.
fn time(text: &str) -> Option<String> {
    let rest = text.get(text.find(|c: char| c.is_ascii_digit())?..)?;
    let time = rest.trim_end_matches([' ', '\n', '\r', ':', ']', ')', '-', '>', '*']);
    let likely = time.contains(':') || time.matches(['-', '/', '.']).count() == 2;
    (likely && time.len() <= 40).then(|| time.to_owned())
}

/// Bytes in even steps of different widths, so that `build` chooses all there is to choose.
fn recipes() -> impl Iterator<Item = (String, Vec<u8>)> {
    (1..=32_u8).map(|step| {
        let bytes = (0..=u8::MAX).map(|index| index.wrapping_mul(step).wrapping_add(step));
        (format!("recipe-{step}"), bytes.collect())
    })
}

/// A byte changed at the places that say most: in the head of the file, and in the head of each page.
fn changes() -> impl Iterator<Item = (String, Vec<u8>)> {
    let heads = (0..16_u16).flat_map(|page| (0..12).map(move |at| page * 4_096 + at));
    (12..100).chain(heads).map(|place| {
        let [high, low] = place.to_be_bytes();
        (format!("change-{place}"), vec![1, high, low, 0xff])
    })
}

/// A word as libFuzzer's dictionaries have it.
fn quoted(word: &str) -> String {
    let mut quoted = String::new();
    for byte in word.bytes() {
        match byte {
            b'"' | b'\\' => quoted.extend(['\\', char::from(byte)]),
            b' '..=b'~' => quoted.push(char::from(byte)),
            _ => {
                let _ = write!(quoted, "\\x{byte:02x}");
            }
        }
    }
    quoted
}
