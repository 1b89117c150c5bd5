//! The client against servers on loopback, and its pure functions by tables and properties.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects
)]

mod answers;
mod bodies;
mod calls;
mod delivery;
mod lists;
mod model;
mod places;
mod raw;
mod retrying;
mod secrets;
mod sessions;
mod settling;
mod shell;
mod tls;
mod transport;
