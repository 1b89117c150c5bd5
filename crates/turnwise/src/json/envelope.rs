//! The object that messages stand in: a request, a response, a row of a file, a span of a trace, one in another.
//!
//! Fields of the conversation are taken from every level. What is left of an inner object goes to the `extra` of the
//! outer one, under the name it had there.

mod answer;
mod apart;
mod order;
mod repeats;
mod strings;
mod system;

use std::ops::Range;

pub(crate) use self::{answer::About, strings::shape_of_text};
use self::{answer::Pending, apart::Apart, strings::Waiting};
use super::{
    ai_sdk, chat_json, dialect, message, nested, otel, raw,
    reader::Reader,
    scan::{Key, Kind},
    shape::{self, LEVELS, Shape},
    sharegpt, tools,
};
use crate::{
    diagnostic::Code,
    model::{Conversation, Extra, Message, RawJson},
    source::Span,
};

/// A conversation that is being read from an object.
#[derive(Debug, Default)]
pub(crate) struct Envelope {
    pub(crate) conversation: Conversation,
    /// What is left of this object.
    pub(crate) extra: Extra,
    /// Conversations that stand in it apart, before the one that is being read.
    pub(crate) others: Apart,
    level: usize,
    /// Whether instructions stand beside the messages.
    pub(crate) instructed: bool,
    /// Number of messages when the object began.
    pub(crate) begin: usize,
    /// The first message of the answer, where there is one.
    answer: Option<usize>,
    /// Messages that were asked and stand behind the answer, counted from `begin`.
    asked: Vec<Range<usize>>,
    /// What an object says of the answer, as far as it has one: model, token counts, time.
    pending: Vec<Pending>,
    /// Strings that may be transcripts.
    strings: Vec<Waiting>,
    /// Messages of which every field is one of the object.
    pub(crate) flat: otel::Flat,
}

/// Reads the object that comes next, and what it holds, into `envelope`.
pub(crate) fn read(scan: &mut Reader<'_>, envelope: &mut Envelope) {
    if ai_sdk::is_result(scan) {
        return ai_sdk::read_result(scan, envelope);
    }
    scan.open();
    while let Some(key) = scan.key() {
        let Envelope { conversation, extra, .. } = envelope;
        match &*key.name {
            "id" if envelope.level == 0 || conversation.id.is_none() => {
                scan.take_id(key, &mut conversation.id, extra);
            }
            "title" if envelope.level == 0 || conversation.title.is_none() => {
                scan.take_text(key, &mut conversation.title, extra)
            }
            // Within others, it may be that of a response of HTTP.
            "status"
                if scan.kind() == Kind::String && conversation.status.is_none()
                    || envelope.level == 0 && scan.kind() != Kind::Object =>
            {
                scan.take_text(key, &mut conversation.status, extra)
            }
            "preamble" => scan.take_text(key, &mut conversation.preamble, extra),
            "metadata" if conversation.metadata.is_empty() => {
                scan.take_members(key, &mut conversation.metadata, extra);
            }
            "extra" if envelope.level == 0 => scan.take_extra(key, extra),
            "tools" | "toolDefinitions" | "tool_definitions" | "functions" => {
                tools::take(scan, key, &mut conversation.tools, extra);
            }
            "system" | "instructions" | "systemInstruction" | "system_instruction" | "systemPrompt"
            | "system_prompt" => envelope.take_system(scan, key),
            "model" | "modelVersion" | "model_name" | "llmModel" => envelope.put_off(scan, key, About::Model),
            "usage" | "usageMetadata" | "usage_metadata" => envelope.put_off(scan, key, About::Usage),
            "created" | "created_at" | "createTime" => envelope.put_off(scan, key, About::Time),
            name => match dialect::envelope(name) {
                Some(reader) => reader(scan, key, envelope),
                None => envelope.carry(scan, key),
            },
        }
    }
    envelope.read_strings(scan);
    sharegpt::place_media(&mut envelope.conversation.messages, &mut envelope.extra);
    envelope.read_flat(scan);
    envelope.ask_first(scan);
    dialect::around(scan, envelope);
    envelope.settle();
    chat_json::adopt_id(envelope);
}

impl Envelope {
    /// An envelope for a conversation of its own.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Takes a field that may hold messages, or an object with some; any other goes to `extra`.
    pub(crate) fn carry(&mut self, scan: &mut Reader<'_>, key: Key<'_>) {
        match scan.kind() {
            Kind::String => self.carry_string(scan, key),
            Kind::Object | Kind::Array if self.level < LEVELS => match Shape::of_field(scan, &key.name) {
                Shape::Other if shape::has_words(scan, &key.name) => self.one_side(scan, key),
                Shape::Other => self.keep(scan, key),
                shape => {
                    let from = self.conversation.messages.len();
                    self.read_as(scan, &key.name, shape);
                    self.note_side(&key.name, from);
                }
            },
            Kind::Null if shape::side(&key.name).is_some() => self.extra.push(key.name, scan.raw().to_json()),
            _ => self.keep(scan, key),
        }
    }

    /// Keeps a field that holds no messages. A list that should hold some is reported where it does not.
    fn keep(&mut self, scan: &mut Reader<'_>, key: Key<'_>) {
        match (&*key.name, scan.kind()) {
            (name, Kind::Array) if is_talk(name) && nested::is_strings(scan) => self.strings_of(scan, key),
            ("messages", Kind::Array) if begins_with_string(scan) => self.list(scan, &key.name),
            ("messages", Kind::Array) => self.extra.push(key.name, scan.raw().to_json()),
            ("messages", _) => scan.wrong(key, "an array", &mut self.extra),
            _ => scan.keep(key, &mut self.extra),
        }
    }

