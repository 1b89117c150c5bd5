//! How the parts of a message and its `content`, `parts`, `toolCalls` and `toolCallId` correspond.
//!
//! `content` is the text. `parts` is there only where `content` does not say everything, and then it says everything:
//! `toolCalls` and `toolCallId` repeat some of it for readers that know no parts. One exception keeps the usual form
//! of a tool's answer: a message that is nothing but a result of plain text is written as `content` and `toolCallId`.

use std::{borrow::Cow, collections::HashSet};

use super::{part::Said, raw, scan::Raw};
use crate::model::{ContentState, Extra, Message, Part, Parts, ToolCall, ToolResult};

/// What is written for the parts of a message.
pub(crate) struct Form<'a> {
    /// The text; or `null`, or no field.
    pub(crate) content: Option<Option<Cow<'a, str>>>,
    pub(crate) parts: Option<&'a [Part]>,
    pub(crate) call_id: Option<&'a str>,
    /// Name of the speaker, or of the tool where the message is nothing but its answer.
    pub(crate) name: Option<&'a str>,
}

impl<'a> Form<'a> {
    pub(crate) fn of(message: &'a Message) -> Self {
        let state = message.details.as_ref().map(|details| details.content).unwrap_or_default();
        let text = text(&message.parts);
        let content = match state {
            ContentState::Null if text.is_empty() => Some(None),
            ContentState::Absent if text.is_empty() => None,
            _ => Some(Some(text)),
        };
        let plain = plain_result(&message.parts).filter(|_| message.name.is_none());
        let inner = plain.map_or(message.parts.as_slice(), |result| result.parts.as_slice());
        let whole = match inner {
            [] => !matches!(content, Some(Some(_))),
            [Part::Text(text)] => text.extra.is_none() && matches!(content, Some(Some(_))),
            _ => false,
        };
        let tool = plain.and_then(|result| result.name.as_deref());
        Self {
            content,
            parts: (!whole).then_some(&message.parts),
            call_id: call_id(&message.parts),
            name: tool.filter(|_| whole).or(message.name.as_deref()),
        }
    }
}

/// The result that a message is and nothing else, without anything that needs a field of its own.
fn plain_result(parts: &[Part]) -> Option<&ToolResult> {
    let [Part::ToolResult(result)] = parts else { return None };
    let plain = result.call_id.is_some() && result.is_error.is_none() && result.extra.is_empty();
    plain.then_some(&**result)
}

/// The call that a message answers, where it is one.
fn call_id(parts: &[Part]) -> Option<&str> {
    match parts {
        [Part::ToolResult(only)] => only.call_id.as_deref(),
        _ => None,
    }
}

/// The text of a message: its text parts, or those of its results where it is nothing else.
///
/// What a tool answered in the middle of somebody's message is not their words.
fn text(parts: &[Part]) -> Cow<'_, str> {
    if parts.iter().all(|part| matches!(part, Part::ToolResult(_))) {
        join(results(parts).flat_map(|result| texts(&result.parts)))
    } else {
        join(texts(parts))
    }
}

/// Whether a message of these parts has a text.
pub(crate) fn has_text(parts: &[Part]) -> bool {
    !text(parts).is_empty()
}

fn texts(parts: &[Part]) -> impl Iterator<Item = &str> {
    parts.iter().filter_map(|part| if let Part::Text(text) = part { Some(text.text.as_str()) } else { None })
}

fn results(parts: &[Part]) -> impl Iterator<Item = &ToolResult> {
    parts.iter().filter_map(|part| if let Part::ToolResult(result) = part { Some(&**result) } else { None })
}

