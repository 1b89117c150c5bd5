//! The promises of the outbox, a file each.

#![cfg(feature = "outbox")]
#![allow(missing_docs)]

mod common;
mod damage;
mod faults;
mod full;
mod kill;
mod queue;
