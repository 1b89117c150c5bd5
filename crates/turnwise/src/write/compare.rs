//! What differs between a conversation and what was read back of it: all that a format could not hold.

use std::{borrow::Cow, collections::HashSet};

use crate::{
    diagnostic::{Code, Diagnostic, Severity},
    format::Format,
    json::raw::one_line,
    model::{Arguments, Conversation, Details, Extra, Message, Part, RawJson, ToolCall, ToolResult},
    source::Span,
};

/// Everything of `original` that `read` has not, or has otherwise, but for places in the input.
pub(super) fn differences(original: &Conversation, read: &[Conversation], format: Format) -> Vec<Diagnostic> {
    let mut report = Report { format, found: Vec::new() };
    let [read] = read else {
        report.add(Code::NotRepresentable, "a conversation like this one", Span::default());
        return report.found;
    };
    report.conversation(original, read);
    report.messages(&original.messages, &read.messages);
    report.found
}

/// What is reported once, because it is the same all over a conversation.
#[derive(Default)]
struct Once {
    label: bool,
    content: bool,
}

struct Report {
    format: Format,
    found: Vec<Diagnostic>,
}

impl Report {
    fn add(&mut self, code: Code, what: &str, span: Span) {
        self.found.push(Diagnostic::new(code, span).with("format", self.format.name()).with("what", what));
    }

    /// Reports `what` if it differs: as left out where nothing of it reads back, else as changed.
    fn compare<T: PartialEq + Default>(&mut self, what: &str, original: &T, read: &T, span: Span) {
        if original == read {
            return;
        }
        let code = if *read == T::default() { Code::NotRepresentable } else { Code::ChangedInWriting };
        self.add(code, what, span);
    }

    fn conversation(&mut self, original: &Conversation, read: &Conversation) {
        let Conversation { id, title, status, preamble, messages: _, tools, metadata, extra } = original;
        let nowhere = Span::default();
        self.compare("the id of the conversation", id, &read.id, nowhere);
        self.compare("the title", title, &read.title, nowhere);
        self.compare("the status", status, &read.status, nowhere);
        self.compare("the text before the first message", preamble, &read.preamble, nowhere);
        self.compare("definitions of tools", tools, &read.tools, nowhere);
        self.compare("metadata of the conversation", metadata, &read.metadata, nowhere);
        self.fields("the conversation", extra, &read.extra, nowhere);
    }

    /// Reports fields without a place that are not there, by name; one that held nothing is no loss.
    fn fields(&mut self, of: &str, original: &Extra, read: &Extra, span: Span) {
        if original == read {
            return;
        }
        let there: HashSet<_> = read.0.iter().collect();
        let mut lost = false;
        for field in original.0.iter().filter(|field| !there.contains(field) && !is_usual_kind(field)) {
            let (name, value) = field;
            lost = true;
            let finding = Diagnostic::new(Code::NotRepresentable, span).with("format", self.format.name());
            let finding = finding.with("what", &format!("the field `{name}` of {of}"));
            let holds_nothing = matches!(value.as_str(), "null" | "[]" | "{}" | "\"\"");
            let severity = if holds_nothing { Severity::Info } else { finding.severity };
            self.found.push(Diagnostic { severity, ..finding });
        }
        if !lost {
            self.reworded(&format!("the fields of {of} without a place"), span);
        }
    }

    /// Reports what is said in other words: no loss, but not the same either.
    fn reworded(&mut self, what: &str, span: Span) {
        let finding = Diagnostic::new(Code::ChangedInWriting, span).with("format", self.format.name());
        self.found.push(Diagnostic { severity: Severity::Info, ..finding.with("what", what) });
    }

