//! A JSON value that grows.

use std::fmt::Write;

use super::answer::Notes;
use crate::json::{
    raw,
    scan::{Kind, Scanner},
};

/// Objects and arrays within each other that are told apart; what is deeper is kept as it is written.
const DEPTH: usize = 12;

/// Members that are looked at for one of a name; no answer has more, and a stream that has takes no longer for it.
const NAMES: usize = 256;

/// The members of an object.
pub(super) type Members = Vec<(String, Node)>;

/// A value that may grow.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// Any value, as written.
    Raw(String),
    /// What stands between the quotes of a string, as written: pieces join before their escapes are resolved.
    Text(String),
    List(Vec<Node>),
    Object(Members),
}

/// Fields whose text comes in pieces.
const PIECES: &[&str] = &[
    "arguments",
    "code",
    "content",
    "data",
    "input",
    "reasoning",
    "reasoning_content",
    "redactedContent",
    "refusal",
    "signature",
    "summary",
    "text",
    "thinking",
    "tool_plan",
    "transcript",
];

/// Fields that only order chunks.
pub(super) const ORDER: &[&str] = &[
    "annotation_index",
    "contentBlockIndex",
    "content_index",
    "index",
    "output_index",
    "sequence_number",
    "summary_index",
];

/// How a value joins another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Join {
    /// A piece goes to the end of what is there.
    Grow,
    /// The later value counts.
    Replace,
}

impl Node {
    /// Reads the value that comes next.
    pub(super) fn read(scan: &mut Scanner<'_>, level: usize) -> Self {
        match scan.kind() {
            Kind::String => {
                let raw = scan.raw().text;
                let inner = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"'));
                Self::Text(inner.unwrap_or_default().to_owned())
            }
            Kind::Object if level < DEPTH => {
                let mut members = Vec::new();
                scan.open();
                while let Some(key) = scan.key() {
                    let value = Self::read(scan, level.saturating_add(1));
                    members.push((key.name.into(), value));
                }
                Self::Object(members)
            }
            Kind::Array if level < DEPTH => {
                let mut items = Vec::new();
                scan.open();
                while scan.item() {
                    items.push(Self::read(scan, level.saturating_add(1)));
                }
                Self::List(items)
            }
            _ => Self::Raw(raw::one_line(scan.raw().text).into()),
        }
    }

    /// A string that says `text`.
    pub(super) fn quoted(text: &str) -> Self {
        let quoted = raw::quoted(text);
        let inner = quoted.as_str().strip_prefix('"').and_then(|inner| inner.strip_suffix('"'));
        Self::Text(inner.unwrap_or_default().to_owned())
    }

    /// What stands where nothing has been said yet.
    fn null() -> Self {
        Self::Raw("null".to_owned())
    }

    pub(super) fn is_nothing(&self) -> bool {
        match self {
            Self::Raw(raw) => raw == "null",
            Self::Text(text) => text.is_empty(),
            Self::List(items) => items.is_empty(),
            Self::Object(members) => members.is_empty(),
        }
    }

    /// A string, as it is written.
    pub(super) fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(super) fn as_number(&self) -> Option<u64> {
        if let Self::Raw(raw) = self { raw.parse().ok() } else { None }
    }

    pub(super) fn members(&self) -> &[(String, Node)] {
        if let Self::Object(members) = self { members } else { &[] }
    }

    /// The member under these names, one within another; what is missing is made, and what stands in its way is noted.
    pub(super) fn at(&mut self, names: &[&str], notes: &mut Notes) -> Option<&mut Self> {
        let mut node = self;
        let mut outer = "";
        for name in names {
            if !matches!(node, Self::Object(_)) {
                notes.keep(outer, std::mem::replace(node, Self::Object(Vec::new())));
            }
            outer = name;
            let Self::Object(members) = node else { return None };
            let known = members.iter().take(NAMES).position(|(known, _)| known == name);
            let at = known.unwrap_or(members.len());
            if at == members.len() {
                members.push(((*name).to_owned(), Self::null()));
            }
            node = &mut members.get_mut(at)?.1;
        }
        Some(node)
    }

    /// The item at a place of the list under `name`, or a new one at its end, and where that is.
    pub(super) fn item(
        &mut self,
        name: &str,
        at: Option<usize>,
        notes: &mut Notes,
    ) -> Option<(usize, &mut Self)> {
        let list = self.at(&[name], notes)?;
        if !matches!(list, Self::List(_)) {
            notes.keep(name, std::mem::replace(list, Self::List(Vec::new())));
        }
        let Self::List(items) = list else { return None };
        let at = at.unwrap_or(items.len());
        if at >= items.len() {
            items.push(Self::Object(Vec::new()));
        }
        let at = at.min(items.len().saturating_sub(1));
        items.get_mut(at).map(|item| (at, item))
    }

