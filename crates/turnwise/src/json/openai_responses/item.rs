//! Reading items that are no messages: calls, answers of tools, reasoning.

use super::table::{ANSWERS, CALLS, FIELDS, OPAQUE};
use crate::{
    format::Format,
    json::{
        ahead::{has, has_key},
        call::take_arguments,
        dialect::WholeReader,
        fields::known_kind,
        message::Draft,
        part::{self, Said},
        raw,
        reader::Reader,
        scan::{Key, Kind},
        turn::Item,
    },
    model::{Arguments, Extra, Media, MediaSource, Part, Reasoning, ToolCall, ToolResult},
};

/// Reads an item of this `type`.
pub(super) fn reader(kind: &str) -> Option<WholeReader> {
    if CALLS.iter().any(|form| form.kind == kind) {
        Some(read_call)
    } else if ANSWERS.iter().any(|form| form.kind == kind) {
        Some(read_answer)
    } else if kind == "reasoning" {
        Some(read_reasoning)
    } else if OPAQUE.contains(&kind) {
        Some(read_opaque)
    } else {
        None
    }
}

fn read_call<'a>(scan: &mut Reader<'a>, kind: &str, draft: &mut Draft<'a>) {
    let Some(form) = CALLS.iter().find(|form| form.kind == kind) else { return };
    let mark = scan.mark();
    let mut call = ToolCall::default();
    let (mut name, mut id) = (form.tool.map(str::to_owned), None);
    let mut result: Option<ToolResult> = None;
    scan.open();
    while let Some(key) = scan.key() {
        let extra = &mut call.extra;
        match &*key.name {
            "type" => extra.push(key.name, scan.raw().to_json()),
            "id" => scan.take_id(key, &mut id, extra),
            "call_id" | "callId" if call.id.is_none() => scan.take_id(key, &mut call.id, extra),
            "name" if form.tool.is_none() => scan.take_text(key, &mut name, extra),
            field if form.input == Some(field) && scan.kind() != Kind::Null => {
                take_input(scan, key, &mut call.arguments, extra);
            }
            field if form.answer == Some(field) && result.is_none() && scan.kind() != Kind::Null => {
                let parts = match kind {
                    "image_generation_call" => image(scan),
                    _ => found(scan),
                };
                result = Some(ToolResult { parts, ..ToolResult::default() });
            }
            "error" if form.answer.is_some() && result.is_none() && scan.kind() != Kind::Null => {
                let parts = part::answer(scan);
                result = Some(ToolResult { parts, is_error: Some(true), ..ToolResult::default() });
            }
            _ => keep(scan, key, extra),
        }
    }
    scan.evidence.saw(Format::OpenAiResponses, "items that are calls");
    give_id(&mut call.id, id, &mut call.extra);
    let raw = scan.since(mark);
    let mut said = Said::default();
    match name {
        Some(name) => {
            if let Some(result) = &mut result {
                result.call_id.clone_from(&call.id);
            }
            said.push(Part::ToolCall(ToolCall { name, ..call }.into()), raw.span);
            result.into_iter().for_each(|result| said.push(Part::ToolResult(result.into()), raw.span));
        }
        None => said.push(Part::Unknown(raw.to_json()), raw.span),
    }
    finish(draft, "assistant", Some(Item::Call), said);
}

fn read_answer<'a>(scan: &mut Reader<'a>, kind: &str, draft: &mut Draft<'a>) {
    let Some(form) = ANSWERS.iter().find(|form| form.kind == kind) else { return };
    let mark = scan.mark();
    let mut result = ToolResult::default();
    let mut id = None;
    let mut answered = false;
    scan.open();
    while let Some(key) = scan.key() {
        let extra = &mut result.extra;
        match &*key.name {
            "type" => extra.push(key.name, scan.raw().to_json()),
            "id" => scan.take_id(key, &mut id, extra),
            field
                if result.call_id.is_none()
                    && (field == form.call || matches!(field, "call_id" | "callId")) =>
            {
                scan.take_id(key, &mut result.call_id, extra);
            }
            "name" => scan.take_text(key, &mut result.name, extra),
            field if form.answer == Some(field) && !answered && scan.kind() != Kind::Null => {
                answered = true;
                result.parts = one_answer(scan);
            }
            _ => keep(scan, key, extra),
        }
    }
    scan.evidence.saw(Format::OpenAiResponses, "items that are answers of tools");
    give_id(&mut result.call_id, id, &mut result.extra);
    let mut said = Said::default();
    said.push(Part::ToolResult(result.into()), scan.since(mark).span);
    finish(draft, "tool", None, said);
}

fn read_reasoning<'a>(scan: &mut Reader<'a>, _: &str, draft: &mut Draft<'a>) {
    let mut said = Said::default();
    reasoning(scan, &mut said);
    scan.evidence.saw(Format::OpenAiResponses, "items that are reasoning");
    finish(draft, "assistant", Some(Item::Reasoning), said);
}

