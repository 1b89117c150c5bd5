//! `Name: ` before the words of a cue, as programs for meetings and for transcription write it.
//!
//! Words with a colon are common in captions too, so a prefix must look like a name or come back.

use std::collections::HashMap;

use crate::{
    parse::Parser,
    text::{
        head,
        label::{self, Strength},
    },
};

/// A speaker before the words of a cue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Prefix<'a> {
    /// Who.
    pub(super) word: &'a str,
    /// Where the words begin, in bytes of the cue's text.
    pub(super) end: usize,
    /// How sure that is.
    pub(super) confidence: f32,
}

/// The prefixes of a document.
pub(super) struct Labels<'p, 'a> {
    parser: &'p Parser,
    counts: HashMap<&'a str, usize>,
    /// Most cues have one, so that a name which stands alone is a speaker too.
    usual: bool,
}

impl<'p, 'a> Labels<'p, 'a> {
    /// Counts what could be prefixes in the texts of all cues.
    pub(super) fn count(parser: &'p Parser, texts: impl Iterator<Item = &'a str>) -> Self {
        let (mut counts, mut all, mut with) = (HashMap::new(), 0_usize, 0_usize);
        for text in texts {
            all = all.saturating_add(1);
            if let Some((word, _)) = split(text) {
                with = with.saturating_add(1);
                let count = counts.entry(word).or_insert(0_usize);
                *count = count.saturating_add(1);
            }
        }
        let usual = all >= 3 && with.saturating_mul(3) >= all.saturating_mul(2);
        Self { parser, counts, usual }
    }

    /// The speaker that `text` begins with.
    pub(super) fn find(&self, text: &'a str) -> Option<Prefix<'a>> {
        let (word, end) = split(text)?;
        let known = label::look_up(self.parser, word);
        let repeats = self.counts.get(word).is_some_and(|&count| count > 1);
        // `SPEAKER_00`, `Agent Smith`, `Mario Havel`: the shape of a name alone is enough.
        let numbered = known.strength == Strength::Weak && known.name.is_some();
        let named = label::is_name(word) && !begins_sentence(word);
        let certain = known.strength == Strength::Strong || numbered || named && word.contains(' ');
        let confidence = if certain || repeats { 0.9 } else { 0.7 };
        let speaks = certain || repeats || named && self.usual;
        (speaks && !known.heading).then_some(Prefix { word, end, confidence })
    }
}

/// Words that begin a sentence rather than a name, capital or not.
fn begins_sentence(word: &str) -> bool {
    const OPENERS: &[&str] = &[
        "A", "An", "And", "As", "At", "But", "For", "He", "Her", "His", "I", "If", "In", "It", "Its", "My",
        "No", "Now", "Of", "On", "Or", "Our", "She", "So", "That", "The", "Their", "These", "They", "This",
        "Those", "To", "We", "Yes", "You", "Your",
    ];
    word.split(' ').next().is_some_and(|first| OPENERS.contains(&first))
}

/// The word before the first colon, and where the text after it begins.
///
/// prefix = (label / "[" label "]") ((":" (blank / line-end)) / "：")
fn split(text: &str) -> Option<(&str, usize)> {
    let (before, rest) = text.split_at_checked(text.find([':', '：', '\n', '\r'])?)?;
    let wide = rest.strip_prefix('：');
    let rest = wide.or_else(|| rest.strip_prefix(':'))?;
    let after = rest
        .strip_prefix([' ', '\t', '\u{a0}', '\n'])
        .or_else(|| rest.strip_prefix("\r\n"))
        .or_else(|| (wide.is_some() || rest.is_empty()).then_some(rest))?;
    let word = before.trim_end();
    let word = word.strip_prefix('[').and_then(|word| word.strip_suffix(']')).unwrap_or(word);
    head::is_label(word).then(|| (word, text.len().saturating_sub(after.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speakers<'a>(texts: &[&'a str]) -> Vec<Option<&'a str>> {
        let parser = Parser::new();
        let labels = Labels::count(&parser, texts.iter().copied());
        texts.iter().map(|text| labels.find(text).map(|found| found.word)).collect()
    }

    #[test]
    fn names_and_words_with_a_colon() {
        let found = speakers(&[
            "Mario Havel: Hey",
            "The rule: no speaker",
            "SPEAKER_00: yes",
            "[SPEAKER_01]: no",
            "User: hi",
            "Note: this",
            "http://e.x",
            "potuz: gm",
            "potuz: again",
            "The End: credits",
            "MAN:\nLook out!",
            "所有人：大家好",
            "words alone",
            "Zeit: 10",
            "It is 10:30 now",
            "more",
            "words",
            "alone",
            "here",
        ]);
        let expected = [
            Some("Mario Havel"),
            None,
            Some("SPEAKER_00"),
            Some("SPEAKER_01"),
            Some("User"),
            None,
            None,
            Some("potuz"),
            Some("potuz"),
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn where_most_cues_have_a_prefix_each_name_is_a_speaker() {
        let found = speakers(&["Ann: a", "Ann: b", "Ann: c", "Ann: d", "Pooja: e", "Note: f"]);
        assert_eq!(found, [Some("Ann"), Some("Ann"), Some("Ann"), Some("Ann"), Some("Pooja"), None]);
        assert_eq!(speakers(&["Ann: a", "Bob: b", "Ann: c"]), [Some("Ann"), Some("Bob"), Some("Ann")]);
        assert_eq!(
            speakers(&["Ann: a", "The rule: b", "Ann: c", "and so: d"]),
            [Some("Ann"), None, Some("Ann"), None]
        );
        assert_eq!(speakers(&["Ann: a", "Answer: b", "c", "d", "e"]), [None; 5]);
    }
}
