//! Requests as values: a function for each endpoint.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use crate::{
    config::Family,
    error::Error,
    link::{Link, Target},
    page::ListQuery,
};

/// What is escaped in a segment of a path or in a query: all but RFC 3986's unreserved characters.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A request, without the address of the server and without the key. It can be kept, and sent later as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request {
    /// The method.
    pub method: Method,
    /// Where to.
    pub path: Path,
    /// Names and values of the query, not escaped.
    pub query: Vec<(String, String)>,
    /// The body: JSON.
    pub body: Option<String>,
}

/// The method of a [`Request`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Method {
    /// Reads.
    Get,
    /// Writes.
    Post,
}

impl Method {
    /// The method as HTTP writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// The path of a [`Request`], below the base address and escaped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Path {
    /// Below `/conversations` or `/runs`.
    Conversations(String),
    /// The same, and a link that the server gave for it, which comes first.
    Linked(Link, String),
    /// As it stands.
    Fixed(String),
}

impl Request {
    /// Creates a conversation, with a body that [`NewConversation::body`](crate::NewConversation::body) made.
    pub fn create(body: impl Into<String>) -> Self {
        Self::post(Path::Conversations(String::new()), body)
    }

    /// Appends to a conversation, with a body that [`Append::body`](crate::Append::body) made.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] where the id cannot stand in a path, as for all that take one.
    pub fn append(target: &Target, body: impl Into<String>) -> Result<Self, Error> {
        let path = format!("/{}/messages", segment(&target.id)?);
        let path = match &target.link {
            Some(link) => Path::Linked(link.clone(), path),
            None => Path::Conversations(path),
        };
        Ok(Self::post(path, body))
    }

    /// Reads a conversation.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] where the id cannot stand in a path.
    pub fn get(id: &str) -> Result<Self, Error> {
        Ok(Self::read(Path::Conversations(format!("/{}", segment(id)?))))
    }

    /// Lists conversations.
    pub fn list(query: &ListQuery) -> Self {
        Self { query: query.pairs(), ..Self::read(Path::Conversations(String::new())) }
    }

    /// Reads what the analysis of a conversation found.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] where the id cannot stand in a path.
    pub fn insights(id: &str) -> Result<Self, Error> {
        Ok(Self::read(Path::Conversations(format!("/{}/insights", segment(id)?))))
    }

    /// Lists agents.
    pub fn agents(query: &ListQuery) -> Self {
        Self { query: query.pairs(), ..Self::read(Path::Fixed("/agents".into())) }
    }

    /// Reads an agent.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] where the id cannot stand in a path.
    pub fn agent(id: &str) -> Result<Self, Error> {
        Ok(Self::read(Path::Fixed(format!("/agents/{}", segment(id)?))))
    }

    fn post(path: Path, body: impl Into<String>) -> Self {
        Self { method: Method::Post, path, query: Vec::new(), body: Some(body.into()) }
    }

    fn read(path: Path) -> Self {
        Self { method: Method::Get, path, query: Vec::new(), body: None }
    }

    /// Path and query below the base address.
    pub fn path_and_query(&self, family: Family) -> String {
        let mut path = match &self.path {
            Path::Conversations(rest) | Path::Linked(_, rest) => format!("/{}{rest}", family.as_str()),
            Path::Fixed(path) => path.clone(),
        };
        for (number, (name, value)) in self.query.iter().enumerate() {
            path.push(if number == 0 { '?' } else { '&' });
            path.extend(utf8_percent_encode(name, ESCAPED));
            path.push('=');
            path.extend(utf8_percent_encode(value, ESCAPED));
        }
        path
    }

    /// Whether the other family of paths has this request too.
    pub(crate) fn has_family(&self) -> bool {
        !matches!(self.path, Path::Fixed(_))
    }

    /// Whether it names no conversation, so that a 404 is about the path itself.
    pub(crate) fn names_none(&self) -> bool {
        matches!(&self.path, Path::Conversations(rest) if rest.is_empty())
    }

    pub(crate) fn link(&self) -> Option<&Link> {
        if let Path::Linked(link, _) = &self.path { Some(link) } else { None }
    }
}

/// An id as one segment of a path. `.` and `..` mean other paths however they are escaped, so they cannot be ids.
fn segment(id: &str) -> Result<String, Error> {
    if matches!(id, "" | "." | "..") {
        return Err(Error::invalid(format!("`{id}` cannot be an id")));
    }
    Ok(utf8_percent_encode(id, ESCAPED).to_string())
}
