//! What nobody who means well sends.

use crate::support::{answer, start};
use serde_json::{Value, json};
use std::io::Write;

const MARKUP: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "</textarea><svg onload=alert(1)>",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "'; DROP TABLE conversations; --",
    "\u{202e}\u{0}\u{1b}[31m\u{feff}",
];

#[test]
fn markup_stays_text_in_every_field() {
    let server = start();
    for text in MARKUP {
        let body = json!({
            "agentName": text, "title": text, "llmModel": text, "companyName": text, "sessionId": text,
            "userId": text, "traceId": text, "metadata": {*text: text}, *text: text,
            "messages": [{"role": text, "content": text, "name": text}],
        });
        let id = server.create(&body);
        let answer = server.get(&format!("/api/v1/conversations/{id}"));
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        let stored = answer.object();
        for name in ["agentName", "title", "llmModel", "companyName", "sessionId", "userId", "traceId"] {
            assert_eq!(stored[name], *text, "{name}");
        }
        assert_eq!(stored["metadata"], json!({*text: text}));
        assert_eq!(stored["customFields"], json!({*text: text}));
        assert_eq!(stored["messages"][0]["content"], *text);
    }
    assert_eq!(server.get("/api/v1/agents").json()["pagination"]["total"], MARKUP.len());
}

#[test]
fn odd_identifiers_are_not_found() {
    let server = start();
    let odd = [
        "..",
        "%2e%2e",
        "%2f",
        "..%2f..%2fetc%2fpasswd",
        "a%00b",
        "%00",
        "%20",
        "conv_'--",
        "%F0%9F%98%80",
        "*",
        "%25",
    ];
    for id in odd {
        for path in ["conversations/{}", "runs/{}/insights", "agents/{}", "agents/{}/insights"] {
            let path = format!("/api/v1/{}", path.replace("{}", id));
            assert_eq!(server.get(&path).error(404), "NOT_FOUND", "{path}");
        }
        let path = format!("/api/v1/conversations/{id}/messages");
        let append = server.post(&path, &json!({"messages": [{"role": "user", "content": "x"}]}));
        assert_eq!(append.error(404), "NOT_FOUND", "{path}");
    }
    for id in ["%ff", "%c0%ae"] {
        assert_eq!(server.get(&format!("/api/v1/conversations/{id}")).error(400), "INVALID_REQUEST", "{id}");
    }
    let long = "x".repeat(10_000);
    assert_eq!(server.get(&format!("/api/v1/conversations/{long}")).error(404), "NOT_FOUND");
}

#[test]
fn paths_and_methods_that_are_not_there() {
    let server = start();
    for path in [
        "/api/v1",
        "/api/v1/",
        "/api/v2/conversations",
        "/api/v1/conversations/",
        "/api/v1/conversations//",
        "/api",
    ] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
    for (method, path) in
        [("DELETE", "/api/v1/conversations"), ("GET", "/api/v1/sdk/agents/match"), ("PUT", "/api/v1/agents")]
    {
        let refused = server.send(method, path, &[], b"");
        assert_eq!(refused.error(405), "METHOD_NOT_ALLOWED", "{method} {path}");
        assert!(refused.header("allow").is_some(), "{method} {path}");
    }
    let head = server.send("HEAD", "/api/v1/agents", &[], b"");
    assert_eq!((head.status, head.text.as_str()), (200, ""));
}

#[test]
fn types_that_are_not_json_are_refused() {
    let server = start();
    let body = json!({"messages": [{"role": "user", "content": "x"}]}).to_string();
    let send = |kind: &str| server.send("POST", "/api/v1/runs", &[("content-type", kind)], body.as_bytes());
    for kind in ["application/json", "APPLICATION/JSON; charset=utf-8", "application/vnd.x+json"] {
        assert_eq!(send(kind).status, 200, "{kind}");
    }
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/json",
        "json",
        "",
    ] {
        assert_eq!(send(kind).error(415), "UNSUPPORTED_MEDIA_TYPE", "{kind:?}");
    }
    assert_eq!(
        server.send("POST", "/api/v1/runs", &[], body.as_bytes()).error(415),
        "UNSUPPORTED_MEDIA_TYPE"
    );
    let accept = |kinds: &str| server.send("GET", "/api/v1/agents", &[("accept", kinds)], b"").status;
    for kinds in ["*/*", "application/json", "text/html, application/*;q=0.5", "text/html,*/*;q=0.8", ""] {
        assert_eq!(accept(kinds), 200, "{kinds:?}");
    }
    for kinds in ["text/html", "application/xml", "application/json;q=0", "image/*"] {
        assert_eq!(accept(kinds), 406, "{kinds:?}");
    }
}

