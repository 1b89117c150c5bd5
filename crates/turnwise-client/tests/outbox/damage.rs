//! Promise: whatever is in the queue file, opening it gives an outbox that works, or an error that says why not. What
//! can be read is taken over; nothing goes out twice or out of order.

use std::{
    fs::{self, OpenOptions, Permissions},
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    sync::OnceLock,
};

use proptest::prelude::*;
use turnwise_client::{
    Status,
    outbox::{Error, LocalId, Outbox, Recovery},
};

use crate::{
    common::{Memory, PATIENCE, Queue, cases, conversation, message, more, options},
    promise::any_file_works,
};

/// Conversations in a queue that is damaged, each of a create and three appends.
const CONVERSATIONS: usize = 12;

/// A queue as the end of a run leaves it; of every second conversation the create is delivered.
fn filled() -> Queue {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    let queue = Queue::new();
    fs::write(&queue.path, BYTES.get_or_init(fill)).unwrap();
    queue
}

fn fill() -> Vec<u8> {
    let queue = Queue::new();
    let create = |key: usize| conversation(&key.to_string(), Status::Active);
    let outbox = queue.open(Memory::healthy());
    outbox.enqueue_all(&(0..CONVERSATIONS).step_by(2).map(create).collect::<Vec<_>>()).unwrap();
    outbox.close(PATIENCE).unwrap();
    let outbox = queue.offline();
    outbox.enqueue_all(&(1..CONVERSATIONS).step_by(2).map(create).collect::<Vec<_>>()).unwrap();
    for key in 0..CONVERSATIONS {
        let (key, id) = (key.to_string(), LocalId::new(key.to_string()));
        outbox.append(&id, &more(&key, 1)).unwrap();
        outbox.append(&id, &more(&key, 2)).unwrap();
        outbox.complete(&id, [message(&key, 3)]).unwrap();
    }
    outbox.close(PATIENCE).unwrap();
    fs::read(&queue.path).unwrap()
}

/// Opens a damaged queue, and checks that it works and that what goes out is in order and once.
fn works(queue: &Queue) -> Option<Recovery> {
    let server = Memory::healthy();
    let outbox = match Outbox::open_with(&queue.path, server.clone(), options()) {
        Ok(outbox) => outbox,
        Err(Error::Foreign { .. } | Error::Later { .. }) => return None,
        Err(error) => panic!("{error}"),
    };
    let id = outbox.enqueue(&conversation("new", Status::Active)).unwrap();
    outbox.complete(&id, [message("new", 1)]).unwrap();
    let recovery = outbox.recovery().cloned();
    let flushed = outbox.close(PATIENCE).unwrap();
    assert_eq!(server.of("new").len(), 2, "{flushed:?}");
    for key in 0..CONVERSATIONS {
        let taken = server.of(&key.to_string());
        // The first that can come depends on whether the create was delivered before.
        for (place, body) in taken.iter().enumerate() {
            let number = place + (key + 1) % 2;
            assert!(body.contains(&format!("\"{key} {number}\"")), "{key}: {number} is not {body}");
        }
    }
    // What was set aside is still told about by the next run.
    let status = queue.offline().status().unwrap();
    assert_eq!(status.levels.remaining() + status.levels.dead, flushed.remaining + flushed.dead);
    recovery
}

fn write_at(path: &Path, place: usize, bytes: &[u8]) {
    let mut all = fs::read(path).unwrap();
    all[place..place + bytes.len()].copy_from_slice(bytes);
    fs::write(path, all).unwrap();
}

#[test]
fn a_sound_file_needs_no_recovery() {
    let queue = filled();
    assert_eq!(works(&queue), None);
}

