//! The requests of the API's guide, typed anew: with `curl`, its headers, and its way of writing bodies.

use crate::support::{Running, start};
use serde_json::{Value, json};
use std::process::Command;

fn curl(server: &Running, path: &str, body: &str) -> Value {
    let output = Command::new("curl")
        .args(["--silent", "--show-error", "--fail-with-body", "--noproxy", "*"])
        .args(["-X", "POST", &format!("http://{}/api/v1{path}", server.addr)])
        .args(["-H", "Authorization: Bearer sk_test_any"])
        .args(["-H", "Content-Type: application/json"])
        .args(["-d", body])
        .output()
        .expect("curl is there");
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_conversation_turn_by_turn() {
    let server = start();
    let created = curl(
        &server,
        "/conversations",
        r#"{
  "agentId": "agent_123",
  "content": "User: Good morning",
  "status": "active",
  "messages": [{"role": "user", "content": "Good morning"}]
}"#,
    );
    let id = created["id"].as_str().unwrap();
    assert_eq!(created["_links"]["appendMessages"]["href"], format!("/api/v1/conversations/{id}/messages"));
    assert_eq!(created["_links"]["appendMessages"]["method"], "POST");
    let next = curl(
        &server,
        &format!("/conversations/{id}/messages"),
        r#"{
  "messages": [{"role": "assistant", "content": "Good morning!"}],
  "status": "active"
}"#,
    );
    assert_eq!(next["status"], "active");
    let last = curl(
        &server,
        &format!("/conversations/{id}/messages"),
        r#"{
  "messages": [{"role": "assistant", "content": "See you"}],
  "status": "completed"
}"#,
    );
    assert_eq!(last["status"], "completed");
    let stored = server.get(&format!("/api/v1/conversations/{id}")).object();
    assert_eq!(stored["status"], "completed");
    assert_eq!(
        stored["messages"],
        json!([
            {"role": "user", "content": "Good morning"},
            {"role": "assistant", "content": "Good morning!"},
            {"role": "assistant", "content": "See you"},
        ])
    );
    assert_eq!(stored["content"], "User: Good morning\nAssistant: Good morning!\nAssistant: See you");
}

#[test]
fn a_conversation_at_once() {
    let server = start();
    let created = curl(
        &server,
        "/conversations",
        r#"{
  "agentId": "agent_123",
  "content": "User: Is it open?\nAssistant: Until six. Anything else?",
  "status": "completed",
  "llmModel": "gpt-4o"
}"#,
    );
    let stored = server.get(&format!("/api/v1/conversations/{}", created["id"].as_str().unwrap())).object();
    assert_eq!(stored["llmModel"], "gpt-4o");
    assert_eq!(stored["agentId"], "agent_123");
    assert_eq!(stored["messages"][1], json!({"role": "assistant", "content": "Until six. Anything else?"}));
}

#[test]
fn lines_and_colons_that_the_guide_warns_of() {
    let server = start();
    let content = "User: It says:\n\nerror: no disk\nwarning: low memory\nAssistant: Two things:\n- free: space\n- add: memory";
    let id = server.create(&json!({"agentId": "agent_123", "content": content, "status": "completed"}));
    let stored = server.get(&format!("/api/v1/conversations/{id}")).object();
    assert_eq!(
        stored["messages"],
        json!([
            {"role": "user", "content": "It says:\n\nerror: no disk\nwarning: low memory"},
            {"role": "assistant", "content": "Two things:\n- free: space\n- add: memory"},
        ])
    );
    assert_eq!(stored["content"], content);
}

#[test]
fn every_label_pair_of_the_guide_and_that_of_the_sdks() {
    let server = start();
    for (first, second) in [("User", "Assistant"), ("Human", "AI"), ("Customer", "Agent"), ("User", "AI")] {
        let id = server.create(&json!({"agentId": "a", "content": format!("{first}: hi\n{second}: hello")}));
        let messages = server.get(&format!("/api/v1/conversations/{id}")).object()["messages"].take();
        assert_eq!((&messages[0]["role"], &messages[1]["role"]), (&json!("user"), &json!("assistant")));
        assert_eq!((&messages[0]["content"], &messages[1]["content"]), (&json!("hi"), &json!("hello")));
    }
}

#[test]
fn the_structured_format_as_a_string_with_its_metadata() {
    let server = start();
    let content = json!({
        "messages": [
            {"role": "user", "content": "Hello", "timestamp": "2025-01-20T14:30:00Z"},
            {"role": "assistant", "content": "Hi", "timestamp": "2025-01-20T14:30:02Z", "model": "gpt-4o", "tokens": 15},
        ],
        "metadata": {"userId": "user_1", "channel": "web"},
    });
    let id = server.create(&json!({"agentId": "a", "content": content.to_string(), "status": "completed"}));
    let stored = server.get(&format!("/api/v1/conversations/{id}")).object();
    assert_eq!(stored["messages"], content["messages"]);
    assert_eq!(stored["content"], content.to_string());
    assert_eq!(stored["metadata"], content["metadata"]);
}
