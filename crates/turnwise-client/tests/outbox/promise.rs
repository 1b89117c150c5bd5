//! Promise: whatever is in a queue file, opening it gives an outbox that works, or an error that says why not.
//!
//! The fuzz target `outbox_file` includes this file.

use std::{fs, path::Path, sync::OnceLock, time::Duration};

use tempfile::TempDir;
use turnwise::{Message, Role};
use turnwise_client::{
    AgentRef, Append, NewConversation, Status,
    outbox::{Error, LocalId, Options, Outbox},
};

/// Long enough for anything: closing is what lets go of the file for sure.
const PATIENCE: Duration = Duration::from_secs(60);
/// Bytes of a page of a queue file.
const PAGE: usize = 4096;

/// The bytes are the file, or changes to a good one: see [`file`]. Works in memory where there is such a folder, since
/// every step waits for the disk.
pub(crate) fn any_file_works(data: &[u8]) {
    let folder = folder();
    let path = folder.path().join("queue");
    fs::write(&path, file(data)).unwrap();
    match open(&path) {
        Ok(outbox) => works(outbox, &path),
        Err(Error::Foreign { .. } | Error::Later { .. }) => {}
        Err(error) => panic!("{error}"),
    }
}

/// What is taken in can be read back by the next run.
fn works(outbox: Outbox, path: &Path) {
    let before = outbox.status().unwrap().levels;
    let id = outbox.enqueue(&conversation("new")).unwrap();
    outbox.append(&id, &more("new")).unwrap();
    for key in 0..8 {
        let old = outbox.append(&LocalId::new(key.to_string()), &more("old"));
        assert!(matches!(old, Ok(()) | Err(Error::UnknownConversation(_) | Error::Closed(_))), "{old:?}");
    }
    let taken = outbox.status().unwrap().totals.enqueued;
    outbox.close(PATIENCE).unwrap();
    let outbox = open(path).unwrap();
    assert_eq!(outbox.recovery(), None, "what was mended stays so");
    let after = outbox.status().unwrap().levels;
    assert_eq!(after.remaining() + after.dead, before.remaining() + before.dead + taken);
    outbox.append(&id, &more("new")).unwrap();
    outbox.close(PATIENCE).unwrap();
}

/// The file that the bytes stand for. If the first is odd, the others change bytes of a good file: a place in two bytes,
/// and what is changed there. If it is even, but no multiple of 4, they change pages: what is done, to which, with which,
/// and from where on.
fn file(data: &[u8]) -> Vec<u8> {
    static GOOD: OnceLock<Vec<u8>> = OnceLock::new();
    let Some((first, changes)) = data.split_first().filter(|(first, _)| *first % 4 != 0) else {
        return data.to_vec();
    };
    let mut file = GOOD.get_or_init(good).clone();
    if first % 2 == 1 {
        for change in changes.chunks_exact(3) {
            let place = usize::from(u16::from_be_bytes([change[0], change[1]])) % file.len();
            file[place] ^= change[2];
        }
    } else {
        for change in changes.chunks_exact(4) {
            change_page(&mut file, change);
        }
    }
    file
}

fn change_page(file: &mut [u8], change: &[u8]) {
    let pages = file.len() / PAGE;
    let [page, other] = [change[1], change[2]].map(|number| usize::from(number) % pages * PAGE);
    let from = usize::from(change[3]) * (PAGE / 256);
    match change[0] % 3 {
        0 => file.copy_within(other + from..other + PAGE, page + from),
        1 => file[page + from..page + PAGE].fill(0),
        _ => file[page + from..page + PAGE].fill(change[2]),
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
    outbox.close(PATIENCE).unwrap();
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
