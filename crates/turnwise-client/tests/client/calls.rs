//! Calls as machines, without any network: what they send and how long they wait.

use std::time::Duration;

use serde_json::{Value, json};
use turnwise_client::{
    Append, Call, Config, Core, Error, Method, Outcome, Outgoing, Response, Status, Step, Target,
    call::{AppendCall, SettleCall},
};

use crate::shell::user;

/// Goes on to the next request; gives the waits before it.
fn sends<C: Call>(call: &mut C) -> (Duration, Outgoing)
where
    C::Output: std::fmt::Debug,
{
    let mut waited = Duration::ZERO;
    loop {
        match call.step() {
            Step::Send(request) => return (waited, request),
            Step::Wait(delay) => waited += delay,
            Step::Done(result) => panic!("over: {result:?}"),
        }
    }
}

fn done<C: Call>(call: &mut C) -> Result<C::Output, Error> {
    match call.step() {
        Step::Done(result) => result,
        Step::Send(request) => panic!("sends {request:?}"),
        Step::Wait(delay) => panic!("waits {delay:?}"),
    }
}

fn messages(body: &[u8]) -> Vec<Value> {
    serde_json::from_slice::<Value>(body).unwrap()["messages"].as_array().unwrap().clone()
}

fn showing(messages: &[Value]) -> Response {
    Response::new(200, json!({"id": "c", "status": "active", "messages": messages}).to_string())
}

fn lost() -> Result<Response, Error> {
    Err(Error::Lost("reset".into()))
}

#[test]
fn a_lost_append_is_looked_for_and_only_the_rest_is_sent() {
    let core = Core::new(Config::new("sk_test_1")).unwrap();
    let body = Append::new([user("a"), user("b")]).status(Status::Completed).body();
    let mut call = AppendCall::new(&core, &Target::new("c"), body.as_str()).unwrap();

    let (waited, first) = sends(&mut call);
    assert_eq!((waited, first.method, first.gzip), (Duration::ZERO, Method::Post, false));
    assert_eq!(first.body.as_deref(), Some(body.as_bytes()));
    call.answer(lost());

    let (waited, look) = sends(&mut call);
    assert!(waited >= core.config().retry.settle_after, "the server may still be at work: {waited:?}");
    assert_eq!((look.method, look.url.as_str()), (Method::Get, "https://converra.ai/api/v1/conversations/c"));
    let sent = messages(body.as_bytes());
    call.answer(Ok(showing(&sent[..1])));

    let (_, second) = sends(&mut call);
    assert_eq!((second.method, &second.url), (Method::Post, &first.url));
    assert_eq!(messages(second.body.as_deref().unwrap()), &sent[1..]);
    call.answer(Ok(Response::new(200, "{}")));
    assert_eq!(done(&mut call), Ok(()));
    assert!(done(&mut call).is_err(), "it is over");
}

#[test]
fn an_append_is_sent_as_often_as_the_policy_says() {
    let mut config = Config::new("sk_test_1");
    config.retry.attempts = 3;
    let core = Core::new(config).unwrap();
    let body = Append::new([user("a")]).body();
    let mut call = AppendCall::new(&core, &Target::new("c"), body).unwrap();
    for _ in 0..2 {
        assert_eq!(sends(&mut call).1.method, Method::Post);
        call.answer(lost());
        assert_eq!(sends(&mut call).1.method, Method::Get);
        call.answer(Ok(showing(&[])));
    }
    assert_eq!(sends(&mut call).1.method, Method::Post);
    call.answer(lost());
    assert_eq!(sends(&mut call).1.method, Method::Get, "even the last is looked for");
    call.answer(Ok(showing(&[])));
    let error = done(&mut call).unwrap_err();
    assert!(error.is_retryable() && error.outcome() == Outcome::Unknown);
}

#[test]
fn an_append_of_unknown_outcome_begins_with_a_look() {
    let core = Core::new(Config::new("sk_test_1")).unwrap();
    let body = Append::new([user("a")]).body();
    let cause = Error::Timeout { connecting: false };
    let resume = || AppendCall::resume(&core, &Target::new("c"), body.as_str(), cause.clone()).unwrap();

    let mut call = resume();
    let (waited, look) = sends(&mut call);
    assert_eq!((waited, look.method), (Duration::ZERO, Method::Get));
    call.answer(Ok(showing(&messages(body.as_bytes()))));
    assert_eq!(done(&mut call), Ok(()));

    let mut call = resume();
    sends(&mut call);
    call.answer(Ok(Response::new(200, r#"{"id":"c","content":"User: a"}"#)));
    let unknown = Error::OutcomeUnknown { conversation: "c".into(), cause: Box::new(cause), later: false };
    assert_eq!(done(&mut call), Err(unknown));
}

#[test]
fn a_conversation_that_is_gone_settles_nothing() {
    let core = Core::new(Config::new("sk_test_1")).unwrap();
    let body = Append::new([user("a")]).body();
    let mut call = SettleCall::new(&core, &Target::new("c"), body).unwrap();
    for path in ["/conversations/c", "/runs/c"] {
        assert!(sends(&mut call).1.url.ends_with(path));
        call.answer(Ok(Response::new(404, "{}")));
    }
    assert!(matches!(done(&mut call), Err(Error::NotFound(_))));
}
