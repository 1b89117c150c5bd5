//! Time and memory grow linearly with the input, whatever the input is.
//!
//! Work is measured by what is allocated: counts do not depend on the machine or on what else runs there.
//! The counting allocator is a crate, because one of our own would need `unsafe`; it counts a thread's
//! allocations, so tests beside each other do not disturb it. What allocates nothing and yet takes long
//! is found by the second test, which looks at processor time and is therefore run on request only.

#![allow(clippy::expect_used, clippy::arithmetic_side_effects)]

use std::{fs, thread, time::Duration};

use allocation_counter::{AllocationInfo, measure};
use turnwise::Parser;

#[allow(unreachable_pub)]
#[path = "../../../benches/src/transcript.rs"]
mod transcript;

/// Inputs double from the one to the other; a build without optimisation is spared the longest.
const SMALL: usize = 64 << 10;
const LARGE: usize = if cfg!(debug_assertions) { 1 << 20 } else { 4 << 20 };
const TRANSCRIPT: usize = if cfg!(debug_assertions) { 1_000_000 } else { 10_000_000 };

/// How much more twice the input may cost.
const GROWTH: f64 = 2.5;

/// Texts of one thing only, which naive readers are quadratic on: a name, and what is repeated.
const SHAPES: &[(&str, &str)] = &[
    ("labels", "User:\n"),
    ("labels of two parties", "User:\nAI:\n"),
    ("short messages", "User: a\nAssistant: b\n"),
    ("unlisted labels", "Ann: a\nBo: b\n"),
    ("labels that differ", "Aa: x\nBb: x\nCc: x\nDd: x\nEe: x\nFf: x\nGg: x\nHh: x\n"),
    ("fences", "```\n"),
    ("fences of two kinds", "```\n~~~\n"),
    ("fences that open", "```rust\n"),
    ("labels between fences", "User: a\n```\nAI: b\n"),
    ("one endless line", "a"),
    ("one line of colons", ":"),
    ("one line of labels", "User: "),
    ("one line of words", "ab cd "),
    ("blank lines", "\n"),
    ("lines of one blank", " \n"),
    ("carriage returns", "\r"),
    ("both line ends", "\r\n"),
    ("quote marks", "> \n"),
    ("quoted labels", "> User: a\n"),
    ("nested quotes", ">"),
    ("rules", "---\n"),
    ("backslashes", "\\"),
    ("escaped labels", "User: a\n\\User: b\n"),
    ("headings", "## User\n\n"),
    ("opening brackets", "["),
    ("opening parentheses", "User ("),
    ("times", "[00:00:01] "),
    ("marks without width", "\u{200e}"),
    ("byte order marks", "\u{feff}"),
    ("nested lists of JSON", "["),
    ("nested objects of JSON", "{\"a\":"),
];

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
        let steps: Vec<AllocationInfo> = sizes().map(|size| work(&repeat(unit, size))).collect();
        for (small, large) in steps.iter().zip(&steps[1..]) {
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
}

#[test]
fn a_large_transcript_takes_three_times_its_size_at_most() {
    let input = transcript::transcript(TRANSCRIPT);
    let held = work(&input).bytes_max as usize + input.len();
    let times = held as f64 / input.len() as f64;
    assert!(times <= 3.0, "{held} bytes are held at once for an input of {}: {times:.2} times", input.len());
}

/// Processor time: `cargo test --release -p turnwise --test linear -- --include-ignored`.
///
/// A large input is compared with small ones that are as long together; over all the doublings between the
/// two, time may grow as it would if each of them took the most that is allowed.
#[test]
#[ignore = "looks at processor time, which a busy machine can stretch"]
fn time_grows_with_the_input() {
    let pieces = LARGE / SMALL;
    let allowed = (GROWTH / 2.0).powi(pieces.ilog2().cast_signed());
    for (name, unit) in SHAPES {
        let (small, large) = (repeat(unit, SMALL), repeat(unit, LARGE));
        let apart = best_time(|| (0..pieces).for_each(|_| drop(Parser::new().parse(&small))));
        let whole = best_time(|| drop(Parser::new().parse(&large)));
        let times = whole.as_secs_f64() / apart.as_secs_f64();
        println!("{name}: {apart:?} in {pieces} pieces, {whole:?} as a whole, {times:.2} times");
        assert!(times <= allowed, "{name}: {apart:?} became {whole:?}");
    }
}

fn best_time(work: impl Fn()) -> Duration {
    let run = || {
        let start = processor_time();
        work();
        processor_time() - start
    };
    // Clocks that stand still for a moment must not make a division by nothing.
    (0..5).map(|_| run()).min().unwrap_or_default().max(Duration::from_micros(10))
}

/// What this thread has used of the processor, by the kernel's books.
fn processor_time() -> Duration {
    // The books are brought up to date when the thread gives way.
    thread::yield_now();
    let books = fs::read_to_string("/proc/thread-self/schedstat").expect("Linux keeps these books");
    Duration::from_nanos(books.split(' ').next().and_then(|time| time.parse().ok()).expect("nanoseconds"))
}
