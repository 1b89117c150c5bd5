//! What can go wrong, and what to do about it.

use std::{fmt, time::Duration};

use crate::key::ApiKey;

/// What went wrong. [`Error::is_retryable`] and [`Error::outcome`] say what to do about it.
///
/// None of them holds the key: where a server repeats it in its message, it is taken out.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The request or the settings cannot be right; nothing was sent.
    #[error("{0}")]
    Invalid(String),
    /// The key was not accepted (401, 403).
    #[error("the key was not accepted: {0}")]
    Unauthorized(Refusal),
    /// There is no such conversation or agent (404).
    #[error("not found: {0}")]
    NotFound(Refusal),
    /// Too many requests (429).
    #[error("too many requests: {0}")]
    RateLimited(Refusal),
    /// The server is still at work on an earlier request with the same key (409).
    #[error("still in progress: {0}")]
    InProgress(Refusal),
    /// The server does not take the request, and will not (other 4xx; 422 also where a key is used for another body).
    #[error("refused: {0}")]
    Refused(Refusal),
    /// The server cannot answer now (408, 425, 5xx).
    #[error("the server failed: {0}")]
    Server(Refusal),
    /// The answer is elsewhere (3xx). It is not followed, since the key would go there too.
    #[error("redirected ({status}) to {}, which is not followed", location.as_deref().unwrap_or("nowhere"))]
    Redirected {
        /// The status.
        status: u16,
        /// Where to.
        location: Option<String>,
    },
    /// There was no connection, so nothing was sent.
    #[error("no connection: {0}")]
    Connect(String),
    /// It took too long.
    #[error("timed out while {}", if *.connecting { "connecting" } else { "waiting for the answer" })]
    Timeout {
        /// Whether that was before anything was sent.
        connecting: bool,
    },
    /// The connection broke after the request was begun.
    #[error("connection lost: {0}")]
    Lost(String),
    /// The answer is not one of the API's: cut off, a page for people, or without a field that it must have.
    #[error("the answer ({status}) cannot be understood: {reason}: {excerpt}")]
    InvalidResponse {
        /// The status.
        status: u16,
        /// What is wrong with it.
        reason: &'static str,
        /// How it begins.
        excerpt: String,
    },
    /// The answer is longer than [`Config::max_response`](crate::Config::max_response).
    #[error("the answer is longer than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// Too many appends of a session wait; these messages were not taken.
    #[error("{limit} appends wait already")]
    Full {
        /// The limit: [`Config::max_waiting`](crate::Config::max_waiting).
        limit: usize,
    },
    /// Nobody can tell whether an append was applied, so it is not repeated.
    #[error("nobody can tell whether the messages for {conversation} arrived ({cause})")]
    OutcomeUnknown {
        /// The id of the conversation.
        conversation: String,
        /// Why it was not known at first, or why reading the conversation back failed.
        cause: Box<Self>,
        /// Whether reading it back later may tell; else the server does not show what it would take.
        later: bool,
    },
}

/// What a server says when it does not do as it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The status.
    pub status: u16,
    /// The server's code, such as `UNAUTHORIZED`.
    pub code: Option<String>,
    /// The server's message, or how its answer begins.
    pub message: String,
    /// How long it asks to wait.
    pub retry_after: Option<Duration>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)?;
        if let Some(code) = &self.code {
            write!(f, " {code}")?;
        }
        if !self.message.is_empty() {
            write!(f, ": {}", self.message)?;
        }
        Ok(())
    }
}

/// Whether a request that failed may have been applied all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was not.
    NotApplied,
    /// It may have been.
    Unknown,
}

impl Error {
    pub(crate) fn invalid(what: impl Into<String>) -> Self {
        Self::Invalid(what.into())
    }

    /// Whether trying again can help. Whether it is safe is another question: see [`Error::outcome`].
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::RateLimited(_) | Self::InProgress(_) => true,
            Self::Server(refusal) => matches!(refusal.status, 408 | 425 | 500 | 502 | 503 | 504),
            Self::Connect(_) | Self::Timeout { .. } | Self::Lost(_) | Self::InvalidResponse { .. } => true,
            Self::OutcomeUnknown { later, .. } => *later,
            Self::Invalid(_) | Self::Unauthorized(_) | Self::NotFound(_) | Self::Refused(_) => false,
            Self::Redirected { .. } | Self::TooLarge { .. } | Self::Full { .. } => false,
        }
    }

    /// Whether the server slows its callers down.
    pub fn is_throttling(&self) -> bool {
        matches!(self, Self::RateLimited(_))
    }

    /// How long the server asks to wait before the next try.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::OutcomeUnknown { cause, .. } => cause.retry_after(),
            _ => self.refusal()?.retry_after,
        }
    }

    /// Whether the request may have been applied all the same.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Invalid(_) | Self::Unauthorized(_) | Self::NotFound(_) | Self::RateLimited(_) => {
                Outcome::NotApplied
            }
            Self::Refused(_) | Self::Redirected { .. } | Self::Connect(_) => Outcome::NotApplied,
            Self::Full { .. } | Self::Timeout { connecting: true } => Outcome::NotApplied,
            Self::Server(refusal) if matches!(refusal.status, 408 | 425) => Outcome::NotApplied,
            Self::Server(_) | Self::InProgress(_) | Self::Timeout { .. } | Self::Lost(_) => Outcome::Unknown,
            Self::InvalidResponse { .. } | Self::TooLarge { .. } | Self::OutcomeUnknown { .. } => {
                Outcome::Unknown
            }
        }
    }

    /// The status of the answer, where there was one.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Redirected { status, .. } | Self::InvalidResponse { status, .. } => Some(*status),
            Self::OutcomeUnknown { cause, .. } => cause.status(),
            _ => self.refusal().map(|refusal| refusal.status),
        }
    }

    /// What the server said, where it refused or failed.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Unauthorized(refusal)
            | Self::NotFound(refusal)
            | Self::RateLimited(refusal)
            | Self::InProgress(refusal)
            | Self::Refused(refusal)
            | Self::Server(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// The same without the key, wherever somebody else wrote the words.
    pub(crate) fn without(mut self, key: &ApiKey) -> Self {
        match &mut self {
            Self::Unauthorized(refusal)
            | Self::NotFound(refusal)
            | Self::RateLimited(refusal)
            | Self::InProgress(refusal)
            | Self::Refused(refusal)
            | Self::Server(refusal) => {
                key.redact(&mut refusal.message);
                refusal.code.iter_mut().for_each(|code| key.redact(code));
            }
            Self::Invalid(words) | Self::Connect(words) | Self::Lost(words) => key.redact(words),
            Self::InvalidResponse { excerpt, .. } => key.redact(excerpt),
            Self::Redirected { location, .. } => {
                location.iter_mut().for_each(|location| key.redact(location))
            }
            Self::Timeout { .. }
            | Self::TooLarge { .. }
            | Self::Full { .. }
            | Self::OutcomeUnknown { .. } => {}
        }
        self
    }
}