#[test]
fn json_that_is_meant_to_break_a_reader() {
    let server = start();
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let message = r#"{"role":"user","content":"x"}"#;
    let bodies = [
        deep.clone(),
        format!(r#"{{"messages":[{message}],"metadata":{{"a":{deep}}}}}"#),
        format!(r#"{{"messages":[{{"role":"user","content":{deep}}}]}}"#),
        format!(r#"{{"messages":[{message}],"x":{deep}}}"#),
        format!(r#"{{"messages":[{message}],"title":"\ud800"}}"#),
        format!(r#"{{"messages":[{message}],"title":"a","title":"b"}}"#),
        r#"{"messages":[{"role":"user","role":"tool","content":"x"}]}"#.to_owned(),
        format!(r#"{{"messages":[{message}],"metadata":{{"n":1e999999,"m":-0}}}}"#),
        format!(r#"{{"messages":[{message},]}}"#),
        r#"{"messages":[{"role":"user","content":"\ud800\u0000"}]}"#.to_owned(),
        format!(r#"{{"content":{}}}"#, json!(deep)),
        format!(r#"{{"content":{}}}"#, json!("User: a\nAI: b\n".repeat(4_000))),
    ];
    for body in bodies {
        let shown: String = body.chars().take(60).collect();
        let answer = server.post_text("/api/v1/runs", &body);
        match answer.status {
            200 => {
                let id = answer.object()["id"].as_str().unwrap().to_owned();
                let got = server.get(&format!("/api/v1/runs/{id}"));
                assert_eq!(got.status, 200, "{shown}");
                serde_json::from_str::<serde::de::IgnoredAny>(&got.text).unwrap();
            }
            status => assert!(matches!(status, 400 | 413 | 422), "{shown}: {answer:?}"),
        }
    }
    assert_eq!(server.get("/api/v1/runs?limit=100").status, 200);
    assert_eq!(server.get("/readyz").status, 200);
}

#[test]
fn bytes_that_are_no_utf8() {
    let server = start();
    let json = [("content-type", "application/json")];
    assert_eq!(
        server.send("POST", "/api/v1/runs", &json, b"{\"content\":\"\xff\"}").error(400),
        "INVALID_REQUEST"
    );
    for query in ["search=%ff", "status=%00", "agentId=%00"] {
        let status = server.get(&format!("/api/v1/runs?{query}")).status;
        assert!(matches!(status, 200 | 400 | 422), "{query}: {status}");
    }
}

#[test]
fn requests_that_are_no_http() {
    let server = start();
    for bytes in
        [&b"\x16\x03\x01\x02\x00"[..], b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\0\0\0\0\r\n\r\n"]
    {
        let mut stream = server.connect();
        stream.write_all(bytes).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut rest = Vec::new();
        let _ = std::io::Read::read_to_end(&mut stream, &mut rest);
        assert!(!rest.starts_with(b"HTTP/1.1 200"), "{bytes:?}");
    }
    let mut stream = server.connect();
    let smuggled = "POST /api/v1/runs HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\
        connection: close\r\n\r\n0\r\n\r\nGET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n";
    stream.write_all(smuggled.as_bytes()).unwrap();
    let first = answer(&mut stream);
    assert!(matches!(first.status, 400 | 415), "{first:?}");
    assert!(!first.text.contains("HTTP/1.1 200"), "{first:?}");
    assert_eq!(server.get("/livez").status, 200);
}

#[test]
fn answers_hold_no_more_than_json() {
    let server = start();
    let answer = server.get("/api/v1/%3Cscript%3Ealert(1)%3C/script%3E");
    assert_eq!(answer.error(404), "NOT_FOUND");
    assert!(!answer.text.contains("script"), "{}", answer.text);
    let value: Value = server.get("/openapi.json").json();
    assert!(value["paths"].is_object());
}
