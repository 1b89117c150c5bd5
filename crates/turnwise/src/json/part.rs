//! The parts of a message, in the words of any format: strings, objects with a `type`, and objects told by a key.
//!
//! What all formats share is here; what one of them adds is in its dialect. What nobody knows becomes
//! [`Part::Unknown`].

mod media;
mod result;
mod words;

use std::borrow::Cow;

pub(crate) use self::{
    media::{source_of, take_url},
    result::{answer, read_all},
    words::{reasoning, text},
};
use super::{
    ahead::has,
    call, dialect,
    fields::known_kind,
    openai_responses,
    reader::Reader,
    scan::{Kind, Mark, Scanner},
};
use crate::{
    diagnostic::Code,
    limits::Limits,
    model::{Extra, Part, Parts, RawJson},
    source::Span,
};

/// The parts of a message, as they are read.
#[derive(Debug, Default)]
pub(crate) struct Said {
    pub(crate) parts: Parts,
    /// Where each part stands; results that become messages of their own have their place from here.
    pub(crate) spans: Vec<Span>,
    /// Whether the format lets a user's message carry the answers of tools, which nobody said.
    pub(crate) carries_answers: bool,
    /// Whether these are the parts of an answer, in which no further answers are looked for.
    pub(crate) within_answer: bool,
}

impl Said {
    /// Adds a part that stands at `span`.
    pub(crate) fn push(&mut self, part: Part, span: Span) {
        self.parts.push(part);
        self.spans.push(span);
    }

    /// Adds parts that stand behind these.
    pub(crate) fn append(&mut self, other: Self) {
        // Parts that came from fields of their own have no place in the list.
        self.spans.resize(self.parts.len(), Span::default());
        self.parts.extend(other.parts);
        self.spans.extend(other.spans);
        self.carries_answers |= other.carries_answers;
    }

    /// Adds the part that was read since `mark`; where it could not be made one, what is there as it is written.
    pub(crate) fn push_since(&mut self, scan: &mut Scanner<'_>, mark: Mark, part: Option<Part>) {
        let raw = scan.since(mark);
        let part = part.unwrap_or_else(|| {
            // What a tool answered may be any list, and of what is too deep that is said already.
            if !self.within_answer && !scan.is_deep() {
                report_unknown(scan, raw.text, raw.span);
            }
            Part::Unknown(raw.to_json())
        });
        self.push(part, raw.span);
    }
}

/// Says that a part is kept as it is written, once for each kind.
fn report_unknown(scan: &mut Scanner<'_>, raw: &str, span: Span) {
    let mut part = Scanner::quiet(raw, &Limits::default());
    part.document();
    let kind = match told(&part) {
        Told::Type(kind) | Told::Key(kind) => kind,
        _ => match part.kind() {
            Kind::Object => "object without a type",
            Kind::Array => "array",
            Kind::Number => "number",
            Kind::Bool => "boolean",
            Kind::Null => "null",
            _ => "value",
        }
        .into(),
    };
    // Fields are remembered by their names alone, which have no blank.
    if scan.is_new_name(&format!("part {kind}")) {
        scan.report(Code::UnknownPart, span, &[("kind", &kind)]);
    }
}

/// Whether the first part of the array that comes next has a `type` and a `text`.
pub(crate) fn begins_with_text(scan: &Scanner<'_>) -> bool {
    let mut scan = scan.probe();
    scan.open();
    if !scan.item() || scan.kind() != Kind::Object {
        return false;
    }
    let (mut kind, mut text) = (false, false);
    scan.open();
    while let Some(key) = scan.key() {
        kind |= key.name == "type" && scan.kind() == Kind::String && scan.probe().text() == "text";
        text |= key.name == "text" && scan.kind() == Kind::String;
        scan.raw();
    }
    kind && text
}

/// Reads one part that stands alone, without results within it.
pub(crate) fn read_one(scan: &mut Reader<'_>, said: &mut Said) {
    let told = told(scan);
    read_told(scan, told, said);
}

/// How it is told what a part is.
enum Told<'a> {
    Text,
    Type(Cow<'a, str>),
    Key(Cow<'a, str>),
    Nothing,
}

/// Looks ahead for the `type` of the part that comes next, or for a key that tells it.
fn told<'a>(scan: &Scanner<'a>) -> Told<'a> {
    match scan.kind() {
        Kind::String => return Told::Text,
        Kind::Object => {}
        _ => return Told::Nothing,
    }
    let mut scan = scan.probe();
    let mut by_key = Told::Nothing;
    scan.open();
    while let Some(key) = scan.key() {
        if key.name == "type" && scan.kind() == Kind::String {
            return Told::Type(scan.text());
        }
        if matches!(by_key, Told::Nothing) && dialect::keyed_part(&key.name).is_some() {
            by_key = Told::Key(key.name);
        }
        scan.raw();
    }
    by_key
}

/// Reads a part that holds no others.
fn read_told(scan: &mut Reader<'_>, told: Told<'_>, said: &mut Said) {
    let mark = scan.mark();
    let part = match told {
        Told::Text => Some(Part::text(scan.text())),
        Told::Nothing => {
            scan.raw();
            None
        }
        Told::Key(key) => match dialect::keyed_part(&key) {
            Some(reader) => return reader(scan, &key, said),
            None => None,
        },
        Told::Type(kind) => match &*kind {
            "text" => text(scan, &["text"]).map(Part::Text),
            "refusal" => text(scan, &["refusal"]).map(Part::Refusal),
            // In LangChain's blocks it may be what OpenAI Responses gave.
            "reasoning" if has(scan, "summary", Kind::Array) => {
                return openai_responses::reasoning(scan, said);
            }
            "reasoning" => Some(Part::Reasoning(reasoning(scan, &["reasoning"]).into())),
            "tool_call" => call::read(scan, &["tool_call"]).map(|call| Part::ToolCall(call.into())),
            "media" => media::media(scan),
            "json" => wrapped(scan, "json").map(Part::Json),
            "unknown" => wrapped(scan, "unknown").map(Part::Unknown),
            kind => match dialect::part(kind) {
                Some(reader) => return reader(scan, kind, said),
                None => {
                    scan.raw();
                    None
                }
            },
        },
    };
    said.push_since(scan, mark, part);
}

/// Reads a part that holds a value as it was written.
fn wrapped(scan: &mut Reader<'_>, kind: &str) -> Option<RawJson> {
    let mut left = Extra::default();
    let mut inner: Option<RawJson> = None;
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "type" => known_kind(scan, key, &[kind], &mut left),
            "raw" if inner.is_none() => inner = Some(scan.raw().to_json()),
            _ => left.push(key.name, scan.raw().to_json()),
        }
    }
    inner.filter(|_| left.is_empty())
}
