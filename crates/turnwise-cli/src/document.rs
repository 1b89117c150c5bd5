//! Conversations as lines of canonical JSON.

use serde::Serialize;
use turnwise::{Conversation, Diagnostic, Format, Parsed, write};

/// A finding as `--diagnostics` shows it.
#[derive(Serialize)]
struct Shown<'a> {
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    span: Bytes,
    pointer: Option<&'a str>,
}

/// Offsets in bytes from 0, the end exclusive.
#[derive(Serialize)]
struct Bytes {
    start: usize,
    end: usize,
}

/// Every conversation of `parsed` as canonical JSON without line breaks, with its findings if asked for.
pub(crate) fn conversations(parsed: &Parsed, with_findings: bool) -> impl Iterator<Item = String> {
    parsed.conversations.iter().enumerate().map(move |(index, conversation)| {
        let mut json = canonical(conversation);
        if with_findings {
            add_findings(&mut json, parsed.diagnostics.iter().filter(|found| found.conversation == index));
        }
        json
    })
}

/// Adds the one line for a document to `lines`: its conversation, or an array if there are several.
pub(crate) fn add_line(parsed: &Parsed, with_findings: bool, lines: &mut Vec<u8>) {
    let single = parsed.conversations.len() == 1;
    if !single {
        lines.push(b'[');
    }
    for (index, json) in conversations(parsed, with_findings).enumerate() {
        if index > 0 {
            lines.push(b',');
        }
        lines.extend_from_slice(json.as_bytes());
    }
    lines.extend_from_slice(if single { b"\n" } else { b"]\n" });
}

fn canonical(conversation: &Conversation) -> String {
    let mut json = write(conversation, Format::Canonical).unwrap_or_default().text;
    json.truncate(json.trim_end().len());
    json
}

fn add_findings<'a>(json: &mut String, findings: impl Iterator<Item = &'a Diagnostic>) {
    let shown: Vec<Shown<'_>> = findings
        .map(|found| Shown {
            code: found.code.slug(),
            severity: found.severity.as_str(),
            message: &found.message,
            span: Bytes { start: found.span.start, end: found.span.end },
            pointer: found.pointer.as_deref(),
        })
        .collect();
    // Strings and numbers only: nothing here can fail to serialise.
    let shown = serde_json::to_string(&shown).unwrap_or_default();
    // The object is opened again at its end.
    json.pop();
    json.push_str(if json.ends_with('{') { "\"diagnostics\":" } else { ",\"diagnostics\":" });
    json.push_str(&shown);
    json.push('}');
}
