//! Reading documents: one conversation after another.

use std::{borrow::Cow, collections::VecDeque};

use super::{
    canonical, chat_json,
    envelope::{self, Envelope},
    evidence::Evidence,
    message,
    nested::Words,
    pointers::Places,
    raw,
    reader::Reader,
    scan::Kind,
    shape::Shape,
    stream,
};
use crate::{
    diagnostic::{Code, Diagnostic},
    format::Detection,
    model::{Conversation, Extra, RawJson},
    parse::{Parsed, Parser},
    source::Span,
};

/// Reads an input as JSON of any chat format; it may hold several conversations, or the chunks of a stream.
pub(crate) fn read(parser: &Parser, input: &str) -> (Parsed, Places) {
    let Some(stream) = stream::assemble(input, &parser.limits) else {
        return documents(parser, input, Evidence::default());
    };
    // What was put together from chunks stands nowhere in the input as such.
    let (mut parsed, _) = documents(parser, &stream.text, stream.evidence.clone());
    stream.place(&mut parsed);
    (parsed, Places::default())
}

/// Reads documents, one after another.
fn documents(parser: &Parser, input: &str, evidence: Evidence) -> (Parsed, Places) {
    let mut source = Conversations::new(parser, input);
    source.scan.evidence = evidence;
    let mut parsed = Parsed { conversations: source.by_ref().collect(), ..Parsed::default() };
    if let Some(best) = source.detections().into_iter().next() {
        parsed.format = Some(parser.format.unwrap_or(best.format));
        parsed.confidence = best.confidence;
    }
    let places = std::mem::take(&mut source.scan.places);
    (parsed.diagnostics, parsed.omitted) = source.scan.into_scanner().into_findings();
    // What stands after the last document belongs to it.
    let last = parsed.conversations.len().saturating_sub(1);
    parsed.diagnostics.iter_mut().for_each(|finding| finding.conversation = finding.conversation.min(last));
    if parsed.conversations.is_empty() {
        parsed.conversations.push(Conversation::default());
        if !source.passed_over && parsed.diagnostics.is_empty() {
            parsed.diagnostics.push(Diagnostic::new(Code::EmptyInput, Span::new(0, input.len())));
        }
    }
    (parsed, places)
}

/// The formats that an input of JSON may be in; none where it is no conversation.
pub(crate) fn detect(parser: &Parser, input: &str) -> Vec<Detection> {
    let stream = stream::assemble(input, &parser.limits);
    let (text, evidence) = stream
        .map_or((Cow::from(input), Evidence::default()), |stream| (stream.text.into(), stream.evidence));
    let mut source = Conversations::new(parser, &text);
    source.scan.evidence = evidence;
    source.by_ref().for_each(drop);
    source.detections()
}

/// The conversations of an input, one by one.
struct Conversations<'a> {
    scan: Reader<'a>,
    given: usize,
    /// Shape of the document that comes next.
    next: Option<Shape>,
    /// Whether an array of conversations is open.
    in_list: bool,
    /// Whether any was of a known shape.
    recognised: bool,
    /// Conversations that stood in one object.
    queue: VecDeque<Conversation>,
    /// Whether no other document, or item of the array, has come before.
    first: bool,
    /// Whether any was passed over.
    passed_over: bool,
}

impl Iterator for Conversations<'_> {
    type Item = Conversation;

    fn next(&mut self) -> Option<Conversation> {
        let found = match self.queue.pop_front() {
            Some(waiting) => Some(waiting),
            None if self.in_list => self.listed(),
            None => self.document(),
        };
        self.given = self.given.saturating_add(1);
        found
    }
}

impl<'a> Conversations<'a> {
    fn new(parser: &'a Parser, input: &'a str) -> Self {
        let scan = Reader::new(parser, input);
        let mut conversations = Self {
            scan,
            given: 0,
            next: None,
            in_list: false,
            recognised: false,
            queue: VecDeque::new(),
            first: true,
            passed_over: false,
        };
        conversations.advance();
        conversations
    }

    fn detections(&self) -> Vec<Detection> {
        if self.recognised { Evidence::detections(&self.scan.evidence) } else { Vec::new() }
    }

    /// Goes to the next document.
    fn advance(&mut self) {
        let mut more = self.scan.document();
        while more && self.passes_over() {
            self.scan.finish();
            more = self.scan.document();
        }
        self.next = more.then(|| Shape::of(&self.scan));
    }

