//! Reading the plain fields of a message.

use std::borrow::Cow;

use chrono::{DateTime, FixedOffset};

use super::{Copier, fill};
use crate::{
    json::{call, scan::Kind},
    model::Role,
};

/// The fields of a message. Strings have their quotes and escapes.
#[derive(Default)]
pub(super) struct Message<'a> {
    pub(super) role: Option<Role>,
    pub(super) name: Option<Cow<'a, str>>,
    /// A string or `null`.
    pub(super) content: Option<Cow<'a, str>>,
    pub(super) timestamp: Option<(DateTime<FixedOffset>, Cow<'a, str>)>,
    pub(super) model: Option<Cow<'a, str>>,
    pub(super) tokens: Option<Cow<'a, str>>,
    pub(super) calls: Option<Vec<Call<'a>>>,
    pub(super) call_id: Option<Cow<'a, str>>,
    pub(super) id: Option<Cow<'a, str>>,
    pub(super) metadata: Option<Cow<'a, str>>,
}

#[derive(Default)]
pub(super) struct Call<'a> {
    pub(super) id: Option<Cow<'a, str>>,
    kind: Option<&'a str>,
    pub(super) name: Option<Cow<'a, str>>,
    pub(super) arguments: Option<Cow<'a, str>>,
}

impl<'a> Copier<'a, '_> {
    pub(super) fn message(&mut self) -> Option<Message<'a>> {
        let mut message = Message::default();
        self.enter()?;
        while let Some(key) = self.scan.key() {
            match &*key.name {
                "role" if self.scan.kind() == Kind::String => {
                    fill(&mut message.role, Role::from_name_if_known(&self.scan.text())?)?;
                }
                "content" => {
                    let null = self.scan.kind() == Kind::Null;
                    let content = if null { self.scan.raw().text.into() } else { self.string()? };
                    fill(&mut message.content, content)?;
                }
                "name" => fill(&mut message.name, self.string()?)?,
                "timestamp" => {
                    let text = self.string()?;
                    let time = DateTime::parse_from_rfc3339(text.trim_matches('"')).ok()?;
                    fill(&mut message.timestamp, (time, text))?;
                }
                "model" => fill(&mut message.model, self.string()?)?,
                "tokens" => fill(&mut message.tokens, self.count()?)?,
                "tool_calls" if self.scan.kind() == Kind::Array => {
                    fill(&mut message.calls, self.tool_calls()?)?;
                }
                "tool_call_id" => fill(&mut message.call_id, self.string()?)?,
                "id" => fill(&mut message.id, self.string()?)?,
                "metadata" => fill(&mut message.metadata, self.members()?)?,
                _ => return None,
            }
        }
        Some(message)
    }

    fn tool_calls(&mut self) -> Option<Vec<Call<'a>>> {
        let mut calls = Vec::new();
        self.scan.open();
        while self.scan.item() {
            let mut call = Call::default();
            self.enter()?;
            while let Some(key) = self.scan.key() {
                match &*key.name {
                    "id" => fill(&mut call.id, self.string()?)?,
                    "type" => fill(&mut call.kind, self.scan.raw().text)?,
                    "function" if call.name.is_none() => self.function(&mut call)?,
                    _ => return None,
                }
            }
            (call.kind.is_none_or(|kind| kind == r#""function""#) && call.name.is_some()).then_some(())?;
            calls.push(call);
        }
        (!calls.is_empty()).then_some(calls)
    }

    fn function(&mut self, call: &mut Call<'a>) -> Option<()> {
        self.enter()?;
        while let Some(key) = self.scan.key() {
            match &*key.name {
                "name" => fill(&mut call.name, self.string()?)?,
                "arguments" => {
                    let mut ahead = self.scan.probe();
                    fill(&mut call.arguments, self.string()?)?;
                    let said = ahead.text();
                    (said.is_empty() || call::inner_string(&said) == Some(false)).then_some(())?;
                }
                _ => return None,
            }
        }
        call.arguments.is_some().then_some(())
    }
}
