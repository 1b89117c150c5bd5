//! The tools for logged conversations, with a server that misbehaves; its journal says what was really logged.

use crate::{
    session::{Session, turnwise},
    transcripts::PASTED,
};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    process::{Child, Stdio},
    thread::sleep,
    time::Duration,
};
use turnwise_faults::{Expected, Fault, Plan, ReadBack, Server};

const KEY: &str = "sk_test_very_secret";

/// A server that behaves as planned, and a session with its address.
fn start(plan: Plan) -> (Server, Session) {
    let server = Server::start(plan).unwrap();
    let session = Session::open(&[("CONVERRA_API_KEY", KEY), ("CONVERRA_BASE_URL", &server.url())]);
    (server, session)
}

/// What the transcript of the guide holds.
fn pasted() -> Expected {
    Expected::new([
        "How do I cancel my subscription?",
        "I can help you cancel. Go to Settings > Subscription > Cancel.",
        "Thanks!",
        "You're welcome! Your subscription will end on the billing date.",
    ])
}

/// Calls as an assistant does that follows what refusals say: again, with the same arguments.
fn insist(session: &mut Session, arguments: &Value) -> Value {
    for _ in 0..20 {
        let result = session.call("log_conversation", arguments.clone());
        if result["isError"] == false {
            return result["structuredContent"].clone();
        }
        let said = result["content"][0]["text"].as_str().unwrap();
        assert!(said.contains("Call it again"), "{said}");
        sleep(Duration::from_millis(10));
    }
    panic!("it never succeeds");
}

#[test]
fn a_pasted_conversation_is_logged_and_found_again() {
    let (server, mut session) = start(Plan::healthy());
    let logged = session.result("log_conversation", json!({ "transcript": PASTED, "agent": "Support Bot" }));
    assert_eq!((logged["created"].as_bool(), logged["messages"].as_u64()), (Some(true), Some(4)));
    assert_eq!(logged["status"], "completed");
    assert_eq!(logged["roles"], json!({ "user": 2, "assistant": 2 }));
    server.journal().check(&[pasted()]).unwrap();
    let request: Value = serde_json::from_slice(&server.requests()[0].0.body).unwrap();
    assert_eq!(request["agentName"], "Support Bot");

    let listed = session.result("list_conversations", json!({}));
    assert_eq!(listed["conversations"][0]["id"], logged["conversation_id"]);
    assert_eq!(listed["conversations"][0]["begins"], "How do I cancel my subscription?");
    assert!(listed.get("next_offset").is_none());
    let id = &logged["conversation_id"];
    let got = session.result("get_conversation", json!({ "conversation_id": id }));
    assert_eq!((got["messages"].as_u64(), got["status"].as_str()), (Some(4), Some("completed")));
    assert_eq!(got["conversation"]["messages"][2], json!({ "role": "user", "content": "Thanks!" }));
}

#[test]
fn a_conversation_is_logged_while_it_happens() {
    let (server, mut session) = start(Plan::healthy());
    let first = json!([{ "role": "user", "content": "Hi: there" }]);
    let logged = session.result(
        "log_conversation",
        json!({ "messages": first, "agent_id": "agent_123", "status": "active" }),
    );
    let id = logged["conversation_id"].clone();
    let append =
        json!({ "conversation_id": id, "transcript": "Assistant: Hello!\nUser: Bye.", "title": "T" });
    let appended = session.result("log_conversation", append);
    assert_eq!((appended["created"].as_bool(), &appended["conversation_id"]), (Some(false), &id));
    assert!(appended["note"].as_str().unwrap().contains("title"));
    let last = json!([{ "role": "assistant", "content": "Goodbye." }]);
    session.result(
        "log_conversation",
        json!({ "conversation_id": id, "messages": last, "status": "completed" }),
    );
    server.journal().check(&[Expected::new(["Hi: there", "Hello!", "Bye.", "Goodbye."])]).unwrap();
}

