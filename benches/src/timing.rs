//! Times of several things beside each other, on a machine that does other work as well.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use crate::Subject;

/// One measurement takes at least this long.
const SHORTEST: Duration = Duration::from_millis(1);
/// So many rounds are made at least, whatever the time.
const ROUNDS: usize = 7;

/// How many times as long each subject takes as the first does, in about `budget`.
///
/// These are medians over rounds in which all have their turn, so that whatever slows the machine down falls on all
/// alike; each round begins with another. What counts is the time of the processor, not that of other programs.
pub fn ratios(subjects: &[Subject], budget: Duration) -> Vec<f64> {
    let repeats: Vec<u32> = subjects.iter().map(repeats).collect();
    let mut rounds: Vec<Vec<f64>> = Vec::new();
    let start = Instant::now();
    while rounds.len() < ROUNDS || start.elapsed() < budget {
        let mut times = vec![f64::NAN; subjects.len()];
        let all = subjects.iter().zip(&repeats).enumerate();
        for (index, (subject, repeats)) in all.cycle().skip(rounds.len()).take(subjects.len()) {
            if let Some(time) = times.get_mut(index) {
                *time = seconds(subject, *repeats);
            }
        }
        let first = times.first().copied().unwrap_or(f64::NAN);
        rounds.push(times.iter().map(|time| time / first).collect());
    }
    let of_one = |index| median(rounds.iter().filter_map(|round| round.get(index).copied()).collect());
    (0..subjects.len()).map(of_one).collect()
}

/// The one in the middle.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len().div_euclid(2)).copied().unwrap_or(f64::NAN)
}

/// How often a subject must run to take long enough; its first run does not count.
fn repeats(subject: &Subject) -> u32 {
    subject.run();
    let times = SHORTEST.as_secs_f64() / seconds(subject, 1);
    times.ceil().clamp(1.0, 1e6) as u32
}

/// Seconds of the processor that a run takes, over so many.
fn seconds(subject: &Subject, repeats: u32) -> f64 {
    let start = worked();
    for _ in 0..repeats {
        subject.run();
    }
    (worked() - start) / f64::from(repeats)
}

/// Seconds that this thread has worked so far.
fn worked() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}
