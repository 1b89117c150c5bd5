//! Prints how fast JSON is read and written beside `serde_json::Value`, as a Markdown table.
//!
//! Runs are interleaved and the best of many counts, as in `ratios`; only ratios are printed.

use std::{
    io::{self, Write},
    time::{Duration, Instant},
};

use turnwise_benches::json::{SUBJECTS, payload};

fn main() -> io::Result<()> {
    let small = best_times(payload(10_000).as_bytes(), 4_000);
    let large = best_times(payload(1_000_000).as_bytes(), 60);
    let mut out = io::stdout().lock();
    writeln!(out, "| | 10 KB, x value | 1 MB, x value |")?;
    writeln!(out, "| --- | --- | --- |")?;
    for (index, (name, _)) in SUBJECTS.iter().enumerate() {
        writeln!(out, "| `{name}` | {:.2} | {:.2} |", ratio(&small, index), ratio(&large, index))?;
    }
    Ok(())
}

/// The shortest of `rounds` runs, for each subject.
fn best_times(document: &[u8], rounds: usize) -> Vec<Duration> {
    let mut best = vec![Duration::MAX; SUBJECTS.len()];
    for _ in 0..rounds {
        for (best, (_, run)) in best.iter_mut().zip(SUBJECTS) {
            let start = Instant::now();
            run(document);
            *best = start.elapsed().min(*best);
        }
    }
    best
}

/// How many times as fast as the first subject the one at `index` is.
fn ratio(times: &[Duration], index: usize) -> f64 {
    match (times.first(), times.get(index)) {
        (Some(first), Some(time)) => first.as_secs_f64() / time.as_secs_f64(),
        _ => f64::NAN,
    }
}
