//! The parts of a message: blocks without a `type`, told by their one key.

use super::{media, result};
use crate::{
    format::Format,
    json::{
        call,
        dialect::PartReader,
        part::{self, Said},
        raw,
        reader::Reader,
        scan::Kind,
    },
    model::{Extra, Part, Reasoning, Text},
};

/// Blocks that have no place in the model.
const OTHER_BLOCKS: &[&str] = &["cachePoint", "searchResult"];

/// The reader of the block with this key.
pub(super) fn keyed_part(key: &str) -> Option<PartReader> {
    match key {
        "text" => Some(|scan, _, said| {
            let mark = scan.mark();
            let text = part::text(scan, &[]);
            said.push_since(scan, mark, text.map(Part::Text));
        }),
        "toolUse" => Some(|scan, name, said| block(scan, name, said, tool_use)),
        "toolResult" => Some(result::read),
        "reasoningContent" => Some(|scan, name, said| block(scan, name, said, reasoning)),
        "image" | "document" | "video" | "audio" => {
            Some(|scan, name, said| block(scan, name, said, media::read))
        }
        "citationsContent" | "guardContent" => Some(|scan, name, said| block(scan, name, said, wrapped_text)),
        "json" => {
            Some(|scan, name, said| block(scan, name, said, |scan, _| Some(Part::Json(scan.raw().to_json()))))
        }
        name if OTHER_BLOCKS.contains(&name) => Some(|scan, name, said| {
            block(scan, name, said, |scan, _| {
                scan.raw();
                None
            });
        }),
        _ => None,
    }
}

/// Reads a block, an object with one member: `read` makes a part of it, or leaves it as it is written.
pub(super) fn block(
    scan: &mut Reader<'_>,
    name: &str,
    said: &mut Said,
    read: fn(&mut Reader<'_>, &str) -> Option<Part>,
) {
    let mark = scan.mark();
    let mut part = None;
    scan.open();
    while let Some(key) = scan.key() {
        if key.name == name && part.is_none() {
            let evident = name != "json" && scan.kind() == Kind::Object;
            let found = read(scan, name);
            if evident && (found.is_some() || OTHER_BLOCKS.contains(&name)) {
                scan.evidence.saw(Format::BedrockConverse, "a block told by its key, such as `toolUse`");
            }
            part = Some(found);
        } else {
            scan.raw();
            part = Some(None);
        }
    }
    said.push_since(scan, mark, part.flatten());
}

fn tool_use(scan: &mut Reader<'_>, _: &str) -> Option<Part> {
    if scan.kind() != Kind::Object {
        scan.raw();
        return None;
    }
    call::read(scan, &[]).map(|call| Part::ToolCall(call.into()))
}

fn reasoning(scan: &mut Reader<'_>, _: &str) -> Option<Part> {
    if scan.kind() != Kind::Object {
        scan.raw();
        return None;
    }
    let mut reasoning = Reasoning::default();
    let mut found = false;
    scan.open();
    while let Some(key) = scan.key() {
        match (&*key.name, scan.kind()) {
            ("reasoningText", Kind::Object) if !found => {
                let extra = std::mem::take(&mut reasoning.extra);
                reasoning = part::reasoning(scan, &[]);
                reasoning.extra.0.splice(0..0, extra.0);
                found = true;
            }
            ("redactedContent", Kind::String) if !found => {
                reasoning.signature = Some(scan.text().into_owned());
                reasoning.extra.push("type", raw::quoted("redacted_thinking"));
                found = true;
            }
            _ => reasoning.extra.push(key.name, scan.raw().to_json()),
        }
    }
    found.then(|| Part::Reasoning(reasoning.into()))
}

/// Reads a text that stands in a block which says more of it.
fn wrapped_text(scan: &mut Reader<'_>, name: &str) -> Option<Part> {
    if scan.kind() != Kind::Object {
        scan.raw();
        return None;
    }
    let (mut text, mut left) = (None, Extra::default());
    scan.open();
    while let Some(key) = scan.key() {
        match (&*key.name, scan.kind()) {
            ("content", Kind::Array) if text.is_none() => text = only_text(scan),
            ("text", Kind::Object) if text.is_none() => {
                scan.open();
                while let Some(key) = scan.key() {
                    match &*key.name {
                        "text" if text.is_none() => scan.take_text(key, &mut text, &mut left),
                        _ => left.push(key.name, scan.raw().to_json()),
                    }
                }
            }
            _ => left.push(key.name, scan.raw().to_json()),
        }
    }
    let mut extra = Extra::default();
    extra.push(name, raw::object(&left));
    text.map(|text: String| Part::Text(Text::with(text, extra)))
}

/// Reads an array of one text; none where it is anything else.
fn only_text(scan: &mut Reader<'_>) -> Option<String> {
    let (mut text, mut others) = (None, Extra::default());
    scan.open();
    while scan.item() {
        if scan.kind() == Kind::Object && text.is_none() {
            scan.open();
            while let Some(key) = scan.key() {
                match &*key.name {
                    "text" => scan.take_text(key, &mut text, &mut others),
                    _ => others.push(key.name, scan.raw().to_json()),
                }
            }
        } else {
            others.push("", scan.raw().to_json());
        }
    }
    text.filter(|_| others.is_empty())
}
