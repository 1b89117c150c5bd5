//! Whether it lives, what it counts, and how it stops.

use crate::support::{answer, start, start_with};
use serde_json::json;
use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
};

#[test]
fn ready_until_the_database_is_gone() {
    let server = start();
    assert_eq!(server.get("/livez").text, "ok");
    assert_eq!(server.get("/readyz").text, "ok");
    fs::remove_file(server.data.path().join("turnwise.db")).unwrap();
    assert_eq!(server.get("/livez").text, "ok");
    assert_eq!(server.get("/readyz").error(503), "UNAVAILABLE");
    let created = server.post("/api/v1/runs", &json!({"messages": [{"role": "user", "content": "x"}]}));
    assert_eq!(created.error(503), "UNAVAILABLE", "nothing is acknowledged that nobody could find again");
    assert!(created.header("retry-after").is_some());
}

#[test]
fn metrics_count_answers_by_pattern() {
    let server = start();
    server.create(
        &json!({"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}]}),
    );
    server.get("/api/v1/conversations/one");
    server.get("/api/v1/conversations/two");
    server.get("/somewhere");
    server.send("BREW", "/api/v1/conversations", &[], b"");
    let metrics = server.get("/metrics");
    assert!(metrics.header("content-type").unwrap().starts_with("application/openmetrics-text"));
    for line in [
        r#"turnwise_requests_total{method="GET",route="/api/v1/conversations/{id}",status="404"} 2"#,
        r#"turnwise_requests_total{method="GET",route="unknown",status="404"} 1"#,
        r#"turnwise_requests_total{method="other",route="/api/v1/conversations",status="405"} 1"#,
        "turnwise_conversations_created_total 1",
        "turnwise_messages_received_total 2",
    ] {
        assert!(metrics.text.lines().any(|found| found == line), "{line}\n{}", metrics.text);
    }
}

#[test]
fn every_answer_has_an_identifier() {
    let server = start();
    let with = |id: &str| server.send("GET", "/livez", &[("x-request-id", id)], b"");
    assert_eq!(with("abc-1.2:3").header("x-request-id"), Some("abc-1.2:3"));
    for odd in ["", "a b", "<script>", &"x".repeat(129)] {
        let made = with(odd);
        assert_eq!(made.header("x-request-id").map(str::len), Some(36), "{odd:?}");
    }
    assert!(server.get("/api/v1/nothing").header("x-request-id").is_some());
}

#[test]
fn open_requests_are_answered_before_the_end() {
    let server = start();
    let body = br#"{"messages":[{"role":"user","content":"last words"}]}"#;
    let mut idle = server.connect();
    let mut open = server.connect();
    let head = "POST /api/v1/runs HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    write!(open, "{head}content-length: {}\r\nexpect: 100-continue\r\n\r\n", body.len()).unwrap();
    // That the server asks for the body shows that the request is open.
    let mut asked = [0; 25];
    open.read_exact(&mut asked).unwrap();
    assert!(asked.starts_with(b"HTTP/1.1 100"), "{asked:?}");
    let addr = server.addr;
    let ending = std::thread::spawn(move || drop(server));
    assert_eq!(idle.read(&mut [0]).unwrap(), 0, "an idle connection ends at once");
    open.write_all(body).unwrap();
    assert_eq!(answer(&mut open).status, 200);
    ending.join().unwrap();
    assert!(TcpStream::connect(addr).is_err());
}

#[test]
fn requests_that_do_not_end_are_cut_off() {
    let server = start_with(|options| options.limits.drain_timeout = std::time::Duration::from_millis(100));
    let mut open = server.connect();
    let head = "POST /api/v1/runs HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    write!(open, "{head}content-length: 9\r\nexpect: 100-continue\r\n\r\n").unwrap();
    open.read_exact(&mut [0; 25]).unwrap();
    drop(server);
    let mut rest = Vec::new();
    let _ = open.read_to_end(&mut rest);
    assert!(!rest.starts_with(b"HTTP/1.1 200"));
}
