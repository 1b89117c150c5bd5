//! The Markdown writer: a document for people, a heading a message.
//!
//! What Markdown has no form for is shown all the same, calls of tools as blocks of code and reasoning as a quote, and
//! the report says that it reads back as text. Headings are such that this library reads them as labels.

use std::fmt::Write;

use crate::model::{Arguments, Conversation, Media, MediaSource, Message, Part, Role};

/// Writes a conversation as Markdown (CommonMark 0.31).
pub(crate) fn write(conversation: &Conversation) -> String {
    let mut out = String::new();
    if let Some(title) = &conversation.title {
        push(&mut out, &format!("# {}", one_line(title)));
    }
    if let Some(preamble) = &conversation.preamble {
        push(&mut out, preamble);
    }
    for message in &conversation.messages {
        push(&mut out, &heading(message));
        message.parts.iter().for_each(|part| push(&mut out, &shown(part)));
    }
    out
}

/// Adds a block, a blank line after the one before.
fn push(out: &mut String, block: &str) {
    if !out.is_empty() {
        out.push_str("\n\n");
    }
    out.push_str(block);
}

fn heading(message: &Message) -> String {
    let label = message.label.as_deref().or_else(|| message.role.as_ref().map(Role::label));
    let words = match (label, message.name.as_deref()) {
        (Some(label), Some(name)) => format!("{label} {name}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "Unknown".to_owned(),
    };
    let details = message.details.as_deref();
    let model = details.and_then(|details| details.model.as_deref());
    let time = details.and_then(|details| details.time.as_deref().map(str::to_owned));
    let time = time
        .or_else(|| message.timestamp.map(|time| time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)));
    let notes: Vec<String> = model.into_iter().chain(time.as_deref()).map(one_line).collect();
    let note = if notes.is_empty() { String::new() } else { format!(" ({})", notes.join(", ")) };
    format!("## {}{note}", one_line(&words))
}

fn shown(part: &Part) -> String {
    match part {
        Part::Text(text) | Part::Refusal(text) => text.text.clone(),
        Part::Reasoning(reasoning) => quoted(&reasoning.text),
        Part::ToolCall(call) => {
            let arguments = match &call.arguments {
                Arguments::Text(text) => text.as_str(),
                Arguments::Json(json) => json.as_str(),
                Arguments::Absent => "",
            };
            format!("Tool call `{}`\n\n{}", call.name, fenced(arguments))
        }
        Part::ToolResult(result) => {
            let parts: Vec<String> = result.parts.iter().map(plain).collect();
            let answer = if result.is_error == Some(true) { "Tool error" } else { "Tool answer" };
            format!("{answer}\n\n{}", fenced(&parts.join("\n")))
        }
        Part::Media(media) => link(media),
        Part::Json(json) | Part::Unknown(json) => fenced(json.as_str()),
    }
}

/// What a tool answered, within a block of code.
fn plain(part: &Part) -> String {
    match part {
        Part::Text(text) | Part::Refusal(text) => text.text.clone(),
        Part::Json(json) | Part::Unknown(json) => json.as_str().to_owned(),
        Part::Media(media) => link(media),
        Part::Reasoning(reasoning) => reasoning.text.clone(),
        Part::ToolCall(call) => call.name.clone(),
        Part::ToolResult(_) => String::new(),
    }
}

fn link(media: &Media) -> String {
    let name = media.name.as_deref().unwrap_or(&media.kind);
    let mark = if media.kind == "image" { "!" } else { "" };
    match (&media.source, &media.media_type) {
        (MediaSource::Url(url), _) => format!("{mark}[{name}]({url})"),
        (MediaSource::Data(data), Some(kind)) => format!("{mark}[{name}](data:{kind};base64,{data})"),
        (MediaSource::File(id), _) => format!("[{name}] `{id}`"),
        (MediaSource::Data(_) | MediaSource::Absent, _) => format!("[{name}]"),
    }
}

fn quoted(text: &str) -> String {
    text.lines().fold(String::new(), |mut quote, line| {
        // Writing to memory does not fail.
        _ = write!(quote, "{}> {line}", if quote.is_empty() { "" } else { "\n" });
        quote
    })
}

/// A block of code whose fence is longer than any in it.
fn fenced(code: &str) -> String {
    let mut longest: usize = 2;
    let mut run: usize = 0;
    for c in code.chars() {
        run = if c == '`' { run.saturating_add(1) } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest.saturating_add(1));
    let info = if crate::model::RawJson::new(code).is_some() { "json" } else { "" };
    format!("{fence}{info}\n{code}\n{fence}")
}

fn one_line(text: &str) -> String {
    text.split(['\n', '\r']).collect::<Vec<_>>().join(" ")
}