#[test]
fn what_is_known_goes_along() {
    let (server, mut session) = start(Plan::healthy());
    let metadata = json!({ "channel": "web", "turns": 2 });
    let arguments = json!({
        "transcript": PASTED, "agent_id": "agent_123", "status": "abandoned", "title": "Cancelling",
        "llm_model": "gpt-4o", "company_name": "Acme Corp", "user_id": "user_1", "session_id": "sess_1",
        "metadata": metadata,
    });
    assert_eq!(session.result("log_conversation", arguments)["status"], "abandoned");
    let sent: Value = serde_json::from_slice(&server.requests()[0].0.body).unwrap();
    let expected = [
        ("agentId", "agent_123"),
        ("status", "abandoned"),
        ("title", "Cancelling"),
        ("llmModel", "gpt-4o"),
        ("companyName", "Acme Corp"),
        ("userId", "user_1"),
        ("sessionId", "sess_1"),
    ];
    for (field, value) in expected {
        assert_eq!(sent[field], value, "{field}");
    }
    assert_eq!(sent["metadata"], metadata);
}

#[test]
fn without_a_key_transcripts_are_read_and_the_rest_says_what_is_missing() {
    let mut session = Session::open(&[]);
    let calls = [
        ("log_conversation", json!({ "transcript": PASTED, "agent": "Support Bot" })),
        ("list_conversations", json!({})),
        ("get_conversation", json!({ "conversation_id": "c" })),
    ];
    for (tool, arguments) in calls {
        let said = session.refusal(tool, arguments);
        assert!(said.contains("CONVERRA_API_KEY is not set") && said.contains("What to do"), "{said}");
    }
    assert_eq!(session.result("normalize_transcript", json!({ "transcript": PASTED }))["messages"], 4);
}

#[test]
fn nothing_doubtful_is_logged() {
    let (server, mut session) = start(Plan::healthy());
    let two = json!({ "messages": [{ "role": "user", "content": "a" }] }).to_string();
    let dialogue = "Nour: Where does it hurt?\nIda: Here.\nNour: Since when?\nIda: Monday.";
    let cut = "{\"messages\": [{\"role\": \"user\", \"content\": \"hi";
    let cases = [
        (json!({ "transcript": PASTED }), "needs an agent"),
        (json!({ "transcript": PASTED, "agent": "A", "agent_id": "a" }), "one of them"),
        (json!({ "agent": "A" }), "Pass `transcript` or `messages`"),
        (json!({ "agent": "A", "transcript": PASTED, "messages": [] }), "both `transcript` and `messages`"),
        (json!({ "agent": "A", "messages": [] }), "no messages were found"),
        (json!({ "agent": "A", "transcript": "Dear diary: nobody speaks here." }), "no messages were found"),
        (json!({ "agent": "A", "transcript": format!("{two}\n{two}") }), "holds 2 conversations"),
        (json!({ "agent": "A", "transcript": dialogue }), "open for Nour, Ida"),
        (json!({ "agent": "A", "transcript": cut }), "despite_errors"),
        (json!({ "agent": "A", "transcript": PASTED, "status": "done" }), "`completed`"),
        (json!({ "agent": "A", "transcript": PASTED, "agent_name": "A" }), "no argument `agent_name`"),
        (json!({ "transcript": PASTED, "conversation_id": ".." }), "cannot be an id"),
    ];
    for (arguments, expected) in cases {
        let said = session.refusal("log_conversation", arguments);
        assert!(
            said.contains(expected) && said.contains("What to do") || said.contains("deserialize"),
            "{said}"
        );
    }
    assert_eq!(server.journal().entries(), []);

    let labels = json!({ "Nour": "assistant", "Ida": "user" });
    session.result("log_conversation", json!({ "agent": "A", "transcript": dialogue, "labels": labels }));
    let logged = session
        .result("log_conversation", json!({ "agent": "A", "transcript": cut, "despite_errors": true }));
    assert_eq!(logged["findings"][0]["code"], "truncated-json");
    let dialogue = Expected::new(["Where does it hurt?", "Here.", "Since when?", "Monday."]);
    server.journal().check(&[dialogue, Expected::new(["hi"])]).unwrap();
}

