//! A server on loopback that speaks the conversation API and misbehaves as told, for tests of whoever calls that API.
//!
//! [`Server`] answers both path families (`/conversations` and `/runs`) with threads of the standard library. A
//! [`Plan`] says which [`Fault`] each request meets: as scripted, always, or at random by a seed. Every change it
//! really made stands in its [`Journal`], which is the judge: however often a client was cut off, each conversation
//! must be there once, its messages in order and once each, and completed once.
//!
//! It shares no code with the client that it judges.
//!
//! ```
//! use turnwise_faults::{Expected, Fault, Plan, Server};
//!
//! // The first request is applied, and its caller never hears of it.
//! let server = Server::start(Plan::healthy().script([Some(Fault::Close { applied: true })]))?;
//! println!("a client would call {}", server.url());
//!
//! // What arrived is compared with what the client was given.
//! let expected = [Expected::new(["Hi", "Hello!"])];
//! assert!(server.journal().check(&expected).is_err(), "nobody has sent anything");
//! # Ok::<(), std::io::Error>(())
//! ```

mod api;
mod connection;
mod http;
mod journal;
mod judge;
mod plan;
mod route;
mod server;
mod store;

pub use http::Request;
pub use journal::{Conversation, Entry, Journal, Operation};
pub use judge::{Breach, End, Expected};
pub use plan::{Envelope, Family, Fault, Plan, ReadBack, RetryAfter};
pub use server::Server;