    /// Reads the value of the field `name`, which is of this shape.
    pub(crate) fn read_as(&mut self, scan: &mut Reader<'_>, name: &str, shape: Shape) {
        match shape {
            Shape::Message => {
                let from = self.conversation.messages.len();
                let (pointer, mark) = (scan.pointer(), scan.mark());
                message::read(scan, &mut self.conversation.messages);
                let span = scan.since(mark).span;
                scan.places.value(pointer, span);
                self.forget_repeats(scan, from);
            }
            Shape::Messages if nested::is_strings(scan) => {
                self.strings_of(scan, Key { name: name.into(), span: Span::default() });
            }
            Shape::Messages => self.list(scan, name),
            Shape::Conversation => {
                let left = self.inner(scan);
                if !left.is_empty() {
                    self.extra.push(name, raw::object(&left));
                }
            }
            Shape::Lists | Shape::Conversations => {
                let left = self.each(scan, name);
                if !left.is_empty() {
                    self.extra.push(name, raw::array(&left));
                }
            }
            Shape::Other => self.extra.push(name, scan.raw().to_json()),
        }
    }

    /// Reads an array of lists or of objects with messages; gives what is left of its items.
    fn each(&mut self, scan: &mut Reader<'_>, name: &str) -> Vec<RawJson> {
        let mut left = Vec::new();
        scan.open();
        while scan.item() {
            match Shape::of(scan) {
                Shape::Conversation => {
                    if !is_steps(name) {
                        self.next_conversation();
                    }
                    let extra = self.inner(scan);
                    if !extra.is_empty() {
                        left.push(raw::object(&extra));
                    }
                }
                Shape::Messages => self.list(scan, name),
                _ => left.push(scan.raw().to_json()),
            }
        }
        left
    }

    /// Reads an array of messages; those beyond the limit are kept as they are.
    fn list(&mut self, scan: &mut Reader<'_>, name: &str) {
        let most = scan.parser.limits.messages;
        let from = self.conversation.messages.len();
        let (mut beyond, mut rest) = (None, None);
        let pointer = scan.pointer();
        let list = scan.places.list(pointer);
        let mut item: usize = 0;
        scan.open();
        while scan.item() {
            if self.conversation.messages.len() < most {
                let before = self.conversation.messages.len();
                let mark = scan.mark();
                message::read_next(scan, from, &mut self.conversation.messages);
                let span = scan.since(mark).span;
                scan.places.item(list, item, span);
                item = item.saturating_add(1);
                if scan.is_stopped() && self.conversation.messages.last().is_some_and(message::is_blank) {
                    self.conversation.messages.truncate(before);
                }
            } else {
                let start = *beyond.get_or_insert_with(|| scan.mark());
                scan.raw();
                rest = Some(scan.since(start));
            }
        }
        if let Some(raw) = rest {
            scan.report(Code::TooManyMessages, raw.span, &[("limit", &most.to_string())]);
            let list = if raw.sound { RawJson::trusted(&format!("[{}]", raw.text)) } else { raw.to_json() };
            self.extra.push(name, list);
        }
        self.forget_repeats(scan, from);
    }

    /// Reads an object within this one; gives what is left of it.
    fn inner(&mut self, scan: &mut Reader<'_>) -> Extra {
        self.inner_by(scan, read)
    }

    /// Reads an object within this one in another way; what is left of it is kept under `name`.
    pub(crate) fn within(&mut self, scan: &mut Reader<'_>, name: &str, read: fn(&mut Reader<'_>, &mut Self)) {
        let left = self.inner_by(scan, read);
        if !left.is_empty() {
            self.extra.push(name, raw::object(&left));
        }
    }

    /// The same; gives what is left of it.
    pub(crate) fn inner_by(&mut self, scan: &mut Reader<'_>, read: fn(&mut Reader<'_>, &mut Self)) -> Extra {
        let mut inner = Self {
            conversation: std::mem::take(&mut self.conversation),
            others: std::mem::take(&mut self.others),
            level: self.level.saturating_add(1),
            ..Self::default()
        };
        inner.begin = inner.conversation.messages.len();
        read(scan, &mut inner);
        self.conversation = inner.conversation;
        self.others = inner.others;
        inner.extra
    }

    /// The messages of this object, without instructions that stand beside them.
    pub(crate) fn own_messages(&self) -> &[Message] {
        self.conversation.messages.get(self.begin..).unwrap_or_default()
    }
}

/// Whether a list of strings under this name is a talk.
fn is_talk(name: &str) -> bool {
    matches!(
        name,
        "messages"
            | "conversation"
            | "turns"
            | "transcript"
            | "chat_history"
            | "history"
            | "dialogue"
            | "dialog"
    )
}

/// Whether an array of objects under this name is one conversation.
fn is_steps(name: &str) -> bool {
    matches!(name, "steps" | "interactions" | "events" | "choices" | "candidates" | "generations")
}

/// Whether the first item of the array that comes next is a string, or there is none.
fn begins_with_string(scan: &Reader<'_>) -> bool {
    let mut scan = scan.probe();
    scan.open();
    !scan.item() || scan.kind() == Kind::String
}
