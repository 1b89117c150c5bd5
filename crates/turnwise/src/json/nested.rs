//! Documents and transcripts within a string of a document.

use super::{
    envelope::{Envelope, shape_of_text},
    message, raw,
    reader::Reader,
    scan::Kind,
    shape::Shape,
    stream,
};
use crate::{
    diagnostic::{Code, Diagnostic},
    model::Role,
    source::Span,
};

/// Fields whose string may be a transcript.
const TRANSCRIPTS: &[&str] = &[
    "content",
    "transcript",
    "text",
    "conversation",
    "messages",
    "chat",
    "dialogue",
    "log",
    "messages_display",
];

/// Whether the object that comes next is a text, and why it ended.
fn is_answer(scan: &Reader<'_>) -> bool {
    let mut scan = scan.probe();
    let (mut text, mut ended) = (false, false);
    scan.open();
    while let Some(key) = scan.key() {
        text |= key.name == "text" && scan.kind() == Kind::String;
        ended |= matches!(&*key.name, "finish_reason" | "finishReason");
        scan.raw();
    }
    text && ended && scan.finish_all().is_none() && scan.is_sound()
}

/// A string of a document, and where it stands.
#[derive(Debug)]
pub(super) struct Words<'a> {
    pub(super) name: &'a str,
    pub(super) text: &'a str,
    pub(super) span: Span,
    pub(super) pointer: Option<&'a str>,
}

/// Whether a string under this name may be a transcript.
pub(super) fn may_be_transcript(name: &str) -> bool {
    TRANSCRIPTS.contains(&name)
}

/// Whether the array that comes next is strings and nothing else, and more than one.
pub(super) fn is_strings(scan: &Reader<'_>) -> bool {
    let mut scan = scan.probe();
    let mut count: usize = 0;
    scan.open();
    while scan.item() {
        if scan.kind() != Kind::String {
            return false;
        }
        scan.raw();
        count = count.saturating_add(1);
    }
    count > 1
}

impl Words<'_> {
    /// Reads JSON with a conversation in it, or the chunks of a stream; whether it is such.
    ///
    /// Places in it are those of the string; pointers go on from the string's own.
    pub(super) fn document(&self, scan: &mut Reader<'_>, envelope: &mut Envelope) -> bool {
        let is_stream = stream::is_framed(self.text);
        if !is_stream && !self.text.trim_start().starts_with(['{', '[']) {
            return false;
        }
        let stream = is_stream.then(|| stream::assemble(self.text, &scan.parser.limits)).flatten();
        let text = stream.as_ref().map_or(self.text, |stream| &stream.text);
        let first = shape_of_text(text, &scan.parser.limits);
        if first == Shape::Other {
            return false;
        }
        let mut from = envelope.conversation.messages.len();
        let mut inner = Reader::new(scan.parser, text);
        inner.document();
        let mut shape = Some(first);
        while let Some(read) = shape {
            if inner.kind() != Kind::Nothing {
                envelope.read_as(&mut inner, self.name, read);
            }
            if let Some(unread) = inner.finish() {
                envelope.extra.push(self.name, raw::quoted(unread));
            }
            // A stream may have several answers, and lines of JSON several documents.
            shape = inner.document().then(|| Shape::of(&inner));
            if shape == Some(Shape::Conversation) && !is_stream {
                self.place(envelope, from);
                envelope.next_conversation();
                from = envelope.conversation.messages.len();
            }
        }
        self.report(scan, Code::StringifiedJson);
        scan.places.value(self.pointer.map(str::to_owned), self.span);
        scan.evidence.merge(std::mem::take(&mut inner.evidence));
        scan.adopt(inner.into_scanner(), self.span, self.pointer);
        if let Some(stream) = stream {
            scan.evidence.merge(stream.evidence);
            stream
                .findings
                .into_iter()
                .for_each(|finding| scan.adopt_finding(finding, self.span, self.pointer));
        }
        self.place(envelope, from);
        true
    }

    /// Reads an answer and why it ended, `{"text": ..., "finish_reason": ...}`; whether it is one.
    pub(super) fn answer(&self, scan: &mut Reader<'_>, envelope: &mut Envelope) -> bool {
        let mut inner = Reader::new(scan.parser, self.text);
        if !self.text.trim_start().starts_with('{') || !inner.document() || !is_answer(&inner) {
            return false;
        }
        let from = envelope.conversation.messages.len();
        message::read(&mut inner, &mut envelope.conversation.messages);
        for message in envelope.conversation.messages.get_mut(from..).unwrap_or_default() {
            message.role.get_or_insert(Role::Assistant);
        }
        self.report(scan, Code::StringifiedJson);
        self.place(envelope, from);
        true
    }

    /// Reads a labelled transcript; whether it is one.
    pub(super) fn transcript(&self, scan: &mut Reader<'_>, envelope: &mut Envelope) -> bool {
        let Some(mut found) = scan.parser.transcript(self.text) else { return false };
        let Some(conversation) = found.conversations.pop() else { return false };
        let from = envelope.conversation.messages.len();
        envelope.conversation.messages.extend(conversation.messages);
        match conversation.preamble {
            Some(second) if envelope.conversation.preamble.is_some() => {
                envelope.extra.push(self.name, raw::quoted(&second));
            }
            Some(first) => envelope.conversation.preamble = Some(first),
            None => {}
        }
        scan.places.value(self.pointer.map(str::to_owned), self.span);
        self.place(envelope, from);
        for finding in found.diagnostics {
            scan.adopt_finding(finding, self.span, self.pointer);
        }
        true
    }

    fn report(&self, scan: &mut Reader<'_>, code: Code) {
        let finding = Diagnostic::new(code, self.span).with("field", self.name);
        scan.adopt_finding(finding, self.span, self.pointer);
    }

    /// Gives messages from `from` on the place of the string that they stand in.
    fn place(&self, envelope: &mut Envelope, from: usize) {
        let fresh = envelope.conversation.messages.get_mut(from..).unwrap_or_default();
        fresh.iter_mut().for_each(|message| message.span = self.span);
    }
}