    fn messages(&mut self, original: &[Message], read: &[Message]) {
        if original.len() != read.len() {
            let bounds = "where one message ends and the next begins";
            let first = original.iter().zip(read).find(|(a, b)| a.parts != b.parts).map(|(a, _)| a);
            let place = first.or_else(|| original.first()).map(|message| message.span);
            self.add(Code::ChangedInWriting, bounds, place.unwrap_or_default());
        }
        self.parts_in_order(original, read);
        let mut said = Once::default();
        for (message, back) in original.iter().zip(aligned(original, read)) {
            let none = Message::default();
            self.message(message, back.unwrap_or(&none), &mut said);
        }
    }

    fn message(&mut self, original: &Message, read: &Message, said: &mut Once) {
        let none = Details::default();
        let Message { role, label, name, parts: _, timestamp, span, details } = original;
        let details = details.as_deref().unwrap_or(&none);
        let back = read.details.as_deref().unwrap_or(&none);
        self.compare("the role", role, &read.role, *span);
        if label != &read.label && !said.label {
            said.label = true;
            self.add(Code::RoleReworded, label.as_deref().unwrap_or_default(), *span);
        }
        self.compare("the name", name, &read.name, *span);
        self.compare("the time", timestamp, &read.timestamp, *span);
        let Details { id, parent, model, usage, latency_ms, time, metadata, extra, content } = details;
        self.compare("the id of a message", id, &back.id, *span);
        self.compare("the id of the message that is answered", parent, &back.parent, *span);
        self.compare("the model", model, &back.model, *span);
        self.compare("token counts", usage, &back.usage, *span);
        self.compare("the time taken", latency_ms, &back.latency_ms, *span);
        if *timestamp == read.timestamp {
            self.compare("how the time is written", time, &back.time, *span);
        }
        self.compare("metadata of a message", metadata, &back.metadata, *span);
        self.fields("a message", extra, &back.extra, *span);
        if content != &back.content && !said.content {
            said.content = true;
            self.reworded("how an empty content is written", *span);
        }
    }

    /// Compares the parts of all messages, one after another: whatever became of the bounds, nothing said may be lost.
    fn parts_in_order(&mut self, original: &[Message], read: &[Message]) {
        // Where the bounds hold, a part too many in one message does not shift the others.
        if original.len() == read.len() {
            for (message, read) in original.iter().zip(read) {
                self.parts(std::slice::from_ref(message), &read.parts.iter().collect::<Vec<_>>());
                if message.parts.len() < read.parts.len() {
                    self.add(Code::ChangedInWriting, "what a message says", message.span);
                }
            }
        } else {
            self.parts(original, &read.iter().flat_map(|message| &message.parts).collect::<Vec<_>>());
        }
    }

    /// Compares the parts of messages with those that were read; one that was left out does not shift the others.
    fn parts(&mut self, original: &[Message], read: &[&Part]) {
        if let Some(pairs) = in_another_order(original, read) {
            let place = original.first().map(|message| message.span).unwrap_or_default();
            self.add(Code::ChangedInWriting, "the order of what is said", place);
            return pairs.into_iter().for_each(|(part, back, span)| self.part(part, Some(back), span));
        }
        let count: usize = original.iter().map(|message| message.parts.len()).sum();
        let mut left_out = count.saturating_sub(read.len());
        let mut back = read.iter().copied().peekable();
        // What is left of the text that was read last: several may have become one.
        let mut rest = "";
        for message in original {
            for part in &message.parts {
                let other = |found: &&Part| match (part, *found) {
                    (Part::Media(a), Part::Media(b)) => a.source != b.source,
                    (a, b) => kind(a) != kind(b),
                };
                let joined = words(part).filter(|words| !words.is_empty());
                let joined = joined.and_then(|words| rest.trim_start().strip_prefix(words));
                if let Some(after) = joined {
                    (left_out, rest) = (left_out.saturating_sub(1), after);
                    self.add(Code::ChangedInWriting, kind(part), message.span);
                } else if left_out > 0 && back.peek().is_some_and(other) {
                    left_out = left_out.saturating_sub(1);
                    self.part(part, None, message.span);
                } else {
                    let found = back.next();
                    if let Some(found) = found.and_then(words) {
                        rest = words(part).and_then(|words| found.strip_prefix(words)).unwrap_or_default();
                    }
                    self.part(part, found, message.span);
                }
            }
        }
    }

