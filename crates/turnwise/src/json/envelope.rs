//! The object that messages stand in: a request, a response, a row of a file, a span of a trace, one in another.
//!
//! Fields of the conversation are taken from every level. What is left of an inner object goes to the `extra` of the
//! outer one, under the name it had there.

use super::{
    ai_sdk, chat_json, dialect, message,
    nested::{self, Words},
    otel, raw,
    reader::Reader,
    scan::{Key, Kind, Scanner},
    shape::{self, LEVELS, Shape},
    sharegpt, time, tools, usage,
};
use crate::{
    diagnostic::{Code, Diagnostic},
    format::Format,
    model::{Conversation, Details, Extra, Message, RawJson, Role, Usage},
    source::Span,
};

/// A conversation that is being read from an object.
#[derive(Debug, Default)]
pub(crate) struct Envelope {
    pub(crate) conversation: Conversation,
    /// What is left of this object.
    pub(crate) extra: Extra,
    /// Conversations that stand in it apart, before the one that is being read.
    pub(crate) others: Vec<Conversation>,
    level: usize,
    /// Whether instructions stand beside the messages.
    pub(crate) instructed: bool,
    /// Number of messages when the object began.
    pub(crate) begin: usize,
    /// The first message of the answer, where there is one.
    answer: Option<usize>,
    /// What an object says of the answer, as far as it has one: model, token counts, time.
    pending: Vec<Pending>,
    /// Strings that may be transcripts.
    strings: Vec<Waiting>,
    /// Messages of which every field is one of the object.
    pub(crate) flat: otel::Flat,
}

/// A string that may be a transcript, and the place it has in `extra` where it is none.
#[derive(Debug)]
struct Waiting {
    name: String,
    key: Span,
    text: String,
    span: Span,
    pointer: Option<String>,
    value: RawJson,
    at: usize,
}

