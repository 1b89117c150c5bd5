//! `turnwise serve` as its callers see it: a process that is started, asked, stopped and killed.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise"
)]

mod kill;
mod process;
mod support;
