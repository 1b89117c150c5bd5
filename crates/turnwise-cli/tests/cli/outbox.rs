//! `turnwise send --outbox` and `turnwise outbox`: what is not delivered is kept.

use crate::{CHAT, Folder, KEY, Run, against, command, run, send::many, turnwise};
use std::{
    io::{BufRead, BufReader, Write},
    process::Stdio,
};
use turnwise_faults::{Expected, Fault, Plan, Server};

fn start(plan: Plan) -> Server {
    Server::start(plan).expect("a server")
}

/// An outbox in a folder of its own.
struct Queue {
    path: String,
}

impl Queue {
    fn new(name: &str) -> Self {
        Self { path: Folder::new(name).path("queue") }
    }

    fn send(&self, server: &Server, args: &[&str], stdin: &str) -> Run {
        against(server, &self.args(args), stdin)
    }

    fn args<'a>(&'a self, args: &[&'a str]) -> Vec<&'a str> {
        // The option takes its value behind `=` only, so that files can follow it.
        [&["send", "--agent-id", "agent_1", self.option()], args].concat()
    }

    fn option(&self) -> &str {
        // Leaked by tests only, of which there are few.
        Box::leak(format!("--outbox={}", self.path).into_boxed_str())
    }

    fn call(&self, server: &Server, args: &[&str]) -> Run {
        against(server, &[&["outbox", "--path", &self.path], args].concat(), "")
    }
}

/// The address of a server that has gone.
fn nowhere() -> Server {
    start(Plan::always(Fault::CloseUnread))
}

#[test]
fn queued_and_delivered() {
    let (queue, server) = (Queue::new("outbox-delivered"), start(Plan::healthy()));
    let (lines, expected) = many(300);
    let sent = queue.send(&server, &[], &lines);
    assert_eq!((sent.code, sent.err.as_str()), (0, "queued: 300\ndelivered: 300\n"));
    assert_eq!(sent.out.lines().count(), 300);
    assert_eq!(server.journal().check(&expected), Ok(()));
    let keys: Vec<_> = server.journal().entries().iter().filter_map(|entry| entry.key.clone()).collect();
    assert!(sent.out.lines().all(|key| keys.iter().any(|known| known == key)));

    let status = queue.call(&server, &["status", "--json"]);
    assert_eq!((status.code, &status.json_lines()[0]["remaining"]), (0, &0.into()));
}

#[test]
fn a_server_that_is_away_for_a_while() {
    let (queue, server) = (Queue::new("outbox-away"), nowhere());
    let (lines, expected) = many(20);
    let sent = queue.send(&server, &["--wait", "0"], &lines);
    assert_eq!(sent.code, 3, "{}", sent.err);
    assert_eq!(server.requests(), []);
    let flushed = queue.call(&server, &["flush", "--wait", "1"]);
    assert_eq!(flushed.code, 3);
    assert!(flushed.err.contains("delivered: 0, still in the outbox: 20"), "{}", flushed.err);
    assert!(
        flushed.err.contains("connection lost") || flushed.err.contains("no connection"),
        "{}",
        flushed.err
    );
    let status = queue.call(&server, &["status"]);
    assert!(status.out.contains("to be delivered     20\n"), "{}", status.out);
    assert_eq!(status.code, 3);

    server.set_plan(Plan::healthy());
    let flushed = queue.call(&server, &["flush", "--json"]);
    assert_eq!((flushed.code, flushed.err.as_str()), (0, "delivered: 20\n"));
    assert_eq!(flushed.json_lines()[0]["delivered"], 20);
    assert_eq!(server.journal().check(&expected), Ok(()));
}

#[test]
fn no_key_is_needed_to_queue() {
    let (queue, server) = (Queue::new("outbox-keyless"), start(Plan::healthy()));
    let sent = turnwise(&queue.args(&[]), CHAT);
    assert_eq!(sent.code, 3);
    assert!(sent.err.contains("CONVERRA_API_KEY: not set, so nothing is delivered now"), "{}", sent.err);
    assert_eq!(queue.call(&server, &["flush"]).code, 0);
    assert_eq!(server.journal().check(&[Expected::new(["hi there", "hello"])]), Ok(()));
}

#[test]
fn what_is_refused_is_set_aside() {
    let (queue, server) = (Queue::new("outbox-refused"), start(Plan::healthy()));
    server.set_plan(Plan::healthy().script([Some(Fault::Status { status: 422, applied: false })]));
    let sent = queue.send(&server, &[], CHAT);
    assert_eq!(sent.code, 4);
    assert!(sent.err.contains("set aside because refused: 1"), "{}", sent.err);

    let dead = queue.call(&server, &["dead"]);
    assert_eq!(dead.code, 4);
    assert!(dead.out.contains("create") && dead.out.contains("422"), "{}", dead.out);
    let record = &queue.call(&server, &["dead", "--json"]).json_lines()[0];
    assert_eq!(crate::messages(&record["body"]), [("user", "hi there"), ("assistant", "hello")]);
    assert!(record["reason"].as_str().is_some_and(|reason| reason.contains("422")), "{record}");

    // What was refused earlier does not make later conversations fail.
    let other = queue.send(&server, &[], "User: other\nAssistant: one");
    assert_eq!(other.code, 0, "{}", other.err);
    let number = record["record"].to_string();
    let retried = queue.call(&server, &["retry", &number]);
    assert_eq!((retried.code, retried.err.as_str()), (0, "taken back in: 1\ndelivered: 1\n"));
    assert_eq!(queue.call(&server, &["dead"]).out, "");
    let expected = [Expected::new(["hi there", "hello"]), Expected::new(["other", "one"])];
    assert_eq!(server.journal().check(&expected), Ok(()));
    assert_eq!(queue.call(&server, &["retry", &number]).code, 2);
}

#[test]
fn what_was_set_aside_can_be_dropped() {
    let (queue, server) =
        (Queue::new("outbox-dropped"), start(Plan::always(Fault::Status { status: 400, applied: false })));
    queue.send(&server, &[], CHAT);
    let record = queue.call(&server, &["dead", "--json"]).json_lines()[0]["record"].to_string();
    let dropped = queue.call(&server, &["discard", &record]);
    assert_eq!((dropped.code, dropped.err.as_str()), (0, "dropped: 1\n"));
    assert_eq!(queue.call(&server, &["status"]).code, 0);
}

#[test]
fn a_wrong_key_loses_nothing() {
    let (queue, server) = (Queue::new("outbox-key"), start(Plan::healthy().key("sk_right")));
    let sent = queue.send(&server, &["--wait", "1"], CHAT);
    assert_eq!(sent.code, 3, "{}", sent.err);
    assert!(sent.err.contains("Invalid API key"), "{}", sent.err);
    assert!(!sent.err.contains(KEY));
    server.set_plan(Plan::healthy());
    assert_eq!(queue.call(&server, &["flush"]).code, 0);
    assert_eq!(server.journal().check(&[Expected::new(["hi there", "hello"])]), Ok(()));
}

#[test]
fn everything_goes_wrong_and_everything_arrives_once() {
    for seed in 0..3 {
        let (queue, server) = (Queue::new(&format!("outbox-random-{seed}")), start(Plan::random(seed, 0.3)));
        let (lines, expected) = many(40);
        let sent = queue.send(&server, &["--wait", "0"], &lines);
        assert_eq!(sent.code, 3, "{}", sent.err);
        let mut code = 3;
        for _ in 0..30 {
            code = queue.call(&server, &["flush", "--wait", "2"]).code;
            if code == 0 {
                break;
            }
        }
        server.set_plan(Plan::healthy());
        let last = queue.call(&server, &["flush"]);
        assert_eq!(last.code, 0, "seed {seed}, {code} before: {}", last.err);
        assert_eq!(server.journal().check(&expected), Ok(()), "seed {seed}");
    }
}

#[test]
fn killed_and_repeated() {
    let (queue, server) = (Queue::new("outbox-killed"), start(Plan::healthy()));
    let (lines, expected) = many(400);
    for kill_after in [1, 5, 60, 200] {
        let mut child = command(&queue.args(&["--idempotency", "content"]))
            .env("CONVERRA_API_KEY", KEY)
            .env("CONVERRA_BASE_URL", server.url())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("starts");
        child.stdin.take().expect("a pipe").write_all(lines.as_bytes()).expect("writes");
        // So many are safe when it dies.
        let keys = BufReader::new(child.stdout.take().expect("a pipe")).lines().take(kill_after);
        assert_eq!(keys.flatten().count(), kill_after);
        child.kill().expect("is killed");
        child.wait().expect("ends");
    }
    let sent = queue.send(&server, &["--idempotency", "content"], &lines);
    assert_eq!(sent.code, 0, "{}", sent.err);
    assert_eq!(sent.out.lines().count(), 400);
    assert_eq!(server.journal().check(&expected), Ok(()));
}

#[test]
fn one_at_a_time() {
    let (queue, server) = (Queue::new("outbox-busy"), start(Plan::healthy()));
    let mut first = command(&queue.args(&["--wait", "0"]))
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts");
    let busy = loop {
        // The first one opens the outbox before it reads.
        let second = queue.call(&server, &["status"]);
        if second.err.contains("in use") {
            break second;
        }
    };
    assert_eq!(busy.code, 2);
    drop(first.stdin.take());
    first.wait().expect("ends");
    assert_eq!(queue.call(&server, &["status"]).code, 0);
}

#[test]
fn there_is_none_yet() {
    let folder = Folder::new("outbox-none");
    let state = folder.path("state");
    let call = |args: &[&str], stdin: &str| run(command(args).env("XDG_STATE_HOME", &state), stdin);
    let none = call(&["outbox", "status"], "");
    assert_eq!(none.code, 2);
    assert!(none.err.contains("there is no outbox yet; `turnwise send --outbox` makes one"), "{}", none.err);
    assert_eq!(folder.names(), Vec::<String>::new());

    let sent = call(&["send", "--agent", "a", "--outbox", "--wait", "0", "-"], CHAT);
    assert_eq!(sent.code, 3, "{}", sent.err);
    let status = call(&["outbox", "status"], "");
    assert!(status.out.contains("to be delivered     1\n"), "{}", status.out);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder.path("state/turnwise")).expect("a folder").permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "conversations are private");
    }
}

