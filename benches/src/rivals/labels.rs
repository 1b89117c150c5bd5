//! Finding label lines with the standard library, with aho-corasick and with regex, and cutting the text there.

use std::{ops::Range, sync::LazyLock};

use aho_corasick::AhoCorasick;
use regex::Regex;
use serde::Serialize;

/// The labels that are looked for, whatever their case.
const LABELS: &[&str] = &["user", "assistant", "human", "ai", "customer", "agent", "system", "tool"];

static REGEX: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!(r"(?im)^({})\s*:", LABELS.join("|"))).ok());

static AHO_CORASICK: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let needles = LABELS.iter().map(|label| format!("\n{label}:"));
    AhoCorasick::builder().ascii_case_insensitive(true).build(needles).ok()
});

/// Finds where labels stand, with their colon.
pub(crate) type Find = for<'a> fn(&'a str) -> Box<dyn Iterator<Item = Range<usize>> + 'a>;

/// Every way to find them.
pub(crate) const FINDERS: &[(&str, Find)] =
    &[("str", by_lines), ("aho-corasick", by_aho_corasick), ("regex", by_regex)];

fn by_lines(text: &str) -> Box<dyn Iterator<Item = Range<usize>> + '_> {
    let mut start = 0_usize;
    Box::new(text.split_inclusive('\n').filter_map(move |line| {
        let begin = start;
        start = start.saturating_add(line.len());
        let (label, _) = line.split_once(':')?;
        let listed = LABELS.iter().any(|listed| listed.eq_ignore_ascii_case(label));
        listed.then(|| begin..begin.saturating_add(label.len()).saturating_add(1))
    }))
}

fn by_aho_corasick(text: &str) -> Box<dyn Iterator<Item = Range<usize>> + '_> {
    let first = text.lines().next().and_then(|line| by_lines(line).next());
    let found = AHO_CORASICK.iter().flat_map(move |labels| labels.find_iter(text));
    Box::new(first.into_iter().chain(found.map(|found| found.start().saturating_add(1)..found.end())))
}

fn by_regex(text: &str) -> Box<dyn Iterator<Item = Range<usize>> + '_> {
    Box::new(REGEX.iter().flat_map(move |label| label.find_iter(text)).map(|found| found.range()))
}

/// A label without its colon, and what follows it up to the next one.
pub(crate) type Cut = (Range<usize>, Range<usize>);

/// Cuts the text at every label: one blank after it and one line end before the next belong to neither.
pub(crate) fn cut(find: Find, text: &str) -> Vec<Cut> {
    let mut cuts: Vec<Cut> = Vec::new();
    for found in find(text) {
        if let Some((_, content)) = cuts.last_mut() {
            content.end = found.start.saturating_sub(1);
        }
        let blank = text.as_bytes().get(found.end) == Some(&b' ');
        let content = found.end.saturating_add(usize::from(blank));
        cuts.push((found.start..found.end.saturating_sub(1), content..text.len()));
    }
    cuts
}

/// A message as one would write it down in a hurry.
#[derive(Serialize)]
pub(crate) struct Message {
    role: String,
    pub(crate) content: String,
}

/// Cuts the text at every label, and copies what is there.
pub(crate) fn read(find: Find, text: &str) -> Vec<Message> {
    let copy = |range: Range<usize>| text.get(range).unwrap_or_default().to_owned();
    let message = |(label, content)| Message { role: copy(label).to_lowercase(), content: copy(content) };
    cut(find, text).into_iter().map(message).collect()
}
