//! Instructions that stand beside the messages.

use super::Envelope;
use crate::{
    json::{
        bedrock, message, part, raw,
        reader::Reader,
        scan::{Key, Kind},
        shape::Shape,
    },
    model::{Message, Role},
};

impl Envelope {
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
                bedrock::note_untyped(scan);
                let parts = part::read_all(scan).parts;
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
    pub(super) fn take_instructions(&mut self, scan: &mut Reader<'_>, name: &str) {
        let at = self.begin.min(self.conversation.messages.len());
        let mut rest = self.conversation.messages.split_off(at);
        self.list(scan, name);
        let added = self.conversation.messages.len().saturating_sub(at);
        self.conversation.messages.append(&mut rest);
        self.begin = self.begin.saturating_add(added);
        self.answer = self.answer.map(|answer| answer.saturating_add(added));
    }
}
