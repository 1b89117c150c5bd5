//! `turnwise list`, `get`, `agents` and `insights`: what the server has.

use crate::{CHAT, Run, against};
use turnwise_faults::{Fault, Plan, ReadBack, Server};

/// A server that has so many conversations of two agents.
fn with(conversations: usize) -> Server {
    let server = Server::start(Plan::healthy()).expect("a server");
    let lines: String = (0..conversations)
        .map(|number| format!("{{\"title\": \"T{number}\", \"messages\": [{{\"role\": \"user\", \"content\": \"{number}\"}}]}}\n"))
        .collect();
    let sent = against(&server, &["send", "--agent", "Bot A", "--jobs", "1"], lines);
    assert_eq!(sent.code, 0, "{}", sent.err);
    let sent = against(&server, &["send", "--agent", "Bot B", "--status", "active"], CHAT);
    assert_eq!(sent.code, 0, "{}", sent.err);
    server
}

fn call(server: &Server, args: &[&str]) -> Run {
    against(server, args, "")
}

#[test]
fn lists_and_pages() {
    let server = with(250);
    let list = |args: &[&str]| call(&server, &[&["list"], args].concat());
    let first = list(&["--limit", "2"]);
    assert_eq!(
        first.out,
        "conv_1  completed  2026-01-01T00:00:00Z  agent_1  T0\n\
         conv_2  completed  2026-01-01T00:00:01Z  agent_1  T1\n"
    );
    assert_eq!(first.err, "2 of 251; --limit and --offset show more\n");
    assert_eq!(list(&[]).out.lines().count(), 20);
    let all = list(&["--limit", "1000"]);
    assert_eq!((all.out.lines().count(), all.err.as_str()), (251, ""));
    let some = list(&["--limit", "150", "--offset", "30", "--json"]).json_lines();
    assert_eq!((some.len(), &some[149]["id"]), (150, &"conv_180".into()));
    let of_agent = list(&["--agent-id", "agent_2", "--status", "active", "--json"]).json_lines();
    assert_eq!((of_agent.len(), &of_agent[0]["id"]), (1, &"conv_251".into()));
    assert_eq!(list(&["--status", "abandoned"]).out, "");
}

#[test]
fn a_conversation_is_read_back() {
    let server = with(1);
    assert_eq!(call(&server, &["get", "conv_2"]).out.trim_end(), CHAT);
    assert_eq!(call(&server, &["get", "conv_2"]).err, "");
    let object = &call(&server, &["get", "conv_2", "--json"]).json_lines()[0];
    assert_eq!((&object["id"], &object["status"]), (&"conv_2".into(), &"active".into()));
    let openai = &call(&server, &["get", "conv_2", "--to", "openai"]).json_lines()[0];
    assert_eq!(crate::messages(openai), [("user", "hi there"), ("assistant", "hello")]);

    server.set_plan(Plan::healthy().read_back(ReadBack::Text));
    assert_eq!(call(&server, &["get", "conv_2"]).out.trim_end(), "User: hi there\nAI: hello");
}

#[test]
fn agents() {
    let server = with(3);
    let all = call(&server, &["agents"]);
    assert_eq!(all.out, "agent_1  active  Bot A  3 conversations\nagent_2  active  Bot B  1 conversations\n");
    let one = call(&server, &["agents", "agent_2"]);
    assert!(one.out.ends_with("\n\nYou are a helpful assistant\n"), "{}", one.out);
    assert_eq!(call(&server, &["agents", "agent_2", "--json"]).json_lines()[0]["name"], "Bot B");
}

#[test]
fn insights() {
    let server = with(1);
    let call = |args: &[&str]| call(&server, &[&["insights"], args].concat());
    let open = call(&["conv_2"]);
    assert_eq!((open.code, open.out.as_str()), (1, ""));
    assert_eq!(open.err, "turnwise: conv_2: skipped, the conversation is not completed\n");
    assert_eq!(call(&["conv_1"]).err, "turnwise: conv_1: pending, insights are being made\n");
    let ready = call(&["conv_1"]);
    assert_eq!(ready.code, 0);
    assert!(ready.out.contains("Somebody asked, and was answered."), "{}", ready.out);
    assert!(ready.out.contains("qualityScore         82.5  benchmark 75\n"), "{}", ready.out);
    assert_eq!(call(&["conv_1", "--json"]).json_lines()[0]["metrics"]["gatedScore"], 80);
}

#[test]
fn what_goes_wrong_has_a_code_of_its_own() {
    let server = with(1);
    for args in [&["get", "other"][..], &["insights", "other"], &["agents", "other"]] {
        let run = call(&server, args);
        assert_eq!((run.code, run.out.as_str()), (4, ""), "{args:?}");
        assert!(run.err.starts_with("turnwise: not found: 404 NOT_FOUND: no such "), "{}", run.err);
    }
    server.set_plan(Plan::always(Fault::Close { applied: false }));
    for args in [&["list"][..], &["get", "conv_1"], &["agents"], &["insights", "conv_1"]] {
        let run = call(&server, args);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{args:?}");
        assert!(run.err.contains("connection lost"), "{args:?}: {}", run.err);
    }
    for args in [&["list"][..], &["get", "x"], &["agents"], &["insights", "x"]] {
        let run = crate::turnwise(args, "");
        assert_eq!(run.code, 2, "{args:?}");
        assert!(run.err.contains("CONVERRA_API_KEY: not set"), "{args:?}: {}", run.err);
    }
}
