//! `turnwise mcp`, the real binary, spoken to as an assistant would: over pipes and over HTTP.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise"
)]

mod hostile;
mod http;
mod introduction;
mod logging;
mod session;
mod transcripts;
