//! The promises of the outbox, a file each.

#![cfg(feature = "outbox")]
#![allow(missing_docs)]

mod common;
mod kill;
mod queue;