/// Reads reasoning that is told in texts, each of which becomes a part.
pub(crate) fn reasoning(scan: &mut Reader<'_>, said: &mut Said) {
    let mark = scan.mark();
    let (mut first, mut texts, mut id) = (Reasoning::default(), Vec::new(), None);
    scan.open();
    while let Some(key) = scan.key() {
        let extra = &mut first.extra;
        match &*key.name {
            "type" => known_kind(scan, key, &["reasoning"], extra),
            "id" => scan.take_id(key, &mut id, extra),
            "summary" | "content" if scan.kind() == Kind::Array => take_texts(scan, key, &mut texts, extra),
            "text" if texts.is_empty() && scan.kind() == Kind::String => {
                texts.push(Reasoning { text: scan.text().into(), ..Reasoning::default() });
            }
            "encrypted_content" | "signature" if scan.kind() == Kind::String => {
                scan.take_text(key, &mut first.signature, extra);
            }
            _ => keep(scan, key, extra),
        }
    }
    let id = id.map(|id: String| raw::quoted(&id));
    id.iter().for_each(|id| first.extra.0.insert(0, ("id".to_owned(), id.clone())));
    let span = scan.since(mark).span;
    let mut texts = texts.into_iter();
    if let Some(text) = texts.next() {
        first.text = text.text;
        first.extra.0.extend(text.extra.0);
    }
    said.push(Part::Reasoning(first.into()), span);
    for mut text in texts {
        id.iter().for_each(|id| text.extra.0.insert(0, ("id".to_owned(), id.clone())));
        said.push(Part::Reasoning(text.into()), span);
    }
}

/// Takes the texts of a summary or of the reasoning itself; a list of anything else is kept.
fn take_texts(scan: &mut Reader<'_>, key: Key<'_>, texts: &mut Vec<Reasoning>, extra: &mut Extra) {
    let mark = scan.mark();
    let before = texts.len();
    let mut sound = true;
    scan.open();
    while scan.item() {
        if scan.kind() == Kind::Object && has(scan, "text", Kind::String) {
            texts.push(part::reasoning(scan, &[]));
        } else {
            sound = false;
            scan.raw();
        }
    }
    let empty_content = before == texts.len() && key.name == "content";
    if !sound || empty_content {
        texts.truncate(before);
        extra.push(key.name, scan.since(mark).to_json());
    }
}

fn read_opaque<'a>(scan: &mut Reader<'a>, _: &str, draft: &mut Draft<'a>) {
    let raw = scan.raw();
    scan.evidence.saw(Format::OpenAiResponses, "items that only the API understands");
    let mut said = Said::default();
    said.push(Part::Unknown(raw.to_json()), raw.span);
    finish(draft, "assistant", Some(Item::Call), said);
}

fn finish(draft: &mut Draft<'_>, role: &'static str, item: Option<Item>, said: Said) {
    draft.set_role(role);
    draft.item = item;
    draft.body.parts = Some(said);
}

/// Takes what a tool is given: JSON in a string for functions, which may be none; words or a value for others.
fn take_input(scan: &mut Reader<'_>, key: Key<'_>, arguments: &mut Arguments, extra: &mut Extra) {
    match (&*key.name, scan.kind()) {
        ("code" | "input", Kind::String) if *arguments == Arguments::Absent => {
            *arguments = Arguments::Text(scan.text().into());
        }
        _ => take_arguments(scan, key, arguments, extra),
    }
}

/// Reads what a tool of the provider found, whose items are parts only if they have a `type`.
fn found(scan: &mut Reader<'_>) -> Vec<Part> {
    let mut first = scan.probe();
    let is_list = scan.kind() == Kind::Array && {
        first.open();
        first.item() && first.kind() == Kind::Object && !has_key(&first, "type")
    };
    if is_list { vec![Part::Json(scan.raw().to_json())] } else { part::answer(scan) }
}

/// Reads what a tool answered: also one part alone, as for a computer or in the SDK for JavaScript.
fn one_answer(scan: &mut Reader<'_>) -> Vec<Part> {
    if scan.kind() != Kind::Object {
        return part::answer(scan);
    }
    let mark = scan.mark();
    let mut said = Said::default();
    part::read_one(scan, &mut said);
    match said.parts.as_slice() {
        [Part::Text(_) | Part::Media(_)] => said.parts.into(),
        _ => vec![Part::Json(scan.since(mark).to_json())],
    }
}

/// Reads an image that was made, in Base64.
fn image(scan: &mut Reader<'_>) -> Vec<Part> {
    if scan.kind() != Kind::String {
        return part::answer(scan);
    }
    let source = MediaSource::Data(scan.text().into());
    vec![Part::Media(Media { kind: "image".to_owned(), source, ..Media::default() }.into())]
}

/// Keeps a field, with a finding unless the specification names it.
fn keep(scan: &mut Reader<'_>, key: Key<'_>, extra: &mut Extra) {
    if FIELDS.contains(&&*key.name) {
        extra.push(key.name, scan.raw().to_json());
    } else {
        scan.keep(key, extra);
    }
}

/// An item that refers to no other goes by its own id.
fn give_id(reference: &mut Option<String>, own: Option<String>, extra: &mut Extra) {
    match (own, reference.is_some()) {
        (Some(own), true) => extra.push("id", raw::quoted(&own)),
        (own, false) => *reference = own,
        (None, true) => {}
    }
}
