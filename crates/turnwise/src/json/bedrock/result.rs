//! What a tool answered.

use crate::{
    format::Format,
    json::{
        part::{self, Said},
        raw,
        reader::Reader,
        scan::{Key, Kind},
    },
    model::{Part, ToolResult},
};

/// Reads an answer; one within an answer stays as it is written.
pub(super) fn read(scan: &mut Reader<'_>, name: &str, said: &mut Said) {
    if said.within_answer {
        let mark = scan.mark();
        scan.raw();
        return said.push_since(scan, mark, None);
    }
    super::block::block(scan, name, said, |scan, _| {
        if scan.kind() != Kind::Object {
            scan.raw();
            return None;
        }
        let mut result = ToolResult::default();
        scan.open();
        while let Some(key) = scan.key() {
            field(scan, key, &mut result);
        }
        scan.evidence.saw(Format::BedrockConverse, "a `toolResult` block");
        Some(Part::ToolResult(result.into()))
    });
    said.carries_answers |= matches!(said.parts.last(), Some(Part::ToolResult(_)));
}

fn field<'a>(scan: &mut Reader<'a>, key: Key<'a>, result: &mut ToolResult) {
    let extra = &mut result.extra;
    match (&*key.name, scan.kind()) {
        ("toolUseId", _) => scan.take_id(key, &mut result.call_id, extra),
        ("content", Kind::Array) if result.parts.is_empty() => {
            let mut inner = Said { within_answer: true, ..Said::default() };
            scan.open();
            while scan.item() {
                part::read_one(scan, &mut inner);
            }
            result.parts = inner.parts.into();
        }
        ("status", Kind::String) if result.is_error.is_none() => {
            let status = scan.text();
            match &*status {
                "error" => result.is_error = Some(true),
                "success" => result.is_error = Some(false),
                other => extra.push(key.name, raw::quoted(other)),
            }
        }
        ("type", _) => extra.push(key.name, scan.raw().to_json()),
        _ => scan.keep(key, extra),
    }
}