    fn part(&mut self, original: &Part, read: Option<&Part>, span: Span) {
        let Some(read) = read else {
            return self.add(Code::NotRepresentable, kind(original), span);
        };
        if original == read {
            return;
        }
        if let Some(what) = other_words(original, read) {
            return self.reworded(what, span);
        }
        let what = match (original, read) {
            (Part::Text(a), Part::Text(b)) | (Part::Refusal(a), Part::Refusal(b)) if a.text == b.text => {
                let none = Extra::default();
                let [a, b] = [a, b].map(|text| text.extra.as_deref().unwrap_or(&none));
                return self.fields("a text", a, b, span);
            }
            (Part::Reasoning(a), Part::Reasoning(b)) if a.text == b.text => {
                self.compare("the signature of reasoning", &a.signature, &b.signature, span);
                return self.fields("reasoning", &a.extra, &b.extra, span);
            }
            (Part::ToolCall(a), Part::ToolCall(b)) if a.name == b.name => {
                self.compare("the id of a tool call", &a.id, &b.id, span);
                if value(&a.arguments) != value(&b.arguments) {
                    self.add(Code::ChangedInWriting, "how arguments are written", span);
                }
                return self.fields("a tool call", &a.extra, &b.extra, span);
            }
            (Part::ToolResult(a), Part::ToolResult(b)) if a.parts == b.parts => {
                self.compare("the call of a tool's answer", &a.call_id, &b.call_id, span);
                self.compare("whether a tool failed", &a.is_error, &b.is_error, span);
                if a.name.is_some() {
                    self.compare("the name of a tool's answer", &a.name, &b.name, span);
                }
                return self.fields("a tool's answer", &a.extra, &b.extra, span);
            }
            (Part::Media(a), Part::Media(b)) if a.source == b.source => {
                self.compare("the kind of media", &a.kind, &b.kind, span);
                self.compare("a media type", &a.media_type, &b.media_type, span);
                self.compare("the name of a file", &a.name, &b.name, span);
                return self.fields("media", &a.extra, &b.extra, span);
            }
            (part, _) => kind(part),
        };
        let code = match (original, read) {
            // A text format shows them, but does not say what they are.
            (_, Part::Text(_)) if self.format == Format::Markdown => Code::ChangedInWriting,
            // So do formats that have words only.
            (Part::Refusal(a), Part::Text(b)) if b.text.starts_with(&a.text) => Code::ChangedInWriting,
            (Part::Json(a), Part::Text(b)) if b.text.starts_with(a.as_str()) => Code::ChangedInWriting,
            (a, b) if kind(a) == kind(b) => Code::ChangedInWriting,
            _ => Code::NotRepresentable,
        };
        self.add(code, what, span);
    }
}

/// What a part says in words.
fn words(part: &Part) -> Option<&str> {
    match part {
        Part::Text(text) | Part::Refusal(text) => Some(&text.text),
        Part::Json(value) => Some(value.as_str()),
        _ => None,
    }
}

/// Each part with the one that was read of it, where as many of every kind were read, but not in the same order.
///
/// Some formats have a field for calls, which stands behind what is said whatever came first.
fn in_another_order<'a>(
    original: &'a [Message],
    read: &[&'a Part],
) -> Option<Vec<(&'a Part, &'a Part, Span)>> {
    let parts = || original.iter().flat_map(|message| message.parts.iter().map(|part| (part, message.span)));
    if parts().map(|(part, _)| kind(part)).eq(read.iter().map(|part| kind(part))) {
        return None;
    }
    let (mut parts, mut read) = (parts().collect::<Vec<_>>(), read.to_vec());
    parts.sort_by_key(|(part, _)| kind(part));
    read.sort_by_key(|part| kind(part));
    let same = parts.iter().map(|(part, _)| kind(part)).eq(read.iter().map(|part| kind(part)));
    same.then(|| parts.into_iter().zip(read).map(|((part, span), back)| (part, back, span)).collect())
}

