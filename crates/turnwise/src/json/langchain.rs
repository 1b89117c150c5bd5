//! LangChain and LangGraph messages, in Python and in JavaScript, and in traces of them (LangSmith, Braintrust).
//!
//! One message has three forms: as the constructor is called, as `messages_to_dict` has it, and as `model_dump` has it.
//!
//! ```json
//! {"lc": 1, "type": "constructor", "id": ["langchain", "schema", "messages", "HumanMessage"], "kwargs": {"content": "hi"}}
//! {"type": "human", "data": {"content": "hi", "additional_kwargs": {}}}
//! {"type": "ai", "content": "", "tool_calls": [{"name": "look", "args": {"at": "a"}, "id": "call_1", "type": "tool_call"}]}
//! {"type": "tool", "content": "a cat", "tool_call_id": "call_1", "status": "success"}
//! ```
//!
//! They stand in `{"messages": [...]}` (the state of a graph), in `[[...]]` (the input of a model) and in
//! `{"generations": [[{"text": "...", "message": {...}}]], "llm_output": {...}}` (its output), where each generation
//! becomes a message.
//!
//! - `type` says who speaks: `human` is the user and `ai` the assistant. Other words for the same, such as
//!   `AIMessageChunk` and `function`, are kept as the label; `chat` has a `role`.
//! - A developer's message is a system's with `__openai_role__` in `additional_kwargs`.
//! - One call may be written three times: in `tool_calls`, in the `additional_kwargs` as OpenAI has it, and in the
//!   content as Anthropic has it. It is read once; the copies stay in `extra` as they are.
//! - `invalid_tool_calls` are calls whose arguments are no JSON, told by their `type` in `extra`.
//! - An answer of a tool without a `tool_call_id` has it as `id`. `status` says whether it failed.
//! - Reasoning is in the content, or in `additional_kwargs` as `reasoning_content`; so is a `refusal`.
//! - `model_name` of `response_metadata` is the model; the rest of both objects is kept as it is.
//! - Of runs of LangSmith (`post` and `patch`), those with one id are one conversation.
//!
//! Written is the third form, as `{"messages": [...]}`. Calls without an id get one, since LangChain asks for it.
//!
//! Specifications: <https://reference.langchain.com/python/langchain_core/messages/>,
//! <https://docs.langchain.com/oss/python/langchain/messages>

mod block;
mod message;
mod write;

use super::{
    call,
    dialect::{Dialect, EnvelopeReader, FieldReader, PartReader},
    envelope::{self, About, Envelope},
    media,
    reader::Reader,
    scan::{Key, Kind, Scanner},
    shape::Shape,
};
use crate::{
    format::Format,
    model::{Extra, Part},
};

pub(crate) use write::write;

/// What this format adds.
pub(crate) const DIALECT: Dialect =
    Dialect { part, field, item: message::item, envelope, finish: Some(message::finish), ..Dialect::NONE };

fn part(kind: &str) -> Option<PartReader> {
    Some(match kind {
        "image" | "audio" | "video" | "file" => media::read,
        "server_tool_call" | "invalid_tool_call" => |scan, _, said| {
            scan.evidence.saw(Format::LangChain, "a part `server_tool_call` or `invalid_tool_call`");
            let mark = scan.mark();
            let call = call::read(scan, &["tool_call"]);
            said.push_since(scan, mark, call.map(|call| Part::ToolCall(call.into())));
        },
        _ => return None,
    })
}

fn field(name: &str) -> Option<FieldReader> {
    Some(match name {
        "additional_kwargs" | "response_metadata" => |scan, key, draft| {
            scan.evidence.saw(Format::LangChain, "`additional_kwargs` or `response_metadata`");
            draft.put_away(scan, key);
        },
        "invalid_tool_calls" => message::take_invalid,
        "artifact" | "example" | "generation_info" | "id" | "lc" | "status" | "tool_call_chunks" => {
            |scan, key, draft| draft.put_away(scan, key)
        }
        "type" => message::take_type,
        _ => return None,
    })
}

fn envelope(name: &str) -> Option<EnvelopeReader> {
    Some(match name {
        "generations" => |scan, key, envelope| {
            scan.evidence.saw(Format::LangChain, "`generations`");
            envelope.carry(scan, key);
        },
        "llm_output" | "llmOutput" => take_output,
        "post" | "patch" => take_runs,
        _ => return None,
    })
}

/// Takes what is said of the answer beside the generations.
fn take_output<'a>(scan: &mut Reader<'a>, key: Key<'a>, envelope: &mut Envelope) {
    if scan.kind() != Kind::Object {
        return envelope.extra.push(key.name, scan.raw().to_json());
    }
    scan.evidence.saw(Format::LangChain, "`generations`");
    let mut left = Extra::default();
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "model_name" => envelope.put_off(scan, key, About::Model),
            "token_usage" | "tokenUsage" => envelope.put_off(scan, key, About::Usage),
            _ => left.push(key.name, scan.raw().to_json()),
        }
    }
    if !left.is_empty() {
        envelope.extra.push(key.name, super::raw::object(&left));
    }
}

/// Takes the runs that LangSmith gets: first what began, then what ended, which has the same id.
fn take_runs<'a>(scan: &mut Reader<'a>, key: Key<'a>, envelope: &mut Envelope) {
    if Shape::of_field(scan, &key.name) != Shape::Conversations {
        return envelope.carry(scan, key);
    }
    let mut left = Vec::new();
    scan.open();
    while scan.item() {
        if scan.kind() != Kind::Object {
            left.push(scan.raw().to_json());
            continue;
        }
        let id = run_id(scan);
        envelope.resume(id.as_deref());
        let rest = envelope.inner_by(scan, envelope::read);
        if !rest.is_empty() {
            left.push(super::raw::object(&rest));
        }
    }
    if !left.is_empty() {
        envelope.extra.push(key.name, super::raw::array(&left));
    }
}

/// The id of the run that comes next.
fn run_id(scan: &Scanner<'_>) -> Option<String> {
    let mut scan = scan.probe();
    scan.open();
    while let Some(key) = scan.key() {
        if key.name == "id" && scan.kind() == Kind::String {
            return Some(scan.text().into());
        }
        scan.raw();
    }
    None
}
