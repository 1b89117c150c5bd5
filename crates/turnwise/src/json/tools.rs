//! Definitions of tools, in the words of any format.

use super::{
    bedrock,
    reader::Reader,
    scan::{Key, Kind},
};
use crate::{
    format::Format,
    model::{Extra, Tool},
};

/// Takes the definitions of tools: an array, or an object that has some.
pub(crate) fn take<'a>(scan: &mut Reader<'a>, key: Key<'a>, tools: &mut Vec<Tool>, extra: &mut Extra) {
    if !tools.is_empty() {
        return scan.repeated(key, extra);
    }
    if scan.kind() != Kind::Array {
        return scan.wrong(key, "an array", extra);
    }
    let mark = scan.mark();
    scan.open();
    while scan.item() {
        let mut tool = Tool::default();
        if scan.kind() == Kind::Object {
            let before = tools.len();
            fields(scan, &mut tool, tools, false);
            if tools.len() > before && tool == Tool::default() {
                continue;
            }
        } else {
            tool.extra.push("value", scan.raw().to_json());
        }
        tools.push(tool);
    }
    if tools.is_empty() {
        extra.push(key.name, scan.since(mark).to_json());
    }
}

/// Takes definitions that stand together in an object.
fn declarations(scan: &mut Reader<'_>, tools: &mut Vec<Tool>) {
    scan.evidence.saw(Format::Gemini, "`functionDeclarations`");
    scan.open();
    while scan.item() {
        let mut tool = Tool::default();
        if scan.kind() == Kind::Object {
            fields(scan, &mut tool, tools, true);
        } else {
            tool.extra.push("value", scan.raw().to_json());
        }
        tools.push(tool);
    }
}

/// Takes the fields of a definition; those of `function`, an object within it, count as its own.
fn fields(scan: &mut Reader<'_>, tool: &mut Tool, tools: &mut Vec<Tool>, inner: bool) {
    let mut name = None;
    scan.open();
    while let Some(key) = scan.key() {
        let extra = &mut tool.extra;
        match &*key.name {
            "function" | "toolSpec" | "custom" if !inner && scan.kind() == Kind::Object => {
                fields(scan, tool, tools, true);
            }
            "functionDeclarations" | "function_declarations" if !inner && scan.kind() == Kind::Array => {
                declarations(scan, tools);
            }
            "type" if !inner => super::fields::known_kind(scan, key, &["function"], extra),
            "name" if tool.name.is_empty() => scan.take_text(key, &mut name, extra),
            "description" => scan.take_text(key, &mut tool.description, extra),
            "inputSchema" if tool.parameters.is_none() && bedrock::is_wrapped(scan) => {
                tool.parameters = Some(bedrock::unwrap(scan));
            }
            "parameters"
            | "input_schema"
            | "inputSchema"
            | "parametersJsonSchema"
            | "parameters_json_schema"
                if tool.parameters.is_none() =>
            {
                if key.name == "input_schema" {
                    scan.evidence.saw(Format::AnthropicMessages, "a tool with `input_schema`");
                }
                tool.parameters = Some(scan.raw().to_json());
            }
            "extra" => scan.take_extra(key, extra),
            _ => extra.push(key.name, scan.raw().to_json()),
        }
    }
    if let Some(name) = name {
        tool.name = name;
    }
}
