//! Definitions of tools, in the words of any format.

use super::{
    ahead::has_member,
    bedrock,
    reader::{Reader, within},
    scan::{Key, Kind, Scanner},
};
use crate::{
    format::Format,
    model::{Extra, RawJson, Tool},
};

/// Takes the definitions of tools: an array, or an object that has some.
pub(crate) fn take<'a>(scan: &mut Reader<'a>, key: Key<'a>, tools: &mut Vec<Tool>, extra: &mut Extra) {
    if !tools.is_empty() {
        return scan.repeated(key, extra);
    }
    if scan.kind() == Kind::String {
        return take_quoted(scan, key, tools, extra);
    }
    if scan.kind() == Kind::Object && is_named(scan) {
        scan.evidence.saw(Format::VercelAiSdk, "`tools` by name");
        return named(scan, tools);
    }
    if scan.kind() != Kind::Array {
        return scan.wrong(key, "an array", extra);
    }
    let mark = scan.mark();
    list(scan, tools);
    if tools.is_empty() {
        extra.push(key.name, scan.since(mark).to_json());
    }
}

/// Takes definitions that stand in a string, as in training data.
fn take_quoted(scan: &mut Reader<'_>, key: Key<'_>, tools: &mut Vec<Tool>, extra: &mut Extra) {
    let mark = scan.mark();
    let text = scan.text().into_owned();
    if text.trim_start().starts_with('[')
        && let Some(array) = RawJson::new(text)
    {
        within(&array, |scan| list(scan, tools));
    }
    if tools.is_empty() {
        extra.push(key.name, scan.since(mark).to_json());
    } else {
        scan.evidence.saw(Format::ShareGpt, "`tools` in a string");
    }
}

/// Whether the object that comes next has definitions under the names of the tools, as far as the first tells.
fn is_named(scan: &Scanner<'_>) -> bool {
    let mut scan = scan.probe();
    scan.open();
    scan.key().is_some()
        && scan.kind() == Kind::Object
        && has_member(&scan, |name, _| matches!(name, "inputSchema" | "parameters"))
}

fn named(scan: &mut Reader<'_>, tools: &mut Vec<Tool>) {
    scan.open();
    while let Some(key) = scan.key() {
        let mut tool = Tool::default();
        if scan.kind() == Kind::Object {
            fields(scan, &mut tool, tools, false);
        } else {
            tool.extra.push("value", scan.raw().to_json());
        }
        if !tool.name.is_empty() && tool.name != key.name {
            tool.extra.push("name", super::raw::quoted(&tool.name));
        }
        tool.name = key.name.into();
        tools.push(tool);
    }
}

fn list(scan: &mut Reader<'_>, tools: &mut Vec<Tool>) {
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
