//! Every layer of the parser beside what one would use instead, on the same bytes.
//!
//! [`layers()`] is the list of all that is measured: a name, how large the inputs are, and what is run on them, ours first.
//!
//! | command | what it gives |
//! | --- | --- |
//! | `cargo bench -p turnwise-benches` | criterion's statistics, a group a layer (`-- read/gemini` for one) |
//! | `cargo run --release -p turnwise-benches --bin ratios -- --write` | the table of the README |
//! | `cargo run --release -p turnwise-benches --bin peers` | the command beside other programs, on the same file |
//! | `cargo run --release -p turnwise-benches --bin growth` | how time grows with the input |
//! | `cargo run --profile bench -p turnwise-benches --bin steps` | how instructions grow with the input |
//! | `cargo run --release -p turnwise-benches --features outbox --bin outbox` | how fast conversations are shipped |
//! | `cargo run --release -p turnwise-benches --example once -- LAYER SUBJECT BYTES` | one run, for tools that count |
//!
//! Inputs are made up in [`inputs`], and are the same on every machine.

pub mod inputs;
pub mod layers;
mod rivals;
pub mod timing;

pub use layers::{Layer, Subject, layers};
