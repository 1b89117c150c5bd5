//! `turnwise normalize` on whole documents.

use crate::{CHAT, Folder, messages, turnwise};

#[test]
fn standard_input() {
    for args in [&["normalize"][..], &["normalize", "-"]] {
        let run = turnwise(args, CHAT);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{run:?}");
        assert_eq!(run.out.lines().count(), 1);
        assert_eq!(messages(&run.json_lines()[0]), [("user", "hi there"), ("assistant", "hello")]);
    }
}

#[test]
fn several_files_in_order_and_a_bad_one_between() {
    let folder = Folder::new("several");
    let first = folder.file("a.txt", CHAT);
    let last = folder.file("b.txt", "Human: one\nAI: two");
    let run = turnwise(&["normalize", &first, &folder.path("missing.txt"), &last], "");
    assert_eq!(run.code, 2);
    let found = run.json_lines();
    assert_eq!(found.len(), 2);
    assert_eq!(messages(&found[0])[0].1, "hi there");
    assert_eq!(messages(&found[1])[0].1, "one");
    assert_eq!(run.err, format!("turnwise: {}: no such file or directory\n", folder.path("missing.txt")));
}

#[test]
fn findings_are_told_beside_the_results() {
    let run = turnwise(&["normalize"], "User: hi\nAssistant:\nUser: still there?\nAssistant: yes\n");
    assert_eq!(run.code, 0, "a warning is no error: {run:?}");
    assert!(run.err.starts_with("<stdin>:2:1: warning[empty-message] "), "{}", run.err);
    assert!(!run.out.contains("empty-message"));
}

#[test]
fn diagnostics_in_the_line() {
    let run =
        turnwise(&["normalize", "--diagnostics"], "User: hi\nAssistant:\nUser: there?\nAssistant: yes\n");
    let found = run.json_lines();
    let finding = found[0]["diagnostics"]
        .as_array()
        .expect("an array")
        .iter()
        .find(|finding| finding["code"] == "empty-message")
        .expect("a finding");
    assert_eq!(finding["severity"], "warning");
    assert!(finding["message"].is_string());
    assert_eq!(finding["span"]["start"], 9);
    assert!(finding["span"]["end"].as_u64() >= Some(19));
    assert!(finding["pointer"].is_null());
}

#[test]
fn many_findings_are_counted_only() {
    let messages = r#"{"role": "user", "content": "hi"}, {"role": "assistant", "content": ""}, "#.repeat(100);
    let end = r#"{"role": "assistant", "content": "yes"}"#;
    let chat = format!("{{\"messages\":\n[{messages} {end}]}}");
    let run = turnwise(&["normalize"], chat);
    assert_eq!(run.err, "<stdin>: 100 empty-message (first on line 2); `turnwise check` shows them\n");
    assert_eq!(run.json_lines().len(), 1);
}

#[test]
fn pretty_says_the_same() {
    let plain = turnwise(&["normalize"], CHAT);
    let pretty = turnwise(&["normalize", "--pretty"], CHAT);
    assert!(pretty.out.lines().count() > 5);
    let value: serde_json::Value = serde_json::from_str(&pretty.out).expect("one JSON value");
    assert_eq!(value, plain.json_lines()[0]);
}

#[test]
fn named_labels() {
    let chat = "Patient: it hurts\nDr. Lee: where?";
    let labels = ["--label", "Patient=user", "--label", "Dr. Lee=assistant"];
    let run = turnwise(&[&["normalize"][..], &labels].concat(), chat);
    assert_eq!(messages(&run.json_lines()[0]), [("user", "it hurts"), ("assistant", "where?")]);
    for wrong in ["Patient", "=user", "Patient=doctor"] {
        let run = turnwise(&["normalize", "--label", wrong], chat);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{wrong}");
        assert!(run.err.contains("--label"), "{}", run.err);
    }
}

#[test]
fn strict_takes_every_label() {
    let chat = "User: read this\n```\nAssistant: quoted\n```\nAssistant: done\n";
    let count = |args: &[&str]| messages(&turnwise(args, chat).json_lines()[0]).len();
    assert_eq!(count(&["normalize"]), 2);
    assert_eq!(count(&["normalize", "--strict"]), 3);
}

#[test]
fn normalising_again_changes_nothing() {
    let once =
        turnwise(&["normalize"], "Intro\n\nCustomer: hi [12:03]\nAgent: **ok**\n\n```\nUser: x\n```\n");
    let twice = turnwise(&["normalize"], &once.out);
    assert_eq!(once.out, twice.out);
    assert_eq!(turnwise(&["normalize", "--lines"], &once.out).out, once.out);
    assert_eq!(turnwise(&["normalize", "--from", "canonical"], &once.out).out, once.out);
}

/// A value that is kept as it was written does not break the line.
#[test]
fn a_conversation_is_a_line() {
    let pretty =
        "{\"messages\": [\r\n  {\"role\": \"user\", \"content\": \"a\", \"odd\": [1.10,\n\t\"\\n\"]}\n]\n}";
    let run = turnwise(&["normalize"], pretty);
    assert_eq!(run.out.matches('\n').count(), 1, "{}", run.out);
    assert!(run.out.contains("1.10") && run.out.contains(r#""\n""#), "{}", run.out);
}
