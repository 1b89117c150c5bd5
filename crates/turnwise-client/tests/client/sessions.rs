//! Sessions: logging a conversation while it happens.

use turnwise_client::{
    Error, Outcome, Status, asynchronous,
    blocking::{Client, Session},
};
use turnwise_faults::{Expected, Fault, Plan, ReadBack, Server};

use crate::shell::{assistant, awaiting, config, new, user};

fn server(plan: Plan) -> (Server, Client) {
    let server = Server::start(plan).unwrap();
    let client = Client::new(config(&server.url())).unwrap();
    (server, client)
}

#[test]
fn a_session_is_one_conversation() {
    let (server, client) = server(Plan::healthy());
    let mut session = client.start(&new("Hi", Status::Active)).unwrap();
    session.append([assistant("Hello!")]).unwrap();
    session.append([user("a"), user("b")]).unwrap();
    session.complete([assistant("Bye")]).unwrap();
    assert_eq!(server.journal().check(&[Expected::new(["Hi", "Hello!", "a", "b", "Bye"])]), Ok(()));
}

#[test]
fn both_clients_have_sessions() {
    let server = Server::start(Plan::healthy()).unwrap();
    let shell = awaiting(config(&server.url()));
    shell.runtime.block_on(async {
        let mut session = shell.client.start(&new("Hi", Status::InProgress)).await.unwrap();
        server.set_plan(Plan::healthy().script([
            Some(Fault::Close { applied: true }),
            None,
            Some(Fault::Truncate),
        ]));
        session.append([assistant("Hello!")]).await.unwrap();
        session.complete([assistant("Bye")]).await.unwrap();
    });
    assert_eq!(server.journal().check(&[Expected::new(["Hi", "Hello!", "Bye"])]), Ok(()));
}

#[test]
fn abandoned_is_an_end_too() {
    let (server, client) = server(Plan::healthy());
    let session = client.start(&new("Hi", Status::Active)).unwrap();
    let id = session.target().id.clone();
    session.abandon([user("never mind")]).unwrap();
    assert_eq!(client.get(&id).unwrap().status, Some(Status::Abandoned));
    assert_eq!(server.journal().breaches(), []);
}

#[test]
fn a_session_begins_open() {
    let (server, client) = server(Plan::healthy());
    for status in [Status::Completed, Status::Abandoned, Status::from("archived")] {
        assert!(matches!(client.start(&new("Hi", status)), Err(Error::Invalid(_))));
    }
    assert!(server.requests().is_empty());
}

#[test]
fn what_could_not_be_delivered_goes_first() {
    let (server, client) = server(Plan::healthy());
    let mut session = client.start(&new("0", Status::Active)).unwrap();
    for (number, fault) in
        [Fault::CloseUnread, Fault::Close { applied: true }, Fault::Status { status: 503, applied: false }]
            .into_iter()
            .enumerate()
    {
        server.set_plan(Plan::always(fault));
        let error = session.append([user(&format!("{}", number + 1))]).unwrap_err();
        assert!(error.is_retryable(), "{error}");
        assert_eq!(session.waiting(), number + 1);
    }
    server.set_plan(Plan::healthy());
    session.complete([assistant("4")]).unwrap();
    assert_eq!(server.journal().check(&[Expected::new(["0", "1", "2", "3", "4"])]), Ok(()));
}

#[test]
fn what_is_refused_is_dropped_with_its_error() {
    let (server, client) = server(Plan::healthy());
    let mut session = client.start(&new("Hi", Status::Active)).unwrap();
    server.set_plan(Plan::healthy().script([Some(Fault::Status { status: 413, applied: false })]));
    let error = session.append([user("too long")]).unwrap_err();
    assert_eq!((error.status(), session.waiting()), (Some(413), 0));
    session.complete([assistant("Bye")]).unwrap();
    assert_eq!(server.journal().check(&[Expected::new(["Hi", "Bye"])]), Ok(()));
}

