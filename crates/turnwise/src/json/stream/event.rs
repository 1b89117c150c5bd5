//! The chunks of a stream, in the frame of server-sent events or without any.

use std::borrow::Cow;

use super::node::{Members, Node};
use crate::{
    diagnostic::{Code, Diagnostic},
    json::{
        raw,
        scan::{Kind, Mark, Raw, Scanner},
    },
    limits::Limits,
    source::Span,
};

/// Lines that are looked at for the frame of a stream.
const LOOKED_AT: usize = 16;

/// Fields of server-sent events.
const FIELDS: &[&str] = &["data:", "event:", "id:", "retry:", ":"];

/// A piece of a stream.
#[derive(Debug)]
pub(super) enum Event<'a> {
    Chunk {
        value: Members,
        text: String,
        span: Span,
    },
    /// `[DONE]`.
    Done(Span),
    /// A line that is no data, such as `event: message_start`.
    Line(&'a str),
    /// What should be a chunk and cannot be read: its words, if it has any.
    Broken(String, Diagnostic),
}

/// Whether an input has the frame of server-sent events, and JSON as their data.
pub(crate) fn is_framed(input: &str) -> bool {
    let input = input.trim_start_matches(['\u{FEFF}', '\r', '\n']);
    let mut lines = lines(input).map(|(_, line)| line).filter(|line| !line.is_empty()).take(LOOKED_AT);
    FIELDS.iter().any(|field| input.starts_with(field))
        && lines.any(|line| data(line).is_some_and(|data| data.starts_with(['{', '['])))
}

/// Every event of an input.
pub(super) fn all<'a>(input: &'a str, limits: &Limits) -> Vec<Event<'a>> {
    if is_framed(input) {
        return framed(input, limits);
    }
    let mut events = Vec::new();
    Source { input, text: input.into(), start: Some(0), line: None }.read(limits, &mut events);
    events
}

/// Chunks as data of server-sent events.
fn framed<'a>(input: &'a str, limits: &Limits) -> Vec<Event<'a>> {
    let mut events = Vec::new();
    // Data may go on in further lines; each that opens a value begins another chunk.
    let mut open: Option<Source<'a>> = None;
    for (span, line) in lines(input) {
        match (data(line), &mut open) {
            (Some(more), Some(source)) if !more.starts_with(['{', '[']) => source.go_on(more, span),
            (data, _) => {
                open.take().into_iter().for_each(|source| source.read(limits, &mut events));
                open = data.map(|data| Source {
                    input,
                    text: data.into(),
                    start: Some(span.end.saturating_sub(data.len())),
                    line: Some(span),
                });
                if data.is_none() && !line.trim().is_empty() {
                    events.push(Event::Line(line.trim_end()));
                }
            }
        }
    }
    open.into_iter().for_each(|source| source.read(limits, &mut events));
    events
}

/// What chunks are read from: all of an input, or the data of an event.
struct Source<'a> {
    input: &'a str,
    text: Cow<'a, str>,
    /// Where the text starts in the input; data of several lines has no place of its own.
    start: Option<usize>,
    /// The lines of the event.
    line: Option<Span>,
}

