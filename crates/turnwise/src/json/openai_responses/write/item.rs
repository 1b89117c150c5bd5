//! Writing items that are no messages.

use std::iter::Peekable;

use super::{
    content::{content, media},
    kind_of,
};
use crate::{
    json::{
        emit::Emitter,
        ids::Ids,
        openai_responses::table::{ANSWERS, AnswerForm, CALLS, CallForm, FIELDS, OPAQUE},
        put,
    },
    model::{Arguments, Extra, MediaSource, Part, RawJson, Reasoning, ToolCall, ToolResult},
};

/// Calls that have no `call_id`: they go by the id of the item.
const BY_ITEM: &[&str] = &[
    "web_search_call",
    "file_search_call",
    "code_interpreter_call",
    "image_generation_call",
    "mcp_list_tools",
    "mcp_call",
    "mcp_approval_request",
    "hosted_tool_call",
];

/// Writes reasoning that is one item: what has the same id, or stands alone.
pub(super) fn reasoning<'a>(parts: &mut Peekable<impl Iterator<Item = &'a Part>>, json: &mut Emitter) {
    let Some(Part::Reasoning(first)) = parts.next() else { return };
    let id = first.extra.get("id");
    let mut texts: Vec<&Reasoning> = vec![first];
    while let Some(Part::Reasoning(next)) = parts
        .next_if(|part| matches!(part, Part::Reasoning(next) if id.is_some() && next.extra.get("id") == id && next.signature.is_none()))
    {
        texts.push(next);
    }
    let is_whole = |text: &&&Reasoning| kind_of(&text.extra, &["reasoning_text"]).is_some();
    json.object(|json| {
        json.member("type", "reasoning");
        put::known(json, &first.extra, &["id", "status"]);
        json.key("summary").array(|json| {
            let summary = texts.iter().filter(|text| !is_whole(text) && !text.text.is_empty());
            summary.for_each(|text| entry(text, "summary_text", json));
        });
        if texts.iter().any(|text| is_whole(&text)) {
            json.key("content").array(|json| {
                texts.iter().filter(is_whole).for_each(|text| entry(text, "reasoning_text", json));
            });
        } else {
            put::known(json, &first.extra, &["content"]);
        }
        match &first.signature {
            Some(signature) => json.member("encrypted_content", signature),
            None => put::known(json, &first.extra, &["encrypted_content"]),
        }
    });
}

fn entry(text: &Reasoning, kind: &str, json: &mut Emitter) {
    json.object(|json| {
        json.member("type", kind);
        json.member("text", &text.text);
    });
}

/// Writes a call, and the answer that stands in the same item.
pub(super) fn call<'a>(
    parts: &mut Peekable<impl Iterator<Item = &'a Part>>,
    ids: &mut Ids<'a>,
    json: &mut Emitter,
) {
    let Some(Part::ToolCall(call)) = parts.next() else { return };
    let kind = call.extra.get("type").map(|kind| kind.as_str().trim_matches('"'));
    let Some(form) = CALLS.iter().find(|form| kind.is_none_or(|kind| kind == form.kind)).or(CALLS.first())
    else {
        return;
    };
    let answer = parts.next_if(
        |part| matches!(part, Part::ToolResult(result) if form.answer.is_some() && result.call_id == call.id),
    );
    json.object(|json| {
        json.member("type", form.kind);
        reference(form, call, ids, json);
        if form.tool.is_none() {
            json.member("name", &call.name);
        }
        input(form, call, json);
        fields(&call.extra, json);
        if let (Some(Part::ToolResult(result)), Some(field)) = (answer, form.answer) {
            let field = if result.is_error == Some(true) { "error" } else { field };
            value(result, false, json.key(field));
        }
    });
}

fn reference<'a>(form: &CallForm, call: &'a ToolCall, ids: &mut Ids<'a>, json: &mut Emitter) {
    let by_item = BY_ITEM.contains(&form.kind) || call.extra.get("call_id").is_some();
    match call.extra.get("id") {
        None if by_item => json.optional("id", call.id.as_deref()),
        own => {
            json.optional("id", own);
            if matches!(form.kind, "function_call" | "custom_tool_call") {
                json.member("call_id", &ids.of_call(call));
            } else {
                json.optional("call_id", call.id.as_deref());
            }
        }
    }
}

fn input(form: &CallForm, call: &ToolCall, json: &mut Emitter) {
    let Some(field) = form.input else { return };
    match (&call.arguments, form.kind) {
        (arguments, "function_call") => json.member(field, &put::arguments_text(arguments)),
        (Arguments::Text(text), _) => json.member(field, text),
        (Arguments::Json(value), _) => json.member(field, value),
        (Arguments::Absent, _) => {}
    }
}

/// Writes an answer.
pub(super) fn answer<'a>(result: &'a ToolResult, ids: &mut Ids<'a>, json: &mut Emitter) {
    let kind = result.extra.get("type").map(|kind| kind.as_str().trim_matches('"'));
    let form = ANSWERS.iter().find(|form| kind.is_none_or(|kind| kind == form.kind)).or(ANSWERS.first());
    let Some(&AnswerForm { kind, call, answer }) = form else { return };
    json.object(|json| {
        json.member("type", kind);
        match (result.extra.get("id"), kind) {
            (None, "local_shell_call_output") => json.optional("id", result.call_id.as_deref()),
            (own, _) => {
                json.optional("id", own);
                json.optional(call, ids.of_known_answer(result));
            }
        }
        if call == "callId" {
            json.optional("name", result.name.as_deref());
        }
        fields(&result.extra, json);
        if let Some(field) = answer
            && result.extra.get(field).is_none()
        {
            let words = matches!(kind, "function_call_output" | "custom_tool_call_output");
            value(result, words, json.key(field));
        }
    });
}

/// Writes what a tool answered: as words or parts, or also as any value where the format has one.
fn value(result: &ToolResult, only_words: bool, json: &mut Emitter) {
    match result.parts.as_slice() {
        [Part::Text(text)] if text.extra.is_none() => json.value(&text.text),
        [Part::Json(value)] if !only_words => json.value(value),
        [Part::Media(image)] if !only_words => match &image.source {
            MediaSource::Data(data) if image.media_type.is_none() => json.value(data),
            _ => media(image, json),
        },
        parts
            if !parts.is_empty()
                && parts.iter().all(|part| matches!(part, Part::Text(_) | Part::Media(_))) =>
        {
            json.array(|json| parts.iter().for_each(|part| content(part, "user", json)));
        }
        parts => json.value(&put::answer_text(parts)),
    }
}

/// Writes an item that only the API understands, as it was.
pub(super) fn opaque(raw: &RawJson, json: &mut Emitter) {
    let value: Option<serde_json::Value> = serde_json::from_str(raw.as_str()).ok();
    let kind = value.as_ref().and_then(|value| value.get("type")).and_then(|kind| kind.as_str());
    if kind.is_some_and(|kind| OPAQUE.contains(&kind)) {
        json.value(raw);
    }
}

/// Writes the fields that items have, but for those that the model has places for.
fn fields(extra: &Extra, json: &mut Emitter) {
    for (name, value) in &extra.0 {
        if name != "id" && FIELDS.contains(&name.as_str()) {
            json.member(name, value);
        }
    }
}
