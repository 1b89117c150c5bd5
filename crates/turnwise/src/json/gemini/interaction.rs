//! The Interactions API: a list of steps, which are messages, thoughts, calls of tools and their answers.
//!
//! ```json
//! {"object": "interaction", "steps": [
//!   {"type": "thought", "signature": "c2ln", "summary": []},
//!   {"type": "google_search_call", "id": "1", "arguments": {"queries": ["rain"]}},
//!   {"type": "google_search_result", "call_id": "1", "result": []},
//!   {"type": "model_output", "content": [{"type": "text", "text": "It rains."}]}]}
//! ```

use crate::{
    format::Format,
    json::{
        dialect::{FieldReader, Item},
        envelope::Envelope,
        message::Draft,
        part, raw,
        reader::Reader,
        scan::{Key, Kind},
    },
    model::{Arguments, Extra, Part, RawJson, Reasoning, ToolCall, ToolResult},
};

/// Tools that the provider runs; `X_call` is a call of one, `X_result` its answer.
const TOOLS: &[&str] = &["google_search", "google_maps", "url_context", "code_execution", "mcp_server_tool"];

/// Answers to what is called as in OpenAI Responses, where its items are read.
const RESULTS: &[&str] = &["function_result", "file_search_result"];

pub(super) fn item(kind: &str) -> Option<Item> {
    match kind {
        "thought" => Some(Item { read: thought, alone: true }),
        "model_output" => {
            Some(Item { read: |scan, kind, draft| say(scan, kind, draft, "assistant"), alone: false })
        }
        "user_input" => Some(Item { read: |scan, kind, draft| say(scan, kind, draft, "user"), alone: false }),
        _ => match (tool(kind, "_call"), tool(kind, "_result")) {
            (Some(_), _) => Some(Item { read: call, alone: true }),
            (_, Some(_)) => Some(Item { read: result, alone: true }),
            _ if RESULTS.contains(&kind) => Some(Item { read: result, alone: true }),
            _ => None,
        },
    }
}

/// Fields of steps, which only the step's `type` gives a meaning.
pub(super) fn field(name: &str) -> Option<FieldReader> {
    matches!(name, "signature" | "summary" | "arguments" | "call_id" | "result" | "is_error")
        .then_some(|scan, key, draft| draft.put_away(scan, key))
}

/// Takes steps, which are the answer where they are those of an interaction.
pub(super) fn take_steps<'a>(scan: &mut Reader<'a>, key: Key<'a>, envelope: &mut Envelope) {
    let from = envelope.conversation.messages.len();
    let ours = scan.kind() == Kind::Array && is_interaction(scan);
    envelope.carry(scan, key);
    if ours {
        scan.evidence.decided(Format::Gemini, "`steps` of an interaction");
        envelope.answers_from(from);
    }
}

/// Whether the array that comes next has a step that only an interaction has.
fn is_interaction(scan: &Reader<'_>) -> bool {
    let mut list = scan.probe();
    list.open();
    while list.item() {
        if list.kind() == Kind::Object {
            let mut step = list.probe();
            step.open();
            while let Some(key) = step.key() {
                if key.name != "type" || step.kind() != Kind::String {
                    step.raw();
                } else if item(&step.text()).is_some() {
                    return true;
                }
            }
        }
        list.raw();
    }
    false
}

/// The tool that a step of this `type` is of.
fn tool<'k>(kind: &'k str, ending: &str) -> Option<&'k str> {
    kind.strip_suffix(ending).filter(|tool| TOOLS.contains(tool))
}

fn say<'a>(scan: &mut Reader<'a>, kind: &str, draft: &mut Draft<'a>, role: &'static str) {
    scan.evidence.saw(Format::Gemini, "steps `model_output`, `user_input` and `thought`");
    draft.set_role(role);
    draft.details.extra.push("type", raw::quoted(kind));
}