#[test]
fn a_file_that_is_cut_off_is_replaced() {
    let whole = fs::read(filled().path).unwrap();
    for length in [1, 16, 99, 100, 4095, 4096, 4097, 8192, whole.len() / 2, whole.len() - 4096] {
        let queue = Queue::new();
        fs::write(&queue.path, &whole[..length]).unwrap();
        let recovery = works(&queue).unwrap_or_else(|| panic!("{length} bytes pass as sound"));
        assert_eq!(fs::read(&recovery.aside).unwrap().len(), length, "the damaged file is kept");
    }
    // SQLite takes the byte for zero, and the record that it belongs to is not as it was.
    let queue = Queue::new();
    fs::write(&queue.path, &whole[..whole.len() - 1]).unwrap();
    works(&queue);
}

#[test]
fn an_empty_file_is_a_new_queue() {
    let queue = Queue::new();
    fs::write(&queue.path, "").unwrap();
    assert_eq!(works(&queue), None);
}

#[test]
fn bytes_that_are_no_database_are_moved_aside() {
    let queue = Queue::new();
    let noise: Vec<u8> =
        (0..10_000_u32).map(|number| number.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    fs::write(&queue.path, &noise).unwrap();
    let recovery = works(&queue).unwrap();
    assert_eq!((recovery.salvaged, recovery.unreadable), (0, 0));
    assert_eq!(fs::read(recovery.aside).unwrap(), noise);
}

#[test]
fn most_of_a_file_with_one_bad_page_is_taken_over() {
    let queue = filled();
    let length = fs::metadata(&queue.path).unwrap().len() as usize;
    // The last page holds some of the records.
    write_at(&queue.path, length - 4096, &[0xFF; 4096]);
    let recovery = works(&queue).unwrap();
    assert!(recovery.salvaged > 0, "{recovery:?}");
    assert!(recovery.unreadable > 0, "{recovery:?}");
    assert_eq!(recovery.salvaged + recovery.unreadable, (CONVERSATIONS * 4 - CONVERSATIONS / 2) as u64);
}

#[test]
fn a_record_whose_bytes_changed_is_set_aside() {
    let queue = filled();
    let text = b"\"content\":\"3 1\"";
    let all = fs::read(&queue.path).unwrap();
    // SQLite leaves copies behind when it moves rows.
    for place in 0..all.len() {
        if all[place..].starts_with(text) {
            write_at(&queue.path, place, b"\"content\":\"3 7\"");
        }
    }
    let server = Memory::healthy();
    let outbox = queue.open(server.clone());
    assert_eq!(outbox.recovery(), None, "to SQLite the file is sound");
    let flushed = outbox.flush(PATIENCE).unwrap();
    assert_eq!((flushed.remaining, flushed.dead), (2, 1));
    assert!(outbox.dead(1).unwrap()[0].reason.contains("damaged"));
    assert_eq!(server.of("3").len(), 1);
}

#[test]
fn a_queue_of_a_later_version_and_another_database_are_left_alone() {
    // Its own tables with another number are a damaged number; other tables are a later version.
    let queue = filled();
    write_at(&queue.path, 60, &9_u32.to_be_bytes());
    let recovery = works(&queue).unwrap();
    assert_eq!(recovery.unreadable, 0);

    let queue = filled();
    write_at(&queue.path, 60, &9_u32.to_be_bytes());
    let all = fs::read(&queue.path).unwrap();
    let place = all.windows(9).position(|window| window == b"throttled").unwrap();
    write_at(&queue.path, place, b"renamed__");
    let before = fs::read(&queue.path).unwrap();
    assert!(matches!(Outbox::offline(&queue.path, options()), Err(Error::Later { version: 9, .. })));
    assert_eq!(fs::read(&queue.path).unwrap(), before);

    write_at(&queue.path, 68, b"mail");
    let before = fs::read(&queue.path).unwrap();
    assert!(matches!(Outbox::offline(&queue.path, options()), Err(Error::Foreign { .. })));
    assert_eq!(fs::read(&queue.path).unwrap(), before);
}

#[test]
fn a_log_of_noise_is_passed_over() {
    let queue = filled();
    fs::write(queue.folder.path().join("queue-wal"), [0xAB; 70_000]).unwrap();
    assert_eq!(works(&queue), None);
}

#[test]
fn what_is_no_file_or_cannot_be_written_is_an_error() {
    let queue = Queue::new();
    fs::create_dir(&queue.path).unwrap();
    assert!(matches!(Outbox::offline(&queue.path, options()), Err(Error::Io { .. })));
    assert!(queue.path.is_dir(), "it was left where it is");
    let nowhere = queue.folder.path().join("no such folder/queue");
    assert!(matches!(Outbox::offline(nowhere, options()), Err(Error::Io { .. })));

    let queue = Queue::new();
    symlink(&queue.path, &queue.path).unwrap();
    assert!(matches!(Outbox::offline(&queue.path, options()), Err(Error::Io { .. })));

    let queue = filled();
    fs::set_permissions(&queue.path, Permissions::from_mode(0o444)).unwrap();
    if OpenOptions::new().write(true).open(&queue.path).is_ok() {
        println!("skipped: this process may write to a file that is read-only");
    } else {
        assert!(matches!(Outbox::offline(&queue.path, options()), Err(Error::Storage(_))));
    }
}

/// Every column of every table that a caller or the server can fill.
const COLUMNS: [(&str, &str); 20] = [
    ("conversations", "key"),
    ("conversations", "remote_id"),
    ("conversations", "next_seq"),
    ("conversations", "passed"),
    ("conversations", "closed"),
    ("records", "id"),
    ("records", "conversation"),
    ("records", "seq"),
    ("records", "op"),
    ("records", "closes"),
    ("records", "state"),
    ("records", "attempts"),
    ("records", "not_before"),
    ("records", "throttled"),
    ("records", "enqueued_at"),
    ("records", "sent_at"),
    ("records", "last_error"),
    ("records", "digest"),
    ("bodies", "record"),
    ("sqlite_sequence", "seq"),
];

/// Values that a column of another kind, or none, would hold.
const VALUES: [&str; 16] = [
    "NULL",
    "-1",
    "0",
    "1",
    "2",
    "3",
    "300",
    "4294967296",
    "9223372036854775807",
    "-9223372036854775808",
    "1.5",
    "'3'",
    "'waiting'",
    "'queued'",
    "'sending'",
    "CAST(x'FF' AS TEXT)",
];

/// Makes the file one that is sound to SQLite and was never written so: values changed, or rows gone.
fn tamper(path: &Path, tampering: &str) {
    let db = rusqlite::Connection::open(path).unwrap();
    // What the constraints of the tables forbid does not come about, and the file stays as it was.
    let _ = db.execute_batch(tampering);
}

/// Statements that change one row or more of those that the number picks.
fn tampering() -> impl Strategy<Value = String> {
    let columns = prop::sample::select(COLUMNS.as_slice());
    let values = prop::sample::select(VALUES.as_slice());
    prop_oneof![
        4 => (columns.clone(), values, 0..60_u32).prop_map(|((table, column), value, row)| {
            let row = format!("(SELECT {column} FROM {table} LIMIT 1 OFFSET {row} % (SELECT count(*) FROM {table}))");
            format!("PRAGMA ignore_check_constraints = ON; UPDATE {table} SET {column} = {value} WHERE {column} IS {row}")
        }),
        1 => (columns, 0..60_u32).prop_map(|((table, column), row)| {
            let row = format!("(SELECT {column} FROM {table} LIMIT 1 OFFSET {row} % (SELECT count(*) FROM {table}))");
            format!("DELETE FROM {table} WHERE {column} IS {row}")
        }),
    ]
}

/// A queue of two conversations of a record each.
fn fresh() -> Queue {
    let queue = Queue::new();
    let outbox = queue.offline();
    outbox.enqueue_all(&["1", "3"].map(|key| conversation(key, Status::Completed))).unwrap();
    outbox.close(PATIENCE).unwrap();
    queue
}

#[test]
fn all_of_a_sound_file_is_taken_over_if_it_must_be() {
    let queue = fresh();
    tamper(&queue.path, "PRAGMA user_version = 9");
    let recovery = works(&queue).unwrap();
    assert_eq!((recovery.salvaged, recovery.unreadable), (2, 0));
}

#[test]
fn a_file_that_leads_in_circles_is_read_once() {
    let queue = fresh();
    // Nothing is known of the second but its record, and that was read already.
    tamper(&queue.path, "DELETE FROM conversations");
    let root: u32 = rusqlite::Connection::open(&queue.path)
        .unwrap()
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'records'", [], |row| row.get(0))
        .unwrap();
    // It has the number of the first: behind its size, which is as long as its bytes say.
    let (all, page) = (fs::read(&queue.path).unwrap(), (root as usize - 1) * 4096);
    let cell = page + usize::from(u16::from_be_bytes([all[page + 10], all[page + 11]]));
    let number = (cell..).find(|place| all[*place] < 0x80).unwrap() + 1;
    assert_eq!(all[number], 2);
    write_at(&queue.path, number, &[1]);
    let recovery = works(&queue).unwrap();
    assert_eq!((recovery.salvaged, recovery.unreadable), (1, 0));
}

#[test]
fn what_follows_a_gap_waits_for_people() {
    // A record that is gone; and a conversation of which more is said to have passed than has.
    let gone = ("DELETE FROM records WHERE conversation = '1' AND seq = 1", 1, 1);
    let passed = ("UPDATE conversations SET passed = 3 WHERE key = '1'", 0, 4);
    for (tampering, before, after) in [gone, passed] {
        let (queue, server) = (filled(), Memory::healthy());
        tamper(&queue.path, tampering);
        let outbox = queue.open(server.clone());
        let recovery = outbox.recovery().cloned().unwrap();
        assert_eq!(recovery.salvaged + recovery.unreadable, (CONVERSATIONS * 4 - CONVERSATIONS / 2) as u64);
        assert_eq!(outbox.flush(PATIENCE).unwrap().dead, 1);
        let dead = outbox.dead(10).unwrap();
        assert_eq!((dead[0].conversation.as_str(), dead.len()), ("1", 1));
        assert!(dead[0].reason.contains("before this one"), "{}", dead[0].reason);
        assert_eq!(server.of("1").len(), before);
        let others = CONVERSATIONS * 4 - CONVERSATIONS / 2 - 4;
        assert_eq!(server.count(), others + before, "nobody else waits");
        outbox.retry(None).unwrap();
        outbox.flush(PATIENCE).unwrap();
        assert_eq!(server.of("1").len(), after);
    }
}

#[test]
fn old_crashes_stay_mended() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/regressions/outbox_file");
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        println!("replaying {}", path.display());
        any_file_works(&fs::read(path).unwrap());
    }
}

