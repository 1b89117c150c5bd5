//! How many requests each key may make: a number for every minute that begins with its first request.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Hash of a caller's key.
pub(crate) type Caller = [u8; 32];

const MINUTE: Duration = Duration::from_secs(60);
/// Callers remembered at a time; those beyond it share one count.
const CALLERS: usize = 10_000;

/// Counts requests by caller.
pub(crate) struct Rate {
    limit: u32,
    windows: Mutex<HashMap<Caller, Window>>,
}

#[derive(Clone, Copy)]
struct Window {
    start: Instant,
    used: u32,
}

/// What a caller has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Allowance {
    /// Requests a minute.
    pub(crate) limit: u32,
    /// Requests left in this minute.
    pub(crate) remaining: u32,
    /// Seconds until the minute ends, at least 1.
    pub(crate) reset: u64,
    /// Whether this request is one of those allowed.
    pub(crate) allowed: bool,
}

impl Rate {
    /// Nobody has asked yet; 0 allows any number.
    pub(crate) fn new(limit: u32) -> Self {
        Self { limit, windows: Mutex::default() }
    }

    /// Counts one request; none where there is no limit.
    pub(crate) fn count(&self, caller: Caller, now: Instant) -> Option<Allowance> {
        if self.limit == 0 {
            return None;
        }
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let ended = |window: &Window| now.saturating_duration_since(window.start) >= MINUTE;
        if windows.len() >= CALLERS && !windows.contains_key(&caller) {
            windows.retain(|_, window| !ended(window));
        }
        let caller =
            if windows.len() < CALLERS || windows.contains_key(&caller) { caller } else { Caller::default() };
        let window = windows.entry(caller).or_insert(Window { start: now, used: 0 });
        if ended(window) {
            *window = Window { start: now, used: 0 };
        }
        let allowed = window.used < self.limit;
        window.used = window.used.saturating_add(allowed.into());
        let left = MINUTE.saturating_sub(now.saturating_duration_since(window.start));
        Some(Allowance {
            limit: self.limit,
            remaining: self.limit.saturating_sub(window.used),
            reset: left.as_secs().saturating_add(1).min(MINUTE.as_secs()),
            allowed,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::arithmetic_side_effects,
        clippy::unwrap_used,
        reason = "a test may stop at the first surprise"
    )]

    use super::{CALLERS, Caller, MINUTE, Rate};
    use std::time::{Duration, Instant};

    fn caller(number: usize) -> Caller {
        let mut caller = Caller::default();
        caller.iter_mut().zip((number + 1).to_be_bytes()).for_each(|(to, from)| *to = from);
        caller
    }

    #[test]
    fn a_minute_after_its_first_request_a_caller_has_all_again() {
        let (rate, start) = (Rate::new(2), Instant::now());
        let count = |after: Duration| {
            let allowance = rate.count(caller(0), start + after).unwrap();
            (allowance.allowed, allowance.remaining, allowance.reset)
        };
        assert_eq!(count(Duration::ZERO), (true, 1, 60));
        assert_eq!(count(Duration::from_millis(30_500)), (true, 0, 30));
        assert_eq!(count(Duration::from_secs(59)), (false, 0, 2));
        assert_eq!(count(MINUTE), (true, 1, 60));
    }

    #[test]
    fn callers_beyond_the_bound_share_one_count() {
        let (rate, start) = (Rate::new(1), Instant::now());
        let allowed = |number, after| rate.count(caller(number), start + after).unwrap().allowed;
        assert!((0..CALLERS).all(|number| allowed(number, Duration::ZERO)));
        assert!(allowed(CALLERS, Duration::ZERO));
        assert!(!allowed(CALLERS + 1, Duration::ZERO), "the shared one is used up");
        assert!(allowed(CALLERS + 2, MINUTE), "callers that are done are forgotten");
        assert!(rate.windows.lock().unwrap().len() <= CALLERS + 1);
    }

    #[test]
    fn without_a_limit_nobody_is_counted() {
        assert_eq!(Rate::new(0).count(caller(0), Instant::now()), None);
    }
}
