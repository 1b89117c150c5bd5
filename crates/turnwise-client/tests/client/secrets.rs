//! The key and a proxy's password are never printed; what is dropped says so in the log.

use std::{
    io,
    sync::{Arc, Mutex},
};

use turnwise_client::{Config, Core, Error, RetryPolicy, Status, blocking::Client};
use turnwise_faults::{Plan, Server};

use crate::{
    raw::{Raw, json},
    shell::{KEY, config, new, shells},
};

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What `work` logs, at every level.
fn logged(work: impl FnOnce()) -> String {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, work);
    String::from_utf8(log.0.lock().unwrap().clone()).unwrap()
}

#[test]
fn the_key_is_never_printed() {
    let mut settings = config("http://127.0.0.1:9/api/v1");
    settings.proxy = Some("http://user:hunter2@127.0.0.1:9".to_owned().into());
    settings.retry = RetryPolicy::none();
    let mut printed = format!("{settings:?}\n{settings:#?}\n{:?}", Core::new(settings.clone()));
    for client in shells(&settings) {
        printed += &client.debug();
        let error = client.get("c").unwrap_err();
        printed += &format!("{error} {error:?}");
    }
    assert!(!printed.contains(KEY) && !printed.contains("hunter2"), "{printed}");
}

#[test]
fn a_server_that_repeats_the_key_is_not_quoted() {
    let echo = format!("Bearer {KEY}");
    let answers = [
        json(401, "", &format!(r#"{{"error":{{"code":"{KEY}","message":"{echo}"}}}}"#)),
        json(200, "", &format!("<html>{echo}")),
        json(302, &format!("Location: /login?key={KEY}\r\n"), ""),
        json(500, "", &echo),
    ];
    for answer in answers {
        let server = Raw::start(move |_| answer.clone());
        let mut settings = config(&server.url);
        settings.retry.attempts = 2;
        for client in shells(&settings) {
            let log = logged(|| {
                let error = client.create(&new("Hi", Status::Active)).unwrap_err();
                let printed = format!("{error} {error:?}");
                assert!(!printed.contains(KEY) && printed.contains("[key]"), "{printed}");
            });
            assert!(!log.contains(KEY), "{log}");
        }
    }
}

#[test]
fn a_dropped_session_says_so() {
    let server = Server::start(Plan::healthy()).unwrap();
    let client = Client::new(config(&server.url())).unwrap();
    let warned = |log: &str| log.contains("WARN") && log.contains("stays active");

    let session = client.start(&new("Hi", Status::Active)).unwrap();
    let id = session.target().id.clone();
    let log = logged(|| drop(session));
    assert!(warned(&log) && log.contains(&id), "{log}");
    assert_eq!(client.get(&id).unwrap().status, Some(Status::Active));

    let mut session = client.start(&new("Hello", Status::Active)).unwrap();
    let log = logged(|| {
        session.append([crate::shell::user("more")]).unwrap();
        drop(session);
    });
    assert!(warned(&log), "an append is no end: {log}");

    let session = client.start(&new("Hi again", Status::Active)).unwrap();
    let log = logged(|| session.complete([crate::shell::assistant("Bye")]).unwrap());
    assert!(!warned(&log), "{log}");
}

#[test]
fn without_a_key_nothing_begins() {
    let error = Client::new(Config::new(" ")).unwrap_err();
    assert!(matches!(error, Error::Invalid(_)));
}
