//! ShareGPT rows, which data sets for fine-tuning have: FastChat, axolotl, LLaMA-Factory, unsloth and many a set.
//!
//! ```json
//! {"conversations": [
//!    {"from": "human", "value": "What is this? <image>"},
//!    {"from": "function_call", "value": "{\"name\": \"look\", \"arguments\": {\"at\": \"a\"}}"},
//!    {"from": "observation", "value": "a cat"},
//!    {"from": "gpt", "value": "A cat."}],
//!  "system": "Be brief.", "tools": "[{\"name\": \"look\", \"parameters\": {}}]", "images": ["a.png"]}
//! ```
//!
//! The list is also called `conversation` or `messages`; a turn may have `role` or `user` for `from`, and `content` or
//! `text` for `value`.
//!
//! - `human` and `gpt` are the words of the format for the user and the assistant. Others for them, such as `Human`,
//!   ` gpt ` and `chatgpt`, are kept as the label.
//! - A `function_call` (the label stays) is a call as JSON, or an array of calls. What is no such JSON stays a text, with a finding. There
//!   are no ids.
//! - `observation`, `function_response` and the like are answers of tools.
//! - `tools` is an array in a string. A string that is none is kept as it is.
//! - `<image>`, `<video>` and `<audio>` stand for the items of `images`, `videos` and `audios`, where there are as many
//!   of the one as of the other; else both stay as they are.
//! - Turns may miss or not alternate. `weight`, `train` and `loss` are kept as fields of the message.
//! - Of a row of preferences, `chosen` is read as the answer; `rejected` is kept as it is.
//!
//! Written are `conversations`, `system` and `tools`. There is no place for reasoning, ids, times and names.
//!
//! Specifications: <https://github.com/hiyouga/LLaMA-Factory/blob/main/data/README.md>,
//! <https://docs.axolotl.ai/docs/dataset-formats/conversation.html>

mod write;

use super::{
    call,
    content::Content,
    dialect::{Dialect, EnvelopeReader, FieldReader},
    message::{self, Draft},
    part::{Said, source_of},
    reader::{Reader, within},
    role,
    scan::{Key, Kind, Raw},
};
use crate::{
    diagnostic::Code,
    format::Format,
    model::{Extra, Media, Message, Part, RawJson, Role},
};

pub(crate) use write::write;

/// What this format adds.
pub(crate) const DIALECT: Dialect = Dialect { field, envelope, finish: Some(finish), ..Dialect::NONE };

/// Words of a turn that is a call.
const CALLS: &[&str] = &["function_call", "funccaller", "tool_caller"];

/// Words of a turn that is the answer of a tool; a `function` is one in any format.
const ANSWERS: &[&str] = &["observation", "function_response", "tool_response", "funcresponse"];

/// Flags of a turn that trainers know.
const FLAGS: &[&str] = &["loss", "loss_weight", "train", "train_detail", "weight"];

/// Lists of media, and what stands for one of their items in a text.
const MEDIA: &[(&str, &str, &str)] =
    &[("images", "<image>", "image"), ("videos", "<video>", "video"), ("audios", "<audio>", "audio")];

fn field(name: &str) -> Option<FieldReader> {
    Some(match name {
        "from" => take_from,
        "user" => |scan, key, draft| {
            let known = scan.kind() == Kind::String
                && !matches!(role::read(&scan.probe().text()).0, Role::Other(_))
                && draft.word.is_none();
            if known { take_from(scan, key, draft) } else { scan.keep(key, &mut draft.details.extra) }
        },
        "value" => |scan, key, draft| {
            if draft.kind.is_none() {
                scan.evidence.saw(Format::ShareGpt, "turns with `value`");
            }
            message::take_content(scan, key, draft, 0);
        },
        name if FLAGS.contains(&name) => {
            |scan, key, draft| draft.details.extra.push(key.name, scan.raw().to_json())
        }
        _ => return None,
    })
}

fn envelope(name: &str) -> Option<EnvelopeReader> {
    let known = MEDIA.iter().any(|(list, ..)| *list == name) || name == "rejected";
    known.then_some(|scan, key, envelope| envelope.extra.push(key.name, scan.raw().to_json()))
}

