//! Prints how fast everything is beside the regex and beside memchr, as a Markdown table.
//!
//! Runs are interleaved and the best of many counts, so that what else the machine does falls on all alike;
//! figures of one machine mean little on another, so only ratios are printed.

use std::{
    io::{self, Write},
    time::{Duration, Instant},
};

use turnwise_benches::{SUBJECTS, transcript};

fn main() -> io::Result<()> {
    let small = best_times(&transcript(100_000), 400);
    let large = best_times(&transcript(10_000_000), 12);
    let mut out = io::stdout().lock();
    writeln!(out, "| | 100 KB, x regex | 100 KB, x memchr | 10 MB, x regex | 10 MB, x memchr |")?;
    writeln!(out, "| --- | --- | --- | --- | --- |")?;
    for (index, (name, _)) in SUBJECTS.iter().enumerate() {
        write!(out, "| `{name}` |")?;
        for times in [&small, &large] {
            for beside in ["regex", "memchr"] {
                write!(out, " {:.2} |", ratio(times, beside, index))?;
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

/// The shortest of `rounds` runs, for each subject.
fn best_times(text: &str, rounds: usize) -> Vec<Duration> {
    let mut best = vec![Duration::MAX; SUBJECTS.len()];
    for _ in 0..rounds {
        for (best, (_, run)) in best.iter_mut().zip(SUBJECTS) {
            let start = Instant::now();
            run(text);
            *best = start.elapsed().min(*best);
        }
    }
    best
}

/// How many times as fast as the subject called `beside` the subject at `index` is.
fn ratio(times: &[Duration], beside: &str, index: usize) -> f64 {
    let named = SUBJECTS.iter().zip(times).find(|((name, _), _)| *name == beside);
    match (named, times.get(index)) {
        (Some((_, beside)), Some(time)) => beside.as_secs_f64() / time.as_secs_f64(),
        _ => f64::NAN,
    }
}
