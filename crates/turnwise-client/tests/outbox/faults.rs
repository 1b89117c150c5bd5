//! Promise: whatever the server and the program do, a conversation arrives once, in order, and is completed once.
//!
//! Random operations against a server with random faults, judged by its journal.

use std::time::Duration;

use proptest::prelude::*;
use turnwise::{Message, Role};
use turnwise_client::{
    Append, Config, Status,
    outbox::{Error, HttpDelivery, LocalId, Outbox},
};
use turnwise_faults::{Envelope, Expected, Family, Fault, Plan, ReadBack, Server};

use crate::common::{PATIENCE, Queue, cases, conversation, message, options};

/// What a program may do.
#[derive(Debug, Clone)]
enum Act {
    /// Begin a conversation, and complete it at once or leave it open.
    Create { completed: bool },
    /// Add to one of those that are open.
    Append { which: usize, completed: bool },
    /// Flush, for so many milliseconds.
    Flush(u64),
    /// End, with or without a flush, and start again.
    Restart { flush: bool },
    /// Ask for what waits or is dead to be tried now.
    Retry,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => any::<bool>().prop_map(|completed| Act::Create { completed }),
        8 => (any::<usize>(), prop::bool::weighted(0.2))
            .prop_map(|(which, completed)| Act::Append { which, completed }),
        2 => (0_u64..20).prop_map(Act::Flush),
        1 => any::<bool>().prop_map(|flush| Act::Restart { flush }),
        1 => Just(Act::Retry),
    ]
}

fn plan() -> impl Strategy<Value = Plan> {
    let family = prop_oneof![Just(Family::Both), Just(Family::Conversations), Just(Family::Runs)];
    let envelope = prop_oneof![Just(Envelope::Both), Just(Envelope::Flat), Just(Envelope::Data)];
    (any::<u64>(), 0.0..0.7_f64, family, envelope).prop_map(|(seed, chance, family, envelope)| {
        Plan::random(seed, chance).family(family).envelope(envelope)
    })
}

/// What the program was told to be in the queue.
#[derive(Default)]
struct Model {
    conversations: Vec<(usize, bool)>,
}

impl Model {
    fn expected(&self) -> Vec<Expected> {
        let all = self.conversations.iter().enumerate();
        all.map(|(key, (messages, completed))| {
            let messages = (0..*messages).map(|number| format!("{key} {number}"));
            if *completed { Expected::new(messages) } else { Expected::open(messages) }
        })
        .collect()
    }
}

fn delivery(server: &Server) -> HttpDelivery {
    let mut config = Config::new("sk_test_1");
    config.base_url = server.url();
    HttpDelivery::new(config).unwrap()
}

/// Does it all, lets the server recover, and gives what must be there then.
fn play(queue: &Queue, server: &Server, acts: &[Act]) -> Model {
    let mut model = Model::default();
    let mut outbox = queue.open(delivery(server));
    for act in acts {
        match *act {
            Act::Create { completed } => {
                let key = model.conversations.len().to_string();
                let status = if completed { Status::Completed } else { Status::Active };
                outbox.enqueue(&conversation(&key, status)).unwrap();
                model.conversations.push((1, completed));
            }
            Act::Append { which, completed } => {
                let count = model.conversations.len();
                let Some((key, (messages, closed))) =
                    model.conversations.iter_mut().enumerate().nth(which % count.max(1))
                else {
                    continue;
                };
                let key = key.to_string();
                let status = if completed { Status::Completed } else { Status::Active };
                let append = Append::new([message(&key, *messages)]).status(status);
                match outbox.append(&LocalId::new(&key), &append) {
                    Ok(()) if !*closed => (*messages, *closed) = (*messages + 1, completed),
                    Err(Error::Closed(_) | Error::UnknownConversation(_)) if *closed => {}
                    other => panic!("{key}: closed {closed}, and {other:?}"),
                }
            }
            Act::Flush(millis) => {
                outbox.flush(Duration::from_millis(millis)).unwrap();
            }
            Act::Restart { flush } => {
                if flush {
                    outbox.flush(Duration::from_millis(20)).unwrap();
                }
                outbox.close(Duration::ZERO).unwrap();
                // What was under way at the end goes on until it is answered.
                outbox = loop {
                    match Outbox::open_with(&queue.path, delivery(server), options()) {
                        Err(Error::InUse { .. }) => std::thread::sleep(Duration::from_millis(1)),
                        other => break other.unwrap(),
                    }
                };
            }
            Act::Retry => {
                outbox.retry(None).unwrap();
            }
        }
    }
    server.set_plan(Plan::healthy());
    let flushed = outbox.close(PATIENCE).unwrap();
    let dead = queue.offline().dead(10).unwrap();
    let reasons: Vec<_> = dead.iter().map(|dead| &dead.reason).collect();
    assert_eq!((flushed.remaining, reasons), (0, vec![]));
    model
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn the_journal_holds_what_was_taken_in(plan in plan(), acts in prop::collection::vec(act(), 1..40)) {
        let (queue, server) = (Queue::new(), Server::start(plan).unwrap());
        let model = play(&queue, &server, &acts);
        prop_assert_eq!(server.journal().check(&model.expected()), Ok(()));
    }
}

