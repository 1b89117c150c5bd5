//! `turnwise mcp`, the real binary, spoken to as an assistant would: over pipes and over HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod hostile;
mod http;
mod introduction;
mod logging;
mod session;
mod transcripts;
