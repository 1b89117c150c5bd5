//! Layers of labelled text.

use std::{hint::black_box, rc::Rc};

use turnwise::{Parser, json::canonical};

use super::{Layer, OURS, Subject};
use crate::{
    inputs::{prose, transcript},
    rivals::labels::{self, Find},
};

const MIDDLE: &[usize] = &[1_000_000];
const BOTH: &[usize] = &[100_000, 10_000_000];

/// Lines, labels, segments, the model, and all of it.
pub(super) fn layers() -> Vec<Layer> {
    vec![
        Layer::new("text/lines", MIDDLE, lines),
        Layer::new("text/labels", MIDDLE, labels),
        Layer::new("text/segments", BOTH, segments),
        Layer::new("text/model", BOTH, model),
        Layer::new("text/to-json", MIDDLE, to_json),
    ]
}

/// Finds lines and looks at how each begins. Strict reading decides nothing, and in this text there is nothing to find.
fn lines(bytes: usize) -> Vec<Subject> {
    let text = Rc::new(prose(bytes));
    vec![
        Subject::new(OURS, &text, |text| black_box(Parser::new().strict(true).segments(text)).segments.len()),
        memchr(&text),
        Subject::new("str", &text, |text| text.lines().map(black_box).count()),
    ]
}

/// Finds labels. Strict reading takes every listed label at a line start, and decides nothing.
fn labels(bytes: usize) -> Vec<Subject> {
    let text = Rc::new(transcript(bytes));
    let mut subjects = vec![
        Subject::new(OURS, &text, |text| black_box(Parser::new().strict(true).segments(text)).turns.len()),
        memchr(&text),
    ];
    subjects.extend(with_all(&text, |find, text| find(text).map(black_box).count()));
    subjects
}

/// Cuts the text into spans; ours decides which labels begin messages, the others believe them all.
fn segments(bytes: usize) -> Vec<Subject> {
    let text = Rc::new(transcript(bytes));
    let mut subjects = vec![
        Subject::new(OURS, &text, |text| black_box(Parser::new().segments(text)).turns.len()),
        memchr(&text),
    ];
    subjects.extend(with_all(&text, |find, text| black_box(labels::cut(find, text)).len()));
    subjects
}

/// Reads into owned messages; ours checks them too.
fn model(bytes: usize) -> Vec<Subject> {
    let text = Rc::new(transcript(bytes));
    let mut subjects = vec![Subject::new(OURS, &text, |text| {
        let parsed = black_box(Parser::new().parse(text));
        parsed.conversations.iter().map(|conversation| conversation.messages.len()).sum()
    })];
    subjects.push(memchr(&text));
    subjects.extend(with_all(&text, |find, text| black_box(labels::read(find, text)).len()));
    subjects
}

/// From bytes to a line of JSON.
fn to_json(bytes: usize) -> Vec<Subject> {
    let text = Rc::new(transcript(bytes));
    let mut subjects = vec![Subject::new(OURS, &text, |text| {
        let parsed = Parser::new().parse_bytes(text.as_bytes());
        parsed
            .conversations
            .iter()
            .map(|conversation| black_box(canonical::to_json(conversation)).len())
            .sum()
    })];
    subjects.extend(with_all(&text, |find, text| {
        let text = std::str::from_utf8(text.as_bytes()).unwrap_or_default();
        black_box(serde_json::to_string(&labels::read(find, text))).map_or(0, |json| json.len())
    }));
    subjects
}

/// Visits every line end, which any reader of lines must do.
fn memchr(text: &Rc<String>) -> Subject {
    // Not `count`, which need not visit them.
    Subject::new("memchr", text, |text| {
        memchr::memchr_iter(b'\n', text.as_bytes()).map(black_box).fold(0, |found, _| found.saturating_add(1))
    })
}

/// The same with each way to find labels.
fn with_all(text: &Rc<String>, run: fn(Find, &str) -> usize) -> impl Iterator<Item = Subject> {
    labels::FINDERS.iter().map(move |&(name, find)| Subject::new(name, text, move |text| run(find, text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Speeds compare only where the same work is done.
    #[test]
    fn all_find_the_same_messages() {
        let text = transcript(20_000);
        let is_label = |line: &&str| line.starts_with("User: ") || line.starts_with("Assistant: ");
        let messages = text.lines().filter(is_label).count();
        assert!(messages > 50, "{messages}");
        for subject in [labels, segments, model].into_iter().flat_map(|layer| layer(20_000)) {
            let expected = if subject.name == "memchr" { text.lines().count() } else { messages };
            assert_eq!(subject.run(), expected, "{}", subject.name);
        }
        for (name, find) in labels::FINDERS {
            let read = labels::read(*find, &text);
            let ours = Parser::new().parse(&text);
            let ours = ours.conversations[0].messages.iter().map(|message| message.text().into_owned());
            assert!(read.iter().map(|message| message.content.clone()).eq(ours), "{name}");
        }
    }
}
