//! Where in a document the walk is, and the findings on the way.

use super::string;
use crate::{diagnostic::Diagnostic, source::Span};

/// Findings, no more than a limit of them.
#[derive(Debug)]
pub(crate) struct Findings {
    pub(crate) list: Vec<Diagnostic>,
    /// Those beyond the limit.
    pub(crate) omitted: usize,
    /// The conversation that findings belong to.
    pub(crate) conversation: usize,
    limit: usize,
    /// Names of fields that were met.
    names: Vec<Box<str>>,
}

impl Findings {
    pub(super) fn new(limit: usize) -> Self {
        Self { list: Vec::new(), omitted: 0, conversation: 0, limit, names: Vec::new() }
    }

    /// Whether one more is kept, and for which conversation.
    pub(super) fn admit(&mut self) -> Option<usize> {
        if self.list.len() >= self.limit {
            self.omitted = self.omitted.saturating_add(1);
            return None;
        }
        Some(self.conversation)
    }

    /// Whether a field's name is met for the first time; only so many are remembered.
    pub(super) fn is_new_name(&mut self, name: &str) -> bool {
        const REMEMBERED: usize = 50;
        let new = self.names.len() < REMEMBERED && !self.names.iter().any(|known| **known == *name);
        if new {
            self.names.push(name.into());
        }
        new
    }
}

/// One token of a JSON pointer (RFC 6901).
#[derive(Debug, Clone, Copy, Default)]
pub(super) enum Step {
    /// Before the first item, or between members.
    #[default]
    Outside,
    /// The member of that name, as written between the quotes.
    Key(Span),
    /// The item of that number.
    Index(usize),
}

impl Step {
    pub(super) fn next_item(self) -> Self {
        match self {
            Self::Index(index) => Self::Index(index.saturating_add(1)),
            Self::Outside | Self::Key(_) => Self::Index(0),
        }
    }
}

/// The pointer that says `path`, or nothing where it would be longer than a finding should be.
pub(super) fn pointer(input: &str, path: &[Step]) -> Option<String> {
    const LONGEST: usize = 1000;
    let mut pointer = String::new();
    for step in path {
        match step {
            Step::Outside => break,
            Step::Index(index) => pointer.push_str(&format!("/{index}")),
            Step::Key(key) if key.len() > LONGEST => return None,
            Step::Key(key) => {
                let name = string::unescape(key.of(input), |_| ());
                pointer.push('/');
                pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
            }
        }
        if pointer.len() > LONGEST {
            return None;
        }
    }
    Some(pointer)
}
