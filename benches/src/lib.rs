//! What is measured, and on what: the reader beside two things that do less.
//!
//! `cargo bench -p turnwise-benches` measures with criterion, `cargo run --release -p turnwise-benches
//! --bin ratios` prints the table of the README, `--bin growth` how time grows with the input, `--bin steps` how
//! instructions do, and the example `once` is for counting instructions.

use std::{hint::black_box, sync::LazyLock};

use regex::Regex;
use turnwise::Parser;

mod documents;
pub mod json;
mod shapes;
mod transcript;

pub use documents::{Build, DOCUMENTS};
pub use shapes::SHAPES;
pub use transcript::transcript;

/// The six labels of the three pairs, and two more, at the start of a line.
static LABEL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?im)^(user|assistant|human|ai|customer|agent|system|tool)\s*:").ok());

/// Something to measure: its name, and what it does with a text; it tells how much it has found there.
pub type Subject = (&'static str, fn(&str) -> usize);

/// Everything that is measured, in the order of the table.
pub const SUBJECTS: &[Subject] =
    &[("memchr", memchr_newlines), ("regex", regex_labels), ("segments", segments), ("parse", parse)];

/// Visits every line end, which any reader of lines must do.
pub fn memchr_newlines(text: &str) -> usize {
    // Not `count`, which need not visit them.
    memchr::memchr_iter(b'\n', text.as_bytes()).map(black_box).fold(0, |found, _| found.saturating_add(1))
}

/// Finds the lines that begin with a listed label, and does nothing with them.
pub fn regex_labels(text: &str) -> usize {
    LABEL.iter().flat_map(|label| label.find_iter(text)).map(black_box).count()
}

/// Cuts the text into segments, inference included.
pub fn segments(text: &str) -> usize {
    black_box(Parser::new().segments(text)).turns.len()
}

/// Reads the text into the owned model, findings included.
pub fn parse(text: &str) -> usize {
    let parsed = black_box(Parser::new().parse(text));
    parsed.conversations.iter().map(|conversation| conversation.messages.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Speeds compare only where the same work is done.
    #[test]
    fn all_find_the_same_messages() {
        let text = transcript(20_000);
        let messages =
            text.lines().filter(|line| line.starts_with("User: ") || line.starts_with("Assistant: "));
        let messages = messages.count();
        assert!(messages > 50, "{messages}");
        assert_eq!(memchr_newlines(&text), text.lines().count());
        assert_eq!(regex_labels(&text), messages);
        assert_eq!(segments(&text), messages);
        assert_eq!(parse(&text), messages);
    }
}
