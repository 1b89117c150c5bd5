//! How fast records may be sent: a pure state machine.
//!
//! Every record keeps its own schedule, but when the server is down thousands of them would each have to find that out.
//! So the first failure stops all: after a wait that doubles with every further failure one record is tried, and when
//! one gets through all go on.

use std::time::{Duration, Instant};

use super::{
    job::{Cause, Delivered},
    transition::backoff,
};

/// How fast records may be sent.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// Failures since something got through.
    failures: u32,
    /// When the next attempt may be made.
    until: Option<Instant>,
    /// Whether the server asked for that.
    asked: bool,
    /// What the last failure was.
    reason: Option<String>,
}

/// Longest wait for the server, unless it asks for more.
const LONGEST: Duration = Duration::from_secs(60);
/// Longest wait while the key is not accepted.
const LONGEST_UNAUTHORIZED: Duration = Duration::from_secs(3600);

impl Pace {
    /// How many records may be taken now, with `under_way` taken already and room for `most` in all.
    pub(super) fn room(&self, now: Instant, under_way: usize, most: usize) -> usize {
        if self.failures == 0 {
            return most.saturating_sub(under_way);
        }
        let one = under_way == 0 && self.until.is_none_or(|until| until <= now);
        most.min(usize::from(one))
    }

    /// When there is room again, where time alone makes it.
    pub(super) fn until(&self) -> Option<Instant> {
        self.until
    }

    /// Why nothing is sent, where that is so.
    pub(super) fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// Learns what came of an attempt.
    pub(super) fn saw(&mut self, came: &Delivered, longest_retry_after: Duration, now: Instant, chance: f64) {
        match came {
            Delivered::Later { cause, wait, reason, .. } if came.stops_all() => {
                self.failures = self.failures.saturating_add(1);
                let longest = if *cause == Cause::Unauthorized { LONGEST_UNAUTHORIZED } else { LONGEST };
                let drawn = backoff(*cause, self.failures, longest).mul_f64(chance.clamp(0.0, 1.0));
                let least = wait.unwrap_or_default().min(longest_retry_after);
                self.until = self.until.max(now.checked_add(drawn.max(least)));
                self.asked |= wait.is_some();
                self.reason = Some(reason.clone());
            }
            Delivered::Later { .. } => {}
            Delivered::Accepted { .. } | Delivered::Refused { .. } => *self = Self::default(),
        }
    }

    /// Forgets the wait, so that the next record is tried now; not the one that the server asked for.
    pub(super) fn hurry(&mut self, now: Instant) {
        if !self.asked {
            self.until = Some(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn later(cause: Cause, wait: Option<u64>) -> Delivered {
        Delivered::Later { cause, unknown: false, wait: wait.map(Duration::from_secs), reason: "down".into() }
    }

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn a_failure_stops_all_and_a_success_frees_all() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        assert_eq!(pace.room(now, 3, 10), 7);
        pace.saw(&later(Cause::Trouble, None), HOUR, now, 1.0);
        assert_eq!(pace.reason(), Some("down"));
        assert_eq!(pace.room(now, 0, 10), 0);
        let after = now + Duration::from_millis(50);
        assert_eq!((pace.room(after, 0, 10), pace.room(after, 1, 10)), (1, 0));
        assert_eq!(pace.room(after, 0, 0), 0, "an outbox that ends takes nothing up");
        pace.saw(&Delivered::Accepted { remote_id: None }, HOUR, after, 1.0);
        assert_eq!((pace.room(after, 0, 10), pace.reason()), (10, None));
    }

    #[test]
    fn the_wait_grows_and_the_server_may_ask_for_more() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        for _ in 0..40 {
            pace.saw(&later(Cause::Trouble, None), HOUR, now, 1.0);
        }
        assert_eq!(pace.until(), Some(now + LONGEST));
        pace.saw(&later(Cause::Throttled, Some(120)), HOUR, now, 1.0);
        assert_eq!(pace.until(), Some(now + Duration::from_secs(120)));
        pace.hurry(now);
        assert_eq!(pace.room(now, 0, 10), 0, "what the server asked for is kept");
    }

    #[test]
    fn whoever_hurries_does_not_wait_for_more_than_the_server_asked() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        pace.saw(&later(Cause::Trouble, None), HOUR, now, 1.0);
        pace.hurry(now);
        assert_eq!((pace.until(), pace.room(now, 0, 10)), (Some(now), 1), "one, to see how it fares");
        pace.saw(&later(Cause::Unauthorized, None), HOUR, now, 1.0);
        assert_eq!(pace.until(), Some(now + 2 * LONGEST), "a key is mended by people");
    }

    #[test]
    fn one_busy_record_says_nothing_about_the_server() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        pace.saw(&later(Cause::Busy, None), HOUR, now, 1.0);
        assert_eq!(pace.room(now, 0, 10), 10);
    }
}