    /// Passes over the document or item that comes next if it is too long, and not all that there is.
    fn passes_over(&mut self) -> bool {
        let longest = self.scan.parser.limits.line_bytes;
        let first = std::mem::take(&mut self.first);
        if self.scan.rest_bytes() <= longest {
            return false;
        }
        let mut ahead = self.scan.probe();
        let span = ahead.raw().span;
        let too_long = span.len() > longest && (!first || ahead.document());
        if too_long {
            let at = Span::new(span.start, span.start);
            self.scan.report(Code::LineTooLong, at, &[("limit", &longest.to_string())]);
            self.scan.raw();
        }
        self.passed_over |= too_long;
        too_long
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
            (self.in_list, self.first) = (true, true);
            return self.listed();
        }
        let mut conversation = self.value(shape);
        let log = shape == Shape::Message;
        let waiting = self.queue.len();
        self.finish(
            &mut conversation.extra,
            self.given.saturating_add(waiting).saturating_add(usize::from(!log)),
        );
        // Messages one after another, one a line, are the log of one conversation.
        while log && conversation.messages.len() < self.scan.parser.limits.messages {
            match self.next {
                Some(Shape::Message) => {
                    let mark = self.scan.mark();
                    message::read_next(&mut self.scan, 0, &mut conversation.messages);
                    let span = self.scan.since(mark).span;
                    self.scan.places.value(Some(String::new()), span);
                }
                Some(_) if self.scan.is_stopped() => {}
                // A record of another kind ends neither the log nor the conversation.
                Some(Shape::Other) if self.scan.kind() == Kind::Object => {
                    self.record(&mut conversation.extra)
                }
                _ => break,
            }
            self.finish(&mut conversation.extra, self.given);
        }
        cut(&mut self.scan, &mut conversation);
        Some(conversation)
    }

    /// Keeps a record that is no message.
    fn record(&mut self, extra: &mut Extra) {
        let raw = self.scan.raw();
        self.scan.report(Code::UnsupportedRecord, raw.span, &[]);
        extra.push("record", raw.to_json());
    }

    /// The next conversation of the array that is open.
    fn listed(&mut self) -> Option<Conversation> {
        let mut more = self.scan.item();
        while more && self.passes_over() {
            more = self.scan.item();
        }
        if more {
            let shape = Shape::of(&self.scan);
            return Some(self.value(shape));
        }
        self.in_list = false;
        let mut rest = Conversation::default();
        self.finish(&mut rest.extra, self.given);
        if rest.extra.is_empty() { self.document() } else { Some(rest) }
    }

    /// The value that comes next, as a conversation; any further ones wait in the queue.
    fn value(&mut self, shape: Shape) -> Conversation {
        self.scan.set_conversation(self.given);
        let mark = self.scan.mark();
        let (kind, found) = (self.scan.kind(), self.scan.found());
        let mut envelope = Envelope::new();
        match (shape, kind) {
            (_, Kind::Nothing) => return envelope.conversation,
            (_, Kind::Object) if shape != Shape::Message => envelope::read(&mut self.scan, &mut envelope),
            (Shape::Other, Kind::String) => self.quoted(&mut envelope),
            (Shape::Other, _) => envelope.extra.push("value", self.scan.raw().to_json()),
            _ => envelope.read_as(&mut self.scan, "messages", shape),
        }
        let Envelope { mut conversation, extra, others, .. } = envelope;
        conversation.extra.0.extend(extra.0);
        // Of a stored conversation only reading tells that its content is a transcript.
        let recognised = shape != Shape::Other || !conversation.messages.is_empty();
        self.recognised |= recognised;
        if recognised && conversation.messages.is_empty() {
            let raw = self.scan.since(mark);
            self.scan.report(Code::NoAnswer, raw.span, &[]);
        }
        if !recognised {
            self.scan.take_back(Code::UnknownField, found);
            let raw = self.scan.since(mark);
            self.scan.report(Code::UnsupportedJson, raw.span, &[]);
            if kind == Kind::Object {
                // Nothing in it has a meaning, not even a field that the canonical form has.
                conversation = Conversation::default();
                let mut again = Reader::new(self.scan.parser, raw.text);
                again.document();
                again.members(&mut conversation.extra);
            }
        }
        self.queue.extend(others.finish(conversation));
        for conversation in &mut self.queue {
            chat_json::assume_roles(&mut self.scan, conversation);
            cut(&mut self.scan, conversation);
        }
        self.queue.pop_front().unwrap_or_default()
    }

    /// Reads a document that is a string, which may hold another.
    fn quoted(&mut self, envelope: &mut Envelope) {
        let mark = self.scan.mark();
        let text = self.scan.text();
        let raw = self.scan.since(mark);
        let words = Words { name: "value", text: &text, span: raw.span, pointer: Some("") };
        if !words.document(&mut self.scan, envelope) {
            envelope.extra.push("value", raw.to_json());
        }
    }
}

/// Keeps to the limit of messages, wherever they come from; lists stop before, fields and streams do not.
fn cut(scan: &mut Reader<'_>, conversation: &mut Conversation) {
    let most = scan.parser.limits.messages;
    if conversation.messages.len() <= most {
        return;
    }
    let rest = conversation.messages.split_off(most);
    let span = rest
        .iter()
        .map(|message| message.span)
        .reduce(|one, two| Span { start: one.start.min(two.start), end: one.end.max(two.end) });
    scan.report(Code::TooManyMessages, span.unwrap_or_default(), &[("limit", &most.to_string())]);
    conversation.extra.push("messages", RawJson::trusted(&canonical::messages_to_json(&rest)));
}
