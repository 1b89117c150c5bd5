//! The promises of the outbox, a file each.

#![cfg(feature = "outbox")]
#![allow(
    missing_docs,
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod common;
mod damage;
mod faults;
mod full;
mod kill;
mod promise;
mod queue;
