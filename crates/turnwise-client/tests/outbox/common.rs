//! What the tests share: a server that is a table in memory, and conversations with texts of their own.

use std::{
    collections::HashMap,
    fs::File,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use proptest::prelude::ProptestConfig;
use tempfile::TempDir;
use turnwise::{Message, Role};
use turnwise_client::{
    AgentRef, Append, NewConversation, Status,
    outbox::{Deliver, Delivered, Job, Op, Options, Outbox},
};

/// Long enough for anything, on any machine; nothing waits this long unless it hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Options that do not wait where a person would not notice, and set little space aside.
pub(crate) fn options() -> Options {
    Options {
        reserve_bytes: 0,
        settle_after: Duration::from_millis(20),
        longest_wait: Duration::from_millis(50),
        ..Options::default()
    }
}

/// So many cases of a property, since each waits for the disk; or as many as `PROPTEST_CASES` says.
pub(crate) fn cases(few: u32) -> ProptestConfig {
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    let default = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if asked { default } else { ProptestConfig { cases: few, ..default } }
}

/// A folder with a queue in it.
pub(crate) struct Queue {
    pub(crate) folder: TempDir,
    pub(crate) path: PathBuf,
}

impl Queue {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("queue");
        Self { folder, path }
    }

    pub(crate) fn open(&self, deliver: impl Deliver) -> Outbox {
        self.let_go();
        Outbox::open_with(&self.path, deliver, options()).unwrap()
    }

    pub(crate) fn offline(&self) -> Outbox {
        self.let_go();
        Outbox::offline(&self.path, options()).unwrap()
    }

    /// Waits until a handle that was dropped has let go of the file: dropping it waits a moment only.
    fn let_go(&self) {
        if let Ok(lock) = File::open(self.folder.path().join("queue.lock")) {
            lock.lock().unwrap();
        }
    }
}

/// What a test says that comes of an attempt; `None`: it is delivered.
type Rule = dyn Fn(&Job) -> Option<Delivered> + Send + Sync;

/// A server in memory: takes what its rule lets through, in order.
#[derive(Clone)]
pub(crate) struct Memory {
    rule: Arc<Rule>,
    taken: Arc<Mutex<HashMap<String, Vec<String>>>>,
    attempts: Arc<Mutex<Vec<Job>>>,
}

impl Memory {
    pub(crate) fn new(rule: impl Fn(&Job) -> Option<Delivered> + Send + Sync + 'static) -> Self {
        Self { rule: Arc::new(rule), taken: Arc::default(), attempts: Arc::default() }
    }

    pub(crate) fn healthy() -> Self {
        Self::new(|_| None)
    }

    /// The bodies that arrived for a conversation, in order.
    pub(crate) fn of(&self, key: &str) -> Vec<String> {
        self.taken.lock().unwrap().get(key).cloned().unwrap_or_default()
    }

    /// How many bodies arrived in all.
    pub(crate) fn count(&self) -> usize {
        self.taken.lock().unwrap().values().map(Vec::len).sum()
    }

    pub(crate) fn attempts(&self) -> Vec<Job> {
        self.attempts.lock().unwrap().clone()
    }
}

impl Deliver for Memory {
    fn deliver(&self, job: &Job) -> Delivered {
        self.attempts.lock().unwrap().push(job.clone());
        if let Some(came) = (self.rule)(job) {
            return came;
        }
        let body = String::from_utf8(job.body.clone()).unwrap();
        let key = job.conversation.as_str().to_owned();
        let remote_id = format!("conv_{key}");
        if job.op == Op::Append && job.remote_id.as_deref() != Some(remote_id.as_str()) {
            return refused("404: no such conversation");
        }
        self.taken.lock().unwrap().entry(key).or_default().push(body);
        Delivered::Accepted { remote_id: (job.op == Op::Create).then_some(remote_id) }
    }
}

/// A conversation of one message.
pub(crate) fn conversation(key: &str, status: Status) -> NewConversation {
    let first = [Message::new(Role::User, format!("{key} 0"))];
    NewConversation::of_messages(AgentRef::name("Support Bot"), first, status).idempotency_key(key)
}

/// A conversation of one message of so many bytes.
pub(crate) fn large(key: &str, bytes: usize) -> NewConversation {
    let first = [Message::new(Role::User, "x".repeat(bytes))];
    NewConversation::of_messages(AgentRef::name("Support Bot"), first, Status::Completed).idempotency_key(key)
}

/// More for it: its message number `number`.
pub(crate) fn more(key: &str, number: usize) -> Append {
    Append::new([message(key, number)])
}

pub(crate) fn message(key: &str, number: usize) -> Message {
    Message::new(Role::Assistant, format!("{key} {number}"))
}

pub(crate) fn refused(reason: &str) -> Delivered {
    Delivered::Refused { reason: reason.into() }
}
