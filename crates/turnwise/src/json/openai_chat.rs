//! OpenAI Chat Completions, and all that is compatible with it.
//!
//! OpenAI and Azure have it, and so do vLLM, Groq, Together, Fireworks, DeepSeek, xAI, Mistral, OpenRouter, LiteLLM, the
//! rows of fine-tuning and of batches, and with changes Ollama and Cohere. A request:
//!
//! ```json
//! {"model": "m", "messages": [
//!   {"role": "user", "content": [{"type": "text", "text": "What is this?"},
//!                                {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}]},
//!   {"role": "assistant", "content": null, "tool_calls": [
//!     {"id": "call_1", "type": "function", "function": {"name": "look", "arguments": "{\"at\":\"a.png\"}"}}]},
//!   {"role": "tool", "tool_call_id": "call_1", "content": "a cat"}]}
//! ```
//!
//! and a response: `{"object": "chat.completion", "created": 1, "model": "m", "choices": [{"message": {...}}], "usage": {...}}`.
//!
//! - `content` may be `null`, absent or empty beside calls; which of them it was is kept, and so is whether `tool_calls`
//!   was `null`, `[]` or absent.
//! - `arguments` is JSON in a string. Objects, JSON encoded twice, broken JSON and `""` occur, and stay as written.
//! - Every choice of a response becomes a message; model, time and token counts of the response go to them.
//! - `function_call` and the role `function` are the calls and answers of 2023, without ids.
//! - Calls of custom tools have free text instead of arguments, and keep `"type": "custom"`.
//! - Reasoning is no part of OpenAI's format; others have it as `reasoning_content` (DeepSeek, vLLM), `reasoning` and
//!   `reasoning_details` (OpenRouter, with signatures), `thinking` (Ollama), parts of `type` `thinking` (Mistral, Cohere),
//!   `tool_plan` (Cohere). It is written as `reasoning_content`, or as `reasoning_details` where it has a signature.
//! - What a model said aloud is a text, its `transcript`, and the sound.
//! - Ollama has `images` in Base64 beside the content, arguments as objects, and `tool_name` instead of ids.
//! - LLaMA-Factory has parts with a `value`: `{"type": "image_url", "value": "a.png"}`.
//!
//! Written is the body of a request. Calls without an id get one that is not taken, since the format asks for it; a call
//! whose answer comes from the role `function` is written as `function_call`.
//!
//! <https://platform.openai.com/docs/api-reference/chat>,
//! <https://openrouter.ai/docs/use-cases/reasoning-tokens>, <https://docs.ollama.com/api>,
//! <https://docs.cohere.com/reference/chat>, <https://docs.mistral.ai/capabilities/reasoning>

mod parts;
mod reasoning;
mod write;

use super::{
    call,
    dialect::{Dialect, EnvelopeReader, FieldReader},
    envelope::Envelope,
    message::Draft,
    reader::Reader,
    scan::{Key, Kind},
};
use crate::{
    format::Format,
    model::{Media, MediaSource, Part, Reasoning},
};

pub(crate) use write::write;

/// What this format adds.
pub(crate) const DIALECT: Dialect = Dialect { part: parts::part, field, envelope, ..Dialect::NONE };

fn field(name: &str) -> Option<FieldReader> {
    Some(match name {
        "refusal" => take_refusal,
        "function_call" => take_function_call,
        "audio" => take_audio,
        "annotations" => |scan, key, draft| {
            scan.evidence.saw(Format::OpenAiChat, "messages with `annotations`");
            scan.keep(key, &mut draft.details.extra);
        },
        "reasoning_details" => take_reasoning_details,
        "tool_plan" => take_plan,
        "tool_name" => |scan, key, draft| {
            scan.evidence.saw(Format::OpenAiChat, "an answer of a tool with `tool_name`");
            scan.take_text(key, &mut draft.body.tool, &mut draft.details.extra);
        },
        "images" => take_images,
        "prompt_eval_count" => |scan, key, draft| {
            scan.take_count(key, &mut draft.details.usage.prompt_tokens, &mut draft.details.extra);
        },
        "eval_count" => |scan, key, draft| {
            scan.evidence.saw(Format::OpenAiChat, "an answer with `eval_count`");
            scan.take_count(key, &mut draft.details.usage.completion_tokens, &mut draft.details.extra);
        },
        _ => return None,
    })
}

fn envelope(name: &str) -> Option<EnvelopeReader> {
    Some(match name {
        "choices" => |scan, key, envelope| {
            scan.evidence.saw(Format::OpenAiChat, "a response with `choices`");
            envelope.carry(scan, key);
        },
        "object" => take_object,
        "custom_id" => |scan, key, envelope| match &envelope.conversation.id {
            None => scan.take_id(key, &mut envelope.conversation.id, &mut envelope.extra),
            Some(_) => envelope.extra.push(key.name, scan.raw().to_json()),
        },
        "frequency_penalty"
        | "logit_bias"
        | "max_completion_tokens"
        | "prediction"
        | "presence_penalty"
        | "reasoning_effort"
        | "response_format"
        | "stream_options"
        | "top_logprobs"
        | "web_search_options" => |scan, key, envelope| {
            scan.evidence.saw(Format::OpenAiChat, "settings that only its requests have");
            scan.keep(key, &mut envelope.extra);
        },
        _ => return None,
    })
}

