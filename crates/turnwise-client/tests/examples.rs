//! Every example runs, and does what it says.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{collections::BTreeSet, env, fs, path::Path, process::Command};

use turnwise::{Message, Role};
use turnwise_client::{AgentRef, Config, NewConversation, Status, blocking::Client};
use turnwise_faults::{Plan, Server};

const ORDER: [&str; 4] = [
    "Hi, I need help with my order",
    "I'd be happy to help! What's your order number?",
    "#12345",
    "Found it! Your order ships tomorrow.",
];

/// The texts of a conversation, and its last status.
type Left = (&'static [&'static str], &'static str);

/// Each example, and the conversations that it leaves behind.
const EXAMPLES: [(&str, &[Left]); 11] = [
    (
        "agent",
        &[(
            &[
                "You are a helpful assistant",
                "How do I cancel my subscription?",
                "Go to Settings > Subscription > Cancel.",
            ],
            "completed",
        )],
    ),
    ("batch", &[(&ORDER, "completed")]),
    ("errors", &[]),
    ("incremental", &[(&ORDER, "completed")]),
    ("list", &[]),
    ("metadata", &[(&["Where is my order?", "It ships tomorrow."], "completed")]),
    ("raw_http", &[(&["Hi", "Hello!", "Goodbye!"], "completed")]),
    ("session", &[(&ORDER, "completed")]),
    ("session_async", &[(&ORDER, "completed")]),
    (
        "statuses",
        &[
            (&["Thanks, that was all!"], "completed"),
            (&["I'll try elsewhere."], "abandoned"),
            (&["One moment, please..."], "in_progress"),
        ],
    ),
    (
        "structured",
        &[(&["I need help with my order", "I'd be happy to help! What's your order number?"], "completed")],
    ),
];

#[test]
fn every_example_does_what_it_says() {
    let programs = env::current_exe().unwrap().parent().unwrap().join("../examples");
    for (name, left) in EXAMPLES {
        let server = Server::start(Plan::healthy().key("sk_test_1")).unwrap();
        greet(&server);
        let program = programs.join(name).with_extension(env::consts::EXE_EXTENSION);
        let run = Command::new(&program)
            .env("CONVERRA_API_KEY", "sk_test_1")
            .env("CONVERRA_BASE_URL", server.url())
            .output()
            .unwrap_or_else(|error| {
                panic!("{error}: build {name} with `cargo build --examples --all-features`")
            });
        assert!(run.status.success(), "{name}: {}", String::from_utf8_lossy(&run.stderr));

        let journal = server.journal();
        assert_eq!(journal.breaches(), [], "{name}");
        let found = journal.conversations();
        let found: Vec<_> = found.iter().skip(1).collect();
        assert_eq!(found.len(), left.len(), "{name}: {found:?}");
        for (found, (messages, status)) in found.iter().zip(left) {
            assert_eq!(found.messages, *messages, "{name}");
            assert_eq!(found.statuses.last().unwrap(), status, "{name}");
        }
    }
}

/// Makes the agent known, as it would be.
fn greet(server: &Server) {
    let mut config = Config::new("sk_test_1");
    config.base_url = server.url();
    let messages = [Message::new(Role::User, "I was here before")];
    let new = NewConversation::of_messages(AgentRef::id("agent_123"), messages, Status::Completed);
    Client::new(config).unwrap().create(&new).unwrap();
}

#[test]
fn every_example_is_run() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files: BTreeSet<_> =
        files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    assert_eq!(files, EXAMPLES.map(|(name, _)| name.to_owned()).into());
}
