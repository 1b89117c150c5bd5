//! Lists, page by page.

use turnwise_client::{Error, ListQuery, Status, blocking::Client};
use turnwise_faults::{Envelope, Fault, Plan, Server};

use crate::{
    raw::{Raw, json},
    shell::{awaiting, config, new, quick},
};

fn query(limit: u64) -> ListQuery {
    ListQuery { limit: Some(limit), ..ListQuery::default() }
}

#[test]
fn pages_give_every_conversation_once() {
    for envelope in [Envelope::Both, Envelope::Flat, Envelope::Data] {
        let server = Server::start(Plan::healthy().envelope(envelope)).unwrap();
        let client = Client::new(config(&server.url())).unwrap();
        let made: Vec<_> =
            (0..7).map(|n| client.create(&new(&n.to_string(), Status::Completed)).unwrap().id).collect();
        for limit in [1, 3, 7, 50] {
            let pages: Vec<_> = client.pages(query(limit)).map(Result::unwrap).collect();
            assert_eq!(pages.len() as u64, 7_u64.div_ceil(limit));
            let ids: Vec<_> = pages.into_iter().flatten().map(|stored| stored.id).collect();
            assert_eq!(ids, made);

            let awaiting = awaiting(config(&server.url()));
            let mut pages = awaiting.client.pages(query(limit));
            let mut ids = Vec::new();
            while let Some(page) = awaiting.runtime.block_on(pages.next()) {
                ids.extend(page.unwrap().into_iter().map(|stored| stored.id));
            }
            assert_eq!(ids, made);
        }
        let first = client.list(&query(2)).unwrap();
        assert_eq!((first.items.len(), first.total), (2, Some(7)));
        assert_eq!(client.pages(ListQuery { agent_id: Some("nobody".into()), ..query(2) }).count(), 0);

        let agents = client.agents(&query(5)).unwrap();
        assert_eq!(agents.items[0].name.as_deref(), Some("Support Bot"));
        assert_eq!(client.agent(&agents.items[0].id).unwrap(), agents.items[0]);
    }
}

#[test]
fn an_error_ends_the_pages() {
    let server = Server::start(Plan::healthy()).unwrap();
    let client = Client::new(config(&server.url())).unwrap().with_retry(quick(1));
    for n in 0..3 {
        client.create(&new(&n.to_string(), Status::Completed)).unwrap();
    }
    server.set_plan(Plan::always(Fault::Status { status: 500, applied: false }).script([None]));
    let pages: Vec<_> = client.pages(query(1)).collect();
    assert!(matches!(pages.as_slice(), [Ok(_), Err(Error::Server(_))]), "{pages:?}");
}

#[test]
fn a_server_that_knows_no_offset_is_asked_twice() {
    let server = Raw::start(|_| json(200, "", r#"[{"id":"a"},{"id":"b"}]"#));
    let client = Client::new(config(&server.url)).unwrap();
    assert_eq!(client.pages(query(2)).count(), 1);
    assert_eq!(server.came().len(), 2);
}
