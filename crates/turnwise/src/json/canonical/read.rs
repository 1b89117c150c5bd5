//! Reading documents: one conversation after another.

use super::{message, shape::Shape};
use crate::{
    diagnostic::{Code, Diagnostic},
    format::Format,
    json::{
        raw,
        scan::{Key, Kind, Scanner},
    },
    model::{ContentState, Conversation, Details, Extra, Message, RawJson, Tool},
    parse::{Parsed, Parser},
    source::Span,
};

/// Reads an input as canonical JSON or plain `{role, content}` messages; it may hold several conversations.
pub(crate) fn read(parser: &Parser, input: &str) -> Parsed {
    let mut source = Conversations::new(parser, input);
    let mut parsed = Parsed { conversations: source.by_ref().collect(), ..Parsed::default() };
    if source.recognised {
        (parsed.format, parsed.confidence) = (Some(Format::Canonical), super::CONFIDENCE);
    }
    (parsed.diagnostics, parsed.omitted) = source.scan.into_findings();
    // What stands after the last document belongs to it.
    let last = parsed.conversations.len().saturating_sub(1);
    parsed.diagnostics.iter_mut().for_each(|finding| finding.conversation = finding.conversation.min(last));
    if parsed.conversations.is_empty() {
        parsed.conversations.push(Conversation::default());
        parsed.diagnostics.push(Diagnostic::new(Code::EmptyInput, Span::new(0, input.len())));
    }
    parsed
}

/// The conversations of an input, one by one.
struct Conversations<'a> {
    scan: Scanner<'a>,
    most_messages: usize,
    given: usize,
    /// Shape of the document that comes next.
    next: Option<Shape>,
    /// Whether an array of conversations is open.
    in_list: bool,
    /// Whether any was of a known shape.
    recognised: bool,
}

impl Iterator for Conversations<'_> {
    type Item = Conversation;

    fn next(&mut self) -> Option<Conversation> {
        let found = if self.in_list { self.listed() } else { self.document() };
        self.given = self.given.saturating_add(1);
        found
    }
}

impl<'a> Conversations<'a> {
    fn new(parser: &Parser, input: &'a str) -> Self {
        let scan = Scanner::new(input, &parser.limits);
        let most_messages = parser.limits.messages;
        let mut conversations =
            Self { scan, most_messages, given: 0, next: None, in_list: false, recognised: false };
        conversations.advance();
        conversations
    }

    /// Goes to the next document.
    fn advance(&mut self) {
        self.next = self.scan.document().then(|| Shape::of(&self.scan));
    }

    /// Ends a document and goes to the next, for conversation `index`; what could not be read goes to `extra`.
    fn finish(&mut self, extra: &mut Extra, index: usize) {
        if let Some(unread) = self.scan.finish() {
            extra.push("unread", raw::quoted(unread));
        }
        self.scan.set_conversation(index);
        self.advance();
    }

    /// The conversation of the next document, or the first of several.
    fn document(&mut self) -> Option<Conversation> {
        let shape = self.next?;
        if shape == Shape::Conversations {
            self.scan.open();
            self.in_list = true;
            return self.listed();
        }
        let mut conversation = self.value(shape);
        let log = shape == Shape::Message;
        self.finish(&mut conversation.extra, self.given.saturating_add(usize::from(!log)));
        // Messages one after another, one a line, are the log of one conversation.
        while log && conversation.messages.len() < self.most_messages {
            match self.next {
                Some(Shape::Message) => conversation.messages.push(message::read(&mut self.scan)),
                Some(_) if self.scan.is_stopped() => {}
                _ => break,
            }
            self.finish(&mut conversation.extra, self.given);
        }
        Some(conversation)
    }

    /// The next conversation of the array that is open.
    fn listed(&mut self) -> Option<Conversation> {
        if self.scan.item() {
            let shape = Shape::of(&self.scan);
            return Some(self.value(shape));
        }
        self.in_list = false;
        let mut rest = Conversation::default();
        self.finish(&mut rest.extra, self.given);
        if rest.extra.is_empty() { self.document() } else { Some(rest) }
    }

