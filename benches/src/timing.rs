//! Times of several things beside each other, on a machine that does other work as well.

use std::time::{Duration, Instant};

/// One measurement is at least this long.
const SHORTEST: Duration = Duration::from_millis(1);
/// Rounds that are made at least, whatever the time.
const ROUNDS: usize = 7;

/// How many times as long each takes as the first does: the medians of rounds in which all have their turn, so that
/// whatever slows the machine down falls on all alike.
///
/// Takes about `budget`, or longer where seven rounds take longer. The first that comes in a round is another each time.
pub fn ratios(runs: &[&dyn Fn() -> usize], budget: Duration) -> Vec<f64> {
    let repeats: Vec<u32> = runs.iter().map(|run| repeats(*run)).collect();
    let mut rounds: Vec<Vec<f64>> = Vec::new();
    let start = Instant::now();
    while rounds.len() < ROUNDS || start.elapsed() < budget {
        let mut times = vec![0.0; runs.len()];
        for index in (0..runs.len()).cycle().skip(rounds.len()).take(runs.len()) {
            if let (Some(run), Some(repeats), Some(time)) =
                (runs.get(index), repeats.get(index), times.get_mut(index))
            {
                *time = time_of(*run, *repeats);
            }
        }
        let first = times.first().copied().unwrap_or(f64::NAN);
        rounds.push(times.iter().map(|time| time / first).collect());
    }
    let of_one =
        |index| median(rounds.iter().filter_map(|round: &Vec<f64>| round.get(index).copied()).collect());
    (0..runs.len()).map(of_one).collect()
}

/// The one in the middle.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len().div_euclid(2)).copied().unwrap_or(f64::NAN)
}

/// How often something must be done to take long enough; the first time does not count.
fn repeats(run: &dyn Fn() -> usize) -> u32 {
    run();
    let once = time_of(run, 1).max(1e-9);
    // The quotient is small and positive.
    (SHORTEST.as_secs_f64() / once).ceil().clamp(1.0, 1e6) as u32
}

/// Seconds that one run takes, over so many.
fn time_of(run: &dyn Fn() -> usize, repeats: u32) -> f64 {
    let start = Instant::now();
    for _ in 0..repeats {
        run();
    }
    start.elapsed().as_secs_f64() / f64::from(repeats)
}
