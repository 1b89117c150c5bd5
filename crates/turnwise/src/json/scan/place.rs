//! Where in a document the walk is, as a JSON pointer (RFC 6901).

use super::string;
use crate::source::Span;

/// One token of a pointer.
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
pub(super) fn pointer(input: &str, path: impl Iterator<Item = Step>) -> Option<String> {
    const LONGEST: usize = 1000;
    let mut pointer = String::new();
    for step in path {
        match step {
            Step::Outside => break,
            Step::Index(index) => pointer.push_str(&format!("/{index}")),
            Step::Key(key) if key.len() > LONGEST => return None,
            Step::Key(key) => {
                pointer.push('/');
                let name = key.of(input);
                if name.contains(['\\', '~', '/']) {
                    let name = string::unescape(name, |_| ());
                    pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
                } else {
                    pointer.push_str(name);
                }
            }
        }
        if pointer.len() > LONGEST {
            return None;
        }
    }
    Some(pointer)
}
