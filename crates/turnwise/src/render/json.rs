//! A JSON object for each finding.

use super::place::{Finding, Stretch};
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Object<'a> {
    path: &'a str,
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    help: &'a str,
    #[serde(flatten)]
    at: At,
    pointer: Option<&'a str>,
    conversation: usize,
    related: Vec<Related<'a>>,
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    #[serde(flatten)]
    at: At,
}

/// Bytes as offsets from 0, the end exclusive; lines and columns (in characters) from 1.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct At {
    span: Bytes,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
struct Bytes {
    start: usize,
    end: usize,
}

impl From<Stretch> for At {
    fn from(Stretch { start, end }: Stretch) -> Self {
        Self {
            span: Bytes { start: start.in_input, end: end.in_input },
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }
}

pub(super) fn finding(finding: &Finding<'_>, _color: bool) -> String {
    let diagnostic = finding.diagnostic;
    let related = diagnostic.related.iter().zip(&finding.related);
    let object = Object {
        path: finding.path,
        code: diagnostic.code.slug(),
        severity: diagnostic.severity.as_str(),
        message: &diagnostic.message,
        help: diagnostic.help(),
        at: finding.at.into(),
        pointer: diagnostic.pointer.as_deref(),
        conversation: diagnostic.conversation,
        related: related.map(|((_, words), &at)| Related { message: words, at: at.into() }).collect(),
    };
    // Strings and numbers only: nothing here can fail to serialise.
    serde_json::to_string(&object).unwrap_or_default()
}

pub(super) fn finding_line(found: &Finding<'_>, color: bool) -> String {
    finding(found, color) + "\n"
}
