//! A local server that speaks the Converra conversation API, for development and tests.
//!
//! It keeps every body as it was received, reads it with turnwise, and answers as the documentation and the official
//! SDK expect. It analyses nothing, and it is no place for the conversations of real people.
//!
//! ```no_run
//! # async fn example() -> Result<(), turnwise_server::StartError> {
//! use turnwise_server::{Options, Server};
//!
//! let server = Server::bind(Options::new("data")).await?;
//! println!("http://{}/api/v1", server.addr());
//! server.run(std::future::pending()).await;
//! # Ok(())
//! # }
//! ```

#[expect(unused_qualifications, reason = "utoipa writes them")]
mod api;
mod auth;
mod body;
mod error;
mod fields;
mod hash;
mod ingest;
mod listen;
mod metrics;
mod observe;
mod openapi;
mod options;
mod pages;
mod rate;
mod router;
mod share;
mod state;
mod store;
mod stored;
mod wire;

pub use listen::{Server, StartError};
pub use options::{Limits, Options};
