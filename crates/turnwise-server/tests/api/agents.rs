//! Agents, what is known of them, and what the SDK asks about them.

use crate::support::start;
use serde_json::{Value, json};

#[test]
fn agents_come_to_be_when_they_are_named() {
    let server = start();
    let create = |agent: Value| {
        let mut body = json!({"messages": [{"role": "user", "content": "x"}]});
        body.as_object_mut().unwrap().extend(agent.as_object().unwrap().clone());
        server.post("/api/v1/runs", &body).object()["agentId"].clone()
    };
    let bot = create(json!({"agentName": "Support Bot"}));
    assert!(bot.as_str().unwrap().starts_with("agent_"), "{bot}");
    assert_eq!(create(json!({"agentName": "Support Bot"})), bot);
    assert_eq!(create(json!({"promptName": "Support Bot"})), bot);
    assert_ne!(create(json!({"agentName": "Sales Bot"})), bot);
    for name in ["agentId", "promptId", "systemPromptId", "agent_id"] {
        assert_eq!(create(json!({name: "agent_123"})), "agent_123");
    }
    assert_eq!(create(json!({"agentId": "agent_7", "agentName": "Seven"})), "agent_7");
    assert_eq!(create(json!({})), Value::Null);
    let list = server.get("/api/v1/agents?limit=3&offset=1").json();
    assert_eq!(list["pagination"], json!({"total": 4, "limit": 3, "offset": 1}));
    let names: Vec<_> = list["data"].as_array().unwrap().iter().map(|agent| agent["name"].clone()).collect();
    assert_eq!(names, ["Seven", "Support Bot", "agent_123"]);
    let agent = server.get("/api/v1/agents/agent_123").object();
    assert_eq!((&agent["name"], &agent["conversationCount"]), (&json!("agent_123"), &json!(4)));
    assert_eq!(server.get("/api/v1/agents/nobody").error(404), "NOT_FOUND");
}

#[test]
fn insights_are_skipped() {
    let server = start();
    let id = server.create(
        &json!({"agentId": "a", "messages": [{"role": "user", "content": "x"}], "status": "completed"}),
    );
    for path in [
        format!("/api/v1/conversations/{id}/insights"),
        format!("/api/v1/runs/{id}/insights"),
        format!("/api/v1/insights/conversations/{id}"),
    ] {
        let insights = server.get(&path).object();
        assert_eq!(
            (&insights["status"], &insights["conversationId"]),
            (&json!("skipped"), &json!(id)),
            "{path}"
        );
    }
    let again = server.post(&format!("/api/v1/conversations/{id}/insights/regenerate"), &Value::Null);
    assert_eq!(again.object()["status"], "skipped");
    let agent = server.get("/api/v1/agents/a/insights?days=7").object();
    assert_eq!((&agent["status"], &agent["days"]), (&json!("skipped"), &json!(7)));
    assert_eq!(server.get("/api/v1/agents/a/insights?days=8").error(422), "VALIDATION_FAILED");
    assert_eq!(
        server.send("POST", "/api/v1/agents/a/insights/regenerate", &[], b"").object()["status"],
        "skipped"
    );
    assert_eq!(server.get("/api/v1/agents/a/step-failures").json()["data"], json!([]));
    for path in [
        "conversations/no/insights",
        "agents/no/insights",
        "agents/no/step-failures",
        "insights/conversations/no",
    ] {
        assert_eq!(server.get(&format!("/api/v1/{path}")).error(404), "NOT_FOUND", "{path}");
    }
}

#[test]
fn a_prompt_leads_to_its_agent() {
    let server = start();
    let messages = json!([{"role": "system", "content": "Be  brief.\n"}, {"role": "user", "content": "x"}]);
    let agent = server.post("/api/v1/runs", &json!({"agentName": "Brief", "messages": messages})).object();
    let found = server.post("/api/v1/sdk/agents/match", &json!({"content": " Be brief."})).object();
    assert_eq!(
        (&found["agentId"], &found["name"], &found["matched"]),
        (&agent["agentId"], &json!("Brief"), &json!(true))
    );
    let hash = found["contentHash"].as_str().unwrap();
    let config = server.get("/api/v1/sdk/config").object();
    assert_eq!(config["agentHashes"], json!({hash: agent["agentId"]}));
    assert_eq!(config["captureEnabled"], true);
    let path =
        format!("/api/v1/sdk/agents/{}/active-variant?trafficType=user", agent["agentId"].as_str().unwrap());
    assert_eq!(server.get(&path).object()["hasActiveVariant"], false);
    assert_eq!(server.post("/api/v1/sdk/agents/match", &json!({"content": "other"})).error(404), "NOT_FOUND");
    assert_eq!(
        server.post("/api/v1/sdk/agents/match", &json!({"content": 1})).error(422),
        "VALIDATION_FAILED"
    );
    assert_eq!(server.get("/api/v1/sdk/agents/nobody/active-variant").error(404), "NOT_FOUND");
}
