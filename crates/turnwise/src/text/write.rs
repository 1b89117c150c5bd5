//! The text writer: `Label: content`, a message a line, in a form that reads back as it was.
//!
//! Body lines that would read as labels are escaped. Then the text is read again: where inference finds
//! another conversation in it (contents may hold anything), it is written once more below the directive of
//! [`exact`], under which nothing is inferred. So what is written always reads back.

use std::borrow::Cow;

use super::{escape, exact};
use crate::{
    diagnostic::{Code, Diagnostic},
    format::Format,
    model::{Conversation, Details, Message, Part, Role},
    parse::Parser,
    source::Span,
    write::Written,
};

/// Writes a conversation as labelled text.
pub(crate) fn write(conversation: &Conversation) -> Written {
    let parser = Parser::new();
    let heads: Vec<Head> = conversation.messages.iter().map(|message| Head::of(&parser, message)).collect();
    let plain = render(&parser, conversation, &heads, false);
    // It must read back whether or not the reader is told that it is text.
    let reads_back = [parser.clone(), parser.clone().format(Format::Text)].iter().all(
        |parser| matches!(parser.parse(&plain).conversations.as_slice(), [read] if alike(conversation, read)),
    );
    let text = if reads_back { plain } else { render(&parser, conversation, &heads, true) };
    let mut diagnostics = Vec::new();
    lost_of_conversation(conversation, &mut diagnostics);
    let parsed = parser.format(Format::Text).parse(&text);
    let read = parsed.conversations.first().map(|read| read.messages.as_slice()).unwrap_or_default();
    for (message, read) in conversation.messages.iter().zip(read) {
        lost_of_message(message, read, &mut diagnostics);
    }
    Written { text, diagnostics }
}

/// What is written before a content.
struct Head {
    /// Time, label and note, without the colon.
    text: String,
    /// The label alone.
    word: String,
}

impl Head {
    /// The head that says the most of those that can be read.
    fn of(parser: &Parser, message: &Message) -> Self {
        let label = message.label.as_deref().or_else(|| message.role.as_ref().map(Role::label));
        let name = message.name.as_deref();
        let model = message.details.as_ref().and_then(|details| details.model.as_deref());
        let time = time(message);
        let words: Vec<String> = match (label, name) {
            (Some(label), Some(name)) => {
                vec![format!("{label} {name}"), format!("{name} {label}"), label.to_owned()]
            }
            (Some(one), None) | (None, Some(one)) => vec![one.to_owned()],
            (None, None) => Vec::new(),
        };
        let standard = message.role.as_ref().map(|role| role.label().to_owned());
        let words = words.into_iter().chain(standard).chain([UNNAMED.to_owned()]);
        let mut best: Option<(usize, Self)> = None;
        for word in words {
            for note in [model, name, None] {
                for time in [time.as_deref(), None] {
                    let head = Self::build(&word, note, time);
                    let Some(said) = head.says(parser, message) else { continue };
                    if best.as_ref().is_none_or(|(most, _)| said > *most) {
                        best = Some((said, head));
                    }
                }
            }
        }
        best.map_or_else(|| Self::build(UNNAMED, None, None), |(_, head)| head)
    }

    fn build(word: &str, note: Option<&str>, time: Option<&str>) -> Self {
        let time = time.map(|time| format!("[{time}] ")).unwrap_or_default();
        let note = note.map(|note| format!(" ({note})")).unwrap_or_default();
        Self { text: format!("{time}{word}{note}"), word: word.to_owned() }
    }

    /// How much of the message this head tells, or `None` where it does not read as a head.
    fn says(&self, parser: &Parser, message: &Message) -> Option<usize> {
        if self.text.contains(['\n', '\r']) {
            return None;
        }
        let text = format!("{}{}: ", exact::DIRECTIVE, self.text);
        let parsed = parser.clone().format(Format::Text).parse(&text);
        let [read] = parsed.conversations.first()?.messages.as_slice() else { return None };
        if parsed.conversations.first()?.preamble.is_some() || !read.text().is_empty() {
            return None;
        }
        let model = |message: &Message| message.details.as_ref().and_then(|details| details.model.clone());
        let right = [
            read.role == message.role,
            read.role == message.role,
            read.name == message.name,
            read.label == message.label,
            model(read) == model(message),
            when(read) == when(message),
        ];
        Some(right.into_iter().filter(|&right| right).count())
    }
}

/// The label of a message that nobody says.
const UNNAMED: &str = "Unknown";

/// The time of a message as it is written beside the label.
fn time(message: &Message) -> Option<String> {
    let written = message.details.as_ref().and_then(|details| details.time.as_deref());
    written.map(str::to_owned).or_else(|| message.timestamp.map(|instant| instant.to_rfc3339()))
}

fn when(message: &Message) -> (Option<chrono::DateTime<chrono::FixedOffset>>, Option<&str>) {
    (message.timestamp, message.details.as_ref().and_then(|details| details.time.as_deref()))
}

