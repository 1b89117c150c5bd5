//! Each fault does what it says: to the answer, and to what is behind it.

use crate::{Client, said};
use serde_json::{Value, json};
use std::time::Duration;
use turnwise_faults::{Fault, Plan, RetryAfter, Server};

fn body() -> Value {
    json!({"idempotencyKey": "k", "messages": said(&["a"])})
}

#[test]
fn a_fault_is_applied_or_not_and_a_repetition_gets_through() {
    for &fault in Fault::PASSING {
        let server = Server::start(Plan::healthy().script([Some(fault)])).expect("starts");
        // Whatever comes back, the second try is on a connection of its own.
        let _ = Client::of(&server).try_post("/runs", &body());
        assert_eq!(server.journal().entries().len(), usize::from(fault.applied()), "{fault:?}");
        assert_eq!(Client::of(&server).post("/runs", &body()).id(), "conv_1", "{fault:?}");
        assert_eq!(server.journal().entries().len(), 1, "{fault:?}");
    }
}

/// What a client sees of a fault.
fn seen(fault: Fault) -> Option<(u16, String, String)> {
    let server = Server::start(Plan::always(fault)).expect("starts");
    let answer = Client::of(&server).try_post("/runs", &body())?;
    Some((answer.status, answer.headers, answer.body))
}

#[test]
fn connections_that_end() {
    for fault in
        [Fault::CloseUnread, Fault::Close { applied: false }, Fault::Close { applied: true }, Fault::Truncate]
    {
        assert_eq!(seen(fault), None, "{fault:?}");
    }
}

#[test]
fn answers_that_are_wrong() {
    let (status, headers, _) = seen(Fault::Redirect { status: 307 }).expect("an answer");
    assert_eq!(status, 307);
    assert!(headers.contains("location: /elsewhere"));
    let (status, headers, body) = seen(Fault::Html { status: 502, applied: true }).expect("an answer");
    assert_eq!(status, 502);
    assert!(headers.contains("text/html") && body.contains("<html>"));
    assert_eq!(seen(Fault::Empty).expect("an answer").2, "");
    assert_eq!(seen(Fault::WrongShape).expect("an answer").2, r#"{"result":[{"ok":1}]}"#);
    assert_eq!(seen(Fault::InFlight).expect("an answer").0, 409);
    let (status, _, body) = seen(Fault::Status { status: 503, applied: true }).expect("an answer");
    assert_eq!(status, 503);
    assert!(body.contains("INTERNAL_ERROR"));
}

#[test]
fn how_long_to_wait() {
    let header = |after| {
        let (status, headers, _) = seen(Fault::Throttle(after)).expect("an answer");
        assert_eq!(status, 429);
        headers.split("retry-after: ").nth(1).and_then(|rest| rest.split("\r\n").next().map(str::to_owned))
    };
    assert_eq!(header(RetryAfter::Absent), None);
    assert_eq!(header(RetryAfter::Seconds(7)).as_deref(), Some("7"));
    assert_eq!(header(RetryAfter::Nonsense).as_deref(), Some("soon"));
    let date = header(RetryAfter::Date(60)).expect("a date");
    assert!(httpdate::parse_http_date(&date).expect("a date") > std::time::SystemTime::now());
}

#[test]
fn an_answer_twice_leaves_one_on_the_connection() {
    let server = Server::start(Plan::healthy().script([Some(Fault::Twice)])).expect("starts");
    let mut client = Client::of(&server);
    assert_eq!(client.post("/runs", &body()).id(), "conv_1");
    assert_eq!(client.read().expect("the same answer").id(), "conv_1");
    assert_eq!(client.get("/agents").json()["pagination"]["total"], 0);
}

#[test]
fn a_slow_answer_is_a_proper_one() {
    let server = Server::start(Plan::always(Fault::Slow(Duration::from_millis(8)))).expect("starts");
    assert_eq!(Client::of(&server).post("/runs", &body()).id(), "conv_1");
}

#[test]
fn a_server_that_is_gone_closes_its_connections() {
    let server = Server::start(Plan::healthy()).expect("starts");
    let mut client = Client::of(&server);
    client.create(&["a"]);
    drop(server);
    assert!(client.call("GET", "/agents", "").is_none());
}

#[test]
fn many_at_once() {
    let server = Server::start(Plan::healthy()).expect("starts");
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let server = &server;
            scope.spawn(move || {
                let mut client = Client::of(server);
                for number in 0..50 {
                    let id = client.create(&[&format!("{thread}.{number}")]);
                    client.append(&id, &[&format!("{thread}.{number} end")], "completed");
                }
            });
        }
    });
    let journal = server.journal();
    assert_eq!(journal.breaches(), []);
    assert_eq!(journal.conversations().len(), 400);
}
