//! Whether and when to try again.

use std::time::Duration;

use proptest::prelude::*;
use turnwise_client::{
    Budget, Error, Response, RetryPolicy,
    retry::{Decision, decide},
};

fn status(status: u16, retry_after: Option<&str>) -> Error {
    let mut response = Response::new(status, "");
    response.retry_after = retry_after.map(str::to_owned);
    response.error().unwrap()
}

fn again(attempt: u32, error: &Error, repeatable: bool) -> bool {
    decide(&RetryPolicy::default(), attempt, error, repeatable, 0.5) != Decision::GiveUp
}

#[test]
fn what_may_have_been_applied_is_repeated_only_if_it_can_be() {
    let lost = Error::Lost("reset".into());
    let connect = Error::Connect("refused".into());
    for error in [&lost, &status(500, None), &status(503, None), &Error::Timeout { connecting: false }] {
        assert!(again(1, error, true) && !again(1, error, false), "{error}");
    }
    for error in [&connect, &status(429, None), &status(408, None), &Error::Timeout { connecting: true }] {
        assert!(again(1, error, true) && again(1, error, false), "{error}");
    }
    for error in
        [status(400, None), status(401, None), status(422, None), status(302, None), status(501, None)]
    {
        assert!(!again(1, &error, true), "{error}");
    }
    assert!(again(2, &connect, true) && !again(3, &connect, true), "three attempts");
    assert_eq!(decide(&RetryPolicy::none(), 1, &connect, true, 0.5), Decision::GiveUp);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn delays_keep_their_bounds(
        attempt in 1_u32..2000, random in -1.0_f64..2.0, throttled: bool, asked in proptest::option::of(0_u64..1_000_000)
    ) {
        let asked_for = asked.map(|seconds| seconds.to_string());
        let error = status(if throttled { 429 } else { 503 }, asked_for.as_deref());
        let policy = RetryPolicy::default();
        let delay = policy.delay(attempt, &error, random);
        let least = asked.map(Duration::from_secs).unwrap_or_default().min(policy.retry_after_cap);
        let base = if throttled { policy.throttled_base } else { policy.base };
        let most = base.saturating_mul(1_u32.checked_shl(attempt - 1).unwrap_or(u32::MAX)).min(policy.cap);
        prop_assert!(delay >= least);
        prop_assert!(delay <= most.max(least));
    }

    #[test]
    fn a_budget_never_overspends(steps in proptest::collection::vec((any::<bool>(), 0_u32..20), 0..400)) {
        let budget = Budget::new();
        let mut left = Budget::CAPACITY;
        for (takes, tokens) in steps {
            if takes {
                prop_assert_eq!(budget.take(tokens), tokens <= left);
                left -= if tokens <= left { tokens } else { 0 };
            } else {
                budget.refund(tokens);
                left = (left + tokens.max(1)).min(Budget::CAPACITY);
            }
            prop_assert_eq!(budget.left(), left);
        }
    }
}
