//! The parts of a message, in the words of any format: strings, objects with a `type`, and objects told by a key.
//!
//! What all formats share is here; what one of them adds is in its dialect. What nobody knows becomes
//! [`Part::Unknown`].

use std::borrow::Cow;

use super::{
    ai_sdk, call, dialect,
    fields::known_kind,
    reader::Reader,
    scan::{Key, Kind, Mark, Scanner},
};
use crate::{
    diagnostic::Code,
    format::Format,
    limits::Limits,
    model::{Extra, Media, MediaSource, Part, RawJson, Reasoning, Text, ToolResult},
    source::Span,
};

/// Results within results that are looked into, whatever the caller's limits: the model's own functions recurse over them.
const NESTED_RESULTS: usize = 64;

/// The parts of a message, as they are read.
#[derive(Debug, Default)]
pub(crate) struct Said {
    pub(crate) parts: Vec<Part>,
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
    pub(crate) fn append(&mut self, mut other: Self) {
        // Parts that came from fields of their own have no place in the list.
        self.spans.resize(self.parts.len(), Span::default());
        self.parts.append(&mut other.parts);
        self.spans.append(&mut other.spans);
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
    let mut part = Scanner::new(raw, &Limits { diagnostics: 0, ..Limits::default() });
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

/// A result whose object is open.
#[derive(Default)]
struct Open {
    result: ToolResult,
    begin: Option<Mark>,
    from_user: bool,
}

/// Reads the array of parts that comes next.
///
/// A result has parts of its own, so those that are being read stand on a stack.
pub(crate) fn read_all(scan: &mut Reader<'_>) -> Said {
    let mut said = Said::default();
    let mut stack: Vec<Open> = Vec::new();
    scan.open();
    loop {
        if scan.item() {
            let told = told(scan);
            if is_result(&told) && !scan.is_deep() && stack.len() < NESTED_RESULTS {
                let begin = Some(scan.mark());
                scan.open();
                stack.push(Open { begin, ..Open::default() });
            } else {
                match stack.last_mut() {
                    Some(open) => {
                        let mut inner = Said::default();
                        read_told(scan, told, &mut inner);
                        open.result.parts.append(&mut inner.parts);
                    }
                    None => read_told(scan, told, &mut said),
                }
                continue;
            }
        } else if stack.is_empty() {
            break;
        }
        // Here the object of the innermost result is open: it has just begun, or its parts have just ended.
        if let Some(open) = stack.last_mut()
            && !result_fields(scan, open)
            && let Some(Open { result, begin, from_user }) = stack.pop()
        {
            let part = Part::ToolResult(result.into());
            match (stack.last_mut(), begin) {
                (Some(outer), _) => outer.result.parts.push(part),
                (None, begin) => {
                    said.carries_answers |= from_user;
                    said.push(part, begin.map_or_else(Span::default, |begin| scan.since(begin).span));
                }
            }
        }
    }
    said
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

/// Reads what a tool answered: a string, parts, or any other value as it is written.
pub(crate) fn answer(scan: &mut Reader<'_>) -> Vec<Part> {
    match scan.kind() {
        Kind::String => vec![Part::text(scan.text())],
        Kind::Array => {
            let mut said = Said { within_answer: true, ..Said::default() };
            let mark = scan.mark();
            scan.open();
            while scan.item() {
                read_one(scan, &mut said);
            }
            let known = said.parts.iter().all(|part| !matches!(part, Part::Unknown(_)));
            if known && !said.parts.is_empty() {
                said.parts
            } else {
                vec![Part::Json(scan.since(mark).to_json())]
            }
        }
        _ => vec![Part::Json(scan.raw().to_json())],
    }
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

fn is_result(told: &Told<'_>) -> bool {
    matches!(told, Told::Type(kind) if kind == "tool_result" || kind.ends_with("_tool_result"))
}

/// Reads fields of a result up to its parts and gives `true`, or up to its end.
fn result_fields(scan: &mut Reader<'_>, open: &mut Open) -> bool {
    let Open { result, from_user, .. } = open;
    let extra = &mut result.extra;
    while let Some(key) = scan.key() {
        match &*key.name {
            "type" => known_kind(scan, key, &["tool_result"], extra),
            "tool_use_id" => {
                *from_user = true;
                scan.evidence.saw(Format::AnthropicMessages, "a `tool_result` part with `tool_use_id`");
                scan.take_id(key, &mut result.call_id, extra);
            }
            "callId" | "call_id" | "tool_call_id" => scan.take_id(key, &mut result.call_id, extra),
            "name" => scan.take_text(key, &mut result.name, extra),
            "parts" | "content" if !result.parts.is_empty() => scan.repeated(key, extra),
            // To answer with nothing is not to give no answer.
            "content" if is_empty(scan) => extra.push(key.name, scan.raw().to_json()),
            "parts" | "content" if scan.kind() == Kind::Array => {
                scan.open();
                return true;
            }
            "content" if scan.kind() == Kind::String => result.parts = vec![Part::text(scan.text())],
            "content" if scan.kind() == Kind::Object => result.parts = vec![Part::Json(scan.raw().to_json())],
            "parts" | "content" => scan.wrong(key, "an array", extra),
            "output" if result.parts.is_empty() => result.parts = answer(scan),
            "isError" | "is_error" => scan.take_flag(key, &mut result.is_error, extra),
            "extra" => scan.take_extra(key, extra),
            _ => scan.keep(key, extra),
        }
    }
    false
}

/// Whether an array without items comes next.
fn is_empty(scan: &Scanner<'_>) -> bool {
    let mut scan = scan.probe();
    scan.kind() == Kind::Array && {
        scan.open();
        !scan.item()
    }
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
            "reasoning" => Some(Part::Reasoning(reasoning(scan, &["reasoning"]).into())),
            "tool_call" => call::read(scan, &["tool_call"]).map(|call| Part::ToolCall(call.into())),
            "media" => media(scan),
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

/// Reads words, of a part whose `type` is one of `kinds`; none where there are no words.
pub(crate) fn text(scan: &mut Reader<'_>, kinds: &[&str]) -> Option<Text> {
    let (mut text, mut extra) = (None, Extra::default());
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "type" => known_kind(scan, key, kinds, &mut extra),
            "providerOptions" | "providerMetadata" | "state" => ai_sdk::keep(scan, key, &mut extra),
            "text" | "content" | "value" | "refusal" if text.is_none() => {
                if key.name == "content" {
                    scan.evidence.saw(Format::OtelGenAi, "a part of `type` `text` with `content`");
                }
                if key.name == "value" {
                    scan.evidence.saw(Format::OpenAiChat, "parts with a `value`, as LLaMA-Factory has them");
                }
                scan.take_text(key, &mut text, &mut extra);
            }
            "extra" => scan.take_extra(key, &mut extra),
            _ => scan.keep(key, &mut extra),
        }
    }
    text.map(|text: String| Text::with(text, extra))
}

/// Reads a model's reasoning, of a part whose `type` is one of `kinds`.
pub(crate) fn reasoning(scan: &mut Reader<'_>, kinds: &[&str]) -> Reasoning {
    let mut reasoning = Reasoning::default();
    let mut text = None;
    let extra = &mut reasoning.extra;
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "type" => known_kind(scan, key, kinds, extra),
            "text" | "content" | "thinking" | "reasoning" | "value"
                if text.is_none() && scan.kind() == Kind::String =>
            {
                scan.take_text(key, &mut text, extra);
            }
            "signature" => scan.take_text(key, &mut reasoning.signature, extra),
            "extras" | "providerOptions" => take_signature(scan, key, &mut reasoning.signature, extra),
            "providerMetadata" => ai_sdk::keep(scan, key, extra),
            "extra" => scan.take_extra(key, extra),
            _ => scan.keep(key, extra),
        }
    }
    reasoning.text = text.unwrap_or_default();
    reasoning
}

/// Takes a signature that stands alone in an object, or in that of a provider; any other object is kept.
fn take_signature(scan: &mut Reader<'_>, key: Key<'_>, signature: &mut Option<String>, extra: &mut Extra) {
    let mut inner = scan.probe();
    let only = |inner: &mut Scanner<'_>, name: &str| {
        inner.kind() == Kind::Object && {
            inner.open();
            inner.key().is_some_and(|key| key.name == name)
        }
    };
    let provided = key.name != "providerOptions" || only(&mut inner, "anthropic");
    if provided && signature.is_none() && only(&mut inner, "signature") && inner.kind() == Kind::String {
        let text = inner.text();
        let ends = inner.key().is_none() && (key.name == "extras" || inner.key().is_none());
        if ends && inner.is_sound() {
            *signature = Some(text.into());
            scan.raw();
            return;
        }
    }
    extra.push(key.name, scan.raw().to_json());
}

