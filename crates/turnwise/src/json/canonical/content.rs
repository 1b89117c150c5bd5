//! How the parts of a message and its `content`, `parts`, `toolCalls` and `toolCallId` correspond.
//!
//! `content` is the text. `parts` is there only where `content` does not say everything, and then it says everything:
//! `toolCalls` and `toolCallId` repeat some of it for readers that know no parts. One exception keeps the usual form
//! of a tool's answer: a message that is nothing but a result of plain text is written as `content` and `toolCallId`.

use std::borrow::Cow;

use crate::{
    json::scan::Raw,
    model::{ContentState, Extra, Message, Part, ToolCall, ToolResult},
};

/// What is written for the parts of a message.
pub(super) struct Form<'a> {
    /// The text; or `null`, or no field.
    pub(super) content: Option<Option<Cow<'a, str>>>,
    pub(super) parts: Option<&'a [Part]>,
    pub(super) call_id: Option<&'a str>,
}

impl<'a> Form<'a> {
    pub(super) fn of(message: &'a Message) -> Self {
        let state = message.details.as_ref().map(|details| details.content).unwrap_or_default();
        let text = text(&message.parts);
        let content = match state {
            ContentState::Null if text.is_empty() => Some(None),
            ContentState::Absent if text.is_empty() => None,
            _ => Some(Some(text)),
        };
        let (inner, call_id) = match plain_result(&message.parts) {
            Some((id, parts)) => (parts, Some(id)),
            None => (message.parts.as_slice(), call_id(&message.parts)),
        };
        let whole = match inner {
            [] => !matches!(content, Some(Some(_))),
            [Part::Text(text)] => text.extra.is_none() && matches!(content, Some(Some(_))),
            _ => false,
        };
        Self { content, parts: (!whole).then_some(&message.parts), call_id }
    }
}

/// The parts of a message that is one result and nothing else, without anything that needs a field of its own.
fn plain_result(parts: &[Part]) -> Option<(&str, &[Part])> {
    let [Part::ToolResult(result)] = parts else { return None };
    match &**result {
        ToolResult { call_id: Some(id), name: None, parts, is_error: None, extra } if extra.is_empty() => {
            Some((id, parts))
        }
        _ => None,
    }
}

/// The call that a message answers, where it is one.
fn call_id(parts: &[Part]) -> Option<&str> {
    let mut results = results(parts);
    match (results.next(), results.next()) {
        (Some(only), None) => only.call_id.as_deref(),
        _ => None,
    }
}

/// The text of a message: its text parts, or those of its results where it has none itself.
fn text(parts: &[Part]) -> Cow<'_, str> {
    if parts.iter().any(|part| matches!(part, Part::Text(_))) {
        join(texts(parts))
    } else {
        join(results(parts).flat_map(|result| texts(&result.parts)))
    }
}

fn texts(parts: &[Part]) -> impl Iterator<Item = &str> {
    parts.iter().filter_map(|part| if let Part::Text(text) = part { Some(text.text.as_str()) } else { None })
}

fn results(parts: &[Part]) -> impl Iterator<Item = &ToolResult> {
    parts.iter().filter_map(|part| if let Part::ToolResult(result) = part { Some(&**result) } else { None })
}

/// The calls of a message.
pub(super) fn calls(parts: &[Part]) -> impl Iterator<Item = &ToolCall> {
    parts.iter().filter_map(|part| if let Part::ToolCall(call) = part { Some(&**call) } else { None })
}

fn join<'a>(mut texts: impl Iterator<Item = &'a str>) -> Cow<'a, str> {
    let mut all = Cow::Borrowed(texts.next().unwrap_or_default());
    for text in texts {
        all.to_mut().push_str(text);
    }
    all
}

/// `content` as it was read.
pub(super) enum Content<'a> {
    Text(Cow<'a, str>),
    Parts(Vec<Part>),
    Null,
}

/// The fields that say what a message says, as they were read; lists with the place they were read from.
#[derive(Default)]
pub(super) struct Body<'a> {
    pub(super) content: Option<(Content<'a>, Raw<'a>)>,
    pub(super) parts: Option<Vec<Part>>,
    pub(super) calls: Option<(Vec<Part>, Raw<'a>)>,
    pub(super) call_id: Option<String>,
}

impl Body<'_> {
    /// The parts. Where `parts` was given, it wins, and what the other fields say otherwise goes to `extra`.
    pub(super) fn assemble(self, extra: &mut Extra) -> (Vec<Part>, ContentState) {
        let state = match &self.content {
            None => ContentState::Absent,
            Some((Content::Null, _)) => ContentState::Null,
            Some(_) => ContentState::Present,
        };
        let parts = match self.parts {
            Some(parts) => {
                if let Some((content, raw)) = &self.content
                    && !content.agrees(&parts)
                {
                    extra.push("content", raw.to_json());
                }
                if let Some((repeated, raw)) = &self.calls
                    && !same_calls(repeated, &parts)
                {
                    extra.push("toolCalls", raw.to_json());
                }
                if let Some(id) = &self.call_id
                    && call_id(&parts) != Some(id)
                {
                    extra.push("toolCallId", crate::json::raw::quoted(id));
                }
                parts
            }
            None => {
                let calls = self.calls.map(|(calls, _)| calls).unwrap_or_default();
                let mut parts = match self.content {
                    Some((Content::Text(text), _)) if text.is_empty() && !calls.is_empty() => Vec::new(),
                    Some((Content::Text(text), _)) => vec![Part::text(text)],
                    Some((Content::Parts(parts), _)) => parts,
                    Some((Content::Null, _)) | None => Vec::new(),
                };
                if let Some(id) = self.call_id {
                    let result = ToolResult { call_id: Some(id), parts, ..ToolResult::default() };
                    parts = vec![Part::ToolResult(result.into())];
                }
                parts.extend(calls);
                parts
            }
        };
        // How an empty content was written says nothing of one that is not empty.
        let state = if text(&parts).is_empty() { state } else { ContentState::Present };
        (parts, state)
    }
}

impl Content<'_> {
    fn agrees(&self, parts: &[Part]) -> bool {
        match self {
            Self::Text(content) => *content == text(parts),
            Self::Parts(content) => content == parts,
            Self::Null => true,
        }
    }
}

/// Whether `repeated` has the calls of `parts`, as far as the copy goes.
fn same_calls(repeated: &[Part], parts: &[Part]) -> bool {
    let named = |call: &ToolCall| call.extra.is_empty();
    calls(repeated).count() == repeated.len()
        && calls(repeated).all(named)
        && calls(repeated).map(copy).eq(calls(parts).map(copy))
}

fn copy(call: &ToolCall) -> (&Option<String>, &str, &crate::model::Arguments) {
    (&call.id, &call.name, &call.arguments)
}