fn render(parser: &Parser, conversation: &Conversation, heads: &[Head], exactly: bool) -> String {
    let mut own: Vec<&str> = heads.iter().map(|head| head.word.as_str()).collect();
    own.sort_unstable();
    own.dedup();
    let reads_as_label = |word: &str| exactly || escape::is_label_of(parser, &own, word);
    let mut out = String::new();
    if exactly {
        out.push_str(exact::DIRECTIVE);
    }
    if let Some(preamble) = &conversation.preamble {
        escape::push_escaped(&mut out, preamble, true, reads_as_label);
        if exactly && !heads.is_empty() {
            out.push('\n');
        }
    }
    for (index, (head, message)) in heads.iter().zip(&conversation.messages).enumerate() {
        if index > 0 {
            out.push('\n');
        }
        out.push_str(&head.text);
        out.push_str(": ");
        escape::push_escaped(&mut out, &words(message), false, reads_as_label);
    }
    out
}

/// What is written of a message: its text, and below it refusals and values.
fn words(message: &Message) -> Cow<'_, str> {
    let mut words = message.text();
    for part in &message.parts {
        let more = match part {
            Part::Refusal(refusal) => refusal.text.as_str(),
            Part::Json(value) => value.as_str(),
            _ => continue,
        };
        let line_end = if words.is_empty() || more.is_empty() { "" } else { "\n" };
        words.to_mut().push_str(line_end);
        words.to_mut().push_str(more);
    }
    words
}

/// What a part is that is written as text.
fn as_text(part: &Part) -> Option<&'static str> {
    match part {
        Part::Refusal(_) => Some("a refusal"),
        Part::Json(_) => Some("a value that is no text"),
        _ => None,
    }
}

/// Whether two conversations are the same as far as text can tell.
fn alike(written: &Conversation, read: &Conversation) -> bool {
    let same = |(a, b): (&Message, &Message)| {
        words(a) == b.text()
            && a.role == b.role
            && a.name == b.name
            && a.label == b.label
            && when(a) == when(b)
    };
    written.preamble.as_deref().unwrap_or_default() == read.preamble.as_deref().unwrap_or_default()
        && written.messages.len() == read.messages.len()
        && written.messages.iter().zip(&read.messages).all(same)
}

fn lost(what: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::NotRepresentable, span).with("format", "text").with("what", what)
}

fn changed(what: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::ChangedInWriting, span).with("format", "text").with("what", what)
}

fn lost_of_conversation(conversation: &Conversation, found: &mut Vec<Diagnostic>) {
    let Conversation { id, title, status, tools, metadata, extra, preamble, messages: _ } = conversation;
    let fields = [
        (preamble.as_deref() == Some(""), "an empty preamble"),
        (id.is_some(), "the id of the conversation"),
        (title.is_some(), "the title"),
        (status.is_some(), "the status"),
        (!tools.is_empty(), "tool definitions"),
        (!metadata.is_empty(), "metadata of the conversation"),
        (!extra.is_empty(), "extra fields of the conversation"),
    ];
    let lost_fields = fields.into_iter().filter(|(present, _)| *present);
    found.extend(lost_fields.map(|(_, what)| lost(what, Span::default())));
}

fn lost_of_message(message: &Message, read: &Message, found: &mut Vec<Diagnostic>) {
    let none = Details::default();
    let (own, back) = (message.details.as_deref().unwrap_or(&none), read.details.as_deref().unwrap_or(&none));
    let part = |part: &Part| match part {
        Part::Text(text) => text.extra.is_some().then_some("fields of a text"),
        Part::Reasoning(_) => Some("reasoning"),
        Part::ToolCall(_) => Some("a tool call"),
        Part::ToolResult(_) => Some("a tool result"),
        Part::Media(_) => Some("media"),
        Part::Refusal(_) | Part::Json(_) => None,
        Part::Unknown(_) => Some("a part of an unknown kind"),
    };
    let texts = message.parts.iter().filter(|part| matches!(part, Part::Text(_))).count();
    let said: Vec<&str> = message.parts.iter().filter_map(as_text).collect();
    let fields = [
        (message.role != read.role, "the role"),
        (message.name != read.name, "the name"),
        (message.label != read.label, "the label"),
        (when(message) != when(read), "the time"),
        (own.model != back.model, "the model"),
        (own.id.is_some(), "the id of a message"),
        (own.parent.is_some(), "the id of the message that is answered"),
        (own.usage != back.usage, "token counts"),
        (own.latency_ms.is_some(), "the time taken"),
        (!own.metadata.is_empty(), "metadata of a message"),
        (!own.extra.is_empty(), "extra fields of a message"),
        (own.content != back.content || texts == 0 && said.is_empty(), "the lack of a content"),
        (texts > 1, "the bounds between texts of one message"),
    ];
    let lost_fields = fields.into_iter().filter(|(differs, _)| *differs).map(|(_, what)| what);
    let lost_parts = message.parts.iter().filter_map(part);
    found.extend(lost_fields.chain(lost_parts).map(|what| lost(what, message.span)));
    found.extend(said.into_iter().map(|what| changed(what, message.span)));
}
