//! The same over HTTP, on the loopback interface.

use crate::session::turnwise;
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Stdio},
};

struct Served {
    child: Child,
    address: String,
}

impl Served {
    fn start() -> Self {
        let mut child = turnwise();
        let child = child.args(["mcp", "--http", "127.0.0.1:0"]).stdin(Stdio::null()).stderr(Stdio::piped());
        let mut child = child.spawn().unwrap();
        let mut said = String::new();
        let mut errors = BufReader::new(child.stderr.take().unwrap());
        errors.read_line(&mut said).unwrap();
        // Read on, so that the server never waits for somebody to read its log.
        std::thread::spawn(move || std::io::copy(&mut errors, &mut std::io::sink()));
        let address = said.trim().rsplit_once("http://").unwrap().1.strip_suffix("/mcp").unwrap().to_owned();
        Self { child, address }
    }

    /// Status and body of the answer to a request with these headers beside the usual ones.
    fn send(&self, method: &str, headers: &[(&str, &str)], body: &[u8]) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let mut head =
            format!("{method} /mcp HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
        let mut usual = vec![
            ("Host", self.address.as_str()),
            ("Content-Type", "application/json"),
            ("Accept", "application/json, text/event-stream"),
        ];
        usual.retain(|(name, _)| !headers.iter().any(|(other, _)| other == name));
        for (name, value) in usual.iter().chain(headers) {
            head += &format!("{name}: {value}\r\n");
        }
        stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
        // A server that refuses early may close before all of a body was sent.
        let _ = stream.write_all(body);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        (status.unwrap_or_else(|| panic!("no answer: {answer}")), body.to_owned())
    }

    fn post(&self, headers: &[(&str, &str)], body: &Value) -> (u16, String) {
        self.send("POST", headers, body.to_string().as_bytes())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ping() -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" })
}

#[test]
fn tools_are_called() {
    let server = Served::start();
    let client = json!({ "name": "test", "version": "1" });
    let params = json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client });
    let (status, body) =
        server.post(&[], &json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params }));
    assert_eq!(status, 200);
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap()["result"]["serverInfo"]["name"], "turnwise");
    let arguments = json!({ "transcript": "User: hi\nAI: hello" });
    let call = json!({ "name": "normalize_transcript", "arguments": arguments });
    let request = json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call });
    let (status, body) = server.post(&[("MCP-Protocol-Version", "2025-11-25")], &request);
    assert_eq!(status, 200);
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap()["result"]["structuredContent"]["messages"], 2);
}

#[test]
fn other_names_and_pages_of_others_are_refused() {
    let server = Served::start();
    let port = server.address.rsplit_once(':').unwrap().1;
    let localhost = format!("localhost:{port}");
    for (headers, expected) in [
        (vec![], 200),
        (vec![("Host", localhost.as_str())], 200),
        (vec![("Origin", "http://localhost:6274")], 200),
        (vec![("Origin", "http://127.0.0.1:6274")], 200),
        (vec![("Host", "evil.example")], 403),
        (vec![("Host", "127.0.0.1.evil.example")], 403),
        (vec![("Origin", "http://evil.example")], 403),
        (vec![("Origin", "https://localhost.evil.example")], 403),
        (vec![("Origin", "null")], 403),
        (vec![("Origin", "http://localhost:6274"), ("Host", "evil.example")], 403),
    ] {
        assert_eq!(server.post(&headers, &ping()).0, expected, "{headers:?}");
    }
}

#[test]
fn what_it_does_not_take_is_refused_and_nothing_ends_it() {
    let server = Served::start();
    let bad = |status: u16| (400..500).contains(&status);
    for body in
        ["", "garbage", "{\"a\":", "[]", "null", "{\"jsonrpc\":\"2.0\",\"id\":1}", &"[".repeat(100_000)]
    {
        let (status, said) = server.send("POST", &[], body.as_bytes());
        assert!(bad(status), "{body:.20}: {status} {said}");
    }
    for method in ["GET", "DELETE", "PUT"] {
        assert_eq!(server.send(method, &[], b"").0, 405, "{method}");
    }
    assert!(bad(server.send("POST", &[("Content-Type", "text/plain")], ping().to_string().as_bytes()).0));
    assert_eq!(server.send("POST", &[], &vec![b' '; 33 << 20]).0, 413);
    assert_eq!(server.post(&[], &ping()).0, 200);
}

#[test]
fn requests_that_stall_keep_nobody_waiting() {
    let server = Served::start();
    let stalled: Vec<TcpStream> = (0..8)
        .map(|_| {
            let mut stream = TcpStream::connect(&server.address).unwrap();
            let head = "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                Accept: application/json, text/event-stream\r\nContent-Length: 1000\r\n\r\n{";
            stream.write_all(head.as_bytes()).unwrap();
            stream
        })
        .collect();
    assert_eq!(server.post(&[], &ping()).0, 200);
    drop(stalled);
    assert_eq!(server.post(&[], &ping()).0, 200);
}

#[test]
fn it_serves_this_machine_only() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80"] {
        let output = turnwise().args(["mcp", "--http", address]).stdin(Stdio::null()).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains("loopback"), "{address}");
    }
    let server = Served::start();
    let output = turnwise().args(["mcp", "--http", &server.address]).stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
