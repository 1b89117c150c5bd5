//! Conversations that are plainly regular, in canonical form without a model in between.
//!
//! Most conversations that come in bulk are messages of a role, a text, perhaps calls of tools and their answers, and
//! nothing else. In these, nearly every value stands in the input as it will be written, escapes included, so it is
//! copied. At the first thing that needs thought (a field that is not listed here, a value of another kind, anything
//! that a finding would be made of) nothing is written, and the document takes the usual way. Both ways give the same
//! bytes and the same findings, none: a property and the fuzzer hold them against each other.

use std::{borrow::Cow, collections::HashSet};

use chrono::{DateTime, FixedOffset};

use super::{
    call, raw,
    scan::{Kind, Scanner},
    time,
};
use crate::{limits::Limits, model::Role};

/// Adds the canonical form of the conversation that `input` is to `out`, and a line end; nothing where it is not
/// plainly regular, or the usual way would find anything.
pub(crate) fn copy(input: &str, limits: &Limits, out: &mut Vec<u8>) -> bool {
    let start = out.len();
    // One finding is enough to take the usual way.
    let scan = Scanner::new(input, &Limits { diagnostics: 1, ..*limits });
    let mut copier = Copier {
        scan,
        out,
        most: limits.messages,
        calls: HashSet::new(),
        before: None,
        heard: [false; 2],
        last: None,
    };
    let copied = copier.document().is_some();
    if !copied {
        out.truncate(start);
    }
    copied
}

/// A document that is being copied. Its functions give `None` where it must take the usual way.
struct Copier<'a, 'o> {
    scan: Scanner<'a>,
    out: &'o mut Vec<u8>,
    /// How many messages a conversation may have.
    most: usize,
    /// Identifiers of the calls so far.
    calls: HashSet<Cow<'a, str>>,
    /// The message before: its role, its name, and whether it calls tools.
    before: Option<(Role, Option<Cow<'a, str>>, bool)>,
    /// Whether the user and the assistant were heard.
    heard: [bool; 2],
    /// The last time.
    last: Option<DateTime<FixedOffset>>,
}

/// The fields of a message. Strings have their quotes and escapes.
#[derive(Default)]
struct Message<'a> {
    role: Option<Role>,
    name: Option<Cow<'a, str>>,
    /// A string or `null`.
    content: Option<Cow<'a, str>>,
    timestamp: Option<(DateTime<FixedOffset>, Cow<'a, str>)>,
    model: Option<Cow<'a, str>>,
    tokens: Option<Cow<'a, str>>,
    calls: Option<Vec<Call<'a>>>,
    call_id: Option<Cow<'a, str>>,
    id: Option<Cow<'a, str>>,
    metadata: Option<Cow<'a, str>>,
}

#[derive(Default)]
struct Call<'a> {
    id: Option<Cow<'a, str>>,
    kind: Option<&'a str>,
    name: Option<Cow<'a, str>>,
    arguments: Option<Cow<'a, str>>,
}

/// Fills a slot that is empty: a field that is given twice takes the usual way.
fn fill<T>(slot: &mut Option<T>, value: T) -> Option<()> {
    slot.replace(value).is_none().then_some(())
}

