//! What the statements do, told from what can be asked afterwards; the times are made up.

use std::time::Duration;

use rusqlite::Connection;

use super::{super::schema, *};
use crate::outbox::{
    counters::Leave,
    job::{Job, LocalId},
};

const ALL: usize = usize::MAX;
/// Long after every time that a test sets.
const LATE: i64 = 1_000_000;

fn store() -> Store {
    let db = Connection::open_in_memory().unwrap();
    db.pragma_update(None, "auto_vacuum", "incremental").unwrap();
    schema::create(&db).unwrap();
    Store::new(db).unwrap()
}

fn entry(key: &str, op: Op, bytes: usize) -> Entry {
    Entry { conversation: LocalId::new(key), op, closes: false, body: vec![b'x'; bytes] }
}

/// A store with one conversation for each key, of which the create is delivered and an append is due.
fn appends(keys: &[&str]) -> Store {
    let mut store = store();
    for key in keys {
        store.add(&entry(key, Op::Create, 10), 1).unwrap().unwrap();
        store.add(&entry(key, Op::Append, 10), 2).unwrap().unwrap();
    }
    for job in store.claim(3, ALL, ALL).unwrap() {
        store.leave(job.record, Leave::Delivered { remote_id: Some("c") }).unwrap();
    }
    store
}

fn again(store: &mut Store, job: &Job, not_before: i64, throttled: bool, unsettled: bool) {
    store.again(job, &Again { not_before, throttled, unsettled, reason: "not now" }).unwrap();
}

fn due(store: &mut Store, now: i64) -> Vec<String> {
    store.claim(now, ALL, ALL).unwrap().iter().map(|job| job.conversation.to_string()).collect()
}

#[test]
fn a_transaction_does_all_or_nothing() {
    let mut store = store();
    for _ in 0..2 {
        let failed = store.transaction(|store| {
            store.add(&entry("a", Op::Create, 10), 1)?.unwrap();
            store.db().execute("INSERT INTO bodies (record, body) VALUES (NULL, NULL)", [])
        });
        failed.unwrap_err();
        assert_eq!((store.levels, store.totals), (Levels::default(), Totals::default()));
        assert_eq!((store.oldest().unwrap(), store.open_conversations().unwrap()), (None, 0));
    }
    store.transaction(|store| store.add(&entry("a", Op::Create, 10), 1)).unwrap().unwrap();
    assert_eq!((store.levels.queued, store.totals.enqueued), (1, 1));
}

#[test]
fn levels_are_what_a_count_finds() {
    let mut store = appends(&["a", "b", "c"]);
    store.add(&entry("a", Op::Append, 10), 4).unwrap().unwrap();
    let jobs = store.claim(5, 2, ALL).unwrap();
    store.leave(jobs[1].record, Leave::Dead("no")).unwrap();
    let levels = store.levels;
    assert_eq!(levels, Levels { queued: 1, sending: 1, waiting: 1, dead: 1 });
    assert_eq!(levels.remaining(), 3);
    store.levels = Levels::default();
    store.recount().unwrap();
    assert_eq!(store.levels, levels);
}

#[test]
fn no_more_is_claimed_once_the_bytes_are_reached() {
    for (bytes, claimed) in [(0, 0), (1, 1), (10, 1), (11, 2), (20, 2), (30, 3), (ALL, 3)] {
        let mut store = appends(&["a", "b", "c"]);
        assert_eq!(store.claim(LATE, ALL, bytes).unwrap().len(), claimed, "{bytes}");
    }
    assert_eq!(appends(&["a", "b", "c"]).claim(LATE, 2, ALL).unwrap().len(), 2);
}