fn thought<'a>(scan: &mut Reader<'a>, kind: &str, draft: &mut Draft<'a>) {
    say(scan, kind, draft, "assistant");
    let signature = take(&mut draft.stash, "signature").as_ref().and_then(words);
    let mut thoughts = match take(&mut draft.stash, "summary") {
        Some(summary) => {
            let said = parts(scan, &summary);
            let thoughts: Vec<_> = said.iter().filter_map(reasoning).collect();
            if thoughts.len() != said.len() || said.is_empty() {
                draft.stash.push("summary", summary);
            }
            thoughts
        }
        None => Vec::new(),
    };
    if thoughts.is_empty() {
        thoughts.push(Reasoning::default());
    }
    // The signature is that of the whole thought.
    if let Some(last) = thoughts.last_mut() {
        last.signature = signature;
    }
    draft.body.before.extend(thoughts.into_iter().map(|thought| Part::Reasoning(thought.into())));
}

/// A plain text of a summary, as reasoning.
fn reasoning(part: &Part) -> Option<Reasoning> {
    match part {
        Part::Text(text) if text.extra.is_none() => {
            Some(Reasoning { text: text.text.clone(), ..Reasoning::default() })
        }
        _ => None,
    }
}

fn call<'a>(scan: &mut Reader<'a>, kind: &str, draft: &mut Draft<'a>) {
    scan.evidence.saw(Format::Gemini, "steps that are calls of Gemini's tools");
    draft.set_role("assistant");
    let own = draft.message.name.take().map(|name| (*name).to_owned());
    let mut call = ToolCall {
        id: draft.details.id.take(),
        name: own.unwrap_or_else(|| tool(kind, "_call").unwrap_or(kind).to_owned()),
        ..ToolCall::default()
    };
    if let Some(arguments) = take(&mut draft.stash, "arguments") {
        call.arguments = match words(&arguments) {
            Some(text) => Arguments::Text(text),
            None => Arguments::Json(arguments),
        };
    }
    call.extra.push("type", raw::quoted(kind));
    call.extra.0.extend(take(&mut draft.stash, "signature").map(|value| ("signature".to_owned(), value)));
    draft.body.before.push(Part::ToolCall(call.into()));
}

fn result<'a>(scan: &mut Reader<'a>, kind: &str, draft: &mut Draft<'a>) {
    scan.evidence.saw(Format::Gemini, "steps that are answers of tools");
    draft.set_role("tool");
    let own = draft.message.name.take().map(|name| (*name).to_owned());
    // What was called without a name of its own is told by the `type`, unless that says only that it is a function.
    let told = Some(kind.trim_end_matches("_result")).filter(|tool| *tool != "function");
    let mut result = ToolResult {
        call_id: take(&mut draft.stash, "call_id").as_ref().and_then(words),
        name: own.or_else(|| told.map(str::to_owned)),
        is_error: take(&mut draft.stash, "is_error").map(|flag| flag.as_str() == "true"),
        ..ToolResult::default()
    };
    if let Some(answer) = take(&mut draft.stash, "result") {
        result.parts = parts(scan, &answer);
    }
    result.extra.push("type", raw::quoted(kind));
    result.extra.0.extend(take(&mut draft.stash, "signature").map(|value| ("signature".to_owned(), value)));
    draft.body.before.push(Part::ToolResult(result.into()));
}

/// Takes a field that was put away.
fn take(stash: &mut Extra, name: &str) -> Option<RawJson> {
    let at = stash.0.iter().position(|(key, _)| key == name)?;
    Some(stash.0.remove(at).1)
}

/// The string that a value is.
fn words(value: &RawJson) -> Option<String> {
    serde_json::from_str(value.as_str()).ok()
}

/// The parts of a value that was put away.
fn parts(scan: &Reader<'_>, value: &RawJson) -> Vec<Part> {
    let mut inner = Reader::new(scan.parser, value.as_str());
    inner.document();
    part::answer(&mut inner)
}
