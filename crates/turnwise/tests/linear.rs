//! Time and memory grow linearly with the input, whatever the input is.
//!
//! Work is measured by what is allocated: counts do not depend on the machine or on what else runs there.
//! The counting allocator is a crate, because one of our own would need `unsafe`; it counts a thread's
//! allocations, so tests beside each other do not disturb it. What allocates nothing and yet takes long
//! is counted by `cargo run --profile bench -p turnwise-benches --bin steps`: a test does not look at a clock.

#![allow(clippy::expect_used, clippy::arithmetic_side_effects)]

use allocation_counter::{AllocationInfo, measure};
use turnwise::Parser;

#[allow(unreachable_pub)]
#[path = "../../../benches/src/inputs/transcript.rs"]
mod transcript;

#[allow(unreachable_pub)]
#[path = "../../../benches/src/inputs/shapes.rs"]
mod shapes;

#[allow(unreachable_pub)]
#[path = "../../../benches/src/inputs/documents.rs"]
mod documents;

use documents::DOCUMENTS;
use shapes::SHAPES;

/// Inputs double from the one to the other; a build without optimisation is spared the longest.
const SMALL: usize = 64 << 10;
const LARGE: usize = if cfg!(debug_assertions) { 1 << 20 } else { 4 << 20 };
const TRANSCRIPT: usize = if cfg!(debug_assertions) { 1_000_000 } else { 10_000_000 };

/// How much more twice the input may cost.
const GROWTH: f64 = 2.5;

fn repeat(unit: &str, bytes: usize) -> String {
    unit.repeat(bytes.div_ceil(unit.len()))
}

fn sizes() -> impl Iterator<Item = usize> {
    std::iter::successors(Some(SMALL), |size| Some(size * 2)).take_while(|size| *size <= LARGE)
}

fn work(input: &str) -> AllocationInfo {
    measure(|| drop(Parser::new().parse(input)))
}

#[test]
fn memory_grows_with_the_input() {
    for (name, unit) in SHAPES {
        grows(name, sizes().map(|size| repeat(unit, size)));
    }
}

#[test]
fn memory_grows_with_documents() {
    for (name, build) in DOCUMENTS {
        grows(name, [1_000, 2_000, 4_000].map(build).into_iter());
    }
}

/// A line for each number.
type Line = fn(usize) -> String;

/// Repetition hides what is looked up or kept for every word: here each line has another one.
#[test]
fn memory_grows_with_words_that_differ() {
    let shapes: [(&str, Line); 4] = [
        ("tags that never close", |number| format!("<t{number}>\nUser: a\n")),
        ("named users beside open fences", |number| format!("AI: q\nUser N{number}: q\n```\n")),
        ("names said once among handles", |number| format!("ann: q\nbob: a\nName{number}: x\n")),
        ("many partners of one label", |number| format!("User: q\nName{number}: x\n")),
    ];
    for (name, line) in shapes {
        grows(name, [1_000, 2_000, 4_000].map(|lines| (0..lines).map(line).collect()).into_iter());
    }
}

/// Asserts that work grows no faster than the texts, each of which is twice as long as the one before.
fn grows(name: &str, texts: impl Iterator<Item = String>) {
    let steps: Vec<AllocationInfo> = texts.map(|text| work(&text)).collect();
    for (small, large) in steps.iter().zip(steps.iter().skip(1)) {
        for (what, before, after) in [
            ("allocations", small.count_total, large.count_total),
            ("bytes allocated", small.bytes_total, large.bytes_total),
            ("bytes held", small.bytes_max, large.bytes_max),
        ] {
            // A small sum to start with: tables that are built once, a list's first room.
            let allowed = GROWTH * before as f64 + 4096.0;
            assert!(after as f64 <= allowed, "{name}: {what} grew from {before} to {after}");
        }
    }
}

#[test]
fn a_large_transcript_takes_three_times_its_size_at_most() {
    let input = transcript::transcript(TRANSCRIPT);
    let held = work(&input).bytes_max as usize + input.len();
    let times = held as f64 / input.len() as f64;
    assert!(times <= 3.0, "{held} bytes are held at once for an input of {}: {times:.2} times", input.len());
}