#[test]
fn doubt_keeps_its_age_until_the_record_is_settled() {
    let mut store = appends(&["a"]);
    let claim = |store: &mut Store, now| store.claim(now, ALL, ALL).unwrap().remove(0);
    let first = claim(&mut store, 100);
    assert_eq!((first.attempts, first.unsettled), (1, None));
    store.put_back(&first, 150).unwrap();
    let tried = claim(&mut store, 200);
    assert_eq!((tried.attempts, tried.unsettled), (1, None), "it was never tried");
    again(&mut store, &tried, 250, false, true);
    let doubtful = claim(&mut store, 300);
    assert_eq!((doubtful.attempts, doubtful.unsettled), (2, Some(Duration::from_millis(100))));
    store.put_back(&doubtful, 350).unwrap();
    let doubtful = claim(&mut store, 400);
    assert_eq!((doubtful.attempts, doubtful.unsettled), (2, Some(Duration::from_millis(150))));
    again(&mut store, &doubtful, 450, false, false);
    assert_eq!(claim(&mut store, 500).unsettled, None);
}

#[test]
fn hurry_makes_due_what_only_waits_for_itself() {
    let mut store = appends(&["waits", "throttled", "doubtful", "doubtful but soon"]);
    store.add(&entry("new", Op::Create, 10), 4).unwrap().unwrap();
    for job in store.claim(5, ALL, ALL).unwrap() {
        let (not_before, throttled, unsettled) = match job.conversation.as_str() {
            "throttled" => (9000, true, false),
            "doubtful" => (9000, false, true),
            "doubtful but soon" => (600, false, true),
            "new" => (9000, false, true),
            _ => (9000, false, false),
        };
        again(&mut store, &job, not_before, throttled, unsettled);
    }
    assert_eq!(store.next_due().unwrap(), Some(600));
    store.hurry(700).unwrap();
    assert_eq!(store.next_due().unwrap(), Some(0));
    assert_eq!(due(&mut store, 599), ["waits", "new"]);
    assert_eq!(due(&mut store, 600), ["doubtful but soon"]);
    assert_eq!(due(&mut store, 8999), ["doubtful"]);
    assert_eq!(due(&mut store, 9000), ["throttled"]);
    assert_eq!(store.next_due().unwrap(), None);
}

#[test]
fn what_a_process_left_behind_is_due_once_it_can_be_settled() {
    let mut store = appends(&["append", "far off"]);
    store.add(&entry("create", Op::Create, 10), 4).unwrap().unwrap();
    for job in store.claim(5, ALL, ALL).unwrap() {
        if job.conversation.as_str() == "far off" {
            again(&mut store, &job, i64::MAX, true, false);
        }
    }
    store.reclaim(500, 2000).unwrap();
    assert_eq!(store.levels, Levels { queued: 3, ..Levels::default() });
    assert_eq!(due(&mut store, 499), ["create"]);
    assert_eq!(due(&mut store, 1999), ["append"]);
    assert_eq!(due(&mut store, 2000), ["far off"]);
}

#[test]
fn the_oldest_that_is_still_to_go_is_told() {
    let mut store = appends(&["a"]);
    store.add(&entry("b", Op::Create, 10), 7).unwrap().unwrap();
    assert_eq!(store.oldest().unwrap(), Some(2));
    let record = store.claim(LATE, 1, ALL).unwrap()[0].record;
    store.leave(record, Leave::Dead("no")).unwrap();
    assert_eq!(store.oldest().unwrap(), Some(7));
}

#[test]
fn what_leaves_gives_its_space_back() {
    let mut store = store();
    let before = store.used_bytes().unwrap();
    store.add(&entry("a", Op::Create, 1 << 20), 1).unwrap().unwrap();
    assert!((1 << 20..2 << 20).contains(&(store.used_bytes().unwrap() - before)));
    assert_eq!(store.free_bytes().unwrap(), 0);
    let record = store.claim(LATE, 1, ALL).unwrap()[0].record;
    store.leave(record, Leave::Delivered { remote_id: None }).unwrap();
    assert!(store.free_bytes().unwrap() >= 1 << 20);
    assert_eq!(store.used_bytes().unwrap(), before);
    store.shrink();
    assert_eq!((store.free_bytes().unwrap(), store.used_bytes().unwrap()), (0, before));
}
