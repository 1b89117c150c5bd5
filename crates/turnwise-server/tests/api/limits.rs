//! Limits, and what is answered beyond them.

use crate::support::{answer, start, start_with};
use flate2::{Compression, write::GzEncoder};
use serde_json::json;
use std::{
    io::{Read, Write},
    time::Duration,
};

const JSON: (&str, &str) = ("content-type", "application/json");

fn body(characters: usize) -> String {
    json!({"messages": [{"role": "user", "content": "x".repeat(characters)}]}).to_string()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_large_body_is_refused_unread() {
    let server = start();
    let mut stream = server.connect();
    let head = "POST /api/v1/runs HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    // Not one byte of the body is sent, so it cannot have been read.
    write!(stream, "{head}content-length: 104857600\r\nconnection: close\r\n\r\n").unwrap();
    assert_eq!(answer(&mut stream).error(413), "PAYLOAD_TOO_LARGE");
    let metrics = server.get("/metrics").text;
    assert!(metrics.contains("turnwise_bodies_refused_total 1"), "{metrics}");
}

#[test]
fn a_body_that_does_not_say_how_large_it_is_is_refused_at_the_limit() {
    let server = start_with(|options| options.limits.body_bytes = 100_000);
    let mut stream = server.connect();
    let head = "POST /api/v1/runs HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    write!(stream, "{head}transfer-encoding: chunked\r\nconnection: close\r\n\r\n").unwrap();
    let chunk = format!("{:x}\r\n{}\r\n", 10_000, "x".repeat(10_000));
    for _ in 0..11 {
        let _ = stream.write_all(chunk.as_bytes());
    }
    assert_eq!(answer(&mut stream).error(413), "PAYLOAD_TOO_LARGE");
}

#[test]
fn one_hundred_megabytes_get_their_answer_and_not_a_broken_pipe() {
    let server = start();
    let text = vec![b' '; 100_000_000];
    assert_eq!(server.send("POST", "/api/v1/runs", &[JSON], &text).error(413), "PAYLOAD_TOO_LARGE");
}

#[test]
fn the_limit_itself_is_allowed() {
    let exact = body(50_000);
    let server = start_with(|options| options.limits.body_bytes = exact.len());
    assert_eq!(server.post_text("/api/v1/runs", &exact).status, 200);
    assert_eq!(server.post_text("/api/v1/runs", &format!("{exact} ")).error(413), "PAYLOAD_TOO_LARGE");
}

#[test]
fn compressed_bodies_are_inflated_within_the_limit() {
    let server = start_with(|options| options.limits.body_bytes = 100_000);
    let gzipped =
        |bytes: &[u8]| server.send("POST", "/api/v1/runs", &[JSON, ("content-encoding", "gzip")], bytes);
    let small = body(10);
    assert_eq!(gzipped(&gzip(small.as_bytes())).object()["messageCount"], 1);
    let (front, back) = small.split_at(20);
    let members = [gzip(front.as_bytes()), gzip(back.as_bytes())].concat();
    assert_eq!(gzipped(&members).object()["messageCount"], 1, "two members");
    let bomb = gzip(&vec![b' '; 50_000_000]);
    assert!(bomb.len() < 100_000 * 3, "{}", bomb.len());
    assert_eq!(gzipped(&bomb).error(413), "PAYLOAD_TOO_LARGE");
    assert_eq!(gzipped(&gzip(&vec![b' '; 100_001])).error(413), "PAYLOAD_TOO_LARGE");
    assert_eq!(gzipped(b"no gzip").error(400), "INVALID_REQUEST");
    let whole = gzip(small.as_bytes());
    assert_eq!(gzipped(&whole[..whole.len() - 5]).error(400), "INVALID_REQUEST");
    let brotli = server.send("POST", "/api/v1/runs", &[JSON, ("content-encoding", "br")], b"x");
    assert_eq!(brotli.error(415), "UNSUPPORTED_MEDIA_TYPE");
    assert_eq!(brotli.header("accept-encoding"), Some("gzip"));
}

#[test]
fn a_conversation_does_not_grow_without_end() {
    let server = start_with(|options| {
        options.limits.messages = 3;
        options.limits.conversation_bytes = 3_000;
    });
    let message = json!({"role": "user", "content": "x"});
    let four = json!({"messages": [message, message, message, message]});
    assert_eq!(server.post("/api/v1/runs", &four).error(413), "PAYLOAD_TOO_LARGE");
    let id = server.create(&json!({"messages": [message, message]}));
    let path = format!("/api/v1/runs/{id}/messages");
    assert_eq!(server.post(&path, &json!({"messages": [message, message]})).error(413), "PAYLOAD_TOO_LARGE");
    assert_eq!(server.post_text(&path, &body(3_000)).error(413), "PAYLOAD_TOO_LARGE");
    assert_eq!(server.post(&path, &json!({"messages": [message]})).object()["messageCount"], 3);
}

#[test]
fn the_memory_for_bodies_is_bounded_and_waited_for() {
    let server = start_with(|options| options.limits.bodies_bytes = 10_000);
    assert_eq!(server.post_text("/api/v1/runs", &body(20_000)).error(503), "OVERLOADED");
    std::thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| assert_eq!(server.post_text("/api/v1/runs", &body(8_000)).status, 200));
            scope.spawn(|| {
                let headers = [JSON, ("content-encoding", "gzip")];
                let compressed = gzip(body(8_000).as_bytes());
                assert_eq!(server.send("POST", "/api/v1/runs", &headers, &compressed).status, 200);
            });
        }
    });
    for _ in 0..5 {
        assert_eq!(
            server.post_text("/api/v1/runs", &body(8_000)).status,
            200,
            "what was taken is given back"
        );
    }
}

