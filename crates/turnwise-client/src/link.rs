//! Where a conversation's appends go.

use serde::{Deserialize, Serialize};

use crate::stored::{Created, Stored};

/// A link that the server gave, such as `/api/v1/conversations/conv_456/messages`.
///
/// It is followed only where it leads to the server that gave it, since the key goes with the request.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Link(String);

impl Link {
    /// A link as the server wrote it: a path, or a whole address.
    pub fn new(href: impl Into<String>) -> Self {
        Self(href.into())
    }

    /// The link as the server wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its address, where it leads to this origin (`https://converra.ai`).
    pub(crate) fn resolve(&self, origin: &str) -> Option<String> {
        let path = match self.0.strip_prefix(origin) {
            Some(path) => path,
            None => self.0.as_str(),
        };
        let plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        (path.starts_with('/') && !path.starts_with("//") && plain).then(|| format!("{origin}{path}"))
    }
}

/// A conversation that exists: its id, and the link for its appends where the server gave one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Target {
    /// The id of the conversation.
    pub id: String,
    /// Where its appends go; else the path is made of the id.
    pub link: Option<Link>,
}

impl Target {
    /// A conversation by its id.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), link: None }
    }
}

impl From<&str> for Target {
    fn from(id: &str) -> Self {
        Self::new(id)
    }
}

impl From<String> for Target {
    fn from(id: String) -> Self {
        Self::new(id)
    }
}

impl From<&Self> for Target {
    fn from(target: &Self) -> Self {
        target.clone()
    }
}

impl From<&Created> for Target {
    fn from(created: &Created) -> Self {
        Self { id: created.id.clone(), link: created.append.clone() }
    }
}

impl From<&Stored> for Target {
    fn from(stored: &Stored) -> Self {
        Self { id: stored.id.clone(), link: stored.append.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_stay_on_their_server() {
        let cases = [
            ("/api/v1/conversations/c/messages", Some("http://h:1/api/v1/conversations/c/messages")),
            ("http://h:1/runs/c/messages", Some("http://h:1/runs/c/messages")),
            ("http://h:12/runs/c", None),
            ("http://h:1.evil.example/runs", None),
            ("http://h:1@evil.example/runs", None),
            ("https://h:1/runs", None),
            ("//evil.example/runs", None),
            ("http://h:1//evil.example", None),
            ("/\\evil.example", None),
            ("/a b", None),
            ("runs/c", None),
            ("", None),
        ];
        for (href, expected) in cases {
            assert_eq!(Link::new(href).resolve("http://h:1").as_deref(), expected, "{href}");
        }
    }
}
