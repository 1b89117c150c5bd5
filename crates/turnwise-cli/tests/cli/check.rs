//! `turnwise check` and its output formats.

use crate::{CHAT, Folder, turnwise};
use serde_json::Value;

const EMPTY_ANSWER: &str = "User: hi\nAssistant:\nUser: there?\nAssistant: yes\n";

#[test]
fn exit_codes() {
    let folder = Folder::new("check_codes");
    let (clean, bad) = (folder.file("clean", CHAT), folder.file("bad", EMPTY_ANSWER));
    let missing = folder.path("missing");
    let code = |args: &[&str]| turnwise(&[&["check"][..], args].concat(), "").code;
    assert_eq!(code(&[&clean]), 0);
    assert_eq!(code(&[&bad]), 1);
    assert_eq!(code(&[&clean, &bad]), 1);
    assert_eq!(code(&["--exit-zero", &bad]), 0);
    assert_eq!(code(&["--exit-zero", &missing]), 2);
    assert_eq!(code(&[&missing, &bad]), 2);
}

#[test]
fn clean_input_says_nothing() {
    for format in ["full", "concise", "jsonl", "github"] {
        let run = turnwise(&["check", "--output-format", format], CHAT);
        assert_eq!((run.code, run.out.as_str()), (0, ""), "{format}");
    }
    assert_eq!(
        turnwise(&["check", "--output-format", "json"], CHAT).json_lines_of_whole(),
        serde_json::json!([])
    );
}

impl crate::Run {
    fn json_lines_of_whole(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }
}

#[test]
fn full_shows_the_place() {
    let folder = Folder::new("check_full");
    let bad = folder.file("bad.txt", EMPTY_ANSWER);
    let run = turnwise(&["check", &bad], "");
    assert!(run.out.contains("warning[empty-message]: "), "{}", run.out);
    assert!(run.out.contains(&format!("--> {bad}:2:1\n")), "{}", run.out);
    assert!(run.out.contains("2 | Assistant:\n  | ^"), "{}", run.out);
    assert!(run.out.contains("= help: "), "{}", run.out);
    assert!(run.err.contains("warnings: 1"), "{}", run.err);
}

#[test]
fn colours() {
    let colored = |args: &[&str]| turnwise(args, EMPTY_ANSWER).out.contains('\u{1b}');
    assert!(!colored(&["check"]), "standard output is no terminal");
    assert!(colored(&["check", "--color", "always"]));
    assert!(!colored(&["check", "--color", "never"]));
    assert!(!colored(&["check", "--color", "always", "--output-format", "json"]));
}

#[test]
fn concise_and_github() {
    let run = turnwise(&["check", "--output-format", "concise"], EMPTY_ANSWER);
    assert!(run.out.starts_with("<stdin>:2:1: warning[empty-message] "), "{}", run.out);
    let run = turnwise(&["check", "--output-format", "github"], EMPTY_ANSWER);
    assert!(run.out.starts_with("::warning file=<stdin>,line=2,"), "{}", run.out);
}

#[test]
fn json_over_several_files() {
    let folder = Folder::new("check_json");
    let files = [folder.file("a", EMPTY_ANSWER), folder.file("b", CHAT), folder.file("c", EMPTY_ANSWER)];
    let args = |format| ["check", "--output-format", format, &files[0], &files[1], &files[2]];
    let array = turnwise(&args("json"), "").json_lines_of_whole();
    let findings = array.as_array().expect("an array");
    let paths: Vec<&Value> = findings.iter().map(|finding| &finding["path"]).collect();
    assert!(
        paths.contains(&&Value::from(files[0].as_str())) && paths.contains(&&Value::from(files[2].as_str()))
    );
    for finding in findings {
        for key in ["path", "code", "severity", "message", "help"] {
            assert!(finding[key].is_string(), "{key}: {finding}");
        }
        for key in ["line", "column", "endLine", "endColumn", "conversation"] {
            assert!(finding[key].is_u64(), "{key}: {finding}");
        }
        assert!(finding["span"]["start"].is_u64() && finding["span"]["end"].is_u64());
        assert!(finding.as_object().is_some_and(|object| object.contains_key("pointer")));
    }
    assert_eq!(&turnwise(&args("jsonl"), "").json_lines(), findings);
}

#[test]
fn sarif() {
    let folder = Folder::new("check_sarif");
    let bad = folder.file("bad file.txt", EMPTY_ANSWER);
    let run = turnwise(&["check", "--output-format", "sarif", &bad], "");
    let log = run.json_lines_of_whole();
    assert_eq!(log["version"], "2.1.0");
    let driver = &log["runs"][0]["tool"]["driver"];
    assert_eq!(driver["name"], "turnwise");
    let rules = driver["rules"].as_array().expect("rules");
    assert!(rules.iter().all(|rule| rule["id"].is_string() && rule["help"]["text"].is_string()));
    let results = log["runs"][0]["results"].as_array().expect("results");
    assert!(!results.is_empty());
    for result in results {
        assert!(rules.iter().any(|rule| rule["id"] == result["ruleId"]), "{result}");
        assert!(["note", "warning", "error"].contains(&result["level"].as_str().expect("a level")));
        assert!(result["message"]["text"].is_string());
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().expect("a URI");
        assert!(uri.ends_with("/bad%20file.txt"), "{uri}");
        assert!(place["region"]["startLine"].as_u64() >= Some(1));
        assert!(place["region"]["startColumn"].as_u64() >= Some(1));
    }
}
