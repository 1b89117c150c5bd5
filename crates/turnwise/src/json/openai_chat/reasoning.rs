//! Reasoning, as those that are compatible with Chat Completions have it.

use super::parts::other;
use crate::{
    format::Format,
    json::{
        ahead::has,
        fields::known_kind,
        part::{self, Said},
        reader::Reader,
        scan::Kind,
    },
    model::{Extra, Part, Reasoning},
};

/// Reads `{type: thinking, thinking: [{type: text, text}]}`; where `thinking` is a string, it may be signed.
pub(super) fn thinking(scan: &mut Reader<'_>, kind: &str, said: &mut Said) {
    if !has(scan, "thinking", Kind::Array) {
        return other(scan, kind, said);
    }
    scan.evidence.saw(Format::OpenAiChat, "a part of `type` `thinking` with an array");
    let mark = scan.mark();
    let mut reasoning = Reasoning::default();
    scan.open();
    while let Some(key) = scan.key() {
        match (&*key.name, scan.kind()) {
            ("type", _) => known_kind(scan, key, &[kind], &mut reasoning.extra),
            ("thinking", Kind::Array) => {
                let mark = scan.mark();
                let inner = part::read_all(scan).parts;
                let plain = |part: &Part| matches!(part, Part::Text(text) if text.extra.is_none());
                reasoning.text = inner.iter().filter_map(words).collect();
                if !inner.iter().all(plain) {
                    reasoning.extra.push(key.name, scan.since(mark).to_json());
                }
            }
            _ => scan.keep(key, &mut reasoning.extra),
        }
    }
    said.push_since(scan, mark, Some(Part::Reasoning(reasoning.into())));
}

fn words(part: &Part) -> Option<&str> {
    match part {
        Part::Text(text) => Some(&text.text),
        _ => None,
    }
}

/// Reads the array of `reasoning_details` that comes next.
pub(super) fn details(scan: &mut Reader<'_>) -> Vec<Part> {
    let mut parts = Vec::new();
    scan.open();
    while scan.item() {
        if scan.kind() == Kind::Object {
            parts.push(Part::Reasoning(detail(scan).into()));
        } else {
            parts.push(Part::Unknown(scan.raw().to_json()));
        }
    }
    parts
}

/// Reads `{type: reasoning.text, text, signature}`, or one whose text is a `summary` or withheld.
fn detail(scan: &mut Reader<'_>) -> Reasoning {
    let mut reasoning = Reasoning::default();
    let mut text = None;
    let extra: &mut Extra = &mut reasoning.extra;
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "type" => extra.push(key.name, scan.raw().to_json()),
            "text" | "summary" if text.is_none() => scan.take_text(key, &mut text, extra),
            "signature" | "data" if reasoning.signature.is_none() => {
                scan.take_text(key, &mut reasoning.signature, extra);
            }
            _ => scan.keep(key, extra),
        }
    }
    reasoning.text = text.unwrap_or_default();
    reasoning
}