/// The calls of a message.
pub(crate) fn calls(parts: &[Part]) -> impl Iterator<Item = &ToolCall> {
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
#[derive(Debug)]
pub(crate) enum Content<'a> {
    Text(Cow<'a, str>),
    Parts(Said),
    Null,
}

/// The fields that say what a message says, as they were read; lists with the place they were read from.
#[derive(Debug, Default)]
pub(crate) struct Body<'a> {
    pub(crate) content: Option<(Content<'a>, Raw<'a>)>,
    pub(crate) parts: Option<Said>,
    /// Whether `parts` are those of the Vercel AI SDK, as far as the first of them tells.
    pub(crate) interface: bool,
    pub(crate) calls: Option<(Parts, Raw<'a>)>,
    pub(crate) call_id: Option<String>,
    /// The tool whose answer it is, where that is told by its name.
    pub(crate) tool: Option<String>,
    /// What fields of their own say before the content, such as reasoning.
    pub(crate) before: Vec<Part>,
    /// What fields of their own say after the content, such as a refusal.
    pub(crate) after: Vec<Part>,
}

impl<'a> Body<'a> {
    /// Takes the text, where no field but `content` says anything.
    pub(crate) fn only_text(&mut self) -> Option<Cow<'a, str>> {
        let Self {
            content,
            parts: None,
            calls: None,
            call_id: None,
            tool: None,
            before,
            after,
            interface: _,
        } = self
        else {
            return None;
        };
        match content {
            Some((Content::Text(text), _)) if before.is_empty() && after.is_empty() => {
                Some(std::mem::take(text))
            }
            _ => None,
        }
    }

    /// The parts. Where `parts` was given, it wins, and what the other fields say otherwise goes to `extra`.
    ///
    /// A message with the id of a call, and every message of a `function`, is the answer of a tool.
    pub(crate) fn assemble(
        mut self,
        message: &mut Message,
        is_function: bool,
        extra: &mut Extra,
    ) -> (Said, ContentState) {
        let state = match &self.content {
            None => ContentState::Absent,
            Some((Content::Null, _)) => ContentState::Null,
            Some(_) => ContentState::Present,
        };
        let mut said = Said { parts: self.before.into(), ..Said::default() };
        match self.parts {
            Some(parts) => {
                if let Some((content, raw)) = &self.content
                    && !content.agrees(&parts.parts)
                {
                    extra.push("content", raw.to_json());
                }
                if let Some((repeated, raw)) = &self.calls
                    && !same_calls(repeated, &parts.parts)
                {
                    extra.push("toolCalls", raw.to_json());
                }
                if let Some(id) = &self.call_id
                    && call_id(&parts.parts) != Some(id)
                {
                    extra.push("toolCallId", raw::quoted(id));
                }
                if let Some(tool) = &self.tool {
                    extra.push("tool_name", raw::quoted(tool));
                }
                said.append(parts);
                said.parts.extend(self.after);
            }
            None => {
                let (calls, calls_raw) =
                    self.calls.map_or((Parts::default(), None), |(calls, raw)| (calls, Some(raw)));
                match self.content {
                    Some((Content::Text(text), _)) if text.is_empty() && !calls.is_empty() => {}
                    Some((Content::Text(text), _)) => said.parts.push(Part::text(text)),
                    Some((Content::Parts(parts), _)) => said.append(parts),
                    Some((Content::Null, _)) | None => {}
                }
                // The content may be the answer already, as where one of Anthropic's stands in a message of OpenAI's.
                if let [Part::ToolResult(result)] = said.parts.as_slice()
                    && result.call_id == self.call_id
                {
                    self.call_id = None;
                }
                if self.call_id.is_some() || self.tool.is_some() || is_function {
                    let own = || message.name.take().map(|name| (*name).to_owned());
                    let (call_id, name) = (self.call_id, self.tool.or_else(own));
                    let parts = std::mem::take(&mut said.parts).into();
                    let result = ToolResult { call_id, name, parts, ..ToolResult::default() };
                    said = Said { parts: Part::ToolResult(result.into()).into(), ..Said::default() };
                }
                // Some formats say their calls twice, in the content and beside it.
                let count = calls.len();
                let fresh = without_repeats(calls, &said.parts);
                if let Some(raw) = calls_raw.filter(|_| fresh.len() < count) {
                    extra.push("tool_calls", raw.to_json());
                }
                said.parts.extend(self.after);
                said.parts.extend(fresh);
            }
        }
        // How an empty content was written says nothing of one that is not empty.
        let state = if text(&said.parts).is_empty() { state } else { ContentState::Present };
        (said, state)
    }
}

impl Content<'_> {
    /// Whether its text is this one.
    pub(crate) fn says(&self, words: &str) -> bool {
        match self {
            Self::Text(content) => content == words,
            Self::Parts(content) => text(&content.parts) == words,
            Self::Null => words.is_empty(),
        }
    }

    fn agrees(&self, parts: &[Part]) -> bool {
        match self {
            Self::Text(content) => *content == text(parts),
            Self::Parts(content) => content.parts.as_slice() == parts,
            Self::Null => true,
        }
    }
}

/// Those of `calls` that are not among `parts` already, by their ids.
fn without_repeats(calls: Parts, parts: &[Part]) -> Parts {
    let known: HashSet<&str> = self::calls(parts).filter_map(|call| call.id.as_deref()).collect();
    // Nearly always: they move as they are.
    if known.is_empty() {
        return calls;
    }
    let is_known = |part: &Part| match part {
        Part::ToolCall(call) => call.id.as_deref().is_some_and(|id| known.contains(id)),
        _ => false,
    };
    calls.into_iter().filter(|part| !is_known(part)).collect()
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
