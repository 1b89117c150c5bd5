//! Writing a message that was read, field by field in the order of the canonical form.

use std::borrow::Cow;

use super::{
    Copier,
    message::{Call, Message},
};
use crate::json::time;

impl Copier<'_, '_> {
    pub(super) fn write(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    pub(super) fn member(&mut self, name: &str, value: &Option<Cow<'_, str>>) {
        if let Some(value) = value {
            self.write(name);
            self.write(value);
        }
    }

    /// Writes a message, the fields in the order of the canonical form.
    pub(super) fn put(&mut self, message: &Message<'_>) -> Option<()> {
        let calls = message.calls.as_deref().unwrap_or_default();
        let content = message.content.as_deref().filter(|&content| content != "null");
        self.write(r#"{"role":""#);
        self.write(message.role.as_ref()?.as_str());
        self.write("\"");
        self.member(r#","name":"#, &message.name);
        self.member(r#","content":"#, &message.content);
        if !calls.is_empty() {
            self.write(r#","parts":["#);
            if let Some(content) = content.filter(|&content| content != r#""""#) {
                self.write(r#"{"type":"text","text":"#);
                self.write(content);
                self.write("},");
            }
            self.put_calls(r#"{"type":"tool_call","#, calls);
        }
        if let Some((time, text)) = &message.timestamp {
            let written = format!("\"{}\"", time::written(time));
            self.write(r#","timestamp":"#);
            self.write(&written);
            if *text != written {
                self.write(r#","time":"#);
                self.write(text);
            }
        }
        self.member(r#","model":"#, &message.model);
        self.member(r#","tokens":"#, &message.tokens);
        if !calls.is_empty() {
            self.write(r#","toolCalls":["#);
            self.put_calls("{", calls);
        }
        self.member(r#","toolCallId":"#, &message.call_id);
        self.member(r#","id":"#, &message.id);
        self.member(r#","metadata":"#, &message.metadata);
        self.write("}");
        Some(())
    }

    /// Writes the calls of a message and the end of their list; each begins with `opening`.
    fn put_calls(&mut self, opening: &str, calls: &[Call<'_>]) {
        for (index, call) in calls.iter().enumerate() {
            self.write(if index > 0 { "," } else { "" });
            self.write(opening);
            if let Some(id) = &call.id {
                self.write(r#""id":"#);
                self.write(id);
                self.write(",");
            }
            self.write(r#""name":"#);
            call.name.iter().for_each(|name| self.write(name));
            self.member(r#","arguments":"#, &call.arguments);
            self.write("}");
        }
        self.write("]");
    }
}
