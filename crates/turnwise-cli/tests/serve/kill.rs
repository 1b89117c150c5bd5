//! Killed in the middle of writes, again and again: nothing that was acknowledged is lost.

use crate::support::{Server, ask};
use serde_json::{Value, json};
use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

/// Kills in the ordinary test; the variable TURNWISE_KILLS asks for another number.
const KILLS: u64 = 50;
const WRITERS: u64 = 4;
/// Messages of a conversation; the last completes it.
const MESSAGES: usize = 5;

/// A conversation that the server has acknowledged.
struct Acknowledged {
    id: String,
    /// The first words of each message.
    messages: Vec<String>,
    /// Whether it was acknowledged as completed.
    completed: bool,
}

#[test]
fn what_was_acknowledged_survives_kill() {
    let kills = std::env::var("TURNWISE_KILLS").map_or(KILLS, |number| number.parse().expect("a number"));
    let data = tempfile::tempdir().unwrap();
    let mut before = Vec::new();
    let mut total = 0;
    for round in 0..=kills {
        let mut server = Server::start(data.path());
        assert_eq!(ask(&server.address, "GET", "/api/v1/conversations?limit=1", "").unwrap().0, 200);
        before.iter().for_each(|conversation| verify(&server.address, conversation));
        if round == kills {
            break;
        }
        let address = server.address.clone();
        before = thread::scope(|scope| {
            let writers: Vec<_> = (0..WRITERS)
                .map(|writer| {
                    let address = &address;
                    scope.spawn(move || write_until_killed(address, &format!("{round}-{writer}")))
                })
                .collect();
            // The instants are spread over what a write takes, and over many writes.
            thread::sleep(Duration::from_micros(20_000 + round * 7_919 % 40_000));
            server.process.kill().unwrap();
            server.process.wait().unwrap();
            writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect::<Vec<_>>()
        });
        total += before.len();
    }
    assert!(total > 0, "nothing was acknowledged, so nothing was tested");
    check_file(data.path());
    println!("{kills} kills, {total} conversations acknowledged, none lost");
}

/// Creates and appends until the connection breaks; what is given back was acknowledged.
fn write_until_killed(address: &str, name: &str) -> Vec<Acknowledged> {
    let mut acknowledged: Vec<Acknowledged> = Vec::new();
    let started = Instant::now();
    let message = |number: usize| {
        let words = format!("{name}/{number} {}", "word ".repeat(40));
        json!({"messages": [{"role": "user", "content": words}],
            "status": if (number + 1).is_multiple_of(MESSAGES) { "completed" } else { "active" }})
    };
    for number in 0.. {
        assert!(started.elapsed() < Duration::from_secs(60), "the server was not killed");
        let path = match acknowledged.last() {
            Some(last) if number % MESSAGES > 0 => format!("/api/v1/conversations/{}/messages", last.id),
            _ => "/api/v1/conversations".to_owned(),
        };
        let Ok((status, answer)) = ask(address, "POST", &path, &message(number).to_string()) else { break };
        assert_eq!(status, 200, "{answer}");
        let id = answer["id"].as_str().unwrap().to_owned();
        if number.is_multiple_of(MESSAGES) {
            acknowledged.push(Acknowledged { id, messages: Vec::new(), completed: false });
        }
        let last = acknowledged.last_mut().unwrap();
        last.messages.push(format!("{name}/{number} "));
        last.completed = answer["status"] == "completed";
    }
    acknowledged
}

/// Whether every acknowledged message is there once and in order. One more may be, whose answer did not arrive.
fn verify(address: &str, expected: &Acknowledged) {
    let (status, stored) =
        ask(address, "GET", &format!("/api/v1/conversations/{}", expected.id), "").unwrap();
    assert_eq!(status, 200, "{}: {stored}", expected.id);
    let stored_messages = stored["messages"].as_array().unwrap();
    let begins =
        |(message, words): (&Value, &String)| message["content"].as_str().unwrap().starts_with(words);
    assert!(stored_messages.iter().zip(&expected.messages).all(begins), "{stored}");
    let more = stored_messages.len().checked_sub(expected.messages.len());
    assert!(matches!(more, Some(0 | 1)), "{} acknowledged: {stored}", expected.messages.len());
    if expected.completed {
        assert_eq!((&stored["status"], more), (&json!("completed"), Some(0)));
    }
}

/// SQLite's own opinion of the file.
fn check_file(data: &Path) {
    let db = rusqlite::Connection::open(data.join("turnwise.db")).unwrap();
    let verdict: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(verdict, "ok");
    let orphans: i64 = db
        .query_row(
            "SELECT count(*) FROM conversations c WHERE messages <> (SELECT count(*) FROM submissions WHERE conversation = c.number)",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(orphans, 0, "every body has its conversation and the other way round");
}
