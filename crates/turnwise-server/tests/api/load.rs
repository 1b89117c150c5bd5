//! Many clients at once.

use crate::support::{start, start_with};
use serde_json::json;
use std::thread;

const CLIENTS: usize = 200;

#[test]
fn two_hundred_clients_at_once_are_all_served() {
    let server = start();
    thread::scope(|scope| {
        for client in 0..CLIENTS {
            let server = &server;
            scope.spawn(move || {
                let message = |words: &str| json!([{"role": "user", "content": format!("{client} {words}")}]);
                let id = server.create(&json!({"agentName": "Load", "messages": message("one")}));
                let path = format!("/api/v1/conversations/{id}");
                let last = json!({"messages": message("two"), "status": "completed"});
                assert_eq!(server.post(&format!("{path}/messages"), &last).object()["messageCount"], 2);
                let stored = server.get(&path).object();
                assert_eq!(stored["content"], format!("User: {client} one\nUser: {client} two"));
            });
        }
    });
    let list = server.get("/api/v1/conversations?status=completed&limit=1").json();
    assert_eq!(list["pagination"]["total"], CLIENTS);
    assert_eq!(server.get("/api/v1/agents").json()["pagination"]["total"], 1);
}

#[test]
fn beyond_the_rate_there_is_429_and_nothing_worse() {
    let server = start_with(|options| options.limits.requests_a_minute = 50);
    let statuses: Vec<_> = thread::scope(|scope| {
        let calls: Vec<_> =
            (0..CLIENTS).map(|_| scope.spawn(|| server.get("/api/v1/agents").status)).collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    assert!(statuses.iter().all(|status| [200, 429].contains(status)), "{statuses:?}");
    // A minute may end in between, and another fifty be allowed.
    let served = statuses.iter().filter(|status| **status == 200).count();
    assert!([50, 100].contains(&served), "{served}");
}