/// What two parts have in other words, where they say the same.
///
/// Some formats want arguments as a string, others as a value; some want an answer to name its tool, which others leave
/// to the call.
fn other_words(original: &Part, read: &Part) -> Option<&'static str> {
    // A word for its kind that a part gets takes nothing away; one that it had and that is not the usual one is a field
    // like others.
    let original = &without(original, is_usual_kind);
    let is_kind = |(name, _): &(String, RawJson)| name == "type";
    let read = if *original == without(original, is_kind) { &without(read, is_kind) } else { read };
    if original == read {
        return Some("the word for the kind of a part");
    }
    match (original, read) {
        (Part::ToolCall(a), Part::ToolCall(b)) => {
            let same = **a == ToolCall { arguments: a.arguments.clone(), ..(**b).clone() };
            (same && value(&a.arguments) == value(&b.arguments)).then_some("how arguments are quoted")
        }
        (Part::ToolResult(a), Part::ToolResult(b)) => {
            let same = **a == ToolResult { name: None, ..(**b).clone() };
            same.then_some("the name of a tool's answer, which is that of its call,")
        }
        _ => None,
    }
}

/// Words that formats have for a kind of part, and that say no more than the kind does.
const USUAL_KINDS: &[&str] = &[
    "\"function_call\"",
    "\"function_call_output\"",
    "\"reasoning.text\"",
    "\"summary_text\"",
    "\"tool_call_response\"",
];

fn is_usual_kind((name, value): &(String, RawJson)) -> bool {
    name == "type" && USUAL_KINDS.contains(&value.as_str())
}

/// The part without some fields that have no place in the model.
fn without(part: &Part, field: impl Fn(&(String, RawJson)) -> bool) -> Part {
    let mut part = part.clone();
    let extra = match &mut part {
        Part::ToolCall(call) => &mut call.extra,
        Part::ToolResult(result) => &mut result.extra,
        Part::Reasoning(reasoning) => &mut reasoning.extra,
        _ => return part,
    };
    extra.0.retain(|each| !field(each));
    part
}

/// The JSON that arguments are, whether in a string or not.
fn value(arguments: &Arguments) -> Cow<'_, str> {
    match arguments {
        Arguments::Text(text) => one_line(text),
        Arguments::Json(json) => json.as_str().into(),
        Arguments::Absent => "".into(),
    }
}

/// For each message the one that was read of it: that with the same place among the parts, or the same number.
fn aligned<'a>(original: &[Message], read: &'a [Message]) -> Vec<Option<&'a Message>> {
    if original.len() == read.len() {
        return read.iter().map(Some).collect();
    }
    let mut found = Vec::with_capacity(original.len());
    let (mut at, mut until, mut before) =
        (0_usize, read.first().map_or(0, |first| first.parts.len()), 0_usize);
    for message in original {
        while before >= until && at.saturating_add(1) < read.len() {
            at = at.saturating_add(1);
            until = until.saturating_add(read.get(at).map_or(0, |next| next.parts.len()));
        }
        found.push(read.get(at));
        before = before.saturating_add(message.parts.len());
    }
    found
}

fn kind(part: &Part) -> &'static str {
    match part {
        Part::Text(_) => "a text",
        Part::Reasoning(_) => "reasoning",
        Part::ToolCall(_) => "a tool call",
        Part::ToolResult(_) => "a tool's answer",
        Part::Media(_) => "media",
        Part::Refusal(_) => "a refusal",
        Part::Json(_) => "a value that is no text",
        Part::Unknown(_) => "a part of an unknown kind",
    }
}
