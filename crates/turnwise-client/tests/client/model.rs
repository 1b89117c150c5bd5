//! Whatever goes wrong in whatever order: each conversation arrives once, in order, completed once.

use proptest::prelude::*;
use tokio::runtime::Runtime;
use turnwise::Message;
use turnwise_client::{Error, NewConversation, Outcome, Status, Unfinished, asynchronous, blocking};
use turnwise_faults::{Envelope, Expected, Family, Plan, Server};

use crate::shell::{Awaiting, assistant, awaiting, config, new, quick, user};

/// How often a caller tries again before the server recovers.
const PATIENCE: usize = 6;

/// Sessions of both clients behind one face.
trait Logger {
    type Session: Logs;
    fn start(&self, new: &NewConversation) -> Result<Self::Session, Error>;
}

trait Logs: Sized {
    fn append(&mut self, messages: Vec<Message>) -> Result<(), Error>;
    fn complete(self, last: Message) -> Result<(), Stuck<Self>>;
    fn retry(stuck: Stuck<Self>) -> Result<(), Stuck<Self>>;
    /// What [`Unfinished`] is for this kind.
    type Unfinished;
}

/// A session that could not be ended, and why.
struct Stuck<S: Logs>(S::Unfinished, Error);

impl Logger for blocking::Client {
    type Session = blocking::Session;

    fn start(&self, new: &NewConversation) -> Result<Self::Session, Error> {
        self.start(new)
    }
}

fn blocked(unfinished: Unfinished<blocking::Session>) -> Stuck<blocking::Session> {
    let error = unfinished.error().clone();
    Stuck(unfinished, error)
}

impl Logs for blocking::Session {
    type Unfinished = Unfinished<Self>;

    fn append(&mut self, messages: Vec<Message>) -> Result<(), Error> {
        self.append(messages)
    }

    fn complete(self, last: Message) -> Result<(), Stuck<Self>> {
        self.complete([last]).map_err(blocked)
    }

    fn retry(stuck: Stuck<Self>) -> Result<(), Stuck<Self>> {
        stuck.0.retry().map_err(blocked)
    }
}

/// A session of the client that awaits, with what drives it.
struct Awaited<'a>(asynchronous::Session, &'a Runtime);

impl<'a> Logger for &'a Awaiting {
    type Session = Awaited<'a>;

    fn start(&self, new: &NewConversation) -> Result<Self::Session, Error> {
        Ok(Awaited(self.runtime.block_on(self.client.start(new))?, &self.runtime))
    }
}

impl<'a> Logs for Awaited<'a> {
    type Unfinished = (Unfinished<asynchronous::Session>, &'a Runtime);

    fn append(&mut self, messages: Vec<Message>) -> Result<(), Error> {
        self.1.block_on(self.0.append(messages))
    }

    fn complete(self, last: Message) -> Result<(), Stuck<Self>> {
        let Self(session, runtime) = self;
        runtime.block_on(session.complete([last])).map_err(|unfinished| {
            let error = unfinished.error().clone();
            Stuck((unfinished, runtime), error)
        })
    }

    fn retry(stuck: Stuck<Self>) -> Result<(), Stuck<Self>> {
        let (unfinished, runtime) = stuck.0;
        runtime.block_on(unfinished.retry()).map_err(|unfinished| {
            let error = unfinished.error().clone();
            Stuck((unfinished, runtime), error)
        })
    }
}

/// Logs one conversation as a caller would that tries again on errors; gives what must have arrived.
fn log(client: &impl Logger, server: &Server, name: usize, sizes: &[usize]) -> Expected {
    let text = |turn: usize, part: usize| format!("{name}.{turn}.{part}");
    let mut sent = vec![text(0, 0)];
    let mut session = insist(server, client, &new(&text(0, 0), Status::Active));
    for (turn, size) in sizes.iter().enumerate() {
        let texts: Vec<_> = (0..*size).map(|part| text(turn + 1, part)).collect();
        // What could not be delivered waits, and goes first with the next call.
        if let Err(error) = session.append(texts.iter().map(|text| user(text)).collect()) {
            assert!(error.is_retryable(), "{error}");
        }
        sent.extend(texts);
    }
    let last = text(usize::MAX, 0);
    let mut ended = session.complete(assistant(&last));
    sent.push(last);
    for _ in 0..PATIENCE {
        let Err(stuck) = ended else { break };
        assert!(stuck.1.is_retryable() || stuck.1.outcome() == Outcome::NotApplied, "{}", stuck.1);
        ended = Logs::retry(stuck);
    }
    if let Err(stuck) = ended {
        server.set_plan(Plan::healthy());
        assert!(Logs::retry(stuck).is_ok(), "a healthy server takes it");
    }
    Expected::new(sent)
}

/// Starts a session however often it takes; in the end the server recovers.
fn insist<L: Logger>(server: &Server, client: &L, new: &NewConversation) -> L::Session {
    for _ in 0..PATIENCE {
        match client.start(new) {
            Ok(session) => return session,
            Err(error) => assert!(error.is_retryable(), "{error}"),
        }
    }
    server.set_plan(Plan::healthy());
    client.start(new).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sessions_keep_the_invariant(
        seed: u64,
        chance in 0.0_f64..0.9,
        attempts in 1_u32..5,
        awaits: bool,
        envelope in prop_oneof![Just(Envelope::Both), Just(Envelope::Flat), Just(Envelope::Data)],
        family in prop_oneof![Just(Family::Both), Just(Family::Conversations), Just(Family::Runs)],
        conversations in proptest::collection::vec(proptest::collection::vec(1_usize..4, 0..5), 1..4),
    ) {
        let server = Server::start(Plan::random(seed, chance).envelope(envelope).family(family)).unwrap();
        let mut settings = config(&server.url());
        settings.retry = quick(attempts);
        let conversations = conversations.iter().enumerate();
        let expected: Vec<_> = if awaits {
            let client = awaiting(settings);
            conversations.map(|(name, sizes)| log(&&client, &server, name, sizes)).collect()
        } else {
            let client = blocking::Client::new(settings).unwrap();
            conversations.map(|(name, sizes)| log(&client, &server, name, sizes)).collect()
        };
        if let Err(breaches) = server.journal().check(&expected) {
            let breaches: Vec<_> = breaches.iter().map(ToString::to_string).collect();
            prop_assert!(false, "{}", breaches.join("\n"));
        }
    }
}
