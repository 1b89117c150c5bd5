//! Ships conversations to the Converra conversation API: typed calls, retries, and nothing dropped in silence.
//!
//! ```no_run
//! use turnwise_client::{AgentRef, Config, NewConversation, Status, blocking::Client};
//!
//! let client = Client::new(Config::from_env()?)?;
//! let read = turnwise::parse("User: Where is my order?\nAssistant: It ships tomorrow.");
//! for conversation in read.conversations {
//!     let new = NewConversation::new(AgentRef::id("agent_123"), conversation, Status::Completed).llm_model("gpt-4o");
//!     let created = client.create(&new)?;
//!     println!("{}", created.id);
//! }
//! # Ok::<(), turnwise_client::Error>(())
//! ```
//!
//! # What there is
//!
//! - [`Config`] says where to and how; [`NewConversation`] and [`Append`] are what can be sent, and serialise themselves
//!   at once, so that they can be kept and sent later.
//! - `blocking::Client` (feature `blocking`, on by default) and `asynchronous::Client` (feature `async`) have the same
//!   calls: `create`, `append`, `send`, `list`, `get`, `agents`, `agent`, `insights`, and `start` for a session.
//! - A session logs a conversation while it happens. Completing it consumes it, so that it is completed once at most.
//! - [`Error`] says what happened, what the server said, whether the request may have been applied ([`Outcome`]), and
//!   whether and when to try again.
//!
//! # How it keeps its word
//!
//! - **Created once.** The idempotency key is made with the [`NewConversation`], before the first byte is sent, and is
//!   part of its body.
//! - **Appended once.** Every message carries an id in its metadata. An append whose outcome is unknown is settled by
//!   reading the conversation back ([`settle()`]); it is never repeated blindly.
//! - **Retried with restraint.** [`RetryPolicy`] has the numbers: full jitter, a budget for the whole client, and
//!   `Retry-After` as a minimum.
//! - **The key stays secret.** [`ApiKey`] never prints; what a server or a library says is searched for it.
//!
//! # Without a network
//!
//! Everything but the two clients is free of I/O: a [`Request`] is a value, [`response`] has a pure function for each
//! endpoint, [`retry::decide`] says what follows an error, and a [`Call`] is a machine that says what to send or how
//! long to wait. The clients only drive it, and so can you over another HTTP library.

mod agent;
#[cfg(feature = "async")]
pub mod asynchronous;
#[cfg(feature = "blocking")]
pub mod blocking;
pub mod call;
mod config;
mod content;
mod conversation;
mod core;
mod error;
mod gzip;
mod insights;
mod key;
mod link;
mod object;
#[cfg(feature = "outbox")]
pub mod outbox;
mod page;
#[cfg(any(feature = "blocking", feature = "async"))]
mod paging;
mod request;
pub mod response;
pub mod retry;
#[cfg(any(feature = "blocking", feature = "async"))]
mod session;
mod settle;
mod status;
mod stored;
#[cfg(any(feature = "blocking", feature = "async"))]
mod tls;

#[cfg(any(feature = "blocking", feature = "async"))]
pub use crate::session::Unfinished;
pub use crate::{
    agent::{Agent, AgentRef},
    call::{Call, Outgoing, Step},
    config::{Config, Family, Proxy},
    content::ContentForm,
    conversation::{Append, NewConversation},
    core::Core,
    error::{Error, Outcome, Refusal},
    insights::{Insights, Lifecycle, Metric, Report},
    key::ApiKey,
    link::{Link, Target},
    page::{ListQuery, Page},
    request::{Method, Path, Request},
    response::Response,
    retry::{Budget, RetryPolicy},
    settle::{Settled, settle},
    status::Status,
    stored::{Created, Stored},
};
