//! Conversations that are plainly regular, in canonical form without a model in between.
//!
//! Most conversations that come in bulk are messages of a role, a text, perhaps calls of tools and their answers, and
//! nothing else. In these, nearly every value stands in the input as it will be written, escapes included, so it is
//! copied. At the first thing that needs thought (a field that is not listed here, a value of another kind, anything
//! that a finding would be made of) nothing is written, and the document takes the usual way. Both ways give the same
//! bytes and the same findings, none: a property and the fuzzer hold them against each other.

mod judge;
mod message;
mod put;

use std::{borrow::Cow, collections::HashSet};

use chrono::{DateTime, FixedOffset};

use super::{
    raw,
    scan::{Kind, Scanner},
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
