//! The endpoints, as the documentation of the API has them.

use crate::{Client, said};
use serde_json::{Value, json};
use turnwise_faults::{Envelope, Family, Plan, ReadBack, Server};

fn start(plan: Plan) -> (Server, Client) {
    let server = Server::start(plan).expect("starts");
    let client = Client::of(&server);
    (server, client)
}

#[test]
fn a_conversation_from_its_start_to_its_end() {
    let (_server, mut client) = start(Plan::healthy());
    let body = json!({"agentName": "Support Bot", "content": "User: Hi", "messages": said(&["Hi"]),
        "status": "active", "companyName": "Acme", "team": "blue"});
    let made = client.post("/conversations", &body).json();
    assert_eq!(made["success"], true);
    assert_eq!(made["id"], made["data"]["id"]);
    assert_eq!(made["_links"]["appendMessages"]["href"], "/api/v1/conversations/conv_1/messages");
    let id = made["id"].as_str().expect("an id");
    assert_eq!(client.get("/conversations/conv_1/insights").json()["data"]["status"], "skipped");

    assert_eq!(client.append(id, &["Bye"], "active").json()["status"], "active");
    assert_eq!(client.append(id, &["Bye!"], "completed").json()["status"], "completed");
    let got = client.get("/runs/conv_1").json()["data"].clone();
    assert_eq!(got["messages"], said(&["Hi", "Bye", "Bye!"]));
    assert_eq!(got["content"], json!({"messages": got["messages"]}).to_string());
    assert_eq!((&got["agentId"], &got["team"]), (&json!("agent_1"), &json!("blue")));

    assert_eq!(client.get("/runs/conv_1/insights").json()["data"]["status"], "pending");
    assert_eq!(client.get("/runs/conv_1/insights").json()["data"]["metrics"]["gatedScore"], 80);
    assert_eq!(client.get("/agents/agent_1").json()["data"]["name"], "Support Bot");
}

#[test]
fn pages_and_filters() {
    let (_server, mut client) = start(Plan::healthy());
    for number in 0..25 {
        let agent = if number % 5 == 0 { "agent_a" } else { "agent_b" };
        let text = format!("m{number}");
        client.post("/runs", &json!({"agentId": agent, "messages": said(&[&text]), "status": "completed"}));
    }
    let mut ids = |query: &str| -> Vec<String> {
        let answer = client.get(&format!("/conversations{query}")).json();
        let rows = answer["data"].as_array().expect("rows").iter();
        rows.map(|row| row["id"].as_str().expect("an id").to_owned()).collect()
    };
    assert_eq!(ids("").len(), 20);
    assert_eq!(ids("?limit=100").len(), 25);
    assert_eq!(ids("?limit=2&offset=24"), ["conv_25"]);
    assert_eq!(ids("?agentId=agent_a"), ["conv_1", "conv_6", "conv_11", "conv_16", "conv_21"]);
    assert_eq!(ids("?status=active"), Vec::<String>::new());
    let answer = client.get("/conversations?agentId=agent_a&limit=2").json();
    assert_eq!(answer["pagination"], json!({"total": 5, "limit": 2, "offset": 0}));
    assert_eq!(client.get("/conversations?limit=x").status, 400);
    assert_eq!(client.get("/agents").json()["pagination"]["total"], 2);
}

#[test]
fn what_is_refused() {
    let (server, mut client) = start(Plan::healthy().key("sk_right"));
    assert_eq!(client.get("/agents").json()["error"]["message"], "Invalid API key");
    let keyless = client.send(b"GET /api/v1/agents HTTP/1.1\r\n\r\n").expect("an answer");
    assert_eq!((keyless.status, &keyless.json()["error"]["code"]), (401, &json!("UNAUTHORIZED")));

    server.set_plan(Plan::healthy());
    for body in ["no json", "[]", "{}", r#"{"content":"x","parentTraceId":null}"#] {
        assert_eq!(client.call("POST", "/runs", body).expect("an answer").status, 400, "{body}");
    }
    let id = client.create(&["a"]);
    assert_eq!(client.post(&format!("/runs/{id}/messages"), &json!({"messages": []})).status, 400);
    assert_eq!(client.post("/runs/other/messages", &json!({"messages": said(&["b"])})).status, 404);
    for path in ["/runs/other", "/runs/other/insights", "/agents/other", "/nothing"] {
        assert_eq!(client.get(path).status, 404, "{path}");
    }
    assert_eq!(server.journal().entries().len(), 1);
}

#[test]
fn ways_to_answer() {
    let body = json!({"messages": said(&["a"])});
    let made = |plan| -> Value { start(plan).1.post("/runs", &body).json() };
    let flat = made(Plan::healthy().envelope(Envelope::Flat));
    assert_eq!((&flat["id"], &flat["data"]), (&json!("conv_1"), &Value::Null));
    let data = made(Plan::healthy().envelope(Envelope::Data));
    assert_eq!((&data["id"], &data["data"]["id"]), (&Value::Null, &json!("conv_1")));

    let (server, mut client) = start(Plan::healthy().read_back(ReadBack::Content));
    client.create(&["a"]);
    let got = client.get("/runs/conv_1").json();
    assert_eq!((&got["messages"], &got["content"]), (&Value::Null, &json!(body.to_string())));
    server.set_plan(Plan::healthy().read_back(ReadBack::Text));
    assert_eq!(client.get("/runs/conv_1").json()["content"], "User: a");

    for (family, known, unknown) in
        [(Family::Runs, "/runs", "/conversations"), (Family::Conversations, "/conversations", "/runs")]
    {
        let (_server, mut client) = start(Plan::healthy().family(family));
        assert_eq!(client.post(known, &body).status, 200);
        assert_eq!(client.post(unknown, &body).status, 404);
    }
}

#[test]
fn requests_are_kept_as_they_came() {
    let (server, mut client) = start(Plan::healthy());
    client.get("/conversations?limit=1");
    let requests = server.requests();
    let [(request, None)] = requests.as_slice() else { panic!("{requests:?}") };
    assert_eq!((request.method.as_str(), request.path.as_str()), ("GET", "/api/v1/conversations"));
    assert_eq!(request.header("authorization"), Some("Bearer sk_test"));

    server.set_plan(Plan::healthy().without_requests());
    client.get("/conversations");
    assert_eq!(server.requests().len(), 1);
}
