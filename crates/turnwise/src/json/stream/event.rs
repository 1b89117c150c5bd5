//! The chunks of a stream, in the frame of server-sent events or without any.

use super::node::{Members, Node};
use crate::{
    diagnostic::{Code, Diagnostic},
    json::{
        raw,
        scan::{Kind, Scanner},
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
    Line((Span, &'a str)),
    /// What should be a chunk and cannot be read.
    Broken((Span, &'a str), Diagnostic),
}

impl Event<'_> {
    pub(super) fn span(&self) -> Span {
        match self {
            Self::Chunk { span, .. } | Self::Done(span) => *span,
            Self::Line((span, _)) | Self::Broken((span, _), _) => *span,
        }
    }
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
    if is_framed(input) { framed(input, limits) } else { bare(input, limits) }
}

/// The value that an input begins with, or that an array at its start does, where more comes after it.
pub(super) fn first(input: &str) -> Option<Members> {
    let mut scan = Scanner::quiet(input, &Limits::default());
    scan.document();
    let in_array = scan.kind() == Kind::Array;
    if in_array {
        scan.open();
        if !scan.item() {
            return None;
        }
    }
    let mut ahead = scan.probe();
    if ahead.kind() != Kind::Object || !may_be_chunk(&mut ahead) {
        return None;
    }
    let Node::Object(value) = Node::read(&mut scan, 0) else { return None };
    let more = if in_array { scan.item() } else { scan.document() && scan.kind() == Kind::Object };
    more.then_some(value)
}

/// Whether the object that comes next may be a chunk, told by the first field that says so: most objects are told from
/// chunks before anything long is looked at.
fn may_be_chunk(scan: &mut Scanner<'_>) -> bool {
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "messages" | "contents" | "conversations" | "input" | "role" | "mapping" => return false,
            "object" => return scan.raw().text == "\"chat.completion.chunk\"",
            "type" if scan.kind() == Kind::String => return super::is_kind(&scan.text()),
            "choices" | "done" | "candidates" | "messageStart" | "contentBlockStart"
            | "contentBlockDelta" => {
                return true;
            }
            _ => _ = scan.raw(),
        }
    }
    false
}

/// Chunks as data of server-sent events.
fn framed<'a>(input: &'a str, limits: &Limits) -> Vec<Event<'a>> {
    let mut events = Vec::new();
    // Data may go on in further lines; each that opens a value begins another chunk.
    let mut open: Option<(Span, String)> = None;
    for (span, line) in lines(input) {
        match data(line) {
            Some(more) => match &mut open {
                Some((begun, text)) if !more.starts_with(['{', '[']) => {
                    text.push('\n');
                    text.push_str(more);
                    begun.end = span.end;
                }
                _ => {
                    events.extend(open.take().map(|(span, text)| chunk(input, span, text, limits)));
                    open = Some((span, more.to_owned()));
                }
            },
            None => {
                events.extend(open.take().map(|(span, text)| chunk(input, span, text, limits)));
                if !line.trim().is_empty() {
                    events.push(Event::Line((span, line.trim_end())));
                }
            }
        }
    }
    events.extend(open.take().map(|(span, text)| chunk(input, span, text, limits)));
    events
}

/// Chunks one after another, or in an array.
fn bare<'a>(input: &'a str, limits: &Limits) -> Vec<Event<'a>> {
    let mut events = Vec::new();
    let mut scan = Scanner::quiet(input, limits);
    while scan.document() {
        let begun = scan.mark();
        let mut last = begun;
        let in_array = scan.kind() == Kind::Array;
        if in_array {
            scan.open();
        }
        while !in_array || scan.item() {
            let mark = scan.mark();
            last = mark;
            if scan.kind() != Kind::Nothing {
                scan.raw();
            }
            let raw = scan.since(mark);
            if !raw.text.is_empty() && raw.sound {
                events.push(chunk(input, raw.span, raw.text.to_owned(), limits));
            } else if !raw.text.is_empty() && !scan.is_stopped() {
                events.push(broken(input, raw.span, raw.text, limits));
            }
            if !in_array {
                break;
            }
        }
        let whole = scan.since(begun);
        if scan.finish().is_some() {
            let span = if in_array { scan.since(last).span } else { whole.span };
            let text = span.of(input).trim();
            if !text.is_empty() {
                events.push(broken(input, span, text, limits));
            }
        }
    }
    events
}

/// The chunk that a text is.
fn chunk<'a>(input: &'a str, span: Span, text: String, limits: &Limits) -> Event<'a> {
    let text = text.trim().to_owned();
    if text == "[DONE]" {
        return Event::Done(span);
    }
    let mut scan = Scanner::quiet(&text, limits);
    scan.document();
    if scan.kind() == Kind::Object {
        let value = Node::read(&mut scan, 0);
        if let Node::Object(value) = value
            && scan.is_sound()
            && !scan.document()
        {
            return Event::Chunk { value, text: raw::one_line(&text).into(), span };
        }
    }
    broken(input, span, &text, limits)
}

/// What cannot be read, with the first thing that is wrong.
fn broken<'a>(input: &'a str, span: Span, text: &str, limits: &Limits) -> Event<'a> {
    let written = span.of(input);
    let mut scan = Scanner::new(text, limits);
    scan.document();
    scan.raw();
    scan.document();
    let first = scan.into_findings().0.into_iter().next();
    // Data of several lines has no place of its own in the input, so that the finding is about all of it.
    let start = written.find(text).map(|at| span.start.saturating_add(at));
    let place = |inner: Span| {
        let moved = |start: usize| {
            Span::new(start.saturating_add(inner.start), start.saturating_add(inner.end.min(text.len())))
        };
        start.map_or(span, moved)
    };
    let finding = match first {
        Some(finding) => Diagnostic { span: place(finding.span), ..finding },
        None => Diagnostic::new(Code::InvalidJson, span).with("problem", "a chunk should be an object"),
    };
    Event::Broken((span, written), finding)
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