impl Source<'_> {
    /// Adds another line of data.
    fn go_on(&mut self, data: &str, span: Span) {
        let text = self.text.to_mut();
        text.push('\n');
        text.push_str(data);
        self.start = None;
        self.line = self.line.map(|line| Span::new(line.start, span.end));
    }

    /// Where a part of the text is in the input.
    fn place(&self, part: Span) -> Span {
        let moved =
            |start: usize| Span::new(start.saturating_add(part.start), start.saturating_add(part.end));
        self.start.map(moved).or(self.line).unwrap_or(part)
    }

    /// Adds the chunks of the text, one after another or in an array, and whatever else is in it.
    fn read(&self, limits: &Limits, events: &mut Vec<Event<'_>>) {
        let mut scan = Scanner::quiet(&self.text, limits);
        loop {
            let before = scan.mark();
            let more = scan.document();
            let between = scan.since(before);
            if !between.text.trim_matches(is_nothing).is_empty() {
                let (_, finding) = self.broken(between, limits);
                events.push(Event::Broken(String::new(), finding));
            }
            if !more {
                break;
            }
            let unread = self.document(&mut scan, limits, events);
            if scan.is_stopped() {
                scan.finish();
                let unread = scan.since(unread);
                if !unread.text.trim_matches(is_nothing).is_empty() {
                    let (text, finding) = self.broken(unread, limits);
                    events.push(Event::Broken(text, finding));
                }
            }
        }
    }

    /// Adds the chunk that comes next, or all of an array; gives the end of what was read.
    fn document(&self, scan: &mut Scanner<'_>, limits: &Limits, events: &mut Vec<Event<'_>>) -> Mark {
        let is_done = scan.starts_with("[DONE]");
        let in_array = scan.kind() == Kind::Array;
        let mut read = scan.mark();
        if in_array {
            scan.open();
        }
        while !in_array || scan.item() {
            let mark = scan.mark();
            let value = if scan.kind() == Kind::Nothing { None } else { Some(Node::read(scan, 0)) };
            let raw = scan.since(mark);
            let span = self.line.unwrap_or_else(|| self.place(raw.span));
            if !scan.is_stopped() {
                read = scan.mark();
            }
            match value {
                _ if is_done => events.push(Event::Done(span)),
                Some(Node::Object(value)) if raw.sound => {
                    events.push(Event::Chunk { value, text: raw::one_line(raw.text).into(), span });
                }
                Some(_) if !scan.is_stopped() => {
                    let (text, finding) = self.broken(raw, limits);
                    events.push(Event::Broken(text, finding));
                }
                _ => {}
            }
            if !in_array {
                break;
            }
        }
        read
    }

    /// What cannot be read, with the first thing that is wrong.
    fn broken(&self, part: Raw<'_>, limits: &Limits) -> (String, Diagnostic) {
        let text = part.text.trim_start_matches(is_nothing);
        let start = part.span.end.saturating_sub(text.len());
        let text = text.trim_end();
        let mut scan = Scanner::new(text, limits);
        scan.document();
        scan.raw();
        scan.document();
        let first = scan.into_findings().0.into_iter().next();
        let place = |inner: Span| {
            let moved = |at: usize| start.saturating_add(at.min(text.len()));
            self.place(Span::new(moved(inner.start), moved(inner.end)))
        };
        let finding = match first {
            Some(finding) => Diagnostic { span: place(finding.span), ..finding },
            None => Diagnostic::new(Code::InvalidJson, place(Span::new(0, text.len())))
                .with("problem", "a chunk should be an object"),
        };
        // An event of which nothing can be read is kept as it stands.
        let is_all = text.len() == self.text.trim().len();
        let line = self.line.filter(|_| is_all).map(|line| line.of(self.input));
        (line.unwrap_or(text).to_owned(), finding)
    }
}

/// What may stand between values without a word.
fn is_nothing(c: char) -> bool {
    raw::is_blank(c) || matches!(c, ',' | '\u{FEFF}')
}

/// What follows `data:` in a line.
fn data(line: &str) -> Option<&str> {
    line.strip_prefix("data:").map(|data| data.strip_prefix(' ').unwrap_or(data))
}

/// Lines with their places, without their ends.
fn lines(input: &str) -> impl Iterator<Item = (Span, &str)> {
    let mut at: usize = 0;
    input.split_inclusive('\n').map(move |whole| {
        let start = at;
        at = at.saturating_add(whole.len());
        let line = whole.trim_end_matches(['\n', '\r']);
        let marked = if start == 0 { line.trim_start_matches('\u{FEFF}') } else { line };
        let start = start.saturating_add(line.len().saturating_sub(marked.len()));
        (Span::new(start, start.saturating_add(marked.len())), marked)
    })
}