#[test]
fn refusals_of_the_server_say_what_to_do_and_keep_the_key() {
    let (_server, mut session) = start(Plan::healthy().key("another"));
    let said = session.refusal("list_conversations", json!({}));
    assert!(said.contains("check CONVERRA_API_KEY") && !said.contains(KEY), "{said}");

    let (server, mut session) = start(Plan::healthy());
    let said = session.refusal("get_conversation", json!({ "conversation_id": "no_such" }));
    assert!(said.contains("list_conversations"), "{said}");
    let said = session.refusal("get_conversation", json!({ "conversation_id": "../../agents" }));
    assert!(said.contains("list_conversations"), "{said}");
    server.set_plan(Plan::always(Fault::Redirect { status: 307 }));
    let said = session.refusal("list_conversations", json!({}));
    assert!(said.contains("CONVERRA_BASE_URL"), "{said}");

    let address = server.url();
    drop(server);
    let mut session = Session::open(&[("CONVERRA_API_KEY", KEY), ("CONVERRA_BASE_URL", &address)]);
    let said = session.refusal("list_conversations", json!({}));
    assert!(said.contains("the network"), "{said}");
    let mut session = Session::open(&[("CONVERRA_API_KEY", KEY), ("CONVERRA_BASE_URL", "nonsense")]);
    let said = session.refusal("list_conversations", json!({}));
    assert!(said.contains("no access") && !said.contains(KEY), "{said}");
}

#[test]
fn the_finest_log_does_not_hold_the_key() {
    let server = Server::start(Plan::healthy()).unwrap();
    let url = server.url();
    let mut session =
        Session::open(&[("CONVERRA_API_KEY", KEY), ("CONVERRA_BASE_URL", &url), ("TURNWISE_LOG", "trace")]);
    session.result("log_conversation", json!({ "transcript": PASTED, "agent": "Support Bot" }));
    server.set_plan(Plan::healthy().key("another"));
    session.refusal("list_conversations", json!({}));
    let (code, errors) = session.end();
    assert_eq!(code, Some(0));
    assert!(errors.contains("TRACE") && !errors.contains(KEY));
}

#[test]
fn whatever_the_server_does_it_is_logged_once() {
    for fault in Fault::PASSING {
        // More failures than the client gets over by itself.
        let plan = || Plan::healthy().script([Some(*fault); 5]);
        let (server, mut session) = start(plan());
        let create = json!({ "agent": "A", "status": "active", "transcript": "User: one" });
        let id = insist(&mut session, &create)["conversation_id"].clone();
        server.set_plan(plan());
        let append =
            json!({ "conversation_id": id, "transcript": "AI: two\nUser: three", "status": "completed" });
        insist(&mut session, &append);
        server.journal().check(&[Expected::new(["one", "two", "three"])]).unwrap_or_else(|breaches| {
            panic!("{fault:?}: {breaches:?}");
        });
    }
}

#[test]
fn what_nobody_can_tell_is_not_sent_again() {
    let (server, mut session) = start(Plan::healthy().read_back(ReadBack::Text));
    let create = json!({ "agent": "A", "status": "active", "transcript": "User: one" });
    let id = session.result("log_conversation", create)["conversation_id"].clone();
    server.set_plan(Plan::healthy().read_back(ReadBack::Text).script([Some(Fault::Close { applied: true })]));
    let append = json!({ "conversation_id": id, "transcript": "AI: two", "status": "completed" });
    for _ in 0..2 {
        let said = session.refusal("log_conversation", append.clone());
        assert!(said.contains("get_conversation") && !said.contains("again"), "{said}");
    }
    server.journal().check(&[Expected::new(["one", "two"])]).unwrap();
}

#[test]
fn many_conversations_among_many_failures_are_logged_once() {
    let (server, mut session) = start(Plan::random(11, 0.5).read_back(ReadBack::Messages));
    let mut expected = Vec::new();
    for n in 0..15 {
        let texts: Vec<String> = (0..4).map(|turn| format!("{n}.{turn}")).collect();
        let create = json!({ "agent": "A", "status": "active", "transcript": format!("User: {}", texts[0]) });
        let id = insist(&mut session, &create)["conversation_id"].clone();
        let middle = format!("AI: {}\nUser: {}", texts[1], texts[2]);
        insist(&mut session, &json!({ "conversation_id": id, "transcript": middle }));
        let last = json!([{ "role": "assistant", "content": texts[3] }]);
        insist(&mut session, &json!({ "conversation_id": id, "messages": last, "status": "completed" }));
        expected.push(Expected::new(texts));
    }
    server.set_plan(Plan::healthy());
    server.journal().check(&expected).unwrap();
}

