//! Workflow commands of GitHub Actions: `::warning file=...,line=...::message`.
//!
//! Source: "Workflow commands for GitHub Actions", and the escapes that the runner undoes
//! (`%`, CR and LF everywhere, `:` and `,` in properties too).

use super::place::Finding;
use crate::diagnostic::Severity;

pub(super) fn finding(finding: &Finding<'_>, _color: bool) -> String {
    let Finding { path, diagnostic, at, .. } = finding;
    let command = match diagnostic.severity {
        Severity::Info => "notice",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    // Columns are refused where the finding runs over several lines.
    let columns = if at.start.line == at.end.line {
        format!(",col={},endColumn={}", at.start.column, at.end.column)
    } else {
        String::new()
    };
    format!(
        "::{command} file={},line={},endLine={}{columns},title={}::{}\n",
        property(path),
        at.start.line,
        at.end.line,
        property(diagnostic.code.slug()),
        data(&format!("{}\nhelp: {}", diagnostic.message, diagnostic.help())),
    )
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
