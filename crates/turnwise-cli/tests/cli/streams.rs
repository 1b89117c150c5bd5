//! Inputs of many conversations, read one by one where they are long.

use crate::{Folder, Run, turnwise};
use serde_json::{Value, json};

/// A conversation a line; long enough together for several blocks.
fn records(count: usize) -> Vec<String> {
    let record = |number: usize| {
        let filler =
            "word \"quoted\" ".repeat(if number.is_multiple_of(97) { 9_000 } else { 1 + number % 90 });
        let messages = json!([{"role": "user", "content": filler}, {"role": "assistant", "content": "é"}]);
        json!({"id": format!("r{number}"), "messages": messages}).to_string()
    };
    (0..count).map(record).collect()
}

fn ids(run: &Run) -> Vec<String> {
    run.json_lines().iter().map(|found| found["id"].as_str().unwrap_or("none").to_owned()).collect()
}

fn wanted(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("r{number}")).collect()
}

#[test]
fn every_framing_gives_the_same_in_order() {
    let folder = Folder::new("streams");
    let records = records(3000);
    let lines = records.join("\n") + "\n";
    assert!(lines.len() > 8 * 256 * 1024, "more than a few blocks");
    let spread = |text: &String| {
        let value: Value = serde_json::from_str(text).expect("JSON");
        serde_json::to_string_pretty(&value).expect("JSON")
    };
    let pretty: Vec<String> = records.iter().map(spread).collect();
    let by_line = turnwise(&["normalize", "--lines"], &lines);
    for input in [
        &lines,
        &format!("\u{FEFF}{}", records.join("\r\n\r\n")),
        &pretty.join("\n"),
        &format!("[{}]", records.join(", ")),
        &format!("[\n{}\n]\n", records.join(",\n")),
        &format!("[\n  {}\n]\n", pretty.join(",\n").replace('\n', "\n  ")),
    ] {
        let run = turnwise(&["normalize", &folder.file("input", input)], "");
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{:.80}", input);
        assert!(run.out == by_line.out, "{:.80}", input);
    }
    assert!(ids(&turnwise(&["normalize"], &lines)) == wanted(3000), "from a pipe");
    let converted = turnwise(&["convert", "--to", "canonical"], &lines);
    assert!(converted.code == 0 && converted.out == by_line.out);
    let converted = turnwise(&["convert", "--to", "sharegpt"], &lines);
    assert_eq!((converted.code, converted.json_lines().len()), (0, 3000));
    assert_eq!(turnwise(&["check", "--output-format", "jsonl"], &lines).out, "");
}

#[test]
fn a_bad_line_is_one_finding() {
    let mut lines = records(3000);
    lines[2000] = lines[2000].get(..57).expect("it is longer").to_owned();
    let at = lines[..2000].iter().map(|line| line.len() + 1).sum::<usize>() + 57;
    let input = lines.join("\n");
    let run = turnwise(&["normalize"], &input);
    assert_eq!(run.code, 1);
    assert!(ids(&run) == wanted(3000), "what can be read of the bad line is kept");
    assert!(run.err.starts_with("<stdin>:2001:58: error[truncated-json] "), "{}", run.err);
    assert_eq!(run.err.matches("error[").count(), 1, "{}", run.err);

    let run = turnwise(&["check", "--output-format", "jsonl"], &input);
    let errors: Vec<Value> =
        run.json_lines().into_iter().filter(|finding| finding["severity"] == "error").collect();
    assert_eq!(errors.len(), 1);
    assert_eq!((&errors[0]["line"], &errors[0]["column"]), (&json!(2001), &json!(58)));
    assert_eq!(errors[0]["span"], json!({"start": at, "end": at}));
    assert_eq!(errors[0]["conversation"], 2000);
    let full = turnwise(&["check"], &input);
    assert!(full.out.contains("--> <stdin>:2001:58\n"), "{}", full.out);
}

#[test]
fn findings_in_an_array_have_the_number_of_the_item() {
    let mut records = records(3000);
    records[1500] = records[1500].replace("\"é\"", "77");
    let input = format!("[{}]", records.join(","));
    let at = input.find(":77").expect("it is there") + 1;
    let run = turnwise(&["normalize", "--diagnostics"], &input);
    let findings = run.json_lines()[1500]["diagnostics"].clone();
    let findings = findings.as_array().expect("findings");
    let wrong = findings.iter().find(|found| found["code"] == "wrong-type").expect("a finding");
    assert_eq!(wrong["pointer"], "/1500/messages/1/content");
    assert_eq!(wrong["span"]["start"], at);
}

#[test]
fn a_truncated_end_keeps_what_came_before() {
    let records = records(3000);
    for input in [records.join("\n"), format!("[{}", records.join(","))] {
        let cut = input.get(..input.len() - 3).expect("ASCII at the end");
        let run = turnwise(&["normalize"], cut);
        assert!(run.code == 1 && ids(&run) == wanted(3000));
        assert_eq!(run.err.matches("error[truncated-json]").count(), 1, "{}", run.err);
    }
}

#[test]
fn many_findings_are_counted() {
    let bad = r#"{"messages":[{"role":"user","content":""},{"role":"assistant","content":"yes"}]}"#;
    let lines = [&*records(3000).join("\n"), &vec![bad; 5000].join("\n")].join("\n");
    let run = turnwise(&["normalize"], &lines);
    assert!(run.err.contains("5000 empty-message (first on line 3001)"), "{}", run.err);
    assert!(
        run.err.lines().count() == 1 && run.err.ends_with("`turnwise check` shows them\n"),
        "{}",
        run.err
    );
    let shown = turnwise(&["check", "--output-format", "concise"], &lines);
    assert_eq!(shown.out.matches("warning[empty-message]").count(), 5000);
    assert!(shown.out.contains("<stdin>:8000:"), "the last is shown, too");
}

/// Twenty megabytes of one conversation are one conversation.
#[test]
fn messages_are_no_stream() {
    let message = json!({"role": "user", "content": "x".repeat(2000)}).to_string();
    let messages = vec![message; 10_000];
    for input in [messages.join("\n"), format!("[{}]", messages.join(","))] {
        let found = turnwise(&["normalize"], &input).json_lines();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0]["messages"].as_array().map(Vec::len), Some(10_000));
    }
}

#[test]
fn what_does_not_fit_is_counted_by_kind() {
    let record = |content: &str, more: &str| {
        let answer = r#"{"role":"assistant","content":"yes"}"#;
        format!(r#"{{"messages":[{{"role":"user","content":{content}}},{answer}]{more}}}"#)
    };
    let file = r#"[{"type":"document","source":{"type":"text","media_type":"text/plain","data":"1 to 9"}}]"#;
    let lines = [
        vec![record("\"hi\"", ""); 4000],
        vec![record(file, ""); 40],
        vec![record("\"hi\"", r#","title":"A title""#); 30],
        vec![record("\"\"", ""); 25],
    ];
    let run = turnwise(&["convert", "--to", "sharegpt"], lines.concat().join("\n"));
    assert_eq!(
        run.err.lines().collect::<Vec<_>>(),
        [
            "<stdin>: 25 empty-message (first on line 4071), 25 no-question (first on line 4071); `turnwise check` shows them",
            "<stdin>: 40 x not-representable: sharegpt has no place for media; it is left out (first on line 4001)",
            "<stdin>: 30 x not-representable: sharegpt has no place for the title; it is left out (first on line 4041)",
        ],
    );
}
