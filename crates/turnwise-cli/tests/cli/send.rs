//! `turnwise send` against a server that keeps a journal, and sometimes misbehaves.

use crate::{CHAT, Folder, KEY, Run, against, command, run, turnwise};
use serde_json::{Value, json};
use std::{fs, path::PathBuf, time::Duration};
use turnwise_faults::{Expected, Fault, Plan, RetryAfter, Server};

fn start(plan: Plan) -> Server {
    Server::start(plan).expect("a server")
}

/// Sends for one agent.
fn send(server: &Server, args: &[&str], stdin: impl AsRef<[u8]>) -> Run {
    against(server, &[&["send", "--agent-id", "agent_1"], args].concat(), stdin)
}

/// A file of conversations, one a line, and what should arrive of it.
pub(crate) fn many(number: usize) -> (String, Vec<Expected>) {
    let mut lines = String::new();
    let mut expected = Vec::new();
    for number in 0..number {
        let texts = [format!("question {number}"), format!("answer {number}")];
        let messages =
            json!([{"role": "user", "content": texts[0]}, {"role": "assistant", "content": texts[1]}]);
        lines.push_str(&format!("{}\n", json!({"messages": messages})));
        expected.push(Expected::new(texts));
    }
    (lines, expected)
}

#[test]
fn a_conversation_with_all_its_fields() {
    let server = start(Plan::healthy());
    let args = [
        "--status",
        "abandoned",
        "--company",
        "Acme",
        "--model",
        "gpt-4o",
        "--session",
        "s1",
        "--user",
        "u1",
        "--title",
        "T",
        "--field",
        "team=blue",
        "--field",
        "priority:=2",
        "--field",
        "n:={\"a\": [1]}",
    ];
    let sent = send(&server, &args, CHAT);
    assert_eq!((sent.code, sent.out.as_str(), sent.err.as_str()), (0, "conv_1\n", "delivered: 1\n"));
    let body: Value = serde_json::from_slice(&server.requests()[0].0.body).expect("JSON");
    for (name, value) in [
        ("agentId", json!("agent_1")),
        ("status", json!("abandoned")),
        ("companyName", json!("Acme")),
        ("llmModel", json!("gpt-4o")),
        ("sessionId", json!("s1")),
        ("userId", json!("u1")),
        ("title", json!("T")),
        ("team", json!("blue")),
        ("priority", json!(2)),
        ("n", json!({"a": [1]})),
    ] {
        assert_eq!(body[name], value, "{name}");
    }
    let content: Value = serde_json::from_str(body["content"].as_str().expect("text")).expect("JSON");
    assert_eq!(content["messages"], body["messages"]);
    assert_eq!(crate::messages(&body), [("user", "hi there"), ("assistant", "hello")]);
    assert_eq!(server.requests()[0].0.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
}

#[test]
fn labelled_text_and_an_agent_by_name() {
    let server = start(Plan::healthy());
    let sent = against(&server, &["send", "--agent", "Support Bot", "--text"], CHAT);
    assert_eq!(sent.code, 0, "{}", sent.err);
    let body: Value = serde_json::from_slice(&server.requests()[0].0.body).expect("JSON");
    assert_eq!(body["content"].as_str().map(str::trim_end), Some(CHAT));
    assert_eq!(body["agentName"], "Support Bot");
}

#[test]
fn the_status_is_the_conversations_own_or_completed() {
    let server = start(Plan::healthy());
    let with = json!({"status": "abandoned", "messages": [{"role": "user", "content": "a"}]}).to_string();
    send(&server, &[], &with);
    send(&server, &[], CHAT);
    // A word that the API does not know stays where it was written.
    send(&server, &[], with.replace("abandoned", "incomplete"));
    send(&server, &["--status", "active"], &with);
    let entries = server.journal().entries().to_vec();
    let statuses: Vec<_> = entries.iter().map(|entry| entry.status.as_deref().unwrap_or_default()).collect();
    assert_eq!(statuses, ["abandoned", "completed", "completed", "active"]);
}

#[test]
fn many_in_the_order_of_the_input() {
    // The early ones are slow, so that later ones overtake them on the way.
    let slow = Some(Fault::Slow(Duration::from_millis(100)));
    let server = start(Plan::healthy().script([slow, None, slow]));
    let (lines, expected) = many(2_000);
    let sent = send(&server, &["--json"], lines);
    assert_eq!((sent.code, sent.err.as_str()), (0, "delivered: 2000\n"));
    assert_eq!(server.journal().check(&expected), Ok(()));
    let journal = server.journal().conversations();
    for (number, line) in sent.json_lines().iter().enumerate() {
        assert_eq!(line["place"], format!("<stdin>:{}", number + 1));
        let stored = journal.iter().find(|stored| line["id"] == stored.id.as_str()).expect("in the journal");
        assert_eq!(stored.messages[0], format!("question {number}"));
    }
}

#[test]
fn a_bad_conversation_does_not_stop_the_others() {
    let folder = Folder::new("send-bad");
    let good = folder.file("good.txt", "User: one\nAssistant: 1");
    let prose = folder.file("prose.txt", "nothing but prose");
    let last = folder.file("last.txt", "User: two\nAssistant: 2");
    let server = start(Plan::healthy());
    let sent = send(&server, &["--jobs", "1", &good, &prose, "missing.txt", &last], "");
    // A file that cannot be read is worse than an error in one.
    assert_eq!((sent.code, sent.out.as_str()), (2, "conv_1\nconv_2\n"));
    assert!(sent.err.contains(&format!("{prose}: not sent: there are no messages")), "{}", sent.err);
    assert!(sent.err.contains("missing.txt: no such file or directory"), "{}", sent.err);
    assert!(sent.err.ends_with("delivered: 2, with errors and not sent: 1\n"), "{}", sent.err);
    assert_eq!(server.journal().check(&[Expected::new(["one", "1"]), Expected::new(["two", "2"])]), Ok(()));
}

#[test]
fn an_error_keeps_a_conversation_back_unless_it_is_asked_for() {
    let server = start(Plan::healthy());
    let (mut lines, mut expected) = many(3);
    let cut = r#"{"messages": [{"role": "user", "content": "cut off"}, {"role": "assistant", "content": "so"#;
    lines.push_str(cut);
    let sent = send(&server, &[], &lines);
    assert_eq!(sent.code, 1, "{}", sent.err);
    assert!(sent.err.contains("--no-check sends it"), "{}", sent.err);
    assert_eq!(server.journal().check(&expected), Ok(()));

    expected.push(Expected::new(["cut off", "so"]));
    let server = start(Plan::healthy());
    let sent = send(&server, &["--no-check"], &lines);
    assert_eq!(sent.code, 0, "{}", sent.err);
    assert_eq!(server.journal().check(&expected), Ok(()));
}

#[test]
fn places_within_files() {
    let server = start(Plan::always(Fault::Status { status: 422, applied: false }));
    let folder = Folder::new("send-places");
    let (lines, _) = many(2);
    let array = format!("[{}]", lines.trim_end().replace('\n', ",\n\n"));
    let small = folder.file("small.json", array);
    let large = folder.file("large.jsonl", many(4_000).0);
    let sent = send(&server, &["--json", &small, &large], "");
    assert_eq!(sent.code, 4);
    let places: Vec<_> = sent.json_lines().iter().map(|line| line["place"].clone()).collect();
    assert_eq!(places[..3], [format!("{small}:1"), format!("{small}:3"), format!("{large}:1")]);
    assert_eq!(places[4_001], format!("{large}:4000"));
    assert!(sent.err.contains(&format!("{small}:3: refused: 422 INTERNAL_ERROR")), "{}", sent.err);
    // Not every one of thousands is told on a terminal.
    assert_eq!(sent.err.lines().count(), 21);
    assert!(sent.err.ends_with("delivered: 0, refused by the server: 4002\n"), "{}", sent.err);
}

#[test]
fn what_passes_is_tried_again() {
    let (lines, expected) = many(40);
    for seed in 0..5 {
        let server = start(Plan::random_of(
            seed,
            0.3,
            &[
                Fault::CloseUnread,
                Fault::Close { applied: true },
                Fault::Close { applied: false },
                Fault::Status { status: 500, applied: true },
                Fault::Status { status: 503, applied: false },
                Fault::Html { status: 502, applied: true },
                Fault::Truncate,
                Fault::WrongShape,
                Fault::Empty,
                Fault::InFlight,
            ],
        ));
        let sent = send(&server, &["--json"], &lines);
        let delivered = sent.json_lines().iter().filter(|line| line["outcome"] == "delivered").count();
        assert!(delivered > 0, "seed {seed}: {}", sent.err);
        assert_eq!(sent.code == 0, delivered == 40, "seed {seed}: {}", sent.err);
        // What was not delivered may have arrived; nothing may have arrived twice, and what was must be there.
        let allowed: Vec<_> = sent
            .json_lines()
            .iter()
            .zip(&expected)
            .map(|(line, sent)| {
                if line["outcome"] == "delivered" {
                    sent.clone()
                } else {
                    Expected::at_least(0, sent.messages.clone())
                }
            })
            .collect();
        assert_eq!(server.journal().check(&allowed), Ok(()), "seed {seed}");
    }
}

#[test]
fn a_call_that_was_cut_off_can_be_repeated() {
    let (mut lines, mut expected) = many(10);
    // Two that are alike are two conversations all the same.
    lines.push_str(r#"{"messages": [{"role": "user", "content": "alike"}]}"#);
    let server = start(Plan::healthy());
    let content = ["--idempotency", "content"];
    let first = send(&server, &content, &lines);
    let again = send(&server, &content, &lines);
    assert_eq!(first.out, again.out);
    expected.push(Expected::new(["alike"]));
    assert_eq!(server.journal().check(&expected), Ok(()));

    let twice = send(&server, &content, format!("{lines}\n{lines}"));
    assert_eq!(twice.out.lines().count(), 22);
    assert_eq!(server.journal().conversations().len(), 22);
    // By default, sending again is sending anew; and other options make another request.
    assert_ne!(send(&server, &[], &lines).out, first.out);
    assert_ne!(send(&server, &["--idempotency", "content", "--user", "u"], &lines).out, first.out);
}

#[test]
fn an_append() {
    let server = start(Plan::healthy());
    let open = send(&server, &["--status", "active"], "User: one");
    // What is only a beginning needs no answer yet.
    assert_eq!(open.err, "delivered: 1\n");
    let id = open.out.trim();
    let append =
        |args: &[&str], text: &str| against(&server, &[&["send", "--conversation", id], args].concat(), text);
    assert_eq!(append(&[], "Assistant: two\nUser: three").out, open.out);
    let last = append(&["--status", "completed"], "Assistant: four");
    assert_eq!((last.code, last.err.as_str()), (0, "delivered: 1\n"));
    assert_eq!(server.journal().check(&[Expected::new(["one", "two", "three", "four"])]), Ok(()));

    let several = append(&[], &many(2).0);
    assert_eq!(several.code, 2);
    assert!(
        several.err.contains("<stdin>:2: another conversation; --conversation takes one"),
        "{}",
        several.err
    );
    assert_eq!(server.journal().entries().len(), 3);
}

#[test]
fn an_append_is_applied_once_whatever_happens() {
    for &fault in Fault::PASSING.iter().filter(|fault| !matches!(fault, Fault::Throttle(_))) {
        let server = start(Plan::healthy());
        let id = send(&server, &["--status", "active"], "User: one").out;
        server.set_plan(Plan::healthy().script([Some(fault)]));
        let args = ["send", "--status", "completed", "--conversation", id.trim()];
        let sent = against(&server, &args, "Assistant: two");
        assert_eq!(sent.code, 0, "{fault:?}: {}", sent.err);
        assert_eq!(server.journal().check(&[Expected::new(["one", "two"])]), Ok(()), "{fault:?}");
    }
}

#[test]
fn a_dry_run_sends_nothing() {
    let shown = turnwise(&["send", "--agent-id", "agent_1", "--dry-run"], CHAT);
    assert_eq!((shown.code, shown.err.as_str()), (0, "would send: 1\n"));
    let (head, body) = shown.out.split_once("\n\n").expect("a body");
    assert_eq!(
        head,
        "# <stdin>\nPOST https://converra.ai/api/v1/conversations\n\
         Authorization: Bearer $CONVERRA_API_KEY\nContent-Type: application/json"
    );
    let body: Value = serde_json::from_str(body).expect("JSON");
    assert_eq!(body["agentId"], "agent_1");

    let server = start(Plan::healthy());
    let args = ["send", "--conversation", "a/b", "--dry-run", "--json"];
    let shown = against(&server, &args, CHAT).json_lines();
    assert_eq!(shown[0]["outcome"], "shown");
    assert_eq!(shown[0]["url"], format!("{}/conversations/a%2Fb/messages", server.url()));
    assert_eq!(crate::messages(&shown[0]["body"]).len(), 2);
    assert_eq!(server.requests(), []);
}

#[test]
fn no_key_and_a_wrong_one() {
    let server = start(Plan::healthy().key("sk_right"));
    let keyless = run(
        command(&["send", "--agent", "a"])
            .env("CONVERRA_BASE_URL", server.url())
            .env("CONVERRA_API_KEY", " "),
        CHAT,
    );
    assert_eq!(keyless.code, 2);
    assert_eq!(keyless.err, "turnwise: CONVERRA_API_KEY: not set; it must hold your API key\n");

    // Every other one would be refused as well, so they are not tried.
    let wrong = send(&server, &["--jobs", "1"], many(50).0);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("Invalid API key; see CONVERRA_API_KEY"), "{}", wrong.err);
    assert!(wrong.err.contains("refused by the server: 1, not tried: 49"), "{}", wrong.err);
    assert!(!wrong.err.contains(KEY));
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_server_that_is_not_there() {
    let address = start(Plan::healthy()).url();
    let call = |lines: &str| {
        run(
            command(&["send", "--agent", "a", "--jobs", "1"])
                .env("CONVERRA_BASE_URL", &address)
                .env("CONVERRA_API_KEY", KEY),
            lines,
        )
    };
    let one = call(CHAT);
    assert_eq!((one.code, one.out.as_str()), (2, ""));
    assert!(one.err.contains("no connection"), "{}", one.err);
    assert!(one.err.contains("--outbox"), "{}", one.err);
    let several = call(&many(50).0);
    assert!(several.err.contains("delivered: 0, not delivered: 3, not tried: 47"), "{}", several.err);
}

#[test]
fn not_the_api() {
    let server = start(Plan::always(Fault::Html { status: 200, applied: false }));
    let sent = send(&server, &[], CHAT);
    assert_eq!(sent.code, 2);
    assert!(sent.err.contains("is this the API? see CONVERRA_BASE_URL"), "{}", sent.err);
    assert!(sent.err.contains("<!DOCTYPE html>"), "{}", sent.err);

    let server = start(Plan::always(Fault::Redirect { status: 301 }));
    let sent = send(&server, &[], CHAT);
    assert_eq!(sent.code, 4);
    assert!(sent.err.contains("redirected (301) to /elsewhere"), "{}", sent.err);

    // The address is wrong for all of them, so only one is tried.
    let server = start(Plan::healthy());
    let address = server.url().replace("/api/v1", "/api");
    let sent = run(
        command(&["send", "--agent", "a", "--jobs", "1"])
            .env("CONVERRA_BASE_URL", &address)
            .env("CONVERRA_API_KEY", KEY),
        many(9).0,
    );
    assert_eq!(sent.code, 2);
    assert!(sent.err.contains(&format!("{address}: not found: 404")), "{}", sent.err);
    assert!(sent.err.contains("see CONVERRA_BASE_URL"), "{}", sent.err);
    assert!(sent.err.contains("refused by the server: 1, not tried: 8"), "{}", sent.err);
}

#[test]
fn too_many_requests_are_waited_for() {
    let throttled = Some(Fault::Throttle(RetryAfter::Seconds(0)));
    let server = start(Plan::healthy().script([throttled]));
    let sent = send(&server, &[], CHAT);
    assert_eq!((sent.code, sent.out.as_str()), (0, "conv_1\n"));
}

#[test]
fn wrong_usage() {
    for (args, said) in [
        (&["send"][..], "--agent <NAME>|--agent-id <ID>|--conversation <ID>"),
        (&["send", "--agent", "a", "--conversation", "c"], "cannot be used with"),
        (&["send", "--conversation", "c", "--company", "Acme"], "cannot be used with"),
        (&["send", "--agent", "a", "--status", "done"], "invalid value 'done'"),
        (&["send", "--agent", "a", "--field", "team"], "write it as NAME=TEXT"),
        (&["send", "--agent", "a", "--field", "n:=x"], "is no JSON"),
        (&["send", "--agent", "a", "--field", "=x"], "the name before `=` is empty"),
        (&["send", "--agent", "a", "--field", "status=x"], "`status` is a field of the API"),
        (&["send", "--agent", "a", "--jobs", "0"], "invalid value '0'"),
    ] {
        let run = turnwise(args, "");
        assert_eq!(run.code, 2, "{args:?}");
        assert!(run.err.contains(said), "{args:?}: {}", run.err);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn ids_that_cannot_be_written() {
    let server = start(Plan::healthy());
    let full = fs::File::options().write(true).open("/dev/full").expect("the device");
    let (lines, expected) = many(20);
    let folder = Folder::new("send-full");
    let output = command(&["send", "--agent-id", "agent_1", &folder.file("many.jsonl", lines)])
        .env("CONVERRA_API_KEY", KEY)
        .env("CONVERRA_BASE_URL", server.url())
        .stdout(full)
        .output()
        .expect("runs");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "delivered: 20\nturnwise: standard output: No space left on device\n"
    );
    assert_eq!(server.journal().check(&expected), Ok(()));
}

#[test]
fn every_format_arrives_as_it_was_read() {
    let testdata = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../testdata");
    let entries =
        |folder: PathBuf| fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_input = |path: &PathBuf| {
        !path.extension().is_some_and(|extension| extension == "expect" || extension == "args")
    };
    let mut files: Vec<String> = entries(testdata)
        .flat_map(|format| entries(format.join("ok")))
        .filter(is_input)
        .map(|path| path.to_str().expect("UTF-8").to_owned())
        .collect();
    files.sort();
    let with = |first: &[&'static str]| -> Vec<&str> {
        first.iter().copied().chain(files.iter().map(String::as_str)).collect()
    };
    let mut read = turnwise(&with(&["normalize"]), "").json_lines();
    read.retain(|conversation| conversation["messages"] != json!([]));
    assert!(read.len() > 300);

    let server = start(Plan::healthy());
    let sent = against(&server, &with(&["send", "--agent", "a", "--no-check", "--jobs", "1"]), "");
    assert_eq!(sent.out.lines().count(), read.len(), "{}", sent.err);
    let journal = server.journal();
    for (read, arrived) in read.iter().zip(journal.entries()) {
        let mut messages = arrived.messages.clone();
        for message in &mut messages {
            without_id(message);
        }
        assert_eq!(json!(messages), read["messages"], "{}", arrived.conversation);
    }
}

/// Takes out the id that the client gives to every message.
fn without_id(message: &mut Value) {
    let Some(metadata) = message["metadata"].as_object_mut() else { panic!("no id in {message}") };
    assert!(metadata.remove("turnwiseId").is_some());
    if metadata.is_empty() {
        message.as_object_mut().expect("an object").remove("metadata");
    }
}
