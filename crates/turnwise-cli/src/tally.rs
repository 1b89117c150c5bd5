//! Findings counted by code, where they are too many to show.

use crate::exit::Exit;
use std::{collections::BTreeMap, fmt::Write};
use turnwise::{Code, Diagnostic, Severity};

/// How many findings of each code there were. Those that are only worth knowing are left out.
#[derive(Default)]
pub(crate) struct Tally {
    codes: BTreeMap<Code, Count>,
    error: bool,
}

#[derive(Clone, Copy)]
struct Count {
    findings: u64,
    /// The first line or item with one, where findings are told by them.
    first: Option<usize>,
}

impl Tally {
    /// Counts one finding; `place` is asked for the first of each code only.
    pub(crate) fn add(&mut self, finding: &Diagnostic, place: impl FnOnce() -> Option<usize>) {
        self.error |= finding.severity == Severity::Error;
        if finding.severity >= Severity::Warning {
            let count = self.codes.entry(finding.code);
            let count = count.or_insert_with(|| Count { findings: 0, first: place() });
            count.findings = count.findings.saturating_add(1);
        }
    }

    /// Adds what another thread counted.
    pub(crate) fn merge(&mut self, other: Self) {
        self.error |= other.error;
        for (code, more) in other.codes {
            let count = self.codes.entry(code).or_insert(Count { findings: 0, ..more });
            count.findings = count.findings.saturating_add(more.findings);
            count.first = count.first.min(more.first);
        }
    }

    /// The exit code: findings count where they are errors.
    pub(crate) fn exit(&self) -> Exit {
        if self.error { Exit::Findings } else { Exit::Success }
    }

    /// All counts in one sentence, or nothing if there was nothing to count; `place` says what places are: `on line`.
    pub(crate) fn summary(&self, place: &str) -> Option<String> {
        let mut text = String::new();
        for (code, Count { findings, first }) in &self.codes {
            let separator = if text.is_empty() { "" } else { ", " };
            // Writing to a string cannot fail.
            let _ = write!(text, "{separator}{findings} {}", code.slug());
            if let Some(first) = first {
                let _ = write!(text, " (first {place} {first})");
            }
        }
        Some(text).filter(|text| !text.is_empty())
    }
}