#[test]
fn every_byte_of_the_header_may_be_wrong() {
    for place in 0..100 {
        for flip in [0x01, 0x04, 0x80, 0xFF] {
            any_file_works(&[1, 0, place, flip]);
        }
    }
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn changed_bytes_stop_nothing(changes in prop::collection::vec(any::<u8>(), 3..600)) {
        any_file_works(&[&[1], changes.as_slice()].concat());
    }

    #[test]
    fn changed_pages_stop_nothing(changes in prop::collection::vec(any::<u8>(), 4..20)) {
        any_file_works(&[&[2], changes.as_slice()].concat());
    }

    #[test]
    fn changed_values_stop_nothing(tamperings in prop::collection::vec(tampering(), 1..4)) {
        let queue = filled();
        tamperings.iter().for_each(|tampering| tamper(&queue.path, tampering));
        works(&queue);
    }

    #[test]
    fn flipped_bytes_stop_nothing(
        flips in prop::collection::vec((any::<prop::sample::Index>(), 1_u8..), 1..40),
    ) {
        let queue = filled();
        let mut all = fs::read(&queue.path).unwrap();
        for (place, flip) in flips {
            let place = place.index(all.len());
            all[place] ^= flip;
        }
        fs::write(&queue.path, &all).unwrap();
        works(&queue);
    }
}
