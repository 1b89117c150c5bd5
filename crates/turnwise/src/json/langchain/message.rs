//! What several fields of a LangChain message say together.

use crate::{
    format::Format,
    json::{
        call,
        content::{self, Content},
        dialect::{self, Item},
        message::Draft,
        part, raw,
        reader::{Reader, within},
        scan::{Key, Kind},
        usage,
    },
    model::{Arguments, Extra, Part, Parts, RawJson, Reasoning, Role, ToolCall},
};

/// The `type` that LangChain has for a call whose arguments are no JSON.
pub(super) const INVALID: &str = "invalid_tool_call";

/// Role that a `type` of a message, or the name of its class, stands for, none for `chat`; and whether it has to be kept
/// as a label, since the role does not tell it.
fn role(kind: &str) -> Option<(Option<&'static str>, bool)> {
    let short = kind.strip_suffix("Chunk").unwrap_or(kind);
    let short = short.strip_suffix("Message").unwrap_or(short);
    let role = match short {
        "human" | "Human" => Some("user"),
        "ai" | "AI" => Some("assistant"),
        "system" | "System" => Some("system"),
        "developer" => Some("developer"),
        "tool" | "function" | "Function" | "Tool" => Some("tool"),
        "remove" | "Remove" => Some("remove"),
        "chat" | "Chat" | "generic" => None,
        _ => return None,
    };
    Some((
        role,
        !matches!(kind, "human" | "ai" | "system" | "developer" | "tool" | "remove" | "chat" | "generic"),
    ))
}

pub(super) fn item(kind: &str) -> Option<Item> {
    let read = if kind == "constructor" { take_class } else { take_kind };
    (kind == "constructor" || role(kind).is_some()).then_some(Item { read, alone: false })
}

/// Takes the `type` of a message for who speaks.
fn take_kind<'a>(scan: &mut Reader<'a>, kind: &str, draft: &mut Draft<'a>) {
    match role(kind) {
        Some((Some(word), labelled)) if draft.word.is_none() && !draft.role_is_null => {
            if word == "user" || word == "assistant" || draft.body.call_id.is_some() {
                scan.evidence.saw(Format::LangChain, "messages whose `type` is `human` or `ai`");
            }
            draft.set_role(word);
            if labelled && draft.message.label.is_none() {
                draft.message.label = Some(kind.into());
            }
            if word == "tool" {
                finish_answer(draft);
            }
        }
        // `chat` is what has a role outside the list.
        Some((None, false)) if draft.word.as_deref().is_some_and(is_other) => {}
        _ => draft.details.extra.push("type", raw::quoted(kind)),
    }
}

fn is_other(word: &str) -> bool {
    matches!(crate::json::role::read(word).0, Role::Other(_))
}

/// Takes the class of a message, the last name of its `id`, for who speaks.
fn take_class<'a>(scan: &mut Reader<'a>, kind: &str, draft: &mut Draft<'a>) {
    let Some(class) = class(draft) else {
        return draft.details.extra.push("type", raw::quoted(kind));
    };
    scan.evidence.saw(Format::LangChain, "messages that are constructors");
    let labelled = draft.message.label.is_some();
    take_kind(scan, &class, draft);
    // The `id` says it, and is kept.
    if !labelled {
        draft.message.label = None;
    }
}

/// The class of a message, where it is known.
fn class(draft: &Draft<'_>) -> Option<String> {
    let names: Vec<String> = serde_json::from_str(draft.stash.get("id")?.as_str()).ok()?;
    names.into_iter().next_back().filter(|class| role(class).is_some())
}

/// Makes the message an answer; its own id is that of the call where it has no other.
fn finish_answer(draft: &mut Draft<'_>) {
    if draft.body.call_id.is_none() && draft.body.parts.is_none() {
        draft.body.call_id = draft.details.id.take();
    }
    let failed = match draft.stash.get("status").map(RawJson::as_str) {
        Some("\"error\"") => Some(true),
        Some("\"success\"") => Some(false),
        _ => None,
    };
    if failed.is_some() {
        take_out(&mut draft.stash, "status");
    }
    draft.make_answer(failed);
}

