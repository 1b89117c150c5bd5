//! Starting and stopping.

use crate::support::{Server, ask, command, command_at};
use std::{
    fs,
    io::Read,
    process::{Command, Stdio},
};

fn signal(server: &Server, name: &str) {
    let id = server.process.id().to_string();
    assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
}

#[test]
fn it_says_where_it_is_and_what_it_is() {
    let data = tempfile::tempdir().unwrap();
    let mut server = Server::of(command(data.path()).stderr(Stdio::piped()));
    assert_eq!(ask(&server.address, "GET", "/api/v1/conversations", "").unwrap().0, 200);
    signal(&server, "TERM");
    let mut said = String::new();
    server.process.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(server.process.wait().unwrap().success(), "{said}");
    for words in
        ["development and tests", "CONVERRA_BASE_URL=http://127.0.0.1:", "no key is configured", "answered"]
    {
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
fn both_signals_end_it_in_good_order() {
    for name in ["INT", "TERM"] {
        let data = tempfile::tempdir().unwrap();
        let mut server = Server::start(data.path());
        signal(&server, name);
        assert_eq!(server.process.wait().unwrap().code(), Some(0), "{name}");
    }
}

#[test]
fn the_log_is_json_where_tools_read_it() {
    let data = tempfile::tempdir().unwrap();
    let mut server = Server::of(command(data.path()).args(["--log-format", "json"]).stderr(Stdio::piped()));
    ask(&server.address, "GET", "/api/v1/conversations/secret-id", "").unwrap();
    signal(&server, "TERM");
    let mut said = String::new();
    server.process.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    let lines = said.lines().filter(|line| line.starts_with('{'));
    let line = lines.map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()).next().unwrap();
    assert_eq!(line["fields"]["route"], "/api/v1/conversations/{id}");
    assert_eq!(line["fields"]["status"], 404);
    assert!(line["span"]["id"].is_string(), "{line}");
    assert!(!said.contains("secret-id"), "{said}");
}

#[test]
fn keys_come_from_a_file_and_other_addresses_demand_them() {
    let data = tempfile::tempdir().unwrap();
    let open = command_at("0.0.0.0:0", data.path()).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(open.status.code(), Some(2));
    assert!(String::from_utf8(open.stderr).unwrap().contains("a key is needed"));
    let keys = data.path().join("keys");
    fs::write(&keys, "\n").unwrap();
    let none = command(data.path()).arg("--keys").arg(&keys).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(none.status.code(), Some(2));
    assert!(String::from_utf8(none.stderr).unwrap().contains("there is no key in it"));
    fs::write(&keys, "sk_one\nsk_two\n").unwrap();
    let server = Server::of(command(data.path()).arg("--keys").arg(&keys));
    assert_eq!(ask(&server.address, "GET", "/api/v1/agents", "").unwrap().0, 401);
}

#[test]
fn an_address_that_is_taken_is_told() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path());
    let other = tempfile::tempdir().unwrap();
    let second = command_at(&server.address, other.path()).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(second.status.code(), Some(2));
    assert!(String::from_utf8(second.stderr).unwrap().contains(&server.address));
}
