//! Who may call.

use crate::support::{start, start_with};
use std::net::SocketAddr;
use turnwise_server::{Options, Server, StartError};

#[test]
fn without_keys_any_and_none_are_accepted() {
    let server = start();
    for header in [&[][..], &[("authorization", "Bearer anything")]] {
        assert_eq!(server.send("GET", "/api/v1/agents", header, b"").status, 200);
    }
    let basic = server.send("GET", "/api/v1/agents", &[("authorization", "Basic eA==")], b"");
    assert_eq!(basic.error(401), "UNAUTHORIZED");
}

#[test]
fn with_keys_only_those_are() {
    let server = start_with(|options| options.keys = vec!["sk_one".to_owned(), "sk_two".to_owned()]);
    let call = |value: &str| server.send("GET", "/api/v1/runs", &[("authorization", value)], b"");
    for value in ["Bearer sk_one", "bearer sk_two", "Bearer  sk_one"] {
        assert_eq!(call(value).status, 200, "{value}");
    }
    for value in
        ["Bearer sk_three", "Bearer sk_on", "Bearer ", "Bearer", "sk_one", "Basic sk_one", "Bearer sk_one x"]
    {
        let refused = call(value);
        assert_eq!(refused.error(401), "UNAUTHORIZED", "{value}");
        assert_eq!(refused.header("www-authenticate"), Some("Bearer"));
    }
    assert_eq!(server.get("/api/v1/nothing").error(401), "UNAUTHORIZED", "nor is told what there is");
    assert_eq!(server.get("/livez").status, 200);
    assert!(
        server.get("/openapi.json").json().pointer("/paths/~1api~1v1~1runs/get/security/0/bearer").is_some()
    );
}

#[test]
fn without_keys_foreign_names_for_this_machine_are_not_answered() {
    let server = start();
    let call = |host: &str| {
        let mut stream = server.connect();
        let request = format!("GET /api/v1/agents HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
        crate::support::answer(&mut stream)
    };
    for host in ["localhost", "LOCALHOST:80", "127.0.0.1", "127.0.0.2:1", "[::1]", "[::1]:80"] {
        assert_eq!(call(host).status, 200, "{host}");
    }
    for host in ["evil.example", "evil.example:4141", "127.0.0.1.evil.example", "10.0.0.1", "[::2]", ""] {
        assert_eq!(call(host).error(403), "FORBIDDEN_HOST", "{host}");
    }
}

#[tokio::test]
async fn any_other_address_demands_a_key() {
    let data = tempfile::tempdir().unwrap();
    let mut options = Options::new(data.path());
    options.addr = SocketAddr::from(([0, 0, 0, 0], 0));
    let refused = Server::bind(options.clone()).await.err().unwrap();
    assert!(matches!(refused, StartError::NeedsKey(_)), "{refused}");
    for key in ["", "two words", "schlüssel"] {
        options.keys = vec![key.to_owned()];
        assert!(matches!(Server::bind(options.clone()).await.err().unwrap(), StartError::BadKey), "{key:?}");
    }
}
