//! Findings counted, where they are too many to show.

use crate::exit::Exit;
use std::{cmp::Reverse, collections::BTreeMap, fmt::Write};
use turnwise::{Code, Diagnostic, Severity};

/// Kinds of losses in writing that are told apart; the rest are counted together.
const KINDS: usize = 1_000;

/// Kinds of losses that are shown, the most frequent first.
const SHOWN: usize = 20;

/// How many findings of each code there were. Those that are only worth knowing are left out.
#[derive(Default)]
pub(crate) struct Tally {
    codes: BTreeMap<Code, Count>,
    /// What did not fit the format that was written, sentence by sentence: no other command shows it.
    losses: BTreeMap<(Code, String), Count>,
    /// Losses of further kinds.
    other_losses: u64,
    error: bool,
}

#[derive(Clone, Copy)]
struct Count {
    findings: u64,
    /// The first line or item with one, where findings are told by them.
    first: Option<usize>,
}

impl Count {
    fn none(first: Option<usize>) -> Self {
        Self { findings: 0, first }
    }

    fn add(&mut self, more: Self) {
        self.findings = self.findings.saturating_add(more.findings);
        self.first = self.first.min(more.first);
    }

    /// Where the first is; `place` says what places are.
    fn place(&self, place: &str) -> String {
        self.first.map(|first| format!(" (first {place} {first})")).unwrap_or_default()
    }
}

impl Tally {
    /// Counts one finding; `place` is asked for the first of each kind only.
    pub(crate) fn add(&mut self, finding: &Diagnostic, place: impl FnOnce() -> Option<usize>) {
        self.error |= finding.severity == Severity::Error;
        if finding.severity < Severity::Warning {
            return;
        }
        let count = if !is_loss(finding.code) {
            self.codes.entry(finding.code).or_insert_with(|| Count::none(place()))
        } else if let Some(count) = self.loss(finding.code, &finding.message, place) {
            count
        } else {
            self.other_losses = self.other_losses.saturating_add(1);
            return;
        };
        count.findings = count.findings.saturating_add(1);
    }

    /// The count of losses of a kind, unless there are too many kinds.
    fn loss(
        &mut self,
        code: Code,
        sentence: &str,
        place: impl FnOnce() -> Option<usize>,
    ) -> Option<&mut Count> {
        let kind = (code, sentence.to_owned());
        if self.losses.len() >= KINDS {
            return self.losses.get_mut(&kind);
        }
        Some(self.losses.entry(kind).or_insert_with(|| Count::none(place())))
    }

    /// Adds what another thread counted.
    pub(crate) fn merge(&mut self, other: Self) {
        self.error |= other.error;
        self.other_losses = self.other_losses.saturating_add(other.other_losses);
        for (code, more) in other.codes {
            self.codes.entry(code).or_insert(Count::none(more.first)).add(more);
        }
        for ((code, sentence), more) in other.losses {
            match self.loss(code, &sentence, || more.first) {
                Some(count) => count.add(more),
                None => self.other_losses = self.other_losses.saturating_add(more.findings),
            }
        }
    }

    /// The exit code: findings count where they are errors.
    pub(crate) fn exit(&self) -> Exit {
        if self.error { Exit::Findings } else { Exit::Success }
    }

    /// What was found in reading, in one sentence, or nothing if there was nothing; `place` says what places are:
    /// `on line`.
    pub(crate) fn summary(&self, place: &str) -> Option<String> {
        let mut text = String::new();
        for (code, count) in &self.codes {
            let separator = if text.is_empty() { "" } else { ", " };
            // Writing to a string cannot fail.
            let _ = write!(text, "{separator}{} {}{}", count.findings, code.slug(), count.place(place));
        }
        Some(text).filter(|text| !text.is_empty())
    }

    /// What did not fit in writing, a sentence a kind, the most frequent first.
    pub(crate) fn losses(&self, place: &str) -> Vec<String> {
        let mut kinds: Vec<_> = self.losses.iter().collect();
        kinds.sort_by_key(|(_, count)| Reverse(count.findings));
        let further = kinds.split_off(kinds.len().min(SHOWN));
        let sentence = |((code, sentence), count): &(&(Code, String), &Count)| {
            format!("{} x {}: {sentence}{}", count.findings, code.slug(), count.place(place))
        };
        let mut sentences: Vec<String> = kinds.iter().map(sentence).collect();
        let rest =
            further.iter().map(|(_, count)| count.findings).fold(self.other_losses, u64::saturating_add);
        if rest > 0 {
            sentences.push(format!("{rest} losses of other kinds"));
        }
        sentences
    }
}

/// Whether a finding comes from writing, so that reading the input again does not show it.
fn is_loss(code: Code) -> bool {
    matches!(code, Code::NotRepresentable | Code::ChangedInWriting | Code::RoleReworded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use turnwise::Span;

    fn loss(field: usize) -> Diagnostic {
        Diagnostic::new(Code::NotRepresentable, Span::default())
            .with("format", "text")
            .with("what", &format!("`{field}`"))
    }

    #[test]
    fn many_kinds_are_counted_together() {
        let mut tally = Tally::default();
        (0..KINDS + 5).for_each(|field| tally.add(&loss(field), || Some(field)));
        tally.add(&loss(7), || None);
        let mut all = Tally::default();
        all.merge(tally);
        let losses = all.losses("on line");
        assert_eq!(losses.len(), SHOWN + 1);
        assert_eq!(
            losses[0],
            "2 x not-representable: text has no place for `7`; it is left out (first on line 7)"
        );
        assert_eq!(losses[SHOWN], format!("{} losses of other kinds", KINDS + 5 - SHOWN));
        assert_eq!((all.summary("on line"), all.exit()), (None, Exit::Success));
    }
}