/// Takes who speaks; the words of the format are no labels.
fn take_from<'a>(scan: &mut Reader<'a>, key: Key<'a>, draft: &mut Draft<'a>) {
    let known = scan.kind() == Kind::String && !matches!(role::read(&scan.probe().text()).0, Role::Other(_));
    let first = draft.word.is_none();
    if known && key.name == "from" {
        scan.evidence.saw(Format::ShareGpt, "turns with `from`");
    }
    message::take_role(scan, key, draft);
    match draft.word.as_deref().filter(|_| first) {
        Some("human") => draft.set_role("user"),
        Some("gpt") => draft.set_role("assistant"),
        Some("tool") => draft.set_role("observation"),
        _ => {}
    }
}

/// Makes calls and answers of turns that are such by the word for who speaks.
fn finish<'a>(scan: &mut Reader<'a>, draft: &mut Draft<'a>) {
    let Some(word) = draft.word.as_deref() else { return };
    let short = word.trim();
    let is = |listed: &[&str]| listed.iter().any(|other| other.eq_ignore_ascii_case(short));
    if is(CALLS) {
        let Some((Content::Text(text), raw)) = &draft.body.content else { return };
        let raw = *raw;
        match calls(text, raw) {
            Some(said) => {
                draft.body.content = Some((Content::Parts(said), raw));
            }
            None => scan.report(Code::InvalidArguments, raw.span, &[]),
        }
    } else if is(ANSWERS) {
        let named = word == "observation";
        draft.make_answer(None);
        if named {
            draft.set_role("tool");
        }
    }
}

/// The calls that a text has as JSON; none where it has anything else.
fn calls(text: &str, raw: Raw<'_>) -> Option<Said> {
    let mut said = Said::default();
    let mut sound = true;
    within(&RawJson::new(text)?, |scan| {
        let mut one = |scan: &mut Reader<'_>| {
            let call =
                (scan.kind() == Kind::Object).then(|| call::read(scan, &["function", "tool_call"])).flatten();
            match call {
                Some(call) => said.push(Part::ToolCall(call.into()), raw.span),
                None => sound = false,
            }
            sound
        };
        if scan.kind() == Kind::Array {
            scan.open();
            while scan.item() && one(scan) {}
        } else {
            one(scan);
        }
    });
    (sound && !said.parts.is_empty()).then_some(said)
}

/// Puts media where the texts say that they stand.
pub(crate) fn place_media(messages: &mut [Message], extra: &mut Extra) {
    for (list, mark, kind) in MEDIA {
        let Some(at) = extra.0.iter().position(|(name, _)| name == list) else { continue };
        let Some((_, value)) = extra.0.get(at) else { continue };
        let Ok(sources) = serde_json::from_str::<Vec<String>>(value.as_str()) else { continue };
        if sources.is_empty() || marks(messages, mark) != sources.len() {
            continue;
        }
        extra.0.remove(at);
        let mut sources = sources.into_iter();
        for message in messages.iter_mut() {
            let parts = std::mem::take(&mut message.parts);
            for part in parts {
                match part {
                    Part::Text(text) if text.extra.is_none() && text.text.contains(mark) => {
                        let mut pieces = text.text.split(mark).peekable();
                        while let Some(piece) = pieces.next() {
                            if !piece.is_empty() {
                                message.parts.push(Part::text(piece));
                            }
                            let source = sources.next().filter(|_| pieces.peek().is_some());
                            message.parts.extend(source.map(|source| media(source, kind)));
                        }
                    }
                    part => message.parts.push(part),
                }
            }
        }
    }
}

/// How often texts have `mark`.
fn marks(messages: &[Message], mark: &str) -> usize {
    let parts = messages.iter().flat_map(|message| &message.parts);
    let texts = parts.filter_map(|part| match part {
        Part::Text(text) if text.extra.is_none() => Some(text.text.matches(mark).count()),
        _ => None,
    });
    texts.sum()
}

fn media(source: String, kind: &str) -> Part {
    let (source, media_type) = source_of(source);
    Part::Media(Media { kind: kind.to_owned(), source, media_type, ..Media::default() }.into())
}