#[test]
fn every_fault_alone_is_got_over() {
    for fault in Fault::PASSING {
        for place in 0..4 {
            // Nothing for the requests before: a create, two appends, and whatever follows the fault.
            let script = (0..place).map(|_| None).chain([Some(*fault)]);
            let (queue, server) = (Queue::new(), Server::start(Plan::healthy().script(script)).unwrap());
            let acts = [
                Act::Create { completed: false },
                Act::Append { which: 0, completed: false },
                Act::Append { which: 0, completed: true },
                Act::Flush(60_000),
            ];
            let model = play(&queue, &server, &acts);
            assert_eq!(server.journal().check(&model.expected()), Ok(()), "{fault:?} at {place}");
        }
    }
}

#[test]
fn what_cannot_be_settled_is_set_aside_and_never_repeated() {
    let close = Some(Fault::Close { applied: true });
    let plan = Plan::healthy().read_back(ReadBack::Text).script([None, close]);
    let (queue, server) = (Queue::new(), Server::start(plan).unwrap());
    let outbox = queue.open(delivery(&server));
    let id = outbox.enqueue(&conversation("0", Status::Active)).unwrap();
    outbox.complete(&id, [message("0", 1)]).unwrap();
    let flushed = outbox.flush(PATIENCE).unwrap();
    assert_eq!((flushed.remaining, flushed.dead), (0, 1));
    assert!(outbox.dead(1).unwrap()[0].reason.contains("nobody can tell"), "{:?}", outbox.dead(1));
    assert_eq!(server.journal().check(&[Expected::new(["0 0", "0 1"])]), Ok(()));
}

#[test]
fn a_long_conversation_is_read_back_whatever_the_limit_for_answers() {
    let script = [None, Some(Fault::Close { applied: true })];
    let (queue, server) = (Queue::new(), Server::start(Plan::healthy().script(script)).unwrap());
    let mut config = Config::new("sk_test_1");
    (config.base_url, config.max_response) = (server.url(), 4096);
    let outbox = queue.open(HttpDelivery::new(config).unwrap());
    let id = outbox.enqueue(&conversation("0", Status::Active)).unwrap();
    let text = "x".repeat(10_000);
    outbox.complete(&id, [Message::new(Role::Assistant, text.clone())]).unwrap();
    let flushed = outbox.flush(PATIENCE).unwrap();
    assert_eq!((flushed.remaining, flushed.dead), (0, 0), "{:?}", outbox.dead(1));
    assert_eq!(server.journal().check(&[Expected::new(["0 0".to_owned(), text])]), Ok(()));
}

#[test]
fn a_key_that_is_not_accepted_holds_the_queue_and_kills_no_record() {
    let (queue, server) = (Queue::new(), Server::start(Plan::healthy().key("another")).unwrap());
    let outbox = queue.open(delivery(&server));
    for key in 0..20 {
        outbox.enqueue(&conversation(&key.to_string(), Status::Completed)).unwrap();
    }
    while outbox.status().unwrap().totals.retried == 0 {
        std::thread::sleep(Duration::from_millis(1));
    }
    let status = outbox.status().unwrap();
    assert_eq!((status.levels.dead, status.levels.remaining()), (0, 20));
    assert!(status.holding.unwrap().contains("key"));
    assert!(server.requests().len() < 20, "not every record has to find out");
    server.set_plan(Plan::healthy());
    assert_eq!(outbox.flush(PATIENCE).unwrap().remaining, 0);
}

#[test]
fn a_create_with_a_key_too_old_is_looked_for_before_it_is_sent() {
    for (fault, requests) in [(Fault::Close { applied: true }, 2), (Fault::Close { applied: false }, 3)] {
        let server = Server::start(Plan::healthy().script([Some(fault)])).unwrap();
        let queue = Queue::new();
        let outbox = queue.open(delivery(&server).key_lifetime(Duration::ZERO));
        outbox.enqueue(&conversation("0", Status::Completed)).unwrap();
        assert_eq!(outbox.flush(PATIENCE).unwrap().remaining, 0, "{:?}", outbox.dead(1));
        assert_eq!(server.journal().check(&[Expected::new(["0 0"])]), Ok(()));
        let methods: Vec<_> = server.requests().iter().map(|(request, _)| request.method.clone()).collect();
        assert_eq!(methods.len(), requests, "{methods:?}");
        assert_eq!(methods[1], "GET");
    }
}
