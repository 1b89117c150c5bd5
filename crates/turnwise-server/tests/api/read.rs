//! What is got of a conversation.

use crate::support::start;
use serde_json::{Value, json};

#[test]
fn a_conversation_without_agent_or_anything_else() {
    let server = start();
    let id = server.create(&json!({"messages": [{"role": "user", "content": "x"}]}));
    let stored = server.get(&format!("/api/v1/conversations/{id}")).object();
    assert_eq!(stored["id"], id);
    assert_eq!(stored["hasInsights"], false);
    assert_eq!(stored["content"], "User: x");
    for name in
        ["agentId", "promptId", "agentName", "title", "llmModel", "companyName", "sessionId", "userId"]
    {
        assert_eq!(stored[name], Value::Null, "{name}");
    }
    let created = stored["createdAt"].as_str().unwrap();
    assert!(created.len() == 24 && created.ends_with('Z'), "{created}");
}

#[test]
fn what_is_doubtful_is_said_once_and_of_the_whole() {
    let server = start();
    let id = server.create(&json!({"messages": [{"role": "user", "content": "one"}]}));
    let codes = || {
        let stored = server.get(&format!("/api/v1/conversations/{id}")).object();
        let findings = stored["findings"].as_array().unwrap().clone();
        findings.iter().map(|finding| finding["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(codes(), ["no-answer"]);
    let answer = json!({"messages": [{"role": "assistant", "content": "two"}]});
    server.post(&format!("/api/v1/conversations/{id}/messages"), &answer).object();
    assert_eq!(codes(), [""; 0]);
}

#[test]
fn text_that_is_no_transcript_is_kept() {
    let server = start();
    let id = server.create(&json!({"content": "nothing of the kind"}));
    let stored = server.get(&format!("/api/v1/conversations/{id}")).object();
    assert_eq!((&stored["messages"], &stored["content"]), (&json!([]), &json!("nothing of the kind")));
    assert_eq!(server.get("/api/v1/runs?search=KIND").json()["pagination"]["total"], 1);
}

#[test]
fn identifiers_of_messages_come_back() {
    let server = start();
    let message = json!({"role": "user", "content": "x", "metadata": {"turnwiseId": "m-1"}});
    let id = server.create(&json!({"messages": [message]}));
    assert_eq!(server.get(&format!("/api/v1/runs/{id}")).object()["messages"], json!([message]));
}