/// A field that says something of the answer, and the place it has in `extra` where there is none.
#[derive(Debug)]
struct Pending {
    field: About,
    name: String,
    value: RawJson,
    at: usize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum About {
    Model,
    Usage,
    /// Tokens read, a number.
    Prompt,
    /// Tokens written, a number.
    Completion,
    Time,
    /// An object with the time that the answer took.
    Latency,
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
                    if shape::side(&key.name) == Some(true) || is_answer(&key.name) {
                        self.answers_from(from);
                    }
                }
            },
            Kind::Null if shape::side(&key.name).is_some() => self.extra.push(key.name, scan.raw().to_json()),
            _ => self.keep(scan, key),
        }
    }

    /// Reads an object with what was asked, or answered, as a string; or calls alone.
    fn one_side(&mut self, scan: &mut Reader<'_>, key: Key<'_>) {
        let from = self.conversation.messages.len();
        let answer = shape::side(&key.name) == Some(true);
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
        if answer {
            self.answers_from(from);
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
                message::read(scan, &mut self.conversation.messages);
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
        scan.open();
        while scan.item() {
            if self.conversation.messages.len() < most {
                let before = self.conversation.messages.len();
                message::read_next(scan, from, &mut self.conversation.messages);
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

    fn inner_by(&mut self, scan: &mut Reader<'_>, read: fn(&mut Reader<'_>, &mut Self)) -> Extra {
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

    /// Goes on with the conversation of this id, if there was one before; else begins another.
    pub(crate) fn resume(&mut self, id: Option<&str>) {
        if id.is_some() && self.conversation.id.as_deref() == id {
            return;
        }
        let at = self.others.iter().position(|other| id.is_some() && other.id.as_deref() == id);
        self.next_conversation();
        if let Some(at) = at {
            self.conversation = self.others.remove(at);
            self.begin = self.conversation.messages.len();
        }
    }

    /// Puts the conversation that was read apart, and begins another, unless it has no messages yet.
    fn next_conversation(&mut self) {
        if !self.conversation.messages.is_empty() {
            self.others.push(std::mem::take(&mut self.conversation));
            (self.begin, self.answer) = (0, None);
        }
    }

    /// Reads a list of strings: lines with labels, else the words of user and assistant by turns.
    fn strings_of(&mut self, scan: &mut Reader<'_>, key: Key<'_>) {
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
    fn carry_string(&mut self, scan: &mut Reader<'_>, key: Key<'_>) {
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
        let answer = shape::side(&key.name) == Some(true) || is_answer(&key.name);
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
        if answer {
            self.answers_from(from);
        }
    }

    /// Reads strings that may be transcripts, where no messages are given otherwise.
    fn read_strings(&mut self, scan: &mut Reader<'_>) {
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
    fn read_flat(&mut self, scan: &mut Reader<'_>) {
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

    /// Whether there is an answer already.
    pub(crate) fn has_answer(&self) -> bool {
        self.answer.is_some()
    }

    /// Takes instructions that stand beside the messages; they come before those of this object.
    pub(crate) fn take_system(&mut self, scan: &mut Reader<'_>, key: Key<'_>) {
        let mark = scan.mark();
        let mut messages = Vec::new();
        match scan.kind() {
            Kind::String => messages.push(Message::new(Role::System, scan.text())),
            Kind::Null => return self.extra.push(key.name, scan.raw().to_json()),
            Kind::Array if Shape::of(scan) == Shape::Messages => {
                return self.take_instructions(scan, &key.name);
            }
            Kind::Array => {
                super::bedrock::note_untyped(scan);
                let parts = super::part::read_all(scan).parts.into();
                messages.push(Message { role: Some(Role::System), parts, ..Message::default() });
            }
            Kind::Object => {
                message::read(scan, &mut messages);
                for message in &mut messages {
                    let said = message.label.as_deref().or(message.role.as_ref().map(Role::as_str));
                    if let Some(role) = said.filter(|role| *role != "system").map(raw::quoted) {
                        message.details_mut().extra.push("role", role);
                    }
                    (message.role, message.label) = (Some(Role::System), None);
                }
            }
            _ => return scan.keep(key, &mut self.extra),
        }
        let span = scan.since(mark).span;
        messages.iter_mut().for_each(|message| message.span = span);
        let count = messages.len();
        let at = self.begin.min(self.conversation.messages.len());
        self.conversation.messages.splice(at..at, messages);
        self.begin = self.begin.saturating_add(count);
        self.answer = self.answer.map(|answer| answer.saturating_add(count));
        self.instructed = true;
    }

    /// Takes instructions that are messages; they come before those of this object.
    fn take_instructions(&mut self, scan: &mut Reader<'_>, name: &str) {
        let at = self.begin.min(self.conversation.messages.len());
        let mut rest = self.conversation.messages.split_off(at);
        self.list(scan, name);
        let added = self.conversation.messages.len().saturating_sub(at);
        self.conversation.messages.append(&mut rest);
        self.begin = self.begin.saturating_add(added);
        self.answer = self.answer.map(|answer| answer.saturating_add(added));
    }

    /// Says that the messages from `from` on are the answer.
    pub(crate) fn answers_from(&mut self, from: usize) {
        if from < self.conversation.messages.len() {
            self.answer = Some(self.answer.map_or(from, |answer| answer.min(from)));
        }
    }

    /// The messages of this object, without instructions that stand beside them.
    pub(crate) fn own_messages(&self) -> &[Message] {
        self.conversation.messages.get(self.begin..).unwrap_or_default()
    }

    /// Keeps a field that says something of the answer until it is known whether there is one.
    pub(crate) fn put_off(&mut self, scan: &mut Reader<'_>, key: Key<'_>, field: About) {
        let (at, value) = (self.extra.0.len(), scan.raw().to_json());
        self.pending.push(Pending { field, name: key.name.into(), value, at });
    }

    /// Gives the answer what the object says of it; where there is none, `extra`.
    pub(crate) fn settle(&mut self) {
        for (moved, Pending { field, name, value, at }) in
            std::mem::take(&mut self.pending).into_iter().enumerate()
        {
            if !self.say_of_answer(field, &name, &value) {
                let at = at.saturating_add(moved).min(self.extra.0.len());
                self.extra.0.insert(at, (name, value));
            }
        }
    }

    /// Whether the answer took what is said of it.
    fn say_of_answer(&mut self, field: About, name: &str, value: &RawJson) -> bool {
        let Some(answers) = self.answer.and_then(|from| self.conversation.messages.get_mut(from..)) else {
            return false;
        };
        let parser = crate::parse::Parser::new();
        let mut scan = Reader::new(&parser, value.as_str());
        scan.document();
        let key = Key { name: name.into(), span: Span::default() };
        let mut left = Extra::default();
        match field {
            About::Model if scan.kind() == Kind::String => {
                let model: std::sync::Arc<str> = scan.text().into();
                let mut unsaid = answers
                    .iter_mut()
                    .filter(|message| {
                        message.role == Some(Role::Assistant)
                            && message.details.as_ref().is_none_or(|details| details.model.is_none())
                    })
                    .peekable();
                let taken = unsaid.peek().is_some();
                unsaid.for_each(|message| message.details_mut().model = Some(model.clone()));
                return taken;
            }
            About::Usage if scan.kind() == Kind::Object => {
                let Some(last) = answers.last_mut() else { return false };
                if last.details.as_ref().is_some_and(|details| details.usage != Usage::default()) {
                    return false;
                }
                let mut counts = Usage::default();
                usage::take(&mut scan, key, &mut counts, &mut left);
                let details = last.details_mut();
                details.usage = counts;
                details.extra.0.extend(left.0);
                return true;
            }
            About::Prompt | About::Completion => {
                let Ok(count) = value.as_str().parse::<u64>() else { return false };
                let Some(last) = answers.last_mut() else { return false };
                let usage = &mut last.details_mut().usage;
                let place = match field {
                    About::Prompt => &mut usage.prompt_tokens,
                    _ => &mut usage.completion_tokens,
                };
                if place.is_some() {
                    return false;
                }
                *place = Some(count);
                return true;
            }
            About::Time if matches!(scan.kind(), Kind::String | Kind::Number) => {
                let (time, text) = time::take(&mut scan, key, &mut left);
                let Some(last) = answers.last_mut().filter(|last| last.timestamp.is_none() && time.is_some())
                else {
                    return false;
                };
                last.timestamp = time;
                last.details_mut().time = text.map(Into::into);
                return true;
            }
            About::Latency if scan.kind() == Kind::Object => {
                let Some(last) = answers.last_mut() else { return false };
                let mut latency = None;
                scan.open();
                while let Some(key) = scan.key() {
                    match &*key.name {
                        "latencyMs" => scan.take_count(key, &mut latency, &mut left),
                        _ => left.push(key.name, scan.raw().to_json()),
                    }
                }
                let details = last.details_mut();
                if latency.is_none() || details.latency_ms.is_some() {
                    return false;
                }
                details.latency_ms = latency;
                if !left.is_empty() {
                    details.extra.push(name, raw::object(&left));
                }
                return true;
            }
            _ => {}
        }
        false
    }

    /// Drops messages from `from` on that were there before: an answer often repeats what was asked.
    ///
    /// Only whole lists are compared, at the start and at the end, so that the time stays linear.
    pub(crate) fn forget_repeats(&mut self, scan: &mut Reader<'_>, from: usize) {
        let messages = &mut self.conversation.messages;
        let Some((old, new)) = messages.split_at_checked(from) else { return };
        let is_system = |message: &&Message| message.role == Some(Role::System);
        let instructions = match new.first() {
            Some(first) if !is_system(&first) => old.iter().take_while(is_system).count(),
            _ => 0,
        };
        let old = old.get(instructions..).unwrap_or_default();
        let repeated = if old.is_empty() || new.is_empty() {
            return;
        } else if begins_with(new, old) {
            old.len()
        } else if begins_with(old, new) || ends_with(old, new) {
            new.len()
        } else {
            return;
        };
        let span = new.first().map(|message| message.span).unwrap_or_default();
        let first = if begins_with(new, old) || begins_with(old, new) {
            0
        } else {
            old.len().saturating_sub(repeated)
        };
        let first = instructions.saturating_add(first);
        let again: Vec<Message> = messages.drain(from..from.saturating_add(repeated)).collect();
        messages.iter_mut().skip(first).zip(again).for_each(|(message, again)| absorb(message, again));
        scan.report(Code::RepeatedHistory, span, &[("count", &repeated.to_string())]);
    }
}

fn begins_with(long: &[Message], short: &[Message]) -> bool {
    long.len() >= short.len() && long.iter().zip(short).all(|(a, b)| same(a, b))
}

fn ends_with(long: &[Message], short: &[Message]) -> bool {
    long.len() >= short.len() && long.iter().rev().zip(short.iter().rev()).all(|(a, b)| same(a, b))
}

/// Whether two messages are the same, wherever they stand, as far as both say anything: a copy may have an id more.
fn same(a: &Message, b: &Message) -> bool {
    a.role == b.role
        && a.parts == b.parts
        && a.name == b.name
        && a.label == b.label
        && agree(&a.timestamp, &b.timestamp)
        && match (&a.details, &b.details) {
            (Some(a), Some(b)) => {
                agree(&a.id, &b.id)
                    && agree(&a.parent, &b.parent)
                    && agree(&a.model, &b.model)
                    && agree(&a.latency_ms, &b.latency_ms)
                    && agree(&a.time, &b.time)
                    && (a.usage == b.usage || a.usage == Usage::default() || b.usage == Usage::default())
                    && a.content == b.content
            }
            _ => true,
        }
}

/// Whether two values do not contradict each other.
fn agree<T: PartialEq>(a: &Option<T>, b: &Option<T>) -> bool {
    a == b || a.is_none() || b.is_none()
}

/// Gives a message what only its copy says.
fn absorb(message: &mut Message, copy: Message) {
    message.timestamp = message.timestamp.or(copy.timestamp);
    let Some(copy) = copy.details else { return };
    let Some(details) = &mut message.details else {
        message.details = Some(copy);
        return;
    };
    let Details { id, parent, model, usage, latency_ms, time, metadata, extra, content: _ } = *copy;
    details.id = details.id.take().or(id);
    details.parent = details.parent.take().or(parent);
    details.model = details.model.take().or(model);
    details.latency_ms = details.latency_ms.or(latency_ms);
    details.time = details.time.take().or(time);
    if details.usage == Usage::default() {
        details.usage = usage;
    }
    for (own, other) in [(&mut details.metadata, metadata), (&mut details.extra, extra)] {
        let fresh: Vec<_> = other.0.into_iter().filter(|field| !own.0.contains(field)).collect();
        own.0.extend(fresh);
    }
}

/// Whether a field holds what was answered.
fn is_answer(name: &str) -> bool {
    matches!(name, "outputs" | "choices" | "candidates" | "generations" | "response" | "responses" | "result")
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

/// The document that a string holds, where the scanner finds a conversation in it.
pub(crate) fn shape_of_text(text: &str, limits: &crate::limits::Limits) -> Shape {
    let mut scan = Scanner::new(text, &crate::limits::Limits { diagnostics: 0, ..*limits });
    if scan.document() { Shape::of(&scan) } else { Shape::Other }
}
