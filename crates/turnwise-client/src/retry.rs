//! Whether and when to try again: the rules that the AWS SDKs have had since 2026.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use crate::error::{Error, Outcome};

/// How often and when to try again.
///
/// Before attempt `k + 1` it waits a random part of `min(cap, base * 2^k)`, `k` from 0, and at least as long as the
/// server asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// Attempts in all, the first included: 3.
    pub attempts: u32,
    /// Base after a failure: 50 ms.
    pub base: Duration,
    /// Base after 429: 1 s.
    pub throttled_base: Duration,
    /// The most it waits by itself: 20 s.
    pub cap: Duration,
    /// The most it waits because the server asks for it (`Retry-After`): 60 s.
    pub retry_after_cap: Duration,
    /// How long it waits before it looks for an append whose outcome is unknown, since the server may still be at work
    /// on it: 1 s.
    pub settle_after: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 3,
            base: Duration::from_millis(50),
            throttled_base: Duration::from_secs(1),
            cap: Duration::from_secs(20),
            retry_after_cap: Duration::from_secs(60),
            settle_after: Duration::from_secs(1),
        }
    }
}

impl RetryPolicy {
    /// One attempt, and nothing is settled: for callers with a schedule of their own.
    pub fn none() -> Self {
        Self { attempts: 1, ..Self::default() }
    }

    /// How long to wait after this error, with `random` from 0 to 1.
    ///
    /// `attempt` counts those made so far, from 1.
    pub fn delay(&self, attempt: u32, error: &Error, random: f64) -> Duration {
        let base = if error.is_throttling() { self.throttled_base } else { self.base };
        let factor = 1_u32.checked_shl(attempt.saturating_sub(1)).unwrap_or(u32::MAX);
        let jittered = base.saturating_mul(factor).min(self.cap).mul_f64(random.clamp(0.0, 1.0));
        let asked = error.retry_after().unwrap_or_default().min(self.retry_after_cap);
        jittered.max(asked)
    }
}

/// What follows an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Try again after this long, for that many tokens of the [`Budget`].
    Again(Duration, u32),
    /// It stays an error.
    GiveUp,
}

/// Decides what follows an error after `attempt` attempts (from 1). `repeatable` says whether the request may be sent
/// again though it may have been applied.
pub fn decide(policy: &RetryPolicy, attempt: u32, error: &Error, repeatable: bool, random: f64) -> Decision {
    let safe = repeatable || error.outcome() == Outcome::NotApplied;
    if attempt >= policy.attempts || !error.is_retryable() || !safe {
        return Decision::GiveUp;
    }
    Decision::Again(policy.delay(attempt, error, random), Budget::cost(error))
}

/// What retries cost, for all calls of a client together: while a server is down, they dry up.
#[derive(Debug)]
pub struct Budget(AtomicU32);

impl Budget {
    /// The tokens there are at most, and at first.
    pub const CAPACITY: u32 = 500;

    /// A full one.
    pub fn new() -> Self {
        Self(AtomicU32::new(Self::CAPACITY))
    }

    /// What a retry costs: 5 tokens after 429, 14 after anything else.
    pub fn cost(error: &Error) -> u32 {
        if error.is_throttling() { 5 } else { 14 }
    }

    /// Takes tokens, if there are enough.
    pub fn take(&self, tokens: u32) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(tokens)).is_ok()
    }

    /// Gives tokens back after a success: those that its last retry cost, or one where there was none.
    pub fn refund(&self, tokens: u32) {
        let refunded = |left: u32| Some(left.saturating_add(tokens.max(1)).min(Self::CAPACITY));
        // The update always has a value, so it cannot fail.
        _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, refunded);
    }

    /// How many tokens there are.
    pub fn left(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self::new()
    }
}
