//! The server as a process of its own.

use crate::Client;
use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};
use turnwise_faults::{Expected, Journal};

#[test]
fn it_prints_its_address_and_ends_with_its_input() {
    let folder = tempfile::tempdir().expect("a folder");
    let journal = folder.path().join("journal");
    let mut child = Command::new(env!("CARGO_BIN_EXE_turnwise-faults"))
        .arg("--journal")
        .arg(&journal)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
    let address = line.trim().strip_prefix("http://").and_then(|rest| rest.strip_suffix("/api/v1"));
    Client::to(address.expect("an address").parse().expect("an address")).create(&["a"]);
    drop(child.stdin.take());
    assert!(child.wait().expect("ends").success());
    assert_eq!(Journal::read(&journal).expect("a journal").check(&[Expected::open(["a"])]), Ok(()));
}

#[test]
fn wrong_usage() {
    for words in [&["--journal"][..], &["--chance", "101"], &["--what", "1"], &["--seed", "x"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_turnwise-faults")).args(words).output().expect("runs");
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert!(String::from_utf8_lossy(&output.stderr).starts_with("usage: "), "{words:?}");
    }
}
