//! Every wrong that a client could do is caught, and a right one is not blamed.

use crate::{Client, said};
use serde_json::json;
use turnwise_faults::{Breach, End, Expected, Journal, Plan, Server};

/// What the judge says of what `client` does.
fn judged(client: impl FnOnce(&mut Client), expected: &[Expected]) -> Vec<Breach> {
    let server = Server::start(Plan::healthy()).expect("starts");
    client(&mut Client::of(&server));
    server.journal().check(expected).err().unwrap_or_default()
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

const ID: &str = "conv_1";

#[test]
fn a_right_client_is_not_blamed() {
    let client = |client: &mut Client| {
        let first = client.create(&["a1"]);
        let second = client.create(&["b1", "b2"]);
        client.append(&first, &["a2"], "active");
        client.append(&second, &["b3"], "completed");
        client.append(&first, &["a3", "a4"], "completed");
    };
    let expected = [Expected::new(["a1", "a2", "a3", "a4"]), Expected::new(["b1", "b2", "b3"])];
    assert_eq!(judged(client, &expected), []);
}

#[test]
fn a_repeated_key_is_no_second_conversation() {
    let client = |client: &mut Client| {
        let body = json!({"idempotencyKey": "k", "messages": said(&["a1"]), "status": "completed"});
        let first = client.post("/conversations", &body).id();
        assert_eq!(client.post("/runs", &body).id(), first);
        let other = json!({"idempotencyKey": "k", "messages": said(&["other"]), "status": "completed"});
        assert_eq!(client.post("/conversations", &other).status, 422);
    };
    assert_eq!(judged(client, &[Expected::new(["a1"])]), []);
}

#[test]
fn a_repeated_create() {
    let client = |client: &mut Client| {
        client.create(&["a1"]);
        client.create(&["a1"]);
    };
    let found = judged(client, &[Expected::open(["a1"])]);
    let again = Breach::Repeated { message: "a1".into(), first: ID.into(), again: "conv_2".into() };
    assert!(found.contains(&again), "{found:?}");
}

#[test]
fn a_repeated_append() {
    let client = |client: &mut Client| {
        let id = client.create(&["a1"]);
        client.append(&id, &["a2"], "active");
        client.append(&id, &["a2"], "active");
    };
    let found = judged(client, &[Expected::open(["a1", "a2"])]);
    let again = Breach::Repeated { message: "a2".into(), first: ID.into(), again: ID.into() };
    assert!(found.contains(&again), "{found:?}");
}

#[test]
fn appends_out_of_order() {
    let client = |client: &mut Client| {
        let id = client.create(&["a1"]);
        client.append(&id, &["a3"], "active");
        client.append(&id, &["a2"], "completed");
    };
    let sent = texts(&["a1", "a2", "a3"]);
    let order = Breach::Order { conversation: ID.into(), messages: texts(&["a1", "a3", "a2"]), sent };
    assert_eq!(judged(client, &[Expected::new(["a1", "a2", "a3"])]), [order]);
}

#[test]
fn a_message_left_out() {
    let client = |client: &mut Client| {
        let id = client.create(&["a1"]);
        client.append(&id, &["a3"], "completed");
    };
    let order = Breach::Order {
        conversation: ID.into(),
        messages: texts(&["a1", "a3"]),
        sent: texts(&["a1", "a2", "a3"]),
    };
    assert_eq!(judged(client, &[Expected::new(["a1", "a2", "a3"])]), [order]);
}

#[test]
fn two_completes() {
    let client = |client: &mut Client| {
        let id = client.create(&["a1"]);
        client.append(&id, &["a2"], "completed");
        client.append(&id, &["a3"], "completed");
    };
    let id = || ID.to_owned();
    assert_eq!(
        judged(client, &[Expected::new(["a1", "a2", "a3"])]),
        [Breach::AfterEnd { conversation: id() }, Breach::EndedTwice { conversation: id() }]
    );
}

#[test]
fn an_abandoned_conversation_has_ended_too() {
    let client = |client: &mut Client| {
        let id = client.create(&["a1"]);
        client.append(&id, &["a2"], "abandoned");
        client.append(&id, &["a3"], "active");
    };
    assert_eq!(
        judged(client, &[Expected::open(["a1", "a2", "a3"])]),
        [Breach::AfterEnd { conversation: ID.to_owned() }]
    );
}

#[test]
fn completed_too_early_or_not_at_all() {
    let early = |client: &mut Client| {
        let id = client.create(&["a1"]);
        client.append(&id, &["a2"], "completed");
    };
    let never = |client: &mut Client| {
        let id = client.create(&["a1"]);
        client.append(&id, &["a2"], "active");
    };
    let too_early = || Breach::CompletedEarly { conversation: ID.into() };
    assert_eq!(judged(early, &[Expected::at_least(2, ["a1", "a2", "a3"])]), [too_early()]);
    assert_eq!(judged(early, &[Expected::open(["a1", "a2"])]), [too_early()]);
    assert_eq!(judged(early, &[Expected { end: End::Either, ..Expected::new(["a1", "a2"]) }]), []);
    assert_eq!(
        judged(never, &[Expected::new(["a1", "a2"])]),
        [Breach::NotCompleted { message: "a1".into() }]
    );
}

#[test]
fn what_was_lost() {
    let lost = |message: &str| Breach::Missing { message: message.to_owned() };
    let client = |client: &mut Client| {
        client.create(&["a1"]);
    };
    assert_eq!(judged(client, &[Expected::open(["a1", "a2"])]), [lost("a2")]);
    assert_eq!(judged(client, &[Expected::at_least(1, ["a1", "a2"])]), []);
    assert_eq!(judged(client, &[Expected::open(["a1"]), Expected::new(["b1"])]), [lost("b1")]);
    assert_eq!(judged(client, &[Expected::open(["a1"]), Expected::at_least(0, ["b1"])]), []);
}

#[test]
fn what_nobody_sent() {
    let client = |client: &mut Client| {
        client.create(&["x"]);
    };
    assert_eq!(judged(client, &[]), [Breach::Unknown { conversation: ID.into(), messages: texts(&["x"]) }]);
}

#[test]
fn expectations_that_cannot_be_told_apart() {
    let ambiguous = |message: &str| Breach::Ambiguous { message: message.to_owned() };
    let client = |client: &mut Client| {
        client.create(&["a1"]);
    };
    assert_eq!(judged(client, &[Expected::open(["a1"]), Expected::open(["a1"])]), [ambiguous("a1")]);
    assert_eq!(judged(client, &[Expected::open(["a1"]), Expected::open::<&str>([])]), [ambiguous("")]);
}

#[test]
fn messages_are_found_wherever_they_stand() {
    let client = |client: &mut Client| {
        let content = json!({"messages": said(&["a1", "a2"])}).to_string();
        client.post("/conversations", &json!({"content": content, "status": "completed"})).id();
        client.post("/conversations", &json!({"content": "User: hi", "status": "completed"})).id();
    };
    assert_eq!(judged(client, &[Expected::new(["a1", "a2"]), Expected::new(["User: hi"])]), []);
}

#[test]
fn a_journal_in_a_file_is_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal");
    let server = Server::start_with_file("127.0.0.1:0", Plan::healthy(), &path).expect("starts");
    let mut client = Client::of(&server);
    let id = client.create(&["a1", "ä\n2"]);
    client.append(&id, &["a3"], "completed");
    let journal = Journal::read(&path).expect("a journal");
    assert_eq!(journal, server.journal());
    assert_eq!(journal.entries().len(), 2);

    let whole = std::fs::read(&path).expect("reads");
    std::fs::write(&path, &whole[..whole.len() - 3]).expect("writes");
    assert_eq!(Journal::read(&path).expect("a journal").entries(), &journal.entries()[..1]);
    std::fs::write(&path, "{}\n").expect("writes");
    assert!(Journal::read(&path).is_err());
}
