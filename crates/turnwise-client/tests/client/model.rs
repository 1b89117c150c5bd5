//! Whatever goes wrong in whatever order: each conversation arrives once, in order, completed once.

use proptest::prelude::*;
use turnwise_client::{
    Outcome, Status,
    blocking::{Client, Session},
};
use turnwise_faults::{Expected, Plan, Server};

use crate::shell::{assistant, config, new, quick, user};

/// How often a caller tries again before the server recovers.
const PATIENCE: usize = 6;

/// Logs one conversation as a caller would that tries again on errors; gives what must have arrived.
fn log(client: &Client, server: &Server, name: usize, sizes: &[usize]) -> Expected {
    let text = |turn: usize, part: usize| format!("{name}.{turn}.{part}");
    let mut sent = vec![text(0, 0)];
    let first = new(&text(0, 0), Status::Active);
    let mut session = insist(server, || client.start(&first));
    for (turn, size) in sizes.iter().enumerate() {
        let texts: Vec<_> = (0..*size).map(|part| text(turn + 1, part)).collect();
        // What could not be delivered waits, and goes first with the next call.
        if let Err(error) = session.append(texts.iter().map(|text| user(text))) {
            assert!(error.is_retryable(), "{error}");
        }
        sent.extend(texts);
    }
    let last = text(usize::MAX, 0);
    sent.push(last.clone());
    let mut ended = session.complete([assistant(&last)]);
    for _ in 0..PATIENCE {
        let Err(unfinished) = ended else { break };
        assert!(
            unfinished.error().is_retryable() || unfinished.error().outcome() == Outcome::NotApplied,
            "{unfinished}"
        );
        ended = unfinished.retry();
    }
    if let Err(unfinished) = ended {
        server.set_plan(Plan::healthy());
        unfinished.retry().unwrap();
    }
    Expected::new(sent)
}

/// Starts a session however often it takes; in the end the server recovers.
fn insist(server: &Server, start: impl Fn() -> Result<Session, turnwise_client::Error>) -> Session {
    for _ in 0..PATIENCE {
        match start() {
            Ok(session) => return session,
            Err(error) => assert!(error.is_retryable(), "{error}"),
        }
    }
    server.set_plan(Plan::healthy());
    start().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sessions_keep_the_invariant(
        seed: u64,
        chance in 0.0_f64..0.9,
        attempts in 1_u32..5,
        conversations in proptest::collection::vec(proptest::collection::vec(1_usize..4, 0..5), 1..4),
    ) {
        let server = Server::start(Plan::random(seed, chance)).unwrap();
        let client = Client::new(config(&server.url())).unwrap().with_retry(quick(attempts));
        let expected: Vec<_> = conversations
            .iter()
            .enumerate()
            .map(|(name, sizes)| log(&client, &server, name, sizes))
            .collect();
        if let Err(breaches) = server.journal().check(&expected) {
            let breaches: Vec<_> = breaches.iter().map(ToString::to_string).collect();
            prop_assert!(false, "{}", breaches.join("\n"));
        }
    }
}
