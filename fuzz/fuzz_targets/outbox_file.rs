//! Whatever is in a queue file, opening it gives an outbox that works, or an error that says why not.
//!
//! The bytes are the file, or (if the first is odd) changes to a good one: a place in two bytes, and what is changed
//! there. Works in memory where there is such a folder, since every step waits for the disk.

#![no_main]

use std::{fs, path::Path, sync::OnceLock};

use tempfile::TempDir;
use turnwise::{Message, Role};
use turnwise_client::{
    AgentRef, Append, NewConversation, Status,
    outbox::{Error, LocalId, Options, Outbox},
};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let folder = folder();
    let path = folder.path().join("queue");
    fs::write(&path, file(data)).unwrap();
    match open(&path) {
        Ok(outbox) => works(outbox, &path),
        Err(Error::Foreign { .. } | Error::Later { .. }) => {}
        Err(error) => panic!("{error}"),
    }
});

/// What is taken in can be read back by the next run.
fn works(outbox: Outbox, path: &Path) {
    let before = outbox.status().unwrap().levels;
    let id = outbox.enqueue(&conversation("new")).unwrap();
    outbox.append(&id, &more("new")).unwrap();
    drop(outbox);
    let outbox = open(path).unwrap();
    assert_eq!(outbox.recovery(), None, "what was mended stays so");
    let after = outbox.status().unwrap().levels;
    assert_eq!(after.remaining() + after.dead, before.remaining() + before.dead + 2);
    outbox.append(&id, &more("new")).unwrap();
}

fn file(data: &[u8]) -> Vec<u8> {
    static GOOD: OnceLock<Vec<u8>> = OnceLock::new();
    match data.split_first() {
        Some((first, changes)) if first % 2 == 1 => {
            let mut file = GOOD.get_or_init(good).clone();
            for change in changes.chunks_exact(3) {
                let place = usize::from(u16::from_be_bytes([change[0], change[1]])) % file.len();
                file[place] ^= change[2];
            }
            file
        }
        _ => data.to_vec(),
    }
}

fn good() -> Vec<u8> {
    let folder = folder();
    let path = folder.path().join("queue");
    let outbox = open(&path).unwrap();
    for key in 0..8 {
        let key = key.to_string();
        let id = outbox.enqueue(&conversation(&key)).unwrap();
        outbox.append(&id, &more(&key)).unwrap();
    }
    drop(outbox);
    fs::read(path).unwrap()
}

fn open(path: &Path) -> Result<Outbox, Error> {
    let outbox = Outbox::offline(path, Options { reserve_bytes: 0, ..Options::default() })?;
    let unknown = outbox.append(&LocalId::new("nobody"), &more("nobody"));
    assert!(matches!(unknown, Err(Error::UnknownConversation(_))));
    Ok(outbox)
}

fn folder() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

fn conversation(key: &str) -> NewConversation {
    let first = [Message::new(Role::User, key)];
    NewConversation::of_messages(AgentRef::name("Support Bot"), first, Status::Active).idempotency_key(key)
}

fn more(key: &str) -> Append {
    Append::new([Message::new(Role::Assistant, key)])
}