/// Takes the `type` of a message. One within another has a second, which says more than that of what is around it.
pub(super) fn take_type<'a>(scan: &mut Reader<'a>, key: Key<'a>, draft: &mut Draft<'a>) {
    if scan.kind() != Kind::String {
        return scan.wrong(key, "a string", &mut draft.details.extra);
    }
    let kind = scan.text();
    match draft.kind.take() {
        Some(outer) if outer == kind => draft.kind = Some(outer),
        Some(outer)
            if dialect::item(&kind).is_some() && dialect::item(&outer).is_none()
                || outer == "constructor" && role(&kind).is_some() && class(draft).is_none() =>
        {
            draft.details.extra.push("type", raw::quoted(&outer));
            draft.kind = Some(kind);
        }
        Some(outer) => {
            // A constructor is named by its class, and what is within says the same.
            if outer != "constructor" || role(&kind).is_none() {
                draft.details.extra.push("type", raw::quoted(&kind));
            }
            draft.kind = Some(outer);
        }
        None => draft.kind = Some(kind),
    }
}

/// Takes calls that LangChain could not read the arguments of.
pub(super) fn take_invalid<'a>(scan: &mut Reader<'a>, key: Key<'a>, draft: &mut Draft<'a>) {
    scan.evidence.saw(Format::LangChain, "`invalid_tool_calls`");
    if scan.kind() != Kind::Array {
        return scan.wrong(key, "an array", &mut draft.details.extra);
    }
    let mark = scan.mark();
    let before = draft.body.after.len();
    scan.open();
    while scan.item() {
        draft.body.after.push(match scan.kind() {
            Kind::Object => Part::ToolCall(invalid(scan).into()),
            _ => Part::Unknown(scan.raw().to_json()),
        });
    }
    if draft.body.after.len() == before {
        draft.details.extra.push(key.name, scan.since(mark).to_json());
    }
}

fn invalid(scan: &mut Reader<'_>) -> ToolCall {
    let mut call = ToolCall::default();
    let mut name = None;
    call.extra.push("type", raw::quoted(INVALID));
    let extra = &mut call.extra;
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "type" => crate::json::fields::known_kind(scan, key, &[INVALID], extra),
            "id" => scan.take_id(key, &mut call.id, extra),
            "name" => scan.take_text(key, &mut name, extra),
            "args" if scan.kind() == Kind::Null => extra.push(key.name, scan.raw().to_json()),
            "args" if call.arguments == Arguments::Absent => {
                call::take_arguments(scan, key, &mut call.arguments, extra);
            }
            _ => extra.push(key.name, scan.raw().to_json()),
        }
    }
    call.name = name.unwrap_or_default();
    call
}

/// Takes what stands in `additional_kwargs` and `response_metadata` but is said elsewhere in other formats.
pub(super) fn finish<'a>(_: &mut Reader<'a>, draft: &mut Draft<'a>) {
    if let Some(kwargs) = take_out(&mut draft.stash, "additional_kwargs") {
        let left = open(kwargs, |name, value| take_kwarg(draft, name, value));
        draft.details.extra.0.extend(left.map(|left| ("additional_kwargs".to_owned(), left)));
    }
    draft.pass_empty_content();
    if let Some(metadata) = take_out(&mut draft.stash, "response_metadata") {
        let left = open(metadata, |name, value| take_metadata(draft, name, value));
        draft.details.extra.0.extend(left.map(|left| ("response_metadata".to_owned(), left)));
    }
}

/// Takes the first field of this name out of `fields`.
fn take_out(fields: &mut Extra, name: &str) -> Option<RawJson> {
    let at = fields.0.iter().position(|(other, _)| other == name)?;
    Some(fields.0.remove(at).1)
}