/// Takes what an object says it is.
fn take_object<'a>(scan: &mut Reader<'a>, key: Key<'a>, envelope: &mut Envelope) {
    if scan.kind() == Kind::String && scan.probe().text() == "chat.completion" {
        scan.evidence.decided(Format::OpenAiChat, "an object that calls itself a `chat.completion`");
        return envelope.extra.push(key.name, scan.raw().to_json());
    }
    if scan.kind() == Kind::String {
        return super::openai_responses::object(scan, key, envelope);
    }
    envelope.carry(scan, key);
}

fn take_refusal<'a>(scan: &mut Reader<'a>, key: Key<'a>, draft: &mut Draft<'a>) {
    scan.evidence.saw(Format::OpenAiChat, "messages with `refusal`");
    let mut words: Option<String> = None;
    scan.take_text(key, &mut words, &mut draft.details.extra);
    draft.body.after.extend(words.map(|words| Part::Refusal(words.into())));
}

/// Takes the one call of a message, as it was before there were several.
fn take_function_call<'a>(scan: &mut Reader<'a>, key: Key<'a>, draft: &mut Draft<'a>) {
    if scan.kind() != Kind::Object || draft.body.calls.is_some() {
        return scan.wrong(key, "an object", &mut draft.details.extra);
    }
    scan.evidence.saw(Format::OpenAiChat, "messages with `function_call`");
    let mark = scan.mark();
    let call = call::read(scan, &[]);
    let raw = scan.since(mark);
    let part = call.map_or_else(|| Part::Unknown(raw.to_json()), |call| Part::ToolCall(call.into()));
    draft.body.calls = Some((part.into(), raw));
}

/// Takes what the model said aloud: the words, and the sound or the identifier that later requests have for it.
fn take_audio<'a>(scan: &mut Reader<'a>, key: Key<'a>, draft: &mut Draft<'a>) {
    if scan.kind() != Kind::Object {
        return scan.wrong(key, "an object", &mut draft.details.extra);
    }
    scan.evidence.saw(Format::OpenAiChat, "messages with `audio`");
    let mut media = Media { kind: "audio".to_owned(), ..Media::default() };
    let (mut id, mut data, mut words): (_, _, Option<String>) = (None, None, None);
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "id" => scan.take_id(key, &mut id, &mut media.extra),
            "data" => scan.take_text(key, &mut data, &mut media.extra),
            "transcript" => scan.take_text(key, &mut words, &mut media.extra),
            _ => scan.keep(key, &mut media.extra),
        }
    }
    draft.body.after.extend(words.map(Part::text));
    media.source = match (data, id) {
        (Some(data), id) => {
            media.extra.0.extend(id.map(|id| ("id".to_owned(), super::raw::quoted(&id))));
            MediaSource::Data(data)
        }
        (None, Some(id)) => MediaSource::File(id),
        (None, None) => MediaSource::Absent,
    };
    draft.body.after.push(Part::Media(media.into()));
}

/// Takes reasoning with its signatures; where its text stood before, the list is kept as it is.
fn take_reasoning_details<'a>(scan: &mut Reader<'a>, key: Key<'a>, draft: &mut Draft<'a>) {
    scan.evidence.saw(Format::OpenAiChat, "messages with `reasoning_details`");
    if scan.kind() == Kind::Array && draft.body.before.is_empty() {
        let mark = scan.mark();
        draft.body.before = reasoning::details(scan);
        if draft.body.before.is_empty() {
            draft.details.extra.push(key.name, scan.since(mark).to_json());
        }
    } else {
        draft.details.extra.push(key.name, scan.raw().to_json());
    }
}

fn take_plan<'a>(scan: &mut Reader<'a>, key: Key<'a>, draft: &mut Draft<'a>) {
    scan.evidence.saw(Format::OpenAiChat, "messages with `tool_plan`");
    let mut text: Option<String> = None;
    scan.take_text(key, &mut text, &mut draft.details.extra);
    let part = |text| Part::Reasoning(Reasoning { text, ..Reasoning::default() }.into());
    draft.body.before.extend(text.map(part));
}

/// Takes images that stand beside the content: Base64, or an address.
fn take_images<'a>(scan: &mut Reader<'a>, key: Key<'a>, draft: &mut Draft<'a>) {
    if scan.kind() != Kind::Array {
        return scan.wrong(key, "an array", &mut draft.details.extra);
    }
    let mark = scan.mark();
    let mut images = Vec::new();
    scan.open();
    while scan.item() {
        if scan.kind() == Kind::String {
            images.push(Part::Media(parts::image(scan.text().into_owned()).into()));
        } else {
            images.push(Part::Unknown(scan.raw().to_json()));
        }
    }
    if images.is_empty() {
        return draft.details.extra.push(key.name, scan.since(mark).to_json());
    }
    scan.evidence.saw(Format::OpenAiChat, "messages with `images`");
    draft.body.after.extend(images);
}
