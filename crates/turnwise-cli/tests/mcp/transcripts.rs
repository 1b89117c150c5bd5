//! The tools for transcripts, with the documents that the parser is tested with.

use crate::session::Session;
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// What the guide shows an assistant being told.
pub(crate) const PASTED: &str = "User: How do I cancel my subscription?\n\
    Assistant: I can help you cancel. Go to Settings > Subscription > Cancel.\n\
    User: Thanks!\n\
    Assistant: You're welcome! Your subscription will end on the billing date.";

#[test]
fn a_pasted_chat_is_read() {
    let read = Session::open(&[]).result("normalize_transcript", json!({ "transcript": PASTED }));
    assert_eq!((read["format"].as_str(), read["messages"].as_u64()), (Some("text"), Some(4)));
    let messages = read["conversations"][0]["messages"].as_array().unwrap();
    let roles: Vec<_> = messages.iter().map(|message| message["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["user", "assistant", "user", "assistant"]);
    assert_eq!(read["findings"], json!([]));
}

#[test]
fn json_may_be_given_as_json() {
    let messages = json!([{ "role": "user", "content": "hi" }, { "role": "assistant", "content": "hello" }]);
    let mut session = Session::open(&[]);
    let as_json = session.result("normalize_transcript", json!({ "transcript": messages }));
    let as_text = session.result("normalize_transcript", json!({ "transcript": messages.to_string() }));
    assert_eq!(as_json["messages"], 2);
    assert_eq!(as_json, as_text);
}

#[test]
fn the_caller_says_who_is_who() {
    let transcript = "Nour: Where does it hurt?\nIda: Here.\nNour: Since when?\nIda: Monday.";
    let mut session = Session::open(&[]);
    let open = session.result("normalize_transcript", json!({ "transcript": transcript }));
    assert!(open["conversations"][0]["messages"][0]["role"].is_null(), "{open}");
    let labels = json!({ "Nour": "assistant", "Ida": "user" });
    let told = session.result("normalize_transcript", json!({ "transcript": transcript, "labels": labels }));
    assert_eq!(told["conversations"][0]["messages"][0]["role"], "assistant");
    assert_eq!(told["conversations"][0]["messages"][1]["role"], "user");
}

#[test]
fn findings_have_places() {
    let broken = "{\"messages\": [\n {\"role\": \"user\", \"content\": \"hi";
    let checked = Session::open(&[]).result("check_transcript", json!({ "transcript": broken }));
    assert_eq!((checked["clean"].as_bool(), checked["errors"].as_u64()), (Some(false), Some(1)));
    let first = &checked["findings"][0];
    assert_eq!(first["code"], "truncated-json");
    assert_eq!((first["line"].as_u64(), first["pointer"].as_str()), (Some(2), Some("/messages/0/content")));
}

#[test]
fn what_does_not_fit_a_format_is_told() {
    let transcript = json!([
        { "role": "user", "content": [{ "type": "image_url", "image_url": { "url": "https://example.com/a.png" } }] },
        { "role": "assistant", "content": "A cat." },
    ]);
    let arguments = json!({ "transcript": transcript, "to": "text" });
    let converted = Session::open(&[]).result("convert_transcript", arguments);
    assert_eq!(converted["losses"][0]["code"], "not-representable");
    assert!(converted["documents"][0].as_str().unwrap().contains("A cat."));
}

#[test]
fn long_answers_go_on_where_they_were_cut() {
    let turns: Vec<String> =
        (0..2000).map(|turn| format!("User: question {turn}\nAI: answer {turn}")).collect();
    let transcript = turns.join("\n");
    let mut session = Session::open(&[]);
    let (mut skip, mut contents, mut pages) = (0, Vec::new(), 0);
    loop {
        let arguments = json!({ "transcript": transcript, "skip_messages": skip });
        let page = session.result("normalize_transcript", arguments);
        assert_eq!(page["messages"], 4000);
        pages += 1;
        for message in page["conversations"][0]["messages"].as_array().unwrap() {
            contents.push(message["content"].as_str().unwrap().to_owned());
        }
        let Some(next) = page["next_message"].as_u64() else { break };
        assert!(page["note"].as_str().unwrap().contains(&next.to_string()));
        assert_eq!(next, contents.len() as u64);
        skip = next;
    }
    assert!(pages > 1);
    assert_eq!(contents.len(), 4000);
    assert_eq!((contents[0].as_str(), contents[3999].as_str()), ("question 0", "answer 1999"));
}

#[test]
fn documents_that_do_not_fit_are_told() {
    let row = json!({ "messages": [{ "role": "user", "content": "x".repeat(15_000) }] }).to_string() + "\n";
    let arguments = json!({ "transcript": row.repeat(4), "to": "canonical" });
    let converted = Session::open(&[]).result("convert_transcript", arguments);
    assert_eq!(
        (converted["documents"].as_array().unwrap().len(), converted["conversations"].as_u64()),
        (2, Some(4))
    );
    assert!(converted["note"].as_str().unwrap().starts_with("2 of 4 documents"));
}

#[test]
fn refusals_say_what_to_do() {
    let mut session = Session::open(&[]);
    let cases = [
        ("normalize_transcript", json!({}), "missing field `transcript`"),
        ("normalize_transcript", json!({ "transcript": 5 }), "should be a string"),
        ("normalize_transcript", json!({ "transcript": "x", "lables": {} }), "labels"),
        ("normalize_transcript", json!({ "transcript": "x", "labels": { "A": "nobody" } }), "`assistant`"),
        ("convert_transcript", json!({ "transcript": "x", "to": "webvtt" }), "take one of text, markdown"),
        ("convert_transcript", json!({ "transcript": "x" }), "missing field `to`"),
        ("check_transcript", json!({ "transcript": "x".repeat((8 << 20) + 1) }), "`turnwise normalize FILE`"),
    ];
    for (tool, arguments, expected) in cases {
        let said = session.refusal(tool, arguments);
        assert!(said.contains(expected), "{tool}: {said}");
    }
}

/// Every document that the parser is tested with gives answers, which keep to their schemas, and has all its messages.
#[test]
fn every_document_is_answered() {
    let mut session = Session::open(&[]);
    let documents = cases(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata"));
    assert!(documents.len() > 100, "{documents:?}");
    for path in documents {
        let transcript = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        let read = session.result("normalize_transcript", json!({ "transcript": transcript }));
        let conversations = read["conversations"].as_array().unwrap().iter();
        let shown: usize = conversations.map(|read| read["messages"].as_array().map_or(0, Vec::len)).sum();
        assert!(read.get("next_message").is_some() || read["messages"] == shown, "{}", path.display());
        session.result("check_transcript", json!({ "transcript": transcript }));
        session.result("detect_format", json!({ "transcript": transcript }));
        session.result("convert_transcript", json!({ "transcript": transcript, "to": "anthropic" }));
    }
}

fn cases(root: &Path) -> Vec<PathBuf> {
    let folders =
        |path: &Path| -> Vec<_> { fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect() };
    let inner = folders(root).into_iter().filter(|path| path.is_dir()).flat_map(|path| folders(&path));
    let files = inner.filter(|path| path.is_dir()).flat_map(|path| folders(&path));
    files.filter(|path| !path.extension().is_some_and(|kind| kind == "expect" || kind == "args")).collect()
}
