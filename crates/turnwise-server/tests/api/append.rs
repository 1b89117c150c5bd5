//! Appending, and the end of a conversation.

use crate::support::{Running, start};
use serde_json::{Value, json};

fn open(server: &Running) -> String {
    server.create(&json!({"messages": [{"role": "user", "content": "one"}], "metadata": {"a": 1, "b": 1}, "sessionId": "s1"}))
}

fn say(server: &Running, id: &str, more: &Value) -> crate::support::Answer {
    let mut body = json!({"messages": [{"role": "assistant", "content": "two"}]});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    server.post(&format!("/api/v1/runs/{id}/messages"), &body)
}

#[test]
fn both_families_are_one() {
    let server = start();
    let id = open(&server);
    assert_eq!(say(&server, &id, &json!({})).object()["messageCount"], 2);
    let conversations = server.get(&format!("/api/v1/conversations/{id}")).object();
    let runs = server.get(&format!("/api/v1/runs/{id}")).object();
    assert_eq!(conversations["messages"], runs["messages"]);
    assert_eq!(runs["_links"]["appendMessages"]["href"], format!("/api/v1/runs/{id}/messages"));
}

#[test]
fn metadata_is_merged_value_by_value_and_the_session_replaced() {
    let server = start();
    let id = open(&server);
    say(&server, &id, &json!({"metadata": {"b": 2, "c": {"d": 3}}, "sessionId": "s2"})).object();
    let stored = server.get(&format!("/api/v1/conversations/{id}")).object();
    assert_eq!(stored["metadata"], json!({"a": 1, "b": 2, "c": {"d": 3}}));
    assert_eq!(stored["sessionId"], "s2");
}

#[test]
fn completed_comes_once_and_nothing_after_it() {
    let server = start();
    for last in ["completed", "abandoned"] {
        let id = open(&server);
        assert_eq!(say(&server, &id, &json!({"status": "in_progress"})).object()["status"], "in_progress");
        assert_eq!(say(&server, &id, &json!({})).object()["status"], "in_progress");
        assert_eq!(say(&server, &id, &json!({"status": last})).object()["status"], last);
        for status in ["completed", "active", "abandoned"] {
            let refused = say(&server, &id, &json!({"status": status}));
            assert_eq!(refused.error(409), "CONVERSATION_CLOSED");
            assert!(refused.text.contains(last), "{}", refused.text);
        }
        let stored = server.get(&format!("/api/v1/conversations/{id}")).object();
        assert_eq!((&stored["status"], &stored["messageCount"]), (&json!(last), &json!(4)));
    }
}

#[test]
fn what_cannot_be_appended_is_told() {
    let server = start();
    let id = open(&server);
    for body in [json!({}), json!({"messages": []}), json!({"messages": null}), json!({"content": "User: x"})]
    {
        let answer = server.post(&format!("/api/v1/conversations/{id}/messages"), &body);
        assert_eq!(answer.error(422), "VALIDATION_FAILED", "{body}");
    }
    assert_eq!(say(&server, "conv_unknown", &json!({})).error(404), "NOT_FOUND");
    assert_eq!(server.get(&format!("/api/v1/conversations/{id}")).object()["messageCount"], 1);
}

#[test]
fn the_transcript_grows_in_the_form_it_began_in() {
    let server = start();
    let content = r#"{"messages":[{"role":"user","content":"one"}]}"#;
    let id = server.create(&json!({"content": content}));
    say(&server, &id, &json!({})).object();
    let stored = server.get(&format!("/api/v1/conversations/{id}")).object();
    let grown = r#"{"messages":[{"role":"user","content":"one"},{"role":"assistant","content":"two"}]}"#;
    assert_eq!(stored["content"], grown);
}