    /// The value that comes next, as a conversation.
    fn value(&mut self, shape: Shape) -> Conversation {
        self.scan.set_conversation(self.given);
        let mut conversation = Conversation::default();
        self.recognised |= shape != Shape::Other;
        match shape {
            Shape::Conversation => self.fields(&mut conversation),
            Shape::Message => conversation.messages.push(message::read(&mut self.scan)),
            Shape::Messages => self.messages("messages", &mut conversation),
            Shape::Conversations | Shape::Other => self.unsupported(&mut conversation.extra),
        }
        conversation
    }

    fn fields(&mut self, conversation: &mut Conversation) {
        let mut seen = false;
        self.scan.open();
        while let Some(key) = self.scan.key() {
            let Conversation { id, title, status, preamble, metadata, extra, tools, .. } = conversation;
            let scan = &mut self.scan;
            match &*key.name {
                "id" => scan.take_id(key, id, extra),
                "title" => scan.take_text(key, title, extra),
                "status" => scan.take_text(key, status, extra),
                "preamble" => scan.take_text(key, preamble, extra),
                "messages" if seen => scan.repeated(key, extra),
                "messages" if scan.kind() == Kind::Array => {
                    seen = true;
                    self.messages(&key.name, conversation);
                }
                "messages" => scan.wrong(key, "an array", extra),
                "toolDefinitions" | "tool_definitions" => take_tools(scan, key, tools, extra),
                "metadata" => scan.take_members(key, metadata, extra),
                "extra" => scan.take_extra(key, extra),
                _ => scan.keep(key, extra),
            }
        }
    }

    /// Reads an array of messages; those beyond the limit are kept as they are.
    fn messages(&mut self, field: &str, conversation: &mut Conversation) {
        let (mut beyond, mut rest) = (None, None);
        let scan = &mut self.scan;
        scan.open();
        while scan.item() {
            if conversation.messages.len() < self.most_messages {
                let message = message::read(scan);
                if !(scan.is_stopped() && is_blank(&message)) {
                    conversation.messages.push(message);
                }
            } else {
                let start = *beyond.get_or_insert_with(|| scan.mark());
                scan.raw();
                rest = Some(scan.since(start));
            }
        }
        if let Some(raw) = rest {
            scan.report(Code::TooManyMessages, raw.span, &[("limit", &self.most_messages.to_string())]);
            let list = if raw.sound { RawJson::trusted(&format!("[{}]", raw.text)) } else { raw.to_json() };
            conversation.extra.push(field, list);
        }
    }

    /// Keeps a document that is no conversation.
    fn unsupported(&mut self, extra: &mut Extra) {
        let mark = self.scan.mark();
        match self.scan.kind() {
            Kind::Nothing => return,
            Kind::Object => self.scan.members(extra),
            _ => extra.push("value", self.scan.raw().to_json()),
        }
        self.scan.report(Code::UnsupportedJson, self.scan.since(mark).span, &[]);
    }
}

fn take_tools<'a>(scan: &mut Scanner<'a>, key: Key<'a>, tools: &mut Vec<Tool>, extra: &mut Extra) {
    if scan.kind() != Kind::Array {
        return scan.wrong(key, "an array", extra);
    }
    if !tools.is_empty() {
        return scan.repeated(key, extra);
    }
    let mark = scan.mark();
    scan.open();
    while scan.item() {
        tools.push(tool(scan));
    }
    if tools.is_empty() {
        extra.push(key.name, scan.since(mark).to_json());
    }
}

fn tool(scan: &mut Scanner<'_>) -> Tool {
    let mut tool = Tool::default();
    let mut name = None;
    if scan.kind() != Kind::Object {
        tool.extra.push("value", scan.raw().to_json());
        return tool;
    }
    let extra = &mut tool.extra;
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "name" => scan.take_text(key, &mut name, extra),
            "description" => scan.take_text(key, &mut tool.description, extra),
            "parameters" if tool.parameters.is_none() => tool.parameters = Some(scan.raw().to_json()),
            "extra" => scan.take_extra(key, extra),
            _ => scan.keep(key, extra),
        }
    }
    tool.name = name.unwrap_or_default();
    tool
}

/// Whether a message was cut off before it said anything.
fn is_blank(message: &Message) -> bool {
    let details = Details { content: ContentState::Absent, ..Details::default() };
    *message == Message { span: message.span, details: Some(details.into()), ..Message::default() }
}
