//! `path:line:column: severity[code] message`, a line a finding: for editors and for `grep`.

use super::place::Finding;
use std::borrow::Cow;

pub(super) fn finding(finding: &Finding<'_>, _color: bool) -> String {
    let Finding { path, diagnostic, at, .. } = finding;
    let (line, column) = (at.start.line, at.start.column);
    let (severity, code) = (diagnostic.severity.as_str(), diagnostic.code.slug());
    format!("{}:{line}:{column}: {severity}[{code}] {}\n", printable(path), printable(&diagnostic.message))
}

/// `text` without control characters, which could break the line or steer the terminal.
fn printable(text: &str) -> Cow<'_, str> {
    if text.contains(char::is_control) {
        text.replace(char::is_control, "\u{FFFD}").into()
    } else {
        text.into()
    }
}
