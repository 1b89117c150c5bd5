//! The pages, as a client and a browser get them from a server on loopback.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod browser;
mod driver;
mod http;
mod markup;
mod server;
