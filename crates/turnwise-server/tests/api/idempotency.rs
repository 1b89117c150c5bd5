//! The same key: the same answer, or none.

use crate::support::{Running, start, start_in, start_with};
use serde_json::json;
use std::thread;

const BODY: &str = r#"{"messages":[{"role":"user","content":"x"}],"idempotencyKey":"key-1"}"#;

fn send(server: &Running, path: &str, headers: &[(&str, &str)], body: &str) -> crate::support::Answer {
    let all = [&[("content-type", "application/json")], headers].concat();
    server.send("POST", path, &all, body.as_bytes())
}

#[test]
fn the_same_key_and_body_give_the_first_answer_whatever_came_between() {
    let server = start();
    let first = server.post_text("/api/v1/conversations", BODY);
    let id = first.object()["id"].as_str().unwrap().to_owned();
    let last = json!({"messages": [{"role": "user", "content": "y"}], "status": "completed"});
    server.post(&format!("/api/v1/conversations/{id}/messages"), &last).object();
    assert_eq!(server.post_text("/api/v1/conversations", BODY).text, first.text);
    assert_eq!(server.get("/api/v1/conversations").json()["pagination"]["total"], 1);
    let Running { addr: _, ref data, .. } = server;
    let kept = tempfile::tempdir().unwrap();
    for name in ["turnwise.db", "turnwise.db-wal"] {
        std::fs::copy(data.path().join(name), kept.path().join(name)).unwrap();
    }
    let again = start_in(kept, |_| {});
    assert_eq!(again.post_text("/api/v1/conversations", BODY).text, first.text, "after a restart");
}

#[test]
fn another_body_is_refused() {
    let server = start();
    server.post_text("/api/v1/conversations", BODY).object();
    let other = BODY.replace('x', "z");
    assert_eq!(server.post_text("/api/v1/conversations", &other).error(422), "IDEMPOTENCY_KEY_REUSED");
    let refused = json!({"messages": [], "idempotencyKey": "key-2"});
    assert_eq!(server.post("/api/v1/conversations", &refused).error(422), "VALIDATION_FAILED");
    let right = json!({"messages": [{"role": "user", "content": "x"}], "idempotencyKey": "key-2"});
    server.post("/api/v1/conversations", &right).object();
}

#[test]
fn keys_of_several_callers_do_not_meet() {
    let server = start_with(|options| options.keys = vec!["one".to_owned(), "two".to_owned()]);
    let ids = ["one", "two", "one"].map(|key| {
        let answer = send(&server, "/api/v1/runs", &[("authorization", &format!("Bearer {key}"))], BODY);
        answer.object()["id"].clone()
    });
    assert_eq!(ids[0], ids[2]);
    assert_ne!(ids[0], ids[1]);
}

#[test]
fn the_header_serves_as_well_and_appending_too() {
    let server = start();
    let body = r#"{"messages":[{"role":"user","content":"x"}]}"#;
    let key = [("idempotency-key", "\"k-1\"")];
    let first = send(&server, "/api/v1/conversations", &key, body);
    assert_eq!(send(&server, "/api/v1/conversations", &[("idempotency-key", "k-1")], body).text, first.text);
    let append = format!("/api/v1/conversations/{}/messages", first.object()["id"].as_str().unwrap());
    assert_eq!(send(&server, &append, &key, body).error(422), "IDEMPOTENCY_KEY_REUSED");
    let last = r#"{"messages":[{"role":"user","content":"x"}],"status":"completed","idempotencyKey":"k-2"}"#;
    let done = server.post_text(&append, last);
    assert_eq!(done.object()["messageCount"], 2);
    assert_eq!(server.post_text(&append, last).text, done.text, "though it is completed now");
    assert_eq!(
        send(&server, "/api/v1/runs", &[("idempotency-key", "")], body).error(422),
        "VALIDATION_FAILED"
    );
}

#[test]
fn many_at_once_create_one() {
    let server = start();
    let texts: Vec<_> = thread::scope(|scope| {
        let calls: Vec<_> =
            (0..16).map(|_| scope.spawn(|| server.post_text("/api/v1/conversations", BODY).text)).collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    assert!(texts.iter().all(|text| *text == texts[0]), "{texts:?}");
    assert_eq!(server.get("/api/v1/conversations").json()["pagination"]["total"], 1);
}