#[test]
fn a_file_that_is_no_outbox_is_left_alone() {
    let folder = Folder::new("outbox-mistyped");
    let path = folder.file("chat.txt", CHAT);
    let server = start(Plan::healthy());
    for args in
        [&["outbox", "--path", &path, "status"][..], &["send", "--agent", "a", &format!("--outbox={path}")]]
    {
        let run = against(&server, args, CHAT);
        assert_eq!(run.code, 2, "{args:?}");
        assert!(run.err.contains("chat.txt: not an outbox; it was left as it is"), "{}", run.err);
    }
    assert_eq!(folder.names(), ["chat.txt"]);
    assert_eq!(std::fs::read_to_string(&path).expect("the file"), CHAT);
}

#[test]
fn a_damaged_outbox_is_moved_aside() {
    let (queue, server) = (Queue::new("outbox-damaged"), start(Plan::healthy()));
    queue.send(&server, &["--wait", "0"], CHAT);
    std::fs::write(&queue.path, "not what was there".repeat(100)).expect("writes");
    let status = queue.call(&server, &["status"]);
    assert_eq!(status.code, 0, "{}", status.err);
    assert!(status.err.contains("the outbox was damaged"), "{}", status.err);
    assert_eq!(queue.send(&server, &[], CHAT).code, 0);
}
