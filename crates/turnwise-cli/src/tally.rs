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
    /// The first line with one, where findings are told by lines.
    first_line: Option<u64>,
}

impl Tally {
    /// Counts one finding.
    pub(crate) fn add(&mut self, finding: &Diagnostic, line: Option<u64>) {
        self.error |= finding.severity == Severity::Error;
        if finding.severity >= Severity::Warning {
            self.count(finding.code, Count { findings: 1, first_line: line });
        }
    }

    /// Adds what another thread counted.
    pub(crate) fn merge(&mut self, other: Self) {
        self.error |= other.error;
        other.codes.into_iter().for_each(|(code, count)| self.count(code, count));
    }

    fn count(&mut self, code: Code, more: Count) {
        let count = self.codes.entry(code).or_insert(Count { findings: 0, ..more });
        count.findings = count.findings.saturating_add(more.findings);
        count.first_line = count.first_line.min(more.first_line);
    }

    /// The exit code: findings count where they are errors.
    pub(crate) fn exit(&self) -> Exit {
        if self.error { Exit::Findings } else { Exit::Success }
    }

    /// All counts in one sentence, or nothing if there was nothing to count.
    pub(crate) fn summary(&self) -> Option<String> {
        let mut text = String::new();
        for (code, Count { findings, first_line }) in &self.codes {
            let separator = if text.is_empty() { "" } else { ", " };
            // Writing to a string cannot fail.
            let _ = write!(text, "{separator}{findings} {}", code.slug());
            if let Some(line) = first_line {
                let _ = write!(text, " (first on line {line})");
            }
        }
        Some(text).filter(|text| !text.is_empty())
    }
}