#[test]
fn the_memory_for_long_answers_is_bounded() {
    let server = start_with(|options| options.limits.answers_bytes = 150_000);
    let get = |characters| {
        let answer = server.post_text("/api/v1/runs", &body(characters));
        server.get(&format!("/api/v1/runs/{}", answer.object()["id"].as_str().unwrap()))
    };
    // An answer has the words four times: in `content` and in `messages`, and all of that twice.
    assert_eq!(get(100_000).error(503), "OVERLOADED");
    for _ in 0..3 {
        assert_eq!(get(30_000).object()["messageCount"], 1);
    }
}

#[test]
fn each_key_has_a_number_of_requests_a_minute() {
    let server = start_with(|options| options.limits.requests_a_minute = 3);
    let call = |key: &str| {
        let bearer = format!("Bearer {key}");
        server.send("GET", "/api/v1/agents", &[("authorization", &bearer)], b"")
    };
    for left in ["2", "1", "0"] {
        let answer = call("one");
        assert_eq!((answer.status, answer.header("x-ratelimit-remaining")), (200, Some(left)));
        assert_eq!(answer.header("x-ratelimit-limit"), Some("3"));
    }
    let refused = call("one");
    assert_eq!(refused.error(429), "RATE_LIMITED");
    assert_eq!(refused.header("x-ratelimit-remaining"), Some("0"));
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(refused.header("retry-after"), refused.header("x-ratelimit-reset"));
    assert_eq!(call("two").status, 200);
    assert_eq!(server.get("/livez").status, 200);
}

#[test]
fn a_body_that_dribbles_times_out() {
    let server = start_with(|options| options.limits.body_timeout = Duration::from_millis(300));
    let mut stream = server.connect();
    let head = "POST /api/v1/runs HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    write!(stream, "{head}content-length: 1000\r\nconnection: close\r\n\r\n{{").unwrap();
    assert_eq!(answer(&mut stream).error(408), "REQUEST_TIMEOUT");
}

#[test]
fn a_head_that_dribbles_ends_its_connection() {
    let server = start_with(|options| options.limits.head_timeout = Duration::from_millis(300));
    let mut stream = server.connect();
    stream.write_all(b"GET /livez HTTP/1.1\r\nhost: local").unwrap();
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    assert!(!rest.starts_with(b"HTTP/1.1 200"), "{rest:?}");
}

#[test]
fn connections_beyond_the_limit_wait_for_a_place() {
    let server = start_with(|options| options.limits.connections = 1);
    let first = server.connect();
    let mut second = server.connect();
    second.write_all(b"GET /livez HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
    drop(first);
    assert_eq!(answer(&mut second).status, 200);
}
