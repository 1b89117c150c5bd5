//! Promise: what was acknowledged survives `kill -9` at any moment, arrives once and in order, and is completed once.
//!
//! A child process takes conversations in and delivers them to a server that misbehaves. It notes in a file what it
//! tries and what was acknowledged. It is killed at random moments and started again; in the end, the notes, the queue
//! and the server's journal are compared. `TURNWISE_KILLS=1000 cargo test -p turnwise-client --features outbox --test
//! outbox kill -- --nocapture` kills more often.

use std::{
    collections::BTreeMap,
    env,
    fmt::Write as _,
    fs::{self, File, OpenOptions},
    io::Write,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use turnwise_client::{
    Append, Config, Status,
    outbox::{HttpDelivery, LocalId, Outbox},
};
use turnwise_faults::{Expected, Plan, Server};

use crate::common::{PATIENCE, Queue, conversation, message, options};

/// Threads of the child that take conversations in.
const THREADS: usize = 3;

#[test]
fn nothing_acknowledged_is_lost_or_doubled_by_kills() {
    let kills: u32 = env::var("TURNWISE_KILLS").map_or(50, |kills| kills.parse().unwrap());
    let seed = env::var("TURNWISE_SEED").map_or_else(|_| fastrand::u64(..), |seed| seed.parse().unwrap());
    let mut random = fastrand::Rng::with_seed(seed);
    let queue = Queue::new();
    let notes = queue.folder.path().join("notes");
    let server = Server::start(Plan::random(seed, 0.1).without_requests()).unwrap();
    for run in 0..kills {
        let mut child = start(&queue.path, &notes, &server, run);
        if run % 2 == 0 {
            // Some die while they open the queue, the others once they are at work.
            let length = || fs::metadata(&notes).map_or(0, |notes| notes.len());
            let before = length();
            while length() == before && child.try_wait().unwrap().is_none() {
                thread::sleep(Duration::from_millis(1));
            }
        }
        thread::sleep(Duration::from_micros(random.u64(5_000..60_000)));
        child.kill().unwrap();
        child.wait().unwrap();
        // What the dead process has sent is still on its way; the outbox allows some seconds for that, and the test
        // waits until it is so.
        while server.connections() > 0 {
            thread::sleep(Duration::from_millis(1));
        }
    }

    let outbox = Outbox::open_with(&queue.path, delivery(&server.url()), options()).unwrap();
    assert_eq!(outbox.recovery(), None);
    let flushed = outbox.flush(PATIENCE).unwrap();
    assert_eq!((flushed.remaining, flushed.dead), (0, 0), "seed {seed}: {:?}", outbox.dead(10));
    let notes = Notes::read(&notes);
    let expected = notes.expected();
    if let Err(breaches) = server.journal().check(&expected) {
        let told = breaches.iter().fold(String::new(), |mut told, breach| {
            _ = writeln!(told, "{breach}");
            told
        });
        panic!("seed {seed}, {} breaches:\n{told}", breaches.len());
    }
    let acknowledged: usize = expected.iter().map(|one| one.sure).sum();
    let tried: usize = expected.iter().map(|one| one.messages.len()).sum();
    assert!(acknowledged > 0, "the child got nothing done");
    println!(
        "{kills} kills, seed {seed}: {} conversations, {tried} records tried, {acknowledged} acknowledged; \
         0 lost, 0 doubled, all in order",
        expected.len()
    );
}

fn start(queue: &Path, notes: &Path, server: &Server, run: u32) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "kill::child", "--ignored", "--nocapture"])
        .env("TURNWISE_CHILD", run.to_string())
        .env("TURNWISE_QUEUE", queue)
        .env("TURNWISE_NOTES", notes)
        .env("TURNWISE_SERVER", server.url())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

fn delivery(url: &str) -> HttpDelivery {
    let mut config = Config::new("sk_test_1");
    config.base_url = url.into();
    config.timeout = PATIENCE;
    HttpDelivery::new(config).unwrap()
}

/// The process that is killed.
#[test]
#[ignore = "the test above starts it"]
fn child() {
    let Ok(run) = env::var("TURNWISE_CHILD") else { return };
    let run: u32 = run.parse().unwrap();
    let path = env::var_os("TURNWISE_NOTES").unwrap();
    let before = Notes::read(path.as_ref());
    let notes = OpenOptions::new().append(true).create(true).open(path).unwrap();
    let queue = env::var_os("TURNWISE_QUEUE").unwrap();
    let delivery = delivery(&env::var("TURNWISE_SERVER").unwrap());
    let outbox = Outbox::open_with(queue, delivery, options()).unwrap();
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (outbox, notes, before) = (&outbox, &notes, &before);
            scope.spawn(move || work(outbox, notes, before, run, thread));
        }
    });
}

/// Takes conversations in, and goes on with those that an earlier run of this thread left open.
fn work(outbox: &Outbox, notes: &File, before: &Notes, run: u32, thread: usize) {
    let mine = format!("/{thread}/");
    for (key, noted) in before.0.iter().filter(|(key, noted)| key.contains(&mine) && noted.can_go_on()) {
        add(outbox, notes, key, noted.tried);
    }
    for number in 0.. {
        let key = format!("{run}/{thread}/{number}");
        note(notes, "try", &key, 0);
        outbox.enqueue(&conversation(&key, Status::Active)).unwrap();
        note(notes, "ok", &key, 0);
        add(outbox, notes, &key, 1);
    }
}

/// Adds messages to a conversation, the last of which completes it.
fn add(outbox: &Outbox, notes: &File, key: &str, from: usize) {
    let id = LocalId::new(key);
    for number in from..4 {
        note(notes, if number == 3 { "end" } else { "try" }, key, number);
        let status = if number == 3 { Status::Completed } else { Status::Active };
        outbox.append(&id, &Append::new([message(key, number)]).status(status)).unwrap();
        note(notes, "ok", key, number);
    }
}

/// One write, so that lines of several threads do not mix.
fn note(mut notes: &File, what: &str, key: &str, number: usize) {
    notes.write_all(format!("{what} {key} {number}\n").as_bytes()).unwrap();
}

/// What the child noted, by conversation.
struct Notes(BTreeMap<String, Noted>);

#[derive(Default)]
struct Noted {
    tried: usize,
    acknowledged: usize,
    ends: bool,
}

impl Notes {
    fn read(path: &Path) -> Self {
        let mut notes = BTreeMap::<String, Noted>::new();
        for line in fs::read_to_string(path).unwrap_or_default().lines() {
            let words: Vec<_> = line.split(' ').collect();
            let number: usize = words[2].parse().unwrap();
            let noted = notes.entry(words[1].to_owned()).or_default();
            match words[0] {
                "ok" => noted.acknowledged = number + 1,
                what => {
                    noted.tried = number + 1;
                    noted.ends |= what == "end";
                }
            }
        }
        Self(notes)
    }

    fn expected(&self) -> Vec<Expected> {
        let expected = self.0.iter().map(|(key, noted)| {
            let messages = (0..noted.tried).map(|number| format!("{key} {number}"));
            match (noted.tried == noted.acknowledged, noted.ends) {
                (true, true) => Expected::new(messages),
                (true, false) => Expected::open(messages),
                (false, _) => Expected::at_least(noted.acknowledged, messages),
            }
        });
        expected.collect()
    }
}

impl Noted {
    /// Whether it is known what is in the queue, and something is left to do.
    fn can_go_on(&self) -> bool {
        self.tried == self.acknowledged && !self.ends
    }
}
