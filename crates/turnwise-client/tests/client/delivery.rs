//! Calls against a server that misbehaves, judged by its journal.

use std::time::Duration;

use turnwise_client::{Append, Error, Insights, Outcome, RetryPolicy, Status, Target};
use turnwise_faults::{Envelope, Expected, Family, Fault, Plan, ReadBack, RetryAfter, Server};

use crate::shell::{Shell, assistant, config, new, shells};

/// Runs a case with either client, each with a server of its own.
fn each(plan: &Plan, case: impl Fn(&dyn Shell, &Server)) {
    for number in 0..2 {
        let server = Server::start(plan.clone()).unwrap();
        let client = &shells(&config(&server.url()))[number];
        case(&**client, &server);
    }
}

/// All faults that pass, and some that take longer to tell.
fn passing() -> impl Iterator<Item = Fault> {
    Fault::PASSING.iter().copied().chain([Fault::Throttle(RetryAfter::Nonsense)])
}

#[test]
fn a_create_gets_over_every_fault_once() {
    for fault in passing() {
        each(&Plan::healthy().script([Some(fault), Some(fault)]), |client, server| {
            let new = new("Hi", Status::Completed);
            client.create(&new).unwrap_or_else(|error| panic!("{} {fault:?}: {error}", client.name()));
            let journal = server.journal();
            assert_eq!(journal.check(&[Expected::new(["Hi"])]), Ok(()), "{} {fault:?}", client.name());
            assert_eq!(journal.entries()[0].key.as_deref(), Some(new.key()));
        });
    }
}

#[test]
fn an_append_gets_over_every_fault_once() {
    for fault in passing() {
        for read_back in [ReadBack::Messages, ReadBack::Content] {
            let plan = Plan::healthy().read_back(read_back);
            each(&plan, |client, server| {
                let created = client.create(&new("Hi", Status::Active)).unwrap();
                let target = Target::from(&created);
                client.append(&target, &Append::new([assistant("Hello!")])).unwrap();
                server.set_plan(plan.clone().script([Some(fault), None, Some(fault)]));
                let last = Append::new([assistant("Goodbye!")]).status(Status::Completed);
                client
                    .append(&target, &last)
                    .unwrap_or_else(|error| panic!("{} {fault:?}: {error}", client.name()));
                let expected = [Expected::new(["Hi", "Hello!", "Goodbye!"])];
                assert_eq!(server.journal().check(&expected), Ok(()), "{} {fault:?}", client.name());
            });
        }
    }
}

#[test]
fn where_nobody_can_tell_nothing_is_repeated() {
    for applied in [true, false] {
        each(&Plan::healthy().read_back(ReadBack::Text), |client, server| {
            let created = client.create(&new("Hi", Status::Active)).unwrap();
            let plan = Plan::healthy().read_back(ReadBack::Text);
            server.set_plan(plan.script([Some(Fault::Close { applied })]));
            let error = client.append(&Target::from(&created), &Append::new([assistant("Bye")])).unwrap_err();
            assert!(matches!(error, Error::OutcomeUnknown { later: false, .. }), "{error}");
            assert!(!error.is_retryable() && error.outcome() == Outcome::Unknown);
            assert_eq!(server.journal().entries().len(), 1 + usize::from(applied));
        });
    }
}

#[test]
fn an_append_is_not_settled_by_a_server_that_is_down() {
    each(&Plan::healthy(), |client, server| {
        let created = client.create(&new("Hi", Status::Active)).unwrap();
        server.set_plan(Plan::always(Fault::Close { applied: true }));
        let error = client.append(&Target::from(&created), &Append::new([assistant("Bye")])).unwrap_err();
        assert!(
            matches!(error, Error::OutcomeUnknown { later: true, .. }) && error.is_retryable(),
            "{error}"
        );
        assert_eq!(server.journal().entries().len(), 2, "it was sent once");
    });
}

#[test]
fn refusals_are_not_repeated() {
    for status in [400, 401, 403, 413, 422] {
        each(&Plan::always(Fault::Status { status, applied: false }), |client, server| {
            let error = client.create(&new("Hi", Status::Active)).unwrap_err();
            assert_eq!((error.status(), error.is_retryable()), (Some(status), false));
            assert_eq!(server.requests().len(), 1);
        });
    }
}

