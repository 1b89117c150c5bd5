//! Messages of the Vercel AI SDK: those for models, those of user interfaces, and the results in traces.
//!
//! `ModelMessage` (`CoreMessage` before version 5), and `UIMessage`:
//!
//! ```json
//! {"role": "assistant", "content": [{"type": "text", "text": "I look."},
//!   {"type": "tool-call", "toolCallId": "call_1", "toolName": "look", "input": {"at": "a"}}]}
//! {"role": "tool", "content": [
//!   {"type": "tool-result", "toolCallId": "call_1", "toolName": "look", "output": {"type": "text", "value": "a cat"}}]}
//! {"id": "m1", "role": "assistant", "parts": [{"type": "step-start"}, {"type": "tool-look", "toolCallId": "call_1",
//!   "state": "output-available", "input": {"at": "a"}, "output": "a cat"}, {"type": "text", "text": "A cat."}]}
//! ```
//!
//! and what `generateText`, `streamText`, `generateObject` and `doGenerate` give:
//! `{"text": "...", "steps": [...], "response": {"modelId": "m", "messages": [...]}, "finishReason": "stop", "usage": {...}}`.
//!
//! - A tool part of a user interface is a call and its answer; both become parts of the same message. Its `state` and
//!   what else it has stay with the call.
//! - Version 4 has `args` and `result` for `input` and `output`, and `toolInvocations` beside the parts, which repeat
//!   them.
//! - `output` of an answer says what it is: text, a value, either of them an error, parts, or that it was denied.
//! - A result says the same several times: in `response.messages`, `steps`, `content`, `text`. The fullest of them is
//!   read; the others stay in `extra`.
//! - The only thing in the options of a provider that the model knows is Anthropic's signature of reasoning.
//! - Parts such as `step-start`, `source-url` and `data-...` are kept as they are.
//!
//! Written are messages for models, with `tools` as `doGenerate` has them. Since an answer has to name its tool, a name
//! that is missing is that of the call.
//!
//! Specifications: <https://ai-sdk.dev/docs/reference/ai-sdk-core/model-message>,
//! <https://ai-sdk.dev/docs/reference/ai-sdk-core/ui-message>,
//! <https://ai-sdk.dev/docs/reference/ai-sdk-core/generate-text>

mod result;
mod tool;
mod write;

use super::{
    dialect::{Dialect, FieldReader, PartReader},
    message::Draft,
    part::{self, Said},
    reader::{Reader, within},
    scan::{Key, Kind},
};
use crate::{
    format::Format,
    model::{Extra, Media, Part, Reasoning},
};

pub(crate) use {
    result::{is_result, read_calls, read_result},
    write::write,
};

/// What this format adds.
pub(crate) const DIALECT: Dialect = Dialect { part, field, finish: Some(finish), ..Dialect::NONE };

fn part(kind: &str) -> Option<PartReader> {
    Some(match kind {
        "tool-call" => tool::read_call,
        "tool-result" | "tool-error" | "tool-output-denied" => tool::read_result,
        "tool-invocation" => tool::read_invocation,
        "redacted-reasoning" => |scan, _, said| {
            let mark = scan.mark();
            let mut reasoning = Reasoning::default();
            scan.open();
            while let Some(key) = scan.key() {
                match &*key.name {
                    "data" => scan.take_text(key, &mut reasoning.signature, &mut reasoning.extra),
                    _ => keep(scan, key, &mut reasoning.extra),
                }
            }
            said.push_since(scan, mark, Some(Part::Reasoning(reasoning.into())));
        },
        "step-start"
        | "source"
        | "source-url"
        | "source-document"
        | "tool-approval-request"
        | "tool-approval-response" => keep_part,
        kind if kind.starts_with("data-") => keep_part,
        "dynamic-tool" => tool::read_both,
        kind if kind.starts_with("tool-") => tool::read_both,
        _ => return None,
    })
}

/// Keeps a part as it is that only this format has.
fn keep_part(scan: &mut Reader<'_>, _: &str, said: &mut Said) {
    scan.evidence.saw(Format::VercelAiSdk, "parts such as `step-start` and `source-url`");
    let mark = scan.mark();
    scan.raw();
    said.push_since(scan, mark, None);
}

