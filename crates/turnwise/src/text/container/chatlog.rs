//! Chats saved with a time before every message: WhatsApp, Signal, Telegram, Slack, Discord, Teams, Zoom.
//!
//! One form of line serves a whole file, and [`Form`] has them all. The first line tells the form; lines
//! that are not of it continue the message above, to the byte. Lines with a time but no name (`You were
//! added`) are messages that nobody says.

mod form;

use super::{
    beginning,
    cutter::{Cutter, GIVES_WAY, strong_role},
    is_margin, without_line_end,
};
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

/// Lines that may stand before the first message.
const PREAMBLE: usize = 5;

/// Looks at the first lines for the time and name of a message, in one of the forms.
///
/// Gives way to labelled text where the names are listed labels, such as `User`: their table and the
/// inference over the document know more than the form of a line.
pub(crate) fn detect(_: &Parser, input: &str) -> Option<Detection> {
    let start = beginning(input);
    let form = first_form(start)?;
    // Names that the caller gave roles are still names.
    let parser = Parser::new();
    let (mut heads, mut names, mut listed, mut dated) = (0_usize, 0_usize, 0_usize, true);
    for text in texts(start) {
        let Some(head) = form.head(text) else { continue };
        heads = heads.saturating_add(1);
        dated &= head.dated;
        if is_program_log(text.get(head.time.end..).unwrap_or_default()) {
            return None;
        }
        if let Some(name) = head.name {
            names = names.saturating_add(1);
            listed = listed.saturating_add(usize::from(strong_role(&parser, name.of(text)).is_some()));
        }
    }
    let mostly_said = names > 0 && names.saturating_mul(2) >= heads;
    let signed = dated || heads > 1 || form.is_strict();
    let confidence = match heads {
        _ if listed.saturating_mul(2) >= names => GIVES_WAY,
        1 => 0.9,
        _ => 0.95,
    };
    let evidence = vec![format!("{heads} of the first lines begin as in `{}`", form.example())];
    (mostly_said && signed).then_some(Detection { format: Format::ChatLog, confidence, evidence })
}

fn texts(input: &str) -> impl Iterator<Item = &str> {
    lines(input, line_end(input)).filter_map(|line| input.get(line.start..line.end))
}

/// The form of the first message, if it stands near the top and nothing above it looks like a message.
fn first_form(start: &str) -> Option<Form> {
    let mut filled = texts(start).filter(|text| !text.trim_matches(is_margin).is_empty()).take(PREAMBLE);
    let first = filled.find(|text| text.contains(':'))?;
    Form::of(first)
}

/// Programs keep logs of these forms too; they are no chats.
fn is_program_log(after_time: &str) -> bool {
    const LEVELS: &[&str] =
        &["CRITICAL", "DEBUG", "ERROR", "FATAL", "INFO", "NOTICE", "TRACE", "WARN", "WARNING"];
    let words = after_time.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.take(3).any(|word| LEVELS.contains(&word))
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
    for line in lines(input, line_end(input)) {
        let text = input.get(line.start..line.end).unwrap_or_default();
        if let Some(head) = form.head(text) {
            found.push(Found { line, head, after_blank, after_crlf });
        }
        after_blank = text.trim().is_empty();
        after_crlf = line.next.saturating_sub(line.end) == 2;
    }
    // WhatsApp for iOS ends messages with CR LF, but lines within them with LF: what follows LF is body.
    let crlf = found.iter().filter(|found| found.after_crlf).count();
    let later = found.len().saturating_sub(1);
    if crlf.saturating_mul(10) >= later.saturating_mul(9) && crlf > 0 {
        let mut first = true;
        found.retain(|found| std::mem::take(&mut first) || found.after_crlf);
    }
    found
}

/// Cuts a chat into messages.
pub(crate) fn segments(parser: &Parser, input: &str) -> Segments {
    let mut cutter = Cutter::new(parser, input, Format::ChatLog);
    let form = texts(beginning(input)).find_map(Form::of);
    let heads = form.map(|form| heads(form, input)).unwrap_or_default();
    let after_blank = heads.iter().filter(|found| found.after_blank).count();
    let blank_joins = after_blank.saturating_mul(2) >= heads.len() && after_blank > 0;
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
        // Zoom indents the text below a head with a tab.
        let below = head.text.is_none() && form == Some(Form::ZoomFrom);
        let tab = below && input.get(text..).is_some_and(|text| text.starts_with('\t'));
        cutter.to(Label, text.saturating_add(usize::from(tab)));
    }
    if !heads.is_empty() {
        close(&mut cutter, input.len(), blank_joins);
    }
    cutter.finish()
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
