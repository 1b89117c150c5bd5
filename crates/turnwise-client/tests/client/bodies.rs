//! What is sent: fields, forms, ids, and that nothing of a conversation is lost.

use serde_json::{Value, json};
use turnwise::{Format, parse, write};
use turnwise_client::{AgentRef, Append, ContentForm, NewConversation, Status};

use crate::shell::{assistant, new, user};

fn json(body: &str) -> Value {
    serde_json::from_str(body).unwrap()
}

/// The ids that a body carries; all of one request, numbered.
fn ids(body: &Value) -> Vec<String> {
    let messages = body["messages"].as_array().unwrap();
    messages.iter().map(|message| message["metadata"]["turnwiseId"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_documented_field_is_sent() {
    let source = r#"{"title":"T","messages":[{"role":"user","content":"Hi"}],"metadata":{"channel":"web"},
        "toolDefinitions":[{"name":"ping","description":"d","parameters":{"type":"object"}}]}"#;
    let conversation = parse(source).conversations.remove(0);
    let new = NewConversation::new(AgentRef::id("agent_123"), conversation, Status::InProgress)
        .llm_model("gpt-4o")
        .company_name("Acme Corp")
        .session_id("sess_1")
        .user_id("user_1")
        .trace_id("tr_1")
        .parent_trace_id("tr_0")
        .field("plan", json!({"tier": 3}))
        .unwrap();
    let body = json(&new.body());
    let expected = [
        ("agentId", json!("agent_123")),
        ("status", json!("in_progress")),
        ("llmModel", json!("gpt-4o")),
        ("companyName", json!("Acme Corp")),
        ("idempotencyKey", json!(new.key())),
        ("toolDefinitions", json!([{"name": "ping", "description": "d", "parameters": {"type": "object"}}])),
        ("metadata", json!({"channel": "web"})),
        ("sessionId", json!("sess_1")),
        ("userId", json!("user_1")),
        ("title", json!("T")),
        ("traceId", json!("tr_1")),
        ("parentTraceId", json!("tr_0")),
        ("plan", json!({"tier": 3})),
    ];
    for (field, value) in &expected {
        assert_eq!(&body[field], value, "{field}");
    }
    assert_eq!(body.as_object().unwrap().len(), expected.len() + 2, "{body}");
    assert_eq!(ids(&body), [format!("{}.0", new.key())]);
    assert_eq!(json(body["content"].as_str().unwrap())["messages"], body["messages"]);
}

#[test]
fn what_is_not_known_is_not_sent() {
    let body = json(&new("Hi", Status::Active).body());
    let fields: Vec<_> = body.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["agentName", "content", "idempotencyKey", "messages", "status"]);
    let body = json(&Append::new([user("Hi")]).body());
    assert_eq!(body.as_object().unwrap().keys().collect::<Vec<_>>(), ["messages"]);
}

#[test]
fn custom_fields_cannot_replace_the_api_s() {
    for name in ["status", "messages", "idempotencyKey", "promptId", "parentTraceId"] {
        assert!(new("Hi", Status::Active).field(name, 1).is_err(), "{name}");
    }
}

#[test]
fn a_request_s_ids_are_its_own() {
    let made = new("Hi", Status::Active);
    assert_eq!(made.body(), made.body(), "the same request has the same ids");
    let (one, two) = (Append::new([user("a"), user("b")]), Append::new([user("a"), user("b")]));
    let all: std::collections::HashSet<_> =
        [one.body(), two.body(), made.to_append().body()].iter().flat_map(|body| ids(&json(body))).collect();
    assert_eq!(all.len(), 5);

    // What was read back and is sent again is another message.
    let again =
        parse(&format!(r#"{{"messages":{}}}"#, json(&one.body())["messages"])).conversations.remove(0);
    let again = Append::new(again.messages).body();
    assert!(ids(&json(&again)).iter().all(|id| !all.contains(id)));
    assert_eq!(again.matches("turnwiseId").count(), 2, "the old ids are gone: {again}");

    // A key of the caller's own makes the whole body the same, whenever it is made.
    let [one, two] = [0, 1].map(|_| new("Hi", Status::Active).idempotency_key("order.7").body());
    assert_eq!(one, two);
    assert_eq!(ids(&json(&one)), ["order.7.0"]);
}

/// All that canonical JSON can say, in short.
const RICH: &str = r#"{"id":"c1","title":"T","status":"completed","preamble":"before","messages":[
{"role":"user","label":"Customer","name":"Ann","content":"a\nUser: b","timestamp":"2025-01-20T14:30:00+01:00","metadata":{"k":1.10}},
{"role":"assistant","content":null,"parts":[{"type":"reasoning","text":"hm","signature":"s"},{"type":"tool_call","id":"1","name":"f","arguments":"{\"a\": 1"}],"model":"gpt-4o","tokens":3,"usage":{"promptTokens":5,"completionTokens":7},"latencyMs":0,"toolCalls":[{"id":"1","name":"f","arguments":"{\"a\": 1"}]},
{"role":"tool","content":"","toolCallId":"1","extra":{"big":12345678901234567890}},
{"role":null,"name":"somebody","content":"?"}
],"metadata":{"userId":"u"},"extra":{"x":[1,1.0]}}"#;

#[test]
fn nothing_of_a_conversation_is_lost() {
    let conversation = parse(RICH).conversations.remove(0);
    let without_ids = |content: &str| {
        let mut read = parse(content).conversations.remove(0);
        for message in &mut read.messages {
            message.details_mut().metadata.0.retain(|(name, _)| name != "turnwiseId");
        }
        write(&read, Format::Canonical).unwrap().text
    };
    let expected = write(&conversation, Format::Canonical).unwrap().text;
    for form in [ContentForm::Structured, ContentForm::ContentOnly] {
        let new = NewConversation::new(AgentRef::id("a"), conversation.clone(), Status::Completed).form(form);
        let body = json(&new.body());
        assert_eq!(without_ids(body["content"].as_str().unwrap()), expected, "{form:?}");
        assert_eq!(body.get("messages").is_some(), form == ContentForm::Structured);
    }

    // Labelled text cannot hold it all: the rest is beside it.
    let new =
        NewConversation::new(AgentRef::id("a"), conversation, Status::Completed).form(ContentForm::Text);
    let body = new.body();
    let read = json(&body);
    assert!(read["content"].as_str().unwrap().contains("Customer"), "{read}");
    assert_eq!(read["turnwise"]["id"], "c1");
    assert_eq!(read["turnwise"]["preamble"], "before");
    for kept in [r#""extra":{"x":[1,1.0]}"#, r#""k":1.10"#, "12345678901234567890", r#""signature":"s""#] {
        assert!(body.contains(kept), "{kept}");
    }
}

#[test]
fn an_append_keeps_what_its_messages_have() {
    let messages = parse(RICH).conversations.remove(0).messages;
    let body = Append::new(messages).status(Status::Abandoned).session_id("s").body();
    for kept in
        [r#""k":1.10"#, "12345678901234567890", r#""latencyMs":0"#, r#""content":"","#, r#""role":null"#]
    {
        assert!(body.contains(kept), "{kept}");
    }
    assert!(body.ends_with(r#""status":"abandoned","sessionId":"s"}"#), "{body}");
}

#[test]
fn send_appends_what_an_append_can_have() {
    let new = new("Hi", Status::Completed).session_id("s").user_id("u");
    let body = json(&new.to_append().body());
    assert_eq!(body.as_object().unwrap().keys().collect::<Vec<_>>(), ["messages", "sessionId", "status"]);
    assert_eq!(json(&Append::new([assistant("x")]).body())["messages"][0]["role"], "assistant");
}
