//! An answer that is being put together.

use std::collections::{HashMap, HashSet};

use super::node::{Join, Members, Node, ORDER, get};
use crate::source::Span;

/// An answer that is being put together from chunks.
#[derive(Debug)]
pub(super) struct Answer {
    /// What the provider would have given in one piece.
    pub(super) root: Node,
    pub(super) notes: Notes,
    /// Whether a chunk said that this is all.
    pub(super) finished: bool,
    /// Whether whatever comes next belongs to another answer.
    pub(super) ended: bool,
    /// Where the items of lists are, by the numbers that the chunks give them.
    places: HashMap<(String, u64), usize>,
    span: Option<Span>,
}

/// What chunks say beside the answer, every value once.
#[derive(Debug, Default)]
pub(super) struct Notes {
    named: Vec<(String, Vec<Node>)>,
    places: HashMap<String, usize>,
    seen: HashSet<(String, String)>,
}

impl Default for Answer {
    fn default() -> Self {
        Self {
            root: Node::Object(Vec::new()),
            notes: Notes::default(),
            finished: false,
            ended: false,
            places: HashMap::new(),
            span: None,
        }
    }
}

impl Notes {
    /// Keeps an earlier value of a field. Earlier counts were counts on the way, and nothing is lost with them.
    pub(super) fn superseded(&mut self, name: &str, earlier: Node) {
        let is_count =
            matches!(&earlier, Node::Raw(raw) if raw.parse::<u32>().is_ok_and(|count| count < 1_000_000));
        if !is_count {
            self.keep(name, earlier);
        }
    }

    /// Keeps a value that stands under `name`, unless it only orders chunks.
    pub(super) fn keep(&mut self, name: &str, value: Node) {
        let orders = ORDER.contains(&name) && value.as_number().is_some();
        if !value.is_nothing() && !orders {
            self.add(name, value);
        }
    }

    fn add(&mut self, name: &str, value: Node) {
        let mut written = String::new();
        value.write(&mut written);
        if !self.seen.insert((name.to_owned(), written)) {
            return;
        }
        let at = *self.places.entry(name.to_owned()).or_insert(self.named.len());
        if at == self.named.len() {
            self.named.push((name.to_owned(), Vec::new()));
        }
        if let Some((_, values)) = self.named.get_mut(at) {
            values.push(value);
        }
    }
}

impl Answer {
    /// Says that the stream goes on to the end of `span`.
    pub(super) fn reach(&mut self, span: Span) {
        let start = self.span.map_or(span.start, |known| known.start);
        self.span = Some(Span::new(start, span.end));
    }

    pub(super) fn span(&self) -> Span {
        self.span.unwrap_or_default()
    }

    /// Keeps what is said beside the answer.
    pub(super) fn note(&mut self, name: &str, value: Node) {
        self.notes.keep(name, value);
    }

    /// Keeps all that is left of a chunk.
    pub(super) fn note_all(&mut self, left: Members) {
        left.into_iter().for_each(|(name, value)| self.note(&name, value));
    }

    /// Takes a value that is no chunk for all there is.
    pub(super) fn be(&mut self, json: String) {
        self.root = Node::Raw(json);
        self.finished = true;
        self.ended = true;
    }

    /// Adds members to the answer itself.
    pub(super) fn set(&mut self, members: Members) {
        self.root.join("", Node::Object(members), Join::Replace, &mut self.notes);
    }

    /// Adds to the object under these names.
    pub(super) fn join(&mut self, names: &[&str], from: Node, how: Join) {
        let name = names.last().copied().unwrap_or_default();
        if let Some(node) = self.root.at(names, &mut self.notes) {
            node.join(name, from, how, &mut self.notes);
        }
    }

    /// Adds to item `index` of the list `list` in the object under these names; gives its place.
    ///
    /// `inner` names what is added to within the item.
    pub(super) fn join_item(
        &mut self,
        names: &[&str],
        list: &str,
        index: u64,
        inner: &[&str],
        from: Node,
        how: Join,
    ) -> usize {
        let key = (names.concat() + list, index);
        let known = self.places.get(&key).copied();
        let notes = &mut self.notes;
        let Some(node) = self.root.at(names, notes) else { return 0 };
        let Some((at, item)) = node.item(list, known, notes) else { return 0 };
        self.places.insert(key, at);
        let name = inner.last().copied().unwrap_or(list);
        if let Some(node) = item.at(inner, notes) {
            node.join(name, from, how, notes);
        }
        at
    }

    /// The answer as a document on one line: what it is put together from ends with the field `stream`.
    pub(super) fn into_json(self) -> String {
        let mut json = String::new();
        self.root.write(&mut json);
        if !self.notes.named.is_empty() && json.pop().is_some() {
            let notes = self.notes.named.into_iter().map(|(name, values)| (name, Node::List(values)));
            json.push_str(if json.trim_end().len() > 1 { ",\"stream\":" } else { "\"stream\":" });
            Node::Object(notes.collect()).write(&mut json);
            json.push('}');
        }
        json
    }

    /// The text of a member, as it is written.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        get(self.root.members(), name).and_then(Node::as_text)
    }
}
