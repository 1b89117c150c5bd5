//! The server as a client sees it, over real connections on loopback.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

mod agents;
mod append;
mod create;
mod guide;
mod health;
mod hostile;
mod idempotency;
mod keys;
mod limits;
mod list;
mod load;
mod openapi;
mod read;
mod start;
