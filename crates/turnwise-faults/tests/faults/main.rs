//! The judge must be right: what the server does and refuses to do, and that wrong clients are caught.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise"
)]

mod api;
mod judge;
mod misbehaviour;
mod process;

use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
};
use turnwise_faults::Server;

/// An answer as it came over the wire.
#[derive(Debug)]
struct Answer {
    status: u16,
    headers: String,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    fn id(&self) -> String {
        assert_eq!(self.status, 200, "{}", self.body);
        self.json()["data"]["id"].as_str().expect("an id").to_owned()
    }
}

/// A connection that sends what it is told, and believes nothing.
struct Client(BufReader<TcpStream>);

impl Client {
    fn of(server: &Server) -> Self {
        Self::to(server.address())
    }

    fn to(address: SocketAddr) -> Self {
        Self(BufReader::new(TcpStream::connect(address).expect("connects")))
    }

    /// Sends a request and reads its answer; `None` if the connection ends before its end.
    fn call(&mut self, method: &str, path: &str, body: &str) -> Option<Answer> {
        let head = "authorization: Bearer sk_test\r\nhost: localhost\r\n";
        let request =
            format!("{method} /api/v1{path} HTTP/1.1\r\n{head}content-length: {}\r\n\r\n{body}", body.len());
        self.send(request.as_bytes())
    }

    fn send(&mut self, request: &[u8]) -> Option<Answer> {
        // A server that has closed the connection makes the write or the read fail, or ends what is read.
        let _ = self.0.get_mut().write_all(request);
        self.read()
    }

    fn read(&mut self) -> Option<Answer> {
        let mut headers = String::new();
        while !headers.ends_with("\r\n\r\n") {
            if self.0.read_line(&mut headers).ok()? == 0 {
                return None;
            }
        }
        let length = headers.split("content-length: ").nth(1)?.split("\r\n").next()?.parse().ok()?;
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).ok()?;
        let status = headers.split(' ').nth(1)?.parse().ok()?;
        Some(Answer { status, headers, body: String::from_utf8(body).expect("UTF-8") })
    }

    fn get(&mut self, path: &str) -> Answer {
        self.call("GET", path, "").expect("an answer")
    }

    fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.try_post(path, body).expect("an answer")
    }

    fn try_post(&mut self, path: &str, body: &Value) -> Option<Answer> {
        self.call("POST", path, &body.to_string())
    }

    /// Makes a conversation with these messages, and gives its id.
    fn create(&mut self, messages: &[&str]) -> String {
        self.post("/conversations", &json!({"agentId": "agent_1", "messages": said(messages)})).id()
    }

    fn append(&mut self, id: &str, messages: &[&str], status: &str) -> Answer {
        let body = json!({"messages": said(messages), "status": status});
        self.post(&format!("/conversations/{id}/messages"), &body)
    }
}

fn said(messages: &[&str]) -> Value {
    messages.iter().map(|text| json!({"role": "user", "content": text})).collect()
}