impl<'a> Copier<'a, '_> {
    fn document(&mut self) -> Option<()> {
        self.scan.document();
        match self.scan.kind() {
            Kind::Object => self.conversation()?,
            Kind::Array => {
                self.write(r#"{"messages":"#);
                self.messages()?;
            }
            _ => return None,
        }
        self.write("}\n");
        let ended = self.scan.finish().is_none() && !self.scan.document();
        (ended && self.scan.is_sound() && self.scan.found() == 0 && self.heard == [true; 2]).then_some(())
    }

    fn conversation(&mut self) -> Option<()> {
        let [mut id, mut title, mut status, mut metadata] = [const { None }; 4];
        let start = self.out.len();
        self.scan.open();
        while let Some(key) = self.scan.key() {
            match &*key.name {
                "messages" if self.out.len() == start && self.scan.kind() == Kind::Array => {
                    self.write(r#","messages":"#);
                    self.messages()?;
                }
                "id" => fill(&mut id, self.string()?)?,
                "title" => fill(&mut title, self.string()?)?,
                "status" => fill(&mut status, self.string()?)?,
                "metadata" => fill(&mut metadata, self.members()?)?,
                _ => return None,
            }
        }
        // What stands before the messages may come after them.
        let end = self.out.len();
        self.member(r#","id":"#, &id);
        self.member(r#","title":"#, &title);
        self.member(r#","status":"#, &status);
        let moved = self.out.len().saturating_sub(end);
        self.out.get_mut(start..)?.rotate_right(moved);
        self.member(r#","metadata":"#, &metadata);
        // The first of the commas is none.
        *self.out.get_mut(start)? = b'{';
        Some(())
    }

    fn messages(&mut self) -> Option<()> {
        let mut separator = "[";
        self.scan.open();
        while self.scan.item() {
            self.most = self.most.checked_sub(1)?;
            self.write(separator);
            separator = ",";
            let message = self.message()?;
            self.put(&message)?;
            self.judge(message)?;
        }
        self.write("]");
        Some(())
    }

    fn message(&mut self) -> Option<Message<'a>> {
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
                "arguments" if self.scan.kind() == Kind::String => {
                    let said = self.scan.probe().text();
                    (said.is_empty() || call::inner_string(&said) == Some(false)).then_some(())?;
                    fill(&mut call.arguments, self.string()?)?;
                }
                _ => return None,
            }
        }
        call.arguments.is_some().then_some(())
    }

    /// Goes into the object that comes next.
    fn enter(&mut self) -> Option<()> {
        (self.scan.kind() == Kind::Object).then(|| self.scan.open())
    }

    /// The string that comes next, as it is written.
    fn string(&mut self) -> Option<Cow<'a, str>> {
        if self.scan.kind() != Kind::String {
            return None;
        }
        let written = self.scan.written().map(Cow::Borrowed);
        written.or_else(|| Some(raw::quoted(&self.scan.text()).as_str().to_owned().into()))
    }

    /// The count that comes next: whole, and small enough for any reader.
    fn count(&mut self) -> Option<Cow<'a, str>> {
        const DIGITS: usize = 19;
        let text = self.scan.raw().text;
        let is_count = text.len() <= DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
        is_count.then_some(text.into())
    }

    /// The object that comes next, which is not empty, with its values as they are.
    fn members(&mut self) -> Option<Cow<'a, str>> {
        let mut text = String::new();
        self.enter()?;
        while let Some(key) = self.scan.key() {
            text.push(if text.is_empty() { '{' } else { ',' });
            text.push_str(raw::quoted(&key.name).as_str());
            text.push(':');
            text.push_str(&raw::one_line(self.scan.raw().text));
        }
        text.push('}');
        (text.len() > 1).then_some(text.into())
    }
}

impl Copier<'_, '_> {
    fn write(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn member(&mut self, name: &str, value: &Option<Cow<'_, str>>) {
        if let Some(value) = value {
            self.write(name);
            self.write(value);
        }
    }

    /// Writes a message, the fields in the order of the canonical form.
    fn put(&mut self, message: &Message<'_>) -> Option<()> {
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
}

impl<'a> Copier<'a, '_> {
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

    /// Whether the rules of `check` find nothing in a message that follows the others.
    fn judge(&mut self, message: Message<'a>) -> Option<()> {
        let Message { role, name, content, timestamp, calls, call_id, .. } = message;
        let role = role?;
        let content = content.filter(|content| content != "null");
        let is_call = calls.is_some();
        let answers = call_id.is_none_or(|id| role == Role::Tool && self.calls.contains(&id));
        let says = is_call || content.as_deref().is_some_and(|content| role == Role::Tool || says(content));
        let again = matches!(role, Role::User | Role::Assistant)
            && self
                .before
                .as_ref()
                .is_some_and(|(before, by, called)| *before == role && *by == name && !called && !is_call);
        let late = matches!(role, Role::System | Role::Developer) && self.heard != [false; 2];
        let [asked, answered] = &mut self.heard;
        *asked |= role == Role::User;
        *answered |= role == Role::Assistant;
        let time = timestamp.map(|(time, _)| time);
        let backwards = time < self.last && time.is_some();
        let fits = answers && says && !again && !late && !backwards && (role == Role::Assistant || !is_call);
        self.last = time.or(self.last);
        self.calls.extend(calls.into_iter().flatten().filter_map(|call| call.id));
        self.before = Some((role, name, is_call));
        fits.then_some(())
    }
}

/// Whether a string says more than blanks.
fn says(written: &str) -> bool {
    let text = written.trim_start_matches('"');
    let plain = |c: char| c != '\\' && !c.is_whitespace();
    // Nearly always, the first character tells.
    text.starts_with(plain)
        || serde_json::from_str::<String>(written).is_ok_and(|text| !text.trim().is_empty())
}