#[test]
fn the_key_must_be_right() {
    each(&Plan::healthy().key("another"), |client, _| {
        let error = client.create(&new("Hi", Status::Active)).unwrap_err();
        assert!(matches!(error, Error::Unauthorized(_)), "{error}");
        assert_eq!(error.refusal().unwrap().message, "Invalid API key");
    });
}

#[test]
fn attempts_are_counted() {
    for fault in [
        Fault::Status { status: 503, applied: false },
        Fault::Throttle(RetryAfter::Absent),
        Fault::CloseUnread,
    ] {
        each(&Plan::always(fault), |client, server| {
            assert!(client.create(&new("Hi", Status::Active)).unwrap_err().is_retryable());
            // A request that was not read is not kept.
            let expected = if fault == Fault::CloseUnread { 0 } else { 4 };
            assert_eq!(server.requests().len(), expected, "{fault:?}");
        });
    }
}

#[test]
fn one_attempt_is_one_request() {
    let server = Server::start(Plan::always(Fault::Status { status: 503, applied: true })).unwrap();
    let mut settings = config(&server.url());
    settings.retry = RetryPolicy::none();
    for client in shells(&settings) {
        let before = server.requests().len();
        assert!(matches!(client.append(&"c".into(), &Append::new([assistant("x")])), Err(Error::Server(_))));
        assert_eq!(server.requests().len() - before, 1);
    }
}

#[test]
fn retries_dry_up_while_a_server_is_down() {
    each(&Plan::always(Fault::Status { status: 503, applied: false }), |client, server| {
        for _ in 0..50 {
            client.create(&new("Hi", Status::Active)).unwrap_err();
        }
        // 500 tokens pay for 35 retries of 14; each call has one attempt that is free.
        assert_eq!(server.requests().len(), 50 + 500 / 14);
    });
}

#[test]
fn a_retry_that_succeeds_is_paid_back() {
    let server = Server::start(Plan::healthy()).unwrap();
    let client = turnwise_client::blocking::Client::new(config(&server.url())).unwrap();
    for _ in 0..100 {
        let fault = Some(Fault::Status { status: 503, applied: false });
        server.set_plan(Plan::healthy().script([fault]));
        client.create(&new("Hi", Status::Active)).unwrap();
    }
    assert_eq!(client.core().budget().left(), turnwise_client::Budget::CAPACITY);
}

#[test]
fn retry_after_is_kept_as_a_minimum_up_to_a_limit() {
    for after in [RetryAfter::Seconds(3600), RetryAfter::Date(3600)] {
        for number in 0..2 {
            let server = Server::start(Plan::healthy().script([Some(Fault::Throttle(after))])).unwrap();
            let mut settings = config(&server.url());
            settings.retry.retry_after_cap = Duration::from_millis(20);
            shells(&settings)[number].create(&new("Hi", Status::Completed)).unwrap();

            server.set_plan(Plan::always(Fault::Throttle(after)));
            settings.retry = RetryPolicy::none();
            let error = shells(&settings)[number].create(&new("x", Status::Completed)).unwrap_err();
            let asked = error.retry_after().unwrap();
            assert!((3590..=3600).contains(&asked.as_secs()), "{after:?}: {asked:?}");
        }
    }
}

#[test]
fn every_envelope_and_family_works() {
    for envelope in [Envelope::Both, Envelope::Flat, Envelope::Data] {
        for family in [Family::Both, Family::Conversations, Family::Runs] {
            each(&Plan::healthy().envelope(envelope).family(family), |client, server| {
                let created = client.create(&new("Hi", Status::Active)).unwrap();
                let last = Append::new([assistant("Bye")]).status(Status::Completed);
                client.append(&Target::new(&*created.id), &last).unwrap();
                let stored = client.get(&created.id).unwrap();
                assert_eq!(stored.status, Some(Status::Completed));
                let texts: Vec<_> = stored
                    .conversation()
                    .unwrap()
                    .messages
                    .iter()
                    .map(|message| message.text().into_owned())
                    .collect();
                assert_eq!(texts, ["Hi", "Bye"]);
                assert!(matches!(client.insights(&created.id), Ok(Insights::Pending(_))));
                assert!(matches!(client.insights(&created.id), Ok(Insights::Ready(_))));
                assert_eq!(server.journal().check(&[Expected::new(["Hi", "Bye"])]), Ok(()));
            });
        }
    }
}
