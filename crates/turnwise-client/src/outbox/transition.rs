//! What becomes of a record after an attempt: a pure function.

use std::time::Duration;

use super::job::{Cause, Delivered, Job, Op};

/// What becomes of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Next {
    /// It leaves the queue: the server has it.
    Delivered { remote_id: Option<String> },
    /// It is set aside.
    Dead { reason: String },
    /// It is tried again.
    Again {
        /// After this time.
        wait: Duration,
        /// Whether the server asked for the wait.
        throttled: bool,
        /// Whether the server may have it.
        unsettled: bool,
        /// Why.
        reason: String,
    },
}

/// How patiently records are tried again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// Longest wait unless the server asks for more.
    pub(super) longest_wait: Duration,
    /// Most that the server may ask for.
    pub(super) longest_retry_after: Duration,
    /// Least wait before an append is settled.
    pub(super) settle_after: Duration,
}

/// Decides. `chance` is random, from 0 to 1.
///
/// The wait doubles from attempt to attempt, is capped and then drawn at random below the cap ("full jitter"); what the
/// server asks for is the least.
pub(super) fn next(job: &Job, came: Delivered, patience: Patience, chance: f64) -> Next {
    match came {
        Delivered::Accepted { remote_id } => Next::Delivered { remote_id },
        Delivered::Refused { reason } => Next::Dead { reason },
        Delivered::Later { cause, unknown, wait, reason } => {
            let unsettled = unknown || job.unsettled.is_some();
            let mut least = wait.unwrap_or_default().min(patience.longest_retry_after);
            if unsettled && job.op == Op::Append {
                least = least.max(patience.settle_after);
            }
            let backoff = backoff(cause, job.attempts, patience.longest_wait).mul_f64(chance.clamp(0.0, 1.0));
            Next::Again { wait: backoff.max(least), throttled: wait.is_some(), unsettled, reason }
        }
    }
}

/// The cap of the wait after this many attempts.
pub(super) fn backoff(cause: Cause, attempts: u32, longest: Duration) -> Duration {
    let base = match cause {
        Cause::Trouble | Cause::Busy => Duration::from_millis(50),
        Cause::Throttled => Duration::from_secs(1),
        Cause::Unauthorized => Duration::from_secs(60),
    };
    let doubled = 2_u32.saturating_pow(attempts.saturating_sub(1));
    base.saturating_mul(doubled).min(longest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbox::LocalId;

    const PATIENCE: Patience = Patience {
        longest_wait: Duration::from_secs(3600),
        longest_retry_after: Duration::from_secs(600),
        settle_after: Duration::from_secs(5),
    };

    fn job(op: Op, attempts: u32, unsettled: bool) -> Job {
        Job {
            record: 1,
            conversation: LocalId::new("k"),
            remote_id: None,
            op,
            attempts,
            unsettled: unsettled.then_some(Duration::ZERO),
            body: Vec::new(),
        }
    }

    fn later(cause: Cause, unknown: bool, wait: Option<u64>) -> Delivered {
        Delivered::Later { cause, unknown, wait: wait.map(Duration::from_secs), reason: "r".into() }
    }

    fn wait(job: &Job, came: Delivered, chance: f64) -> (Duration, bool, bool) {
        match next(job, came, PATIENCE, chance) {
            Next::Again { wait, throttled, unsettled, .. } => (wait, throttled, unsettled),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let caps = [1, 2, 3, 17, 18, 40, u32::MAX].map(|attempts| {
            wait(&job(Op::Create, attempts, false), later(Cause::Trouble, false, None), 1.0).0
        });
        let millis = [50, 100, 200, 3_276_800, 3_600_000, 3_600_000, 3_600_000].map(Duration::from_millis);
        assert_eq!(caps, millis);
        let half = wait(&job(Op::Create, 1, false), later(Cause::Throttled, false, None), 0.5).0;
        assert_eq!(half, Duration::from_millis(500));
    }

    #[test]
    fn what_the_server_asks_for_is_the_least_and_has_a_ceiling() {
        let asked =
            |seconds| wait(&job(Op::Create, 1, false), later(Cause::Throttled, false, Some(seconds)), 1.0);
        assert_eq!(asked(30), (Duration::from_secs(30), true, false));
        assert_eq!(asked(0), (Duration::from_secs(1), true, false));
        assert_eq!(asked(86_400), (Duration::from_secs(600), true, false));
    }

    #[test]
    fn doubt_stays_until_the_record_is_settled() {
        let after =
            |op, before, unknown| wait(&job(op, 1, before), later(Cause::Trouble, unknown, None), 0.0);
        assert_eq!(after(Op::Append, false, false), (Duration::ZERO, false, false));
        assert_eq!(after(Op::Append, false, true), (Duration::from_secs(5), false, true));
        assert_eq!(after(Op::Append, true, false), (Duration::from_secs(5), false, true));
        assert_eq!(after(Op::Create, true, false), (Duration::ZERO, false, true));
        assert_eq!(after(Op::Create, false, true), (Duration::ZERO, false, true));
    }

    #[test]
    fn nothing_but_an_answer_ends_a_record() {
        let job = job(Op::Append, u32::MAX, true);
        let accepted = next(&job, Delivered::Accepted { remote_id: Some("c".into()) }, PATIENCE, 0.0);
        assert_eq!(accepted, Next::Delivered { remote_id: Some("c".into()) });
        let refused = next(&job, Delivered::Refused { reason: "422".into() }, PATIENCE, 0.0);
        assert_eq!(refused, Next::Dead { reason: "422".into() });
        for cause in [Cause::Trouble, Cause::Throttled, Cause::Busy, Cause::Unauthorized] {
            wait(&job, later(cause, true, None), 1.0);
        }
    }
}
