//! `turnwise normalize --lines`: one line in, one line out, in order, whatever the lines hold.

use crate::{CHAT, Folder, command, messages, turnwise};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Write},
    process::Stdio,
};

#[test]
fn a_line_for_a_line() {
    let lines = ["User: a", "", "just prose", "{\"messages\": []}", "{broken", "[]", "\u{FEFF}Human: b", " "];
    let run = turnwise(&["normalize", "--lines", "--diagnostics"], lines.join("\n"));
    assert_eq!(run.code, 1);
    let found = run.json_lines();
    assert_eq!(found.len(), lines.len());
    assert_eq!(messages(&found[0]), [("user", "a")]);
    assert_eq!(found[1]["messages"], json!([]));
    assert_eq!(found[1]["diagnostics"][0]["code"], "empty-input");
    assert_eq!(messages(&found[6]), [("user", "b")]);
    assert_eq!(found[7]["diagnostics"][0]["code"], "empty-input");
    assert!(
        run.err.starts_with("<stdin>: ") && run.err.contains("2 empty-input (first on line 2)"),
        "{}",
        run.err
    );
}

#[test]
fn line_ends() {
    let count = |input: &str| turnwise(&["normalize", "--lines"], input).json_lines().len();
    assert_eq!(count(""), 0);
    assert_eq!(count("\n"), 1);
    assert_eq!(count("User: a\r\nUser: b\r\n"), 2);
    assert_eq!(count("User: a\n\nUser: b"), 3);
}

/// Several blocks of work for several threads, with documents of very different sizes.
#[test]
fn order_over_many_blocks() {
    let folder = Folder::new("order");
    let document = |number: usize| {
        let filler = "word ".repeat(if number.is_multiple_of(97) { 20_000 } else { number % 50 });
        json!({"id": number, "text": format!("User: {number} {filler}\nAssistant: answer {number}")})
    };
    let input: String = (0..3000).map(|number| document(number).to_string() + "\n").collect();
    assert!(input.len() > 8 * 256 * 1024, "more than a few blocks");
    let file = folder.file("input.jsonl", &input);
    let run = turnwise(&["normalize", "--lines", "--field", "text", &file], "");
    assert_eq!(run.code, 0, "{}", run.err);
    let found = run.json_lines();
    assert_eq!(found.len(), 3000);
    for (number, conversation) in found.iter().enumerate() {
        assert_eq!(conversation["id"], number.to_string());
        assert_eq!(messages(conversation)[1], ("assistant", format!("answer {number}").as_str()));
    }
    assert_eq!(run.out, turnwise(&["normalize", "--lines", "--field", "text"], &input).out, "from a pipe");
}

#[test]
fn envelopes() {
    let lines = [
        json!({"text": CHAT}).to_string(),
        json!({"id": "a-1", "text": CHAT}).to_string(),
        json!({"id": 7, "other": CHAT}).to_string(),
        json!({"text": 7}).to_string(),
        "{\"text\": \"User: cut".to_owned(),
        "User: not JSON".to_owned(),
        String::new(),
        json!({"id": "outer", "text": "{\"id\": \"inner\", \"messages\": []}"}).to_string(),
    ];
    let run = turnwise(&["normalize", "--lines", "--field", "text", "--diagnostics"], lines.join("\n"));
    assert_eq!(run.code, 1);
    let found = run.json_lines();
    assert_eq!(found.len(), lines.len());
    assert_eq!(messages(&found[0]), [("user", "hi there"), ("assistant", "hello")]);
    let ids: Vec<&Value> = found.iter().map(|conversation| &conversation["id"]).collect();
    assert_eq!((ids[1], ids[2], ids[7]), (&json!("a-1"), &json!("7"), &json!("inner")));
    let codes: Vec<&Value> = found[2..7].iter().map(|found| &found["diagnostics"][0]["code"]).collect();
    assert_eq!(codes, ["missing-field", "missing-field", "truncated-json", "invalid-json", "empty-input"]);
    assert!(found[2..7].iter().all(|conversation| conversation["messages"] == json!([])));
    assert_eq!(found[5]["preamble"], "User: not JSON", "nothing is lost");
}

/// Python writes halves of surrogate pairs as it finds them.
#[test]
fn halves_of_characters() {
    let line = r#"{"id": "\udc00", "text": "User: a\ud800b \ud83d\ude42\nAI: c"}"#;
    let run = turnwise(&["normalize", "--lines", "--field", "text", "--diagnostics"], line);
    let found = run.json_lines();
    assert_eq!(messages(&found[0]), [("user", "a\u{FFFD}b 🙂"), ("assistant", "c")]);
    let lone = found[0]["diagnostics"]
        .as_array()
        .expect("findings")
        .iter()
        .find(|one| one["code"] == "lone-surrogate");
    assert_eq!(lone.expect("a finding")["span"], json!({"start": 7, "end": 10}));
}

#[test]
fn not_utf8() {
    let run = turnwise(
        &["normalize", "--lines", "--field", "text", "--diagnostics"],
        b"{\"text\": \"User: caf\xe9\"}",
    );
    assert_eq!(run.code, 1);
    let found = run.json_lines();
    assert_eq!(messages(&found[0]), [("user", "caf\u{FFFD}")]);
    let findings = found[0]["diagnostics"].as_array().expect("findings");
    let bad = findings.iter().find(|finding| finding["code"] == "invalid-utf8").expect("a finding");
    assert_eq!(bad["span"]["start"], 9);
}

/// Lines are answered as they come, not when the input ends.
#[test]
fn a_slow_pipe() {
    let mut child = command(&["normalize", "--lines"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let mut answers = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    for number in 0..5 {
        writeln!(stdin, "User: {number}").expect("the command reads");
        let answer = answers.next().expect("an answer").expect("UTF-8");
        assert!(answer.contains(&format!("\"{number}\"")), "{answer}");
    }
    drop(stdin);
    assert!(answers.next().is_none());
    assert!(child.wait().expect("the command ends").success());
}

#[test]
fn a_bad_file_between() {
    let folder = Folder::new("lines");
    let (first, last) = (folder.file("a", "User: a\n"), folder.file("b", "User: b"));
    let run =
        turnwise(&["normalize", "--lines", &first, &folder.path("missing"), &folder.path(""), &last], "");
    assert_eq!(run.code, 2);
    assert_eq!(run.json_lines().len(), 2);
    assert_eq!(run.err.matches("no such file").count(), 1, "{}", run.err);
    assert_eq!(run.err.matches("is a directory").count(), 1, "{}", run.err);
}
