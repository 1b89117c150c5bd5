//! Conversations as lines of canonical JSON.

use crate::pretty::pretty;
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

/// How conversations are to be written.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Style {
    /// With what was found in each.
    pub(crate) findings: bool,
    /// Each over several lines.
    pub(crate) pretty: bool,
}

/// Adds every conversation of `parsed` to `out`, each with a line end.
pub(crate) fn add_all(parsed: &Parsed, style: Style, out: &mut Vec<u8>) {
    for (index, conversation) in parsed.conversations.iter().enumerate() {
        add(parsed, index, conversation, style, out);
        out.push(b'\n');
    }
}

/// Gives every conversation of `parsed` to `put`, each with a line end; no more than one is in memory as text.
pub(crate) fn each<E>(
    parsed: &Parsed,
    style: Style,
    mut put: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let mut out = Vec::new();
    for (index, conversation) in parsed.conversations.iter().enumerate() {
        out.clear();
        add(parsed, index, conversation, style, &mut out);
        out.push(b'\n');
        put(&out)?;
    }
    Ok(())
}

/// Adds the one line for a document to `out`: its conversation, or an array if there are several.
pub(crate) fn add_line(parsed: &Parsed, style: Style, out: &mut Vec<u8>) {
    let single = parsed.conversations.len() == 1;
    if !single {
        out.push(b'[');
    }
    for (index, conversation) in parsed.conversations.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        add(parsed, index, conversation, style, out);
    }
    out.extend_from_slice(if single { b"\n" } else { b"]\n" });
}

/// Adds one conversation. Everything that is normalised is written here.
fn add(parsed: &Parsed, index: usize, conversation: &Conversation, style: Style, out: &mut Vec<u8>) {
    let mut json = canonical(conversation);
    if style.findings {
        add_findings(&mut json, parsed.diagnostics.iter().filter(|found| found.conversation == index));
    }
    let json = if style.pretty { pretty(&json) } else { json };
    out.extend_from_slice(json.as_bytes());
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