    /// Adds what `from` says.
    pub(super) fn join(&mut self, name: &str, from: Node, how: Join, notes: &mut Notes) {
        match (&mut *self, from) {
            (Self::Object(members), Self::Object(from)) => {
                for (name, value) in from {
                    match find_mut(members, &name) {
                        Some(slot) => slot.join(&name, value, how, notes),
                        None => members.push((name, value)),
                    }
                }
            }
            (Self::List(items), Self::List(from)) => {
                for (position, item) in from.into_iter().enumerate() {
                    match same_item(name, items, position, &item, how) {
                        Some(slot) => slot.join(name, item, how, notes),
                        None => items.push(item),
                    }
                }
            }
            (Self::Text(text), Self::Text(piece)) if how == Join::Grow && PIECES.contains(&name) => {
                text.push_str(&piece);
            }
            (Self::Text(text), Self::Text(piece))
                if how == Join::Grow && name == "name" && *text != piece && !text.is_empty() =>
            {
                text.push_str(&piece);
            }
            (there, from) if *there == Self::null() => *there = from,
            (there, from) if *there == from || from.is_nothing() => {}
            (there, from) => {
                let earlier = std::mem::replace(there, from);
                notes.superseded(name, earlier);
            }
        }
    }

    /// Writes the value.
    pub(super) fn write(&self, out: &mut String) {
        match self {
            Self::Raw(raw) => out.push_str(raw),
            Self::Text(text) => {
                out.push('"');
                out.push_str(text);
                out.push('"');
            }
            Self::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    item.write(out);
                }
                out.push(']');
            }
            Self::Object(members) => {
                out.push('{');
                for (index, (name, value)) in members.iter().enumerate() {
                    let comma = if index > 0 { "," } else { "" };
                    // Writing to memory does not fail.
                    _ = write!(out, "{comma}{}:", raw::quoted(name).as_str());
                    value.write(out);
                }
                out.push('}');
            }
        }
    }
}

/// The item that `item` goes on: the last with its `index`, unless each has an id of its own; without an `index`, that in
/// its place, or the last where it has no id.
fn same_item<'a>(
    name: &str,
    items: &'a mut [Node],
    position: usize,
    item: &Node,
    how: Join,
) -> Option<&'a mut Node> {
    /// Items that are looked at; an answer has no more calls at once.
    const NEAR: usize = 64;
    let index = |item: &Node| get(item.members(), "index").and_then(Node::as_number);
    if let Some(number) = index(item) {
        let id = |item: &Node| text(item.members(), "id").filter(|id| !id.is_empty()).map(str::to_owned);
        let new = id(item);
        let is_same = |id: Option<String>| id.is_none() || new.is_none() || id == new;
        return items
            .iter_mut()
            .rev()
            .take(NEAR)
            .find(|item| index(item) == Some(number) && is_same(id(item)));
    }
    match how {
        Join::Replace => items.get_mut(position),
        Join::Grow => {
            let goes_on = name == "tool_calls" && get(item.members(), "id").is_none_or(Node::is_nothing);
            let is_whole = get(item.members(), "function").is_none_or(|function| {
                get(function.members(), "name").is_some_and(|name| !name.is_nothing())
            });
            let kind = |item: &Node| text(item.members(), "type").map(str::to_owned);
            let words =
                matches!(name, "content" | "thinking") && kind(item).is_some_and(|kind| is_words(&kind));
            let last = items.last_mut()?;
            (goes_on && !is_whole || words && kind(last) == kind(item)).then_some(last)
        }
    }
}

/// Whether parts of this `type` are words, which go on in the next part of the same `type`.
fn is_words(kind: &str) -> bool {
    matches!(kind, "text" | "thinking")
}

pub(super) fn get<'a>(members: &'a [(String, Node)], name: &str) -> Option<&'a Node> {
    members.iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

pub(super) fn text<'a>(members: &'a [(String, Node)], name: &str) -> Option<&'a str> {
    get(members, name).and_then(Node::as_text)
}

pub(super) fn find_mut<'a>(members: &'a mut Members, name: &str) -> Option<&'a mut Node> {
    members.iter_mut().take(NAMES).find(|(known, _)| known == name).map(|(_, value)| value)
}

/// Takes a member out.
pub(super) fn take(members: &mut Members, name: &str) -> Option<Node> {
    let at = members.iter().position(|(known, _)| known == name)?;
    Some(members.remove(at).1)
}

/// Takes a member out that is an object; any other is left.
pub(super) fn take_object(members: &mut Members, name: &str) -> Option<Members> {
    let at = members.iter().position(|(known, value)| known == name && matches!(value, Node::Object(_)))?;
    if let Node::Object(object) = members.remove(at).1 { Some(object) } else { None }
}

/// Takes a member out that is a list; any other is left.
pub(super) fn take_list(members: &mut Members, name: &str) -> Option<Vec<Node>> {
    let at = members.iter().position(|(known, value)| known == name && matches!(value, Node::List(_)))?;
    if let Node::List(items) = members.remove(at).1 { Some(items) } else { None }
}
