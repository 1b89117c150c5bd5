//! What is delivered, and what came of it.

use std::{fmt, time::Duration};

/// A conversation in the outbox: the idempotency key that it was created with.
///
/// It stays the same when the program is started again, so it can be stored beside the program's own data.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalId(String);

impl LocalId {
    /// The conversation whose idempotency key this is.
    pub fn new(key: impl Into<String>) -> Self {
        Self(key.into())
    }

    /// The key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LocalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a record asks of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// To make a conversation.
    Create,
    /// To add messages to one, to change its status, or both.
    Append,
}

impl Op {
    /// Its name in the queue file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Append => "append",
        }
    }
}

/// One record on its way to the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its number in the queue.
    pub record: i64,
    /// The conversation that it belongs to.
    pub conversation: LocalId,
    /// The server's identifier of the conversation; always there for [`Op::Append`].
    pub remote_id: Option<String>,
    /// What to do.
    pub op: Op,
    /// How often it was tried, this time included.
    pub attempts: u32,
    /// How long ago the first attempt was made of which nobody knows what came; `None` where the server cannot have
    /// the record yet. An append must then be settled (looked for at the server) before it is sent.
    pub unsettled: Option<Duration>,
    /// The body of the request (JSON).
    pub body: Vec<u8>,
}

/// Takes records to where they belong. The outbox asks again when it must, so an implementation tries once.
pub trait Deliver: Send + Sync + 'static {
    /// Makes one attempt. It is called by several threads, but never twice at a time for one conversation.
    fn deliver(&self, job: &Job) -> Delivered;
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivered {
    /// The server has the record, now or since an earlier attempt.
    Accepted {
        /// What the server calls the conversation; needed for [`Op::Create`].
        remote_id: Option<String>,
    },
    /// Not now: it must be tried again.
    Later {
        /// Why.
        cause: Cause,
        /// Whether the server may have the record all the same.
        unknown: bool,
        /// The least time to wait, where the server named one.
        wait: Option<Duration>,
        /// What happened, for people.
        reason: String,
    },
    /// Never as it is: trying again cannot help.
    Refused {
        /// What happened, for people.
        reason: String,
    },
}

impl Delivered {
    /// Whether other records would fare no better for now.
    pub(super) fn stops_all(&self) -> bool {
        matches!(self, Self::Later { cause: Cause::Trouble | Cause::Throttled | Cause::Unauthorized, .. })
    }
}

/// Why an attempt must be made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The server cannot be reached or does not answer as it should.
    Trouble,
    /// The server wants fewer requests.
    Throttled,
    /// The server is busy with this very record.
    Busy,
    /// The key is not accepted, which says nothing about the record.
    Unauthorized,
}