/// What is left of an object when `take` took its members; nothing where that were all.
fn open(object: RawJson, mut take: impl FnMut(&str, &RawJson) -> bool) -> Option<RawJson> {
    let members: Option<Extra> = within(&object, |scan| {
        let mut members = Extra::default();
        (scan.kind() == Kind::Object).then(|| scan.members(&mut members))?;
        Some(members)
    });
    match members {
        Some(Extra(members)) if !members.is_empty() => {
            let left = Extra(members.into_iter().filter(|(name, value)| !take(name, value)).collect());
            (!left.is_empty()).then(|| raw::object(&left))
        }
        _ => Some(object),
    }
}

/// The string that a value is.
fn string(value: &RawJson) -> Option<String> {
    serde_json::from_str(value.as_str()).ok()
}

fn take_kwarg(draft: &mut Draft<'_>, name: &str, value: &RawJson) -> bool {
    match name {
        "tool_calls" | "function_call" if !has_calls(draft) => {
            let calls = within(value, |scan| match scan.kind() {
                Kind::Array => call::read_all(scan),
                Kind::Object => {
                    call::read(scan, &[]).map(|call| Part::ToolCall(call.into())).into_iter().collect()
                }
                _ => Parts::default(),
            });
            let all = !calls.is_empty() && content::calls(&calls).count() == calls.len();
            draft.body.after.extend(calls.into_iter().filter(|_| all));
            all
        }
        "reasoning_content" if !has_reasoning(draft) => {
            let text = string(value).filter(|text| !text.is_empty());
            let part = text.map(|text| Part::Reasoning(Reasoning { text, ..Reasoning::default() }.into()));
            let taken = part.is_some();
            draft.body.before.extend(part);
            taken
        }
        "reasoning" if value.as_str().starts_with('{') && !has_reasoning(draft) => {
            let mut said = part::Said::default();
            within(value, |scan| part::read_one(scan, &mut said));
            let taken = matches!(said.parts.as_slice(), [Part::Reasoning(_)]);
            draft.body.before.extend(said.parts.into_iter().filter(|_| taken));
            taken
        }
        "refusal" => {
            let words = string(value).filter(|words| !words.is_empty());
            let taken = words.is_some();
            draft.body.after.extend(words.map(|words| Part::Refusal(words.into())));
            taken
        }
        "__openai_role__" if value.as_str() == "\"developer\"" && draft.word.as_deref() == Some("system") => {
            draft.set_role("developer");
            true
        }
        _ => false,
    }
}

fn take_metadata(draft: &mut Draft<'_>, name: &str, value: &RawJson) -> bool {
    match name {
        "model_name" | "model" if draft.details.model.is_none() => {
            draft.details.model = string(value).map(Into::into);
            draft.details.model.is_some()
        }
        "token_usage" | "tokenUsage" | "usage" => {
            let usage = &mut draft.details.usage;
            within(value, |scan| {
                let key = Key { name: name.into(), span: crate::source::Span::default() };
                usage::take(scan, key, usage, &mut Extra::default());
            });
            // There is more to it than the counts.
            false
        }
        _ => false,
    }
}

/// Whether calls are said elsewhere in the message; an empty list says that there are none.
fn has_calls(draft: &Draft<'_>) -> bool {
    draft.body.calls.is_some()
        || draft.body.parts.is_some()
        || draft.details.extra.get("tool_calls").is_some()
        || content::calls(&draft.body.after).next().is_some()
        || matches!(&draft.body.content, Some((Content::Parts(said), _)) if content::calls(&said.parts).next().is_some())
}

fn has_reasoning(draft: &Draft<'_>) -> bool {
    let said = |parts: &[Part]| parts.iter().any(|part| matches!(part, Part::Reasoning(_)));
    draft.body.parts.is_some()
        || said(&draft.body.before)
        || matches!(&draft.body.content, Some((Content::Parts(content), _)) if said(&content.parts))
}
