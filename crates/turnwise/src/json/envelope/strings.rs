//! Strings that hold messages: documents, transcripts, and what one side said.

use super::{Envelope, order::is_answer};
use crate::{
    diagnostic::{Code, Diagnostic},
    format::Format,
    json::{
        ai_sdk,
        nested::{self, Words},
        reader::Reader,
        scan::{Key, Kind, Scanner},
        shape::{self, Shape},
    },
    limits::Limits,
    model::{Message, RawJson, Role},
    source::Span,
};

/// A string that may be a transcript, and the place it has in `extra` where it is none.
#[derive(Debug)]
pub(super) struct Waiting {
    name: String,
    key: Span,
    text: String,
    span: Span,
    pointer: Option<String>,
    value: RawJson,
    at: usize,
}

impl Envelope {
    /// Reads an object with what was asked, or answered, as a string; or calls alone.
    pub(super) fn one_side(&mut self, scan: &mut Reader<'_>, key: Key<'_>) {
        let from = self.conversation.messages.len();
        if scan.kind() == Kind::Array {
            let mark = scan.mark();
            let parts = ai_sdk::read_calls(scan);
            let span = scan.since(mark).span;
            let message =
                Message { role: Some(Role::Assistant), parts: parts.into(), span, ..Message::default() };
            self.conversation.messages.push(message);
            return self.answers_from(from);
        }
        self.within(scan, &key.name, |scan, inner| {
            scan.open();
            while let Some(key) = scan.key() {
                match &*key.name {
                    name if scan.kind() == Kind::String && shape::side(name) == Some(false) => {
                        inner.carry(scan, key)
                    }
                    "text" if scan.kind() == Kind::String => {
                        let mark = scan.mark();
                        let text = scan.text();
                        let span = scan.since(mark).span;
                        inner
                            .conversation
                            .messages
                            .push(Message { span, ..Message::new(Role::Assistant, text) });
                    }
                    _ => inner.extra.push(key.name, scan.raw().to_json()),
                }
            }
        });
        self.forget_repeats(scan, from);
        self.note_side(&key.name, from);
    }

    /// Reads a list of strings: lines with labels, else the words of user and assistant by turns.
    pub(super) fn strings_of(&mut self, scan: &mut Reader<'_>, key: Key<'_>) {
        let mark = scan.mark();
        let mut lines = Vec::new();
        scan.open();
        while scan.item() {
            let item = scan.mark();
            let text = scan.text().into_owned();
            lines.push((text, scan.since(item).span));
        }
        let span = scan.since(mark).span;
        let text = lines.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>().join("\n");
        let pointer = scan.pointer();
        let words = Words { name: &key.name, text: &text, span, pointer: pointer.as_deref() };
        scan.evidence.saw(Format::ChatJson, "messages that are strings");
        if words.transcript(scan, self) {
            return;
        }
        scan.report(Code::AlternatingStrings, key.span, &[("field", &key.name)]);
        let roles = [Role::User, Role::Assistant].into_iter().cycle();
        let messages = lines.into_iter().zip(roles);
        self.conversation
            .messages
            .extend(messages.map(|((text, span), role)| Message { span, ..Message::new(role, text) }));
    }

    /// Reads a string that may hold a document, or one side of a talk; one that may be a transcript waits.
    pub(super) fn carry_string(&mut self, scan: &mut Reader<'_>, key: Key<'_>) {
        let mark = scan.mark();
        let text = scan.text();
        let raw = scan.since(mark);
        if nested::may_be_transcript(&key.name) {
            let (name, pointer) = (key.name.into(), scan.pointer());
            let at = self.extra.0.len();
            return self.strings.push(Waiting {
                name,
                key: key.span,
                text: text.into(),
                span: raw.span,
                pointer,
                value: raw.to_json(),
                at,
            });
        }
        let from = self.conversation.messages.len();
        let pointer = scan.pointer();
        let words = Words { name: &key.name, text: &text, span: raw.span, pointer: pointer.as_deref() };
        let answer = is_answer(&key.name);
        if !words.document(scan, self) {
            let role = match shape::side(&key.name) {
                Some(false) => Role::User,
                Some(true) => Role::Assistant,
                None => {
                    if scan.is_new_name(&key.name) {
                        scan.report(Code::UnknownField, key.span, &[("field", &key.name)]);
                    }
                    return self.extra.push(key.name, raw.to_json());
                }
            };
            if !(answer && words.answer(scan, self)) {
                self.conversation.messages.push(Message { span: raw.span, ..Message::new(role, text) });
            }
            self.forget_repeats(scan, from);
        }
        self.note_side(&key.name, from);
    }

    /// Reads strings that may be transcripts, where no messages are given otherwise.
    pub(super) fn read_strings(&mut self, scan: &mut Reader<'_>) {
        for Waiting { name, key, text, span, pointer, value, at } in std::mem::take(&mut self.strings) {
            let words = Words { name: &name, text: &text, span, pointer: pointer.as_deref() };
            let needed = self.conversation.messages.len() == self.begin;
            if needed && (words.document(scan, self) || words.transcript(scan, self)) {
                continue;
            }
            if scan.is_new_name(&name) {
                let finding = Diagnostic::new(Code::UnknownField, key).with("field", &name);
                scan.adopt_finding(finding, key, pointer.as_deref());
            }
            let moved = self.extra.0.len().min(at);
            self.extra.0.insert(moved, (name, value));
        }
    }

    /// Reads the messages of which every field is one of this object.
    pub(super) fn read_flat(&mut self, scan: &mut Reader<'_>) {
        let [asked, answered] = self.flat.take();
        for (text, answer) in [(asked, false), (answered, true)] {
            let Some(text) = text else { continue };
            let from = self.conversation.messages.len();
            let mut inner = Reader::new(scan.parser, &text);
            inner.document();
            self.list(&mut inner, "messages");
            scan.evidence.merge(std::mem::take(&mut inner.evidence));
            if answer {
                self.answers_from(from);
            }
        }
    }
}

/// The document that a string holds, where the scanner finds a conversation in it.
pub(crate) fn shape_of_text(text: &str, limits: &Limits) -> Shape {
    let mut scan = Scanner::quiet(text, limits);
    if scan.document() { Shape::of(&scan) } else { Shape::Other }
}