/// Keeps a field that this format has.
pub(crate) fn keep(scan: &mut Reader<'_>, key: Key<'_>, extra: &mut Extra) {
    if key.name.starts_with("provider") {
        scan.evidence.saw(Format::VercelAiSdk, "`providerOptions` or `providerMetadata`");
    }
    extra.push(key.name, scan.raw().to_json());
}

fn field(name: &str) -> Option<FieldReader> {
    Some(match name {
        "toolInvocations" => |scan, key, draft| {
            scan.evidence.saw(Format::VercelAiSdk, "`toolInvocations`");
            draft.put_away(scan, key);
        },
        "experimental_attachments" => take_attachments,
        "providerOptions" | "providerMetadata" | "experimental_providerMetadata" | "revisionId" => {
            |scan, key, draft| keep(scan, key, &mut draft.details.extra)
        }
        _ => return None,
    })
}

/// Takes files that stand beside the content.
fn take_attachments<'a>(scan: &mut Reader<'a>, key: Key<'a>, draft: &mut Draft<'a>) {
    if scan.kind() != Kind::Array {
        return scan.wrong(key, "an array", &mut draft.details.extra);
    }
    scan.evidence.saw(Format::VercelAiSdk, "`experimental_attachments`");
    let mark = scan.mark();
    let before = draft.body.after.len();
    scan.open();
    while scan.item() {
        if scan.kind() != Kind::Object {
            draft.body.after.push(Part::Unknown(scan.raw().to_json()));
            continue;
        }
        let mut media = Media::default();
        let (mut url, mut kind): (Option<String>, Option<String>) = (None, None);
        scan.open();
        while let Some(key) = scan.key() {
            match &*key.name {
                "url" => scan.take_text(key, &mut url, &mut media.extra),
                "contentType" => scan.take_text(key, &mut kind, &mut media.extra),
                "name" => scan.take_text(key, &mut media.name, &mut media.extra),
                _ => keep(scan, key, &mut media.extra),
            }
        }
        if let Some(url) = url {
            (media.source, media.media_type) = part::source_of(url);
        }
        media.media_type = kind.or(media.media_type);
        let top = media.media_type.as_deref().and_then(|kind| kind.split('/').next());
        let top = top.filter(|top| matches!(*top, "image" | "audio" | "video"));
        media.kind = top.unwrap_or("file").to_owned();
        draft.body.after.push(Part::Media(media.into()));
    }
    if draft.body.after.len() == before {
        draft.details.extra.push(key.name, scan.since(mark).to_json());
    }
}

/// Takes what version 4 says beside the parts, where the parts do not say it.
fn finish<'a>(scan: &mut Reader<'a>, draft: &mut Draft<'a>) {
    if let Some(parts) = &draft.body.parts {
        let said = |own: &Part| {
            parts.parts.iter().any(
                |part| matches!((part, own), (Part::Reasoning(a), Part::Reasoning(b)) if a.text == b.text),
            )
        };
        draft.body.before.retain(|part| !said(part));
        if draft.body.interface && draft.body.content.is_none() {
            scan.evidence.saw(Format::VercelAiSdk, "messages with `parts` that have a `type` and a `text`");
        }
        return;
    }
    if draft.stash.is_empty() {
        return;
    }
    let Some(at) = draft.stash.0.iter().position(|(name, _)| name == "toolInvocations") else { return };
    let (_, value) = draft.stash.0.remove(at);
    let mut said = Said::default();
    within(&value, |scan| {
        if scan.kind() == Kind::Array {
            scan.open();
            while scan.item() {
                let mark = scan.mark();
                let read = if scan.kind() == Kind::Object {
                    tool::both(scan, "", &mut said)
                } else {
                    scan.raw();
                    false
                };
                if !read {
                    said.push_since(scan, mark, None);
                }
            }
        }
    });
    if said.parts.is_empty() {
        draft.details.extra.push("toolInvocations", value);
    }
    draft.body.after.extend(said.parts);
    draft.pass_empty_content();
}
