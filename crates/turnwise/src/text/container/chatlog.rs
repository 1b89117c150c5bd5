//! Chats saved with a time before every message: WhatsApp, Signal, Telegram, Slack, Discord, Teams, Zoom.
//!
//! One form of line serves a whole file, and [`Form`] has them all. The first line tells the form; lines
//! that are not of it continue the message above, to the byte. Lines with a time but no name (`You were
//! added`) are messages that nobody says. Copies of transcripts with a time above or below a name are read too.

mod form;
mod survey;

use super::{beginning, cutter::Cutter, piece, without_line_end};
use crate::{
    format::{Detection, Format},
    parse::Parser,
    source::Span,
    text::{
        SegmentKind::{Content, Label, Separator},
        Segments,
        lines::{Line, line_end, lines},
    },
};
use form::{Form, Head};

/// Looks at the first lines for the time and name of a message, in one of the forms.
pub(crate) fn detect(_: &Parser, input: &str) -> Option<Detection> {
    let (form, heads, confidence) = survey::choose(beginning(input))?;
    let evidence = vec![format!("{heads} of the first lines begin as in `{}`", form.example())];
    Some(Detection { format: Format::ChatLog, confidence, evidence })
}

fn texts_of(input: &str) -> impl Iterator<Item = &str> {
    lines(input, line_end(input)).filter_map(|line| input.get(line.start..line.end))
}

/// The first form that any line of `start` has, where the document as a whole speaks for none.
fn any_form(start: &str) -> Option<Form> {
    let belows = texts_of(start).skip(1).chain([""]);
    let mut pairs = texts_of(start).zip(belows);
    pairs.find_map(|(line, below)| Form::ALL.into_iter().find(|form| form.head(line, below).is_some()))
}

/// A message head, and the line it stands on.
struct Found {
    line: Line,
    head: Head,
    after_blank: bool,
    after_crlf: bool,
}

/// Every head of `form` in `input`.
fn heads(form: Form, input: &str) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let (mut after_blank, mut after_crlf) = (false, false);
    let mut lines = lines(input, line_end(input)).peekable();
    while let Some(line) = lines.next() {
        let text_of = |line: &Line| input.get(line.start..line.end);
        let text = text_of(&line).unwrap_or_default();
        let below = lines.peek().and_then(text_of).unwrap_or_default();
        if let Some(head) = form.head(text, below) {
            found.push(Found { line, head, after_blank, after_crlf });
        }
        after_blank = text.trim().is_empty();
        after_crlf = line.next.saturating_sub(line.end) == 2;
    }
    // WhatsApp for iOS ends messages with CR LF, but lines within them with LF: what follows LF is body.
    let crlf = found.iter().filter(|found| found.after_crlf).count();
    let later = found.len().saturating_sub(1);
    if crlf.saturating_mul(10) >= later.saturating_mul(9) {
        let mut first = true;
        found.retain(|found| std::mem::take(&mut first) || found.after_crlf);
    }
    found
}

/// Cuts a chat into messages.
pub(crate) fn segments(parser: &Parser, input: &str) -> Segments {
    let mut cutter = Cutter::new(parser, input, Format::ChatLog);
    let start = beginning(input);
    let form = survey::choose(start).map(|(form, ..)| form).or_else(|| any_form(start));
    let heads = form.map(|form| heads(form, input)).unwrap_or_default();
    let after_blank = heads.iter().filter(|found| found.after_blank).count();
    let blank_joins = after_blank.saturating_mul(2) >= heads.len();
    for (index, Found { line, head, .. }) in heads.iter().enumerate() {
        let whole = |span: Span| {
            Span::new(span.start.saturating_add(line.start), span.end.saturating_add(line.start))
        };
        if index > 0 {
            close(&mut cutter, line.start, blank_joins);
        } else {
            cutter.gap(line.start);
        }
        let speaker = head.name.map(|name| cutter.named(whole(name).of(input)));
        cutter.turn(speaker, Some(whole(head.time)), 1.0);
        let text = head.text.map_or(line.next, |text| text.saturating_add(line.start));
        let below = input.get(text..).filter(|_| head.text.is_none());
        let gap = form.zip(below).map_or(0, |(form, below)| form.gap(below));
        cutter.to(Label, text.saturating_add(gap));
    }
    if !heads.is_empty() {
        close(&mut cutter, without_banner(input), blank_joins);
    }
    cutter.finish()
}

/// Where the last message ends: before the banner of a Discord export, which is a line between two of `=`.
fn without_banner(input: &str) -> usize {
    let lines: Vec<&str> = input.trim_end().rsplit('\n').take(3).collect();
    match lines.as_slice() {
        [last, _, first] if survey::is_rule(last) && survey::is_rule(first) => {
            let text = input.get(..piece(input, first).start).unwrap_or_default();
            text.trim_end_matches(['\n', '\r']).len()
        }
        _ => input.len(),
    }
}

/// Ends a message before `end`: one line end belongs to the format, or two where blank lines join messages.
fn close(cutter: &mut Cutter<'_>, end: usize, blank_joins: bool) {
    let ahead = cutter.ahead(end);
    let mut text = without_line_end(ahead);
    if blank_joins {
        text = without_line_end(text);
    }
    cutter.to(Content, end.saturating_sub(ahead.len().saturating_sub(text.len())));
    cutter.to(Separator, end);
}