/// Reads an image, a sound, a video or a file in the canonical form.
fn media(scan: &mut Reader<'_>) -> Option<Part> {
    let mut media = Media::default();
    let (mut kind, mut url, mut data, mut file) = (None, None, None, None);
    let extra = &mut media.extra;
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "type" => known_kind(scan, key, &["media"], extra),
            "kind" => scan.take_text(key, &mut kind, extra),
            "url" => scan.take_text(key, &mut url, extra),
            "data" => scan.take_text(key, &mut data, extra),
            "file" => scan.take_text(key, &mut file, extra),
            "mediaType" | "media_type" => scan.take_text(key, &mut media.media_type, extra),
            "name" => scan.take_text(key, &mut media.name, extra),
            "extra" => scan.take_extra(key, extra),
            _ => scan.keep(key, extra),
        }
    }
    media.kind = kind?;
    media.source = match (url, data, file) {
        (Some(url), None, None) => MediaSource::Url(url),
        (None, Some(data), None) => MediaSource::Data(data),
        (None, None, Some(file)) => MediaSource::File(file),
        (None, None, None) => MediaSource::Absent,
        _ => return None,
    };
    Some(Part::Media(media.into()))
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

/// An address that may hold the bytes themselves (RFC 2397): `data:image/png;base64,...`.
pub(crate) fn source_of(url: String) -> (MediaSource, Option<String>) {
    let inline = url.strip_prefix("data:").and_then(|rest| rest.split_once(";base64,"));
    match inline.filter(|(kind, _)| !kind.is_empty() && !kind.contains([';', ','])) {
        Some((kind, data)) => (MediaSource::Data(data.to_owned()), Some(kind.to_owned())),
        None => (MediaSource::Url(url), None),
    }
}

/// Takes the address of a [`Media`], or the bytes in it.
pub(crate) fn take_url(scan: &mut Reader<'_>, key: Key<'_>, media: &mut Media) {
    if scan.kind() != Kind::String || media.source != MediaSource::Absent || media.media_type.is_some() {
        return scan.keep(key, &mut media.extra);
    }
    (media.source, media.media_type) = source_of(scan.text().into_owned());
}