#[test]
fn a_cancelled_call_that_is_made_again_logs_nothing_twice() {
    let (server, mut session) = start(Plan::always(Fault::Slow(Duration::from_secs(60))));
    let arguments = json!({ "transcript": PASTED, "agent": "Support Bot" });
    let id = session.ask("tools/call", json!({ "name": "log_conversation", "arguments": arguments }));
    // Two minutes are more than any machine needs for that.
    let arrived = (0..12_000).any(|_| {
        sleep(Duration::from_millis(10));
        !server.journal().entries().is_empty()
    });
    assert!(arrived);
    let cancelled =
        json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": id } });
    session.line(cancelled.to_string());
    session.is_alive();
    server.set_plan(Plan::healthy());
    insist(&mut session, &arguments);
    server.journal().check(&[pasted()]).unwrap();
    // What was settled is no longer remembered: the same conversation may happen twice.
    session.result("log_conversation", arguments);
    assert_eq!(server.journal().conversations().len(), 2);
}

#[test]
fn lists_go_on_page_by_page() {
    let (_server, mut session) = start(Plan::healthy());
    for n in 0..5 {
        session.result(
            "log_conversation",
            json!({ "agent": "A", "transcript": format!("User: {n}\nAI: {n} too") }),
        );
    }
    let (mut offset, mut ids) = (0, Vec::new());
    loop {
        let page = session.result("list_conversations", json!({ "limit": 2, "offset": offset }));
        ids.extend(page["conversations"].as_array().unwrap().iter().map(|listed| listed["id"].to_string()));
        let Some(next) = page["next_offset"].as_u64() else { break };
        assert_eq!(next, ids.len() as u64);
        offset = next;
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 5);
    for arguments in [json!({ "limit": 0 }), json!({ "limit": 1_000_000 }), json!({ "offset": 1_000_000 })] {
        session.result("list_conversations", arguments);
    }
}

#[test]
fn long_conversations_are_got_page_by_page() {
    let (_server, mut session) = start(Plan::healthy());
    let turns: Vec<String> =
        (0..1000).map(|turn| format!("User: question {turn}\nAI: answer {turn}")).collect();
    let logged = session.result("log_conversation", json!({ "agent": "A", "transcript": turns.join("\n") }));
    let (mut skip, mut seen) = (0, 0);
    loop {
        let arguments = json!({ "conversation_id": logged["conversation_id"], "skip_messages": skip });
        let page = session.result("get_conversation", arguments);
        assert_eq!(page["messages"], 2000);
        seen += page["conversation"]["messages"].as_array().unwrap().len();
        let Some(next) = page["next_message"].as_u64() else { break };
        skip = next;
    }
    assert_eq!(seen, 2000);
}

#[test]
fn the_whole_loop_runs_on_one_machine() {
    let data = tempfile::tempdir().unwrap();
    let mut serve = turnwise();
    serve.args(["serve", "--addr", "127.0.0.1:0", "--data"]).arg(data.path());
    let mut serve = Ended(serve.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
    let mut address = String::new();
    BufReader::new(serve.0.stdout.take().unwrap()).read_line(&mut address).unwrap();
    let address = format!("{}/api/v1", address.trim());
    let mut session = Session::open(&[("CONVERRA_API_KEY", KEY), ("CONVERRA_BASE_URL", &address)]);

    let logged = session.result("log_conversation", json!({ "transcript": PASTED, "agent": "Support Bot" }));
    let id = &logged["conversation_id"];
    let listed = session.result("list_conversations", json!({ "status": "completed" }));
    assert_eq!((&listed["conversations"][0]["id"], listed["total"].as_u64()), (id, Some(1)));
    assert_eq!(session.result("get_conversation", json!({ "conversation_id": id }))["messages"], 4);
    let more = json!({ "conversation_id": id, "transcript": "User: one more thing" });
    let said = session.refusal("log_conversation", more);
    assert!(said.contains("takes no more messages"), "{said}");
}

/// A process that ends with the test.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