#[test]
fn ending_can_be_tried_again() {
    let (server, client) = server(Plan::healthy());
    let session = client.start(&new("Hi", Status::Active)).unwrap();
    server.set_plan(Plan::always(Fault::Close { applied: true }));
    let unfinished = session.complete([assistant("Bye")]).unwrap_err();
    assert_eq!(unfinished.error().outcome(), Outcome::Unknown);
    server.set_plan(Plan::always(Fault::Status { status: 400, applied: false }));
    let unfinished = unfinished.retry().unwrap_err();
    server.set_plan(Plan::healthy());
    unfinished.retry().unwrap();
    assert_eq!(server.journal().check(&[Expected::new(["Hi", "Bye"])]), Ok(()));
}

#[test]
fn an_end_that_was_refused_stays_refused_until_it_is_not() {
    let (server, client) = server(Plan::healthy());
    let session = client.start(&new("Hi", Status::Active)).unwrap();
    // This server wants a message with every append, as documented.
    let unfinished = session.complete([]).unwrap_err();
    assert_eq!(unfinished.error().status(), Some(400));
    assert_eq!(unfinished.retry().unwrap_err().error().status(), Some(400));
    assert_eq!(server.journal().check(&[Expected::open(["Hi"])]), Ok(()));
}

#[test]
fn a_session_does_not_wait_for_ever_where_nobody_can_tell() {
    let (server, client) = server(Plan::healthy().read_back(ReadBack::Text));
    let mut session = client.start(&new("Hi", Status::Active)).unwrap();
    server.set_plan(Plan::healthy().read_back(ReadBack::Text).script([Some(Fault::Close { applied: true })]));
    let error = session.append([user("a")]).unwrap_err();
    assert!(matches!(error, Error::OutcomeUnknown { later: false, .. }));
    session.complete([assistant("Bye")]).unwrap();
    assert_eq!(server.journal().check(&[Expected::new(["Hi", "a", "Bye"])]), Ok(()));
}

#[test]
fn few_appends_wait() {
    let (server, _) = server(Plan::always(Fault::CloseUnread));
    let mut settings = config(&server.url());
    settings.max_waiting = 2;
    let mut session = Session::resume(&Client::new(settings).unwrap(), "conv_1");
    for _ in 0..2 {
        assert!(matches!(session.append([user("a")]), Err(error) if error.is_retryable()));
    }
    assert_eq!(session.append([user("a")]), Err(Error::Full { limit: 2 }));
    assert_eq!(session.waiting(), 2);
}

#[test]
fn a_future_that_is_dropped_loses_nothing() {
    let server = Server::start(Plan::healthy()).unwrap();
    let shell = awaiting(config(&server.url()));
    shell.runtime.block_on(async {
        let mut session =
            asynchronous::Client::start(&shell.client, &new("Hi", Status::Active)).await.unwrap();
        server.set_plan(Plan::healthy().script([Some(Fault::Slow(std::time::Duration::from_secs(5)))]));
        let given_up =
            tokio::time::timeout(std::time::Duration::from_millis(100), session.append([user("a")])).await;
        assert!(given_up.is_err());
        assert_eq!(session.waiting(), 1);
        session.complete([assistant("Bye")]).await.unwrap();
    });
    assert_eq!(server.journal().check(&[Expected::new(["Hi", "a", "Bye"])]), Ok(()));
}

#[test]
fn futures_can_move_between_threads() {
    fn movable<T: Send>(future: T) -> T {
        future
    }
    let server = Server::start(Plan::healthy()).unwrap();
    let shell = awaiting(config(&server.url()));
    shell.runtime.block_on(async {
        let mut session = movable(shell.client.start(&new("Hi", Status::Active))).await.unwrap();
        movable(session.append([user("a")])).await.unwrap();
        movable(session.complete([assistant("Bye")])).await.unwrap();
        let mut pages = shell.client.pages(turnwise_client::ListQuery::default());
        assert_eq!(movable(pages.next()).await.unwrap().unwrap().len(), 1);
    });
}
