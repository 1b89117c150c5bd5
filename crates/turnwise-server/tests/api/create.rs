//! What may be created, and what is said of what may not.

use crate::support::start;
use serde_json::{Value, json};

#[test]
fn messages_are_preferred_to_content() {
    let server = start();
    let id =
        server.create(&json!({"content": "User: short", "messages": [{"role": "user", "content": "long"}]}));
    let stored = server.get(&format!("/api/v1/conversations/{id}")).object();
    assert_eq!(stored["messages"], json!([{"role": "user", "content": "long"}]));
    assert_eq!(stored["content"], "User: short");
}

#[test]
fn content_is_read_where_messages_are_empty() {
    let server = start();
    let id = server.create(&json!({"content": "User: here", "messages": []}));
    let stored = server.get(&format!("/api/v1/conversations/{id}")).object();
    assert_eq!(stored["messages"], json!([{"role": "user", "content": "here"}]));
}

#[test]
fn every_status_is_kept_in_its_own_word_and_none_means_active() {
    let server = start();
    let create = |status: Value| {
        let id = server.create(&json!({"messages": [{"role": "user", "content": "x"}], "status": status}));
        server.get(&format!("/api/v1/conversations/{id}")).object()["status"].take()
    };
    for status in ["active", "in_progress", "completed", "abandoned"] {
        assert_eq!(create(status.into()), status);
    }
    assert_eq!(create(Value::Null), "active");
}

#[test]
fn both_dialects_are_understood() {
    let server = start();
    let camel = json!({
        "agentId": "a", "llmModel": "m", "companyName": "c", "sessionId": "s", "userId": "u", "title": "t",
        "traceId": "tr", "parentTraceId": "ptr", "metadata": {"k": 1.50},
        "messages": [
            {"role": "assistant", "content": "", "toolCalls": [{"id": "1", "name": "find", "arguments": {"q": 1}}],
             "usage": {"promptTokens": 2, "completionTokens": 3}, "latencyMs": 4},
        ],
        "toolDefinitions": [{"name": "find"}],
    });
    let snake = json!({
        "agent_id": "a", "llm_model": "m", "company_name": "c", "session_id": "s", "user_id": "u", "title": "t",
        "trace_id": "tr", "parent_trace_id": "ptr", "metadata": {"k": 1.50},
        "messages": [
            {"role": "assistant", "content": "", "tool_calls": [{"id": "1", "name": "find", "arguments": {"q": 1}}],
             "usage": {"prompt_tokens": 2, "completion_tokens": 3}, "latency_ms": 4},
        ],
        "tool_definitions": [{"name": "find"}],
    });
    let stored = [camel, snake].map(|body| {
        let mut stored = server.get(&format!("/api/v1/conversations/{}", server.create(&body))).object();
        for own in ["id", "createdAt", "updatedAt", "_links"] {
            stored.as_object_mut().unwrap().remove(own);
        }
        stored
    });
    assert_eq!(stored[0], stored[1]);
    assert_eq!(stored[0]["parentTraceId"], "ptr");
    assert_eq!(stored[0]["companyName"], "c");
    assert_eq!(stored[0]["messages"][0]["toolCalls"][0]["name"], "find");
    assert_eq!(stored[0]["messages"][0]["usage"], json!({"promptTokens": 2, "completionTokens": 3}));
    assert_eq!(stored[0]["messages"][0]["latencyMs"], 4);
}

#[test]
fn fields_of_the_callers_own_are_kept_as_written() {
    let server = start();
    let body = r#"{"messages":[{"role":"user","content":"x"}],"ticket":{"no":12345678901234567890.10},"metadata":{"n":1.0}}"#;
    let answer = server.post_text("/api/v1/conversations", body);
    let id = answer.object()["id"].as_str().unwrap().to_owned();
    let text = server.get(&format!("/api/v1/conversations/{id}")).text;
    assert!(text.contains(r#""customFields":{"ticket":{"no":12345678901234567890.10}}"#), "{text}");
    assert!(text.contains(r#""metadata":{"n":1.0}"#), "{text}");
}

#[test]
fn what_cannot_be_created_is_told() {
    let server = start();
    let message = json!([{"role": "user", "content": "x"}]);
    let cases = [
        (json!({"agentId": "a"}), "`messages`"),
        (json!({"messages": [], "content": " \n"}), "no message"),
        (json!({"messages": {}}), "`messages` should be an array"),
        (json!({"messages": ["hi"]}), "`messages[0]` should be an object"),
        (json!({"messages": [{"content": "hi"}]}), "`messages[0].role` is missing"),
        (json!({"messages": [{"role": 1}]}), "`messages[0].role` should be a string"),
        (json!({"messages": [{"role": "user", "content": 1}]}), "`messages[0].content`"),
        (json!({"messages": message, "status": "done"}), "active, in_progress, completed, abandoned"),
        (json!({"messages": message, "status": 1}), "`status` should be a string"),
        (json!({"messages": message, "agentId": ["a"]}), "`agentId` should be a string"),
        (json!({"messages": message, "agentName": ""}), "`agentName`"),
        (json!({"messages": message, "agentName": "n".repeat(256)}), "255"),
        (json!({"messages": message, "metadata": []}), "`metadata` should be an object"),
        (json!({"messages": message, "toolDefinitions": "x"}), "`toolDefinitions` should be an array"),
        (json!({"messages": message, "parentTraceId": null}), "`parentTraceId` is null"),
        (json!({"messages": message, "content": {"messages": []}}), "`content` should be a string"),
        (json!([]), "a JSON object"),
        (json!("x"), "a JSON object"),
    ];
    for (body, words) in cases {
        let answer = server.post("/api/v1/conversations", &body);
        assert_eq!(answer.error(422), "VALIDATION_FAILED", "{body}");
        assert!(answer.text.contains(words), "{body}: {}", answer.text);
    }
    for body in ["", "{", "{'a':1}", "{\"a\":1} x", "\u{feff}"] {
        assert_eq!(server.post_text("/api/v1/conversations", body).error(400), "INVALID_REQUEST", "{body:?}");
    }
    assert_eq!(server.get("/api/v1/conversations").json()["pagination"]["total"], 0);
}
