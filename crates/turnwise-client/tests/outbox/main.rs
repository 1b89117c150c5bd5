//! The promises of the outbox, a file each.

#![cfg(feature = "outbox")]
#![allow(missing_docs)]

mod common;
mod faults;
mod kill;
mod queue;
