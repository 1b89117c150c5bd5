//! Taking in, delivering, setting aside: with a server in memory.

use std::{
    sync::{
        atomic::{AtomicBool, AtomicU32, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use turnwise_client::{
    Status,
    outbox::{Cause, Delivered, Error, LocalId, Op, Options, Outbox},
};

use crate::common::{Memory, PATIENCE, Queue, conversation, large, message, more, options, refused};

fn later(cause: Cause, unknown: bool) -> Option<Delivered> {
    Some(Delivered::Later { cause, unknown, wait: None, reason: "not now".into() })
}

#[test]
fn a_conversation_arrives_in_order() {
    let (queue, server) = (Queue::new(), Memory::healthy());
    let outbox = queue.open(server.clone());
    let id = outbox.enqueue(&conversation("a", Status::Active)).unwrap();
    for number in 1..20 {
        outbox.append(&id, &more("a", number)).unwrap();
    }
    outbox.complete(&id, [message("a", 20)]).unwrap();
    let flushed = outbox.flush(PATIENCE).unwrap();
    assert_eq!((flushed.remaining, flushed.dead), (0, 0));
    let taken = server.of("a");
    assert_eq!(taken.len(), 21);
    for (number, body) in taken.iter().enumerate() {
        assert!(body.contains(&format!("\"a {number}\"")), "{number}: {body}");
        assert_eq!(body.contains("completed"), number == 20, "{number}: {body}");
    }
    let status = outbox.status().unwrap();
    assert_eq!((status.totals.enqueued, status.totals.delivered, status.open_conversations), (21, 21, 0));
}

#[test]
fn what_is_taken_in_offline_goes_out_later() {
    let (queue, server) = (Queue::new(), Memory::healthy());
    let id = {
        let outbox = queue.offline();
        let id = outbox.enqueue(&conversation("a", Status::Active)).unwrap();
        outbox.append(&id, &more("a", 1)).unwrap();
        assert_eq!(
            outbox.flush(PATIENCE).unwrap().remaining,
            2,
            "a flush of what is not delivered returns at once"
        );
        id
    };
    let outbox = queue.open(server.clone());
    outbox.complete(&id, [message("a", 2)]).unwrap();
    assert_eq!(outbox.close(PATIENCE).unwrap().remaining, 0);
    assert_eq!(server.of("a").len(), 3);
}

#[test]
fn appending_to_an_open_conversation_works_in_a_later_run() {
    let (queue, server) = (Queue::new(), Memory::healthy());
    let first = queue.open(server.clone());
    first.enqueue(&conversation("a", Status::Active)).unwrap();
    assert_eq!(first.close(PATIENCE).unwrap().remaining, 0);
    let second = queue.open(server.clone());
    assert_eq!(second.status().unwrap().open_conversations, 1);
    second.complete(&LocalId::new("a"), [message("a", 1)]).unwrap();
    assert_eq!(second.close(PATIENCE).unwrap().remaining, 0);
    assert_eq!(server.of("a").len(), 2);
}

#[test]
fn many_threads_share_an_outbox() {
    let (queue, server) = (Queue::new(), Memory::healthy());
    let outbox = queue.open(server.clone());
    thread::scope(|scope| {
        for thread in 0..16 {
            let outbox = &outbox;
            scope.spawn(move || {
                for number in 0..10 {
                    outbox.enqueue(&conversation(&format!("{thread}/{number}"), Status::Completed)).unwrap();
                }
            });
        }
    });
    assert_eq!(outbox.flush(PATIENCE).unwrap().remaining, 0);
    assert_eq!(server.count(), 160);
}

#[test]
fn a_conversation_is_completed_once() {
    let queue = Queue::new();
    let outbox = queue.offline();
    let id = outbox.enqueue(&conversation("a", Status::Active)).unwrap();
    outbox.complete(&id, [message("a", 1)]).unwrap();
    assert!(matches!(outbox.complete(&id, [message("a", 2)]), Err(Error::Closed(_))));
    assert!(matches!(outbox.append(&id, &more("a", 2)), Err(Error::Closed(_))));
    let unknown = LocalId::new("b");
    assert!(matches!(outbox.append(&unknown, &more("b", 1)), Err(Error::UnknownConversation(_))));
    assert_eq!(outbox.status().unwrap().totals.rejected, 3);
}

#[test]
fn the_same_conversation_twice_is_one() {
    let queue = Queue::new();
    let outbox = queue.offline();
    let one = conversation("a", Status::Completed);
    let id = outbox.enqueue(&one).unwrap();
    assert_eq!(outbox.enqueue(&one).unwrap(), id);
    assert_eq!(outbox.status().unwrap().levels.queued, 1);
    let other = conversation("a", Status::Active);
    assert!(matches!(outbox.enqueue(&other), Err(Error::KeyReused(_))));
}

#[test]
fn several_at_once_are_taken_in_all_or_none() {
    let queue = Queue::new();
    let outbox = queue.offline();
    outbox.enqueue(&conversation("b", Status::Active)).unwrap();
    let three = ["a", "b", "c"].map(|key| conversation(key, Status::Completed));
    assert!(matches!(outbox.enqueue_all(&three), Err(Error::KeyReused(_))));
    let status = outbox.status().unwrap();
    assert_eq!((status.levels.queued, status.totals.enqueued, status.totals.rejected), (1, 1, 1));
    let two = ["a", "c"].map(|key| conversation(key, Status::Completed));
    assert_eq!(outbox.enqueue_all(&two).unwrap(), [LocalId::new("a"), LocalId::new("c")]);
    assert_eq!(outbox.enqueue_all([]).unwrap(), []);
    assert_eq!(outbox.status().unwrap().levels.queued, 3);
}

#[test]
fn a_refused_record_is_kept_and_blocks_its_conversation_only() {
    let queue = Queue::new();
    let broken = std::sync::Arc::new(AtomicBool::new(true));
    let rule = broken.clone();
    let server = Memory::new(move |job| {
        let bad = rule.load(Ordering::SeqCst) && job.conversation.as_str() == "a" && job.op == Op::Append;
        bad.then(|| refused("422: no"))
    });
    let outbox = queue.open(server.clone());
    let a = outbox.enqueue(&conversation("a", Status::Active)).unwrap();
    outbox.append(&a, &more("a", 1)).unwrap();
    outbox.complete(&a, [message("a", 2)]).unwrap();
    outbox.enqueue(&conversation("b", Status::Completed)).unwrap();
    let flushed = outbox.flush(PATIENCE).unwrap();
    assert_eq!((flushed.remaining, flushed.dead), (1, 1), "the flush does not wait for what is blocked");
    assert_eq!((server.of("a").len(), server.of("b").len()), (1, 1));

    let dead = outbox.dead(10).unwrap();
    assert_eq!(dead.len(), 1);
    assert_eq!((dead[0].conversation.as_str(), dead[0].op, dead[0].blocks), ("a", Op::Append, 1));
    assert_eq!((dead[0].reason.as_str(), dead[0].remote_id.as_deref()), ("422: no", Some("conv_a")));
    assert!(String::from_utf8_lossy(&dead[0].body).contains("a 1"), "its bytes are kept");

    broken.store(false, Ordering::SeqCst);
    assert_eq!(outbox.retry(Some(dead[0].record)).unwrap(), 1);
    assert_eq!(outbox.flush(PATIENCE).unwrap().remaining, 0);
    assert_eq!(server.of("a").len(), 3);
    assert!(matches!(outbox.retry(Some(dead[0].record)), Err(Error::NotDead(_))));
    let totals = outbox.status().unwrap().totals;
    assert_eq!((totals.enqueued, totals.delivered, totals.died, totals.discarded), (4, 4, 1, 0));
}

#[test]
fn discarding_an_append_lets_the_next_one_go() {
    let queue = Queue::new();
    let server =
        Memory::new(|job| String::from_utf8_lossy(&job.body).contains("\"a 1\"").then(|| refused("422: no")));
    let outbox = queue.open(server.clone());
    let a = outbox.enqueue(&conversation("a", Status::Active)).unwrap();
    outbox.append(&a, &more("a", 1)).unwrap();
    outbox.complete(&a, [message("a", 2)]).unwrap();
    outbox.flush(PATIENCE).unwrap();
    let dead = outbox.dead(10).unwrap();
    assert_eq!(outbox.discard(dead[0].record).unwrap(), 1);
    assert_eq!(outbox.flush(PATIENCE).unwrap().remaining, 0);
    assert_eq!(server.of("a").len(), 2);
    assert!(matches!(outbox.discard(dead[0].record), Err(Error::NotDead(_))));
}

#[test]
fn discarding_a_create_takes_the_rest_along() {
    let queue = Queue::new();
    let server = Memory::new(|job| (job.op == Op::Create).then(|| refused("400: no")));
    let outbox = queue.open(server.clone());
    let a = outbox.enqueue(&conversation("a", Status::Active)).unwrap();
    outbox.append(&a, &more("a", 1)).unwrap();
    outbox.flush(PATIENCE).unwrap();
    let dead = outbox.dead(10).unwrap();
    assert_eq!(outbox.discard(dead[0].record).unwrap(), 2);
    let status = outbox.status().unwrap();
    assert_eq!((status.levels.remaining(), status.levels.dead, status.open_conversations), (0, 0, 0));
    assert_eq!(status.totals.discarded, 2);
    assert!(matches!(outbox.append(&a, &more("a", 2)), Err(Error::UnknownConversation(_))));
}

#[test]
fn an_unknown_outcome_is_told_to_the_next_attempt_and_the_next_run() {
    let queue = Queue::new();
    let server = Memory::new(|job| match (job.op, job.attempts) {
        (Op::Append, 1) => later(Cause::Trouble, true),
        (Op::Append, 2) => later(Cause::Trouble, false),
        _ => None,
    });
    let outbox = queue.open(server.clone());
    let a = outbox.enqueue(&conversation("a", Status::Active)).unwrap();
    outbox.complete(&a, [message("a", 1)]).unwrap();
    assert_eq!(outbox.close(PATIENCE).unwrap().remaining, 0);
    let unsettled: Vec<_> = server.attempts().iter().map(|job| (job.op, job.unsettled.is_some())).collect();
    assert_eq!(unsettled, [(Op::Create, false), (Op::Append, false), (Op::Append, true), (Op::Append, true)]);
}

#[test]
fn a_server_that_is_down_is_tried_by_one_record_at_a_time() {
    let queue = Queue::new();
    let down = std::sync::Arc::new(AtomicBool::new(true));
    let rule = down.clone();
    let server =
        Memory::new(move |_| if rule.load(Ordering::SeqCst) { later(Cause::Trouble, false) } else { None });
    let outbox = Outbox::open_with(
        &queue.path,
        server.clone(),
        Options { senders: 4, longest_wait: Duration::from_secs(3600), ..options() },
    )
    .unwrap();
    let all: Vec<_> = (0..1000).map(|key| conversation(&key.to_string(), Status::Completed)).collect();
    outbox.enqueue_all(&all).unwrap();
    while server.attempts().len() < 6 {
        thread::sleep(Duration::from_millis(1));
    }
    let status = outbox.status().unwrap();
    assert_eq!(status.holding.as_deref(), Some("not now"));
    assert!(status.totals.retried < 40, "of 1,000 only a few were tried: {status:?}");
    down.store(false, Ordering::SeqCst);
    assert_eq!(outbox.flush(PATIENCE).unwrap().remaining, 0);
    assert_eq!(outbox.status().unwrap().holding, None);
    assert_eq!(server.count(), 1000);
}

#[test]
fn a_flush_reports_what_remains_at_its_deadline() {
    let queue = Queue::new();
    let server = Memory::new(|_| later(Cause::Trouble, false));
    let outbox = queue.open(server);
    outbox.enqueue(&conversation("a", Status::Completed)).unwrap();
    // At the deadline the record may just be under way, and then it is due at no time.
    loop {
        let flushed = outbox.flush(Duration::from_millis(30)).unwrap();
        assert_eq!((flushed.delivered, flushed.remaining, flushed.dead), (0, 1, 0));
        if flushed.next_due.is_some() {
            break;
        }
    }
    drop(outbox);
    assert_eq!(queue.offline().status().unwrap().levels.queued, 1, "what remains is on the disk");
}

#[test]
fn a_flush_does_not_wait_for_what_the_server_put_off() {
    let queue = Queue::new();
    let server = Memory::new(|_| {
        let wait = Some(Duration::from_secs(1800));
        Some(Delivered::Later { cause: Cause::Throttled, unknown: false, wait, reason: "429".into() })
    });
    let outbox = queue.open(server.clone());
    outbox.enqueue(&conversation("a", Status::Completed)).unwrap();
    // The first flush has to make the attempt; the second finds that nothing is due.
    while outbox.status().unwrap().totals.retried == 0 {
        thread::sleep(Duration::from_millis(1));
    }
    for _ in 0..2 {
        assert_eq!(outbox.flush(Duration::from_secs(600)).unwrap().remaining, 1);
    }
    drop(outbox);
    let again = queue.open(server.clone());
    assert_eq!(
        again.flush(Duration::from_secs(600)).unwrap().remaining,
        1,
        "the next run keeps to it as well"
    );
    assert_eq!(server.attempts().len(), 1);
}

#[test]
fn callers_do_not_wait_for_the_server() {
    let queue = Queue::new();
    let release = std::sync::Arc::new(AtomicBool::new(false));
    let rule = release.clone();
    let server = Memory::new(move |_| {
        while !rule.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(1));
        }
        None
    });
    let outbox = queue.open(server.clone());
    for number in 0..100 {
        outbox.enqueue(&conversation(&number.to_string(), Status::Completed)).unwrap();
    }
    assert_eq!(server.count(), 0, "nothing was answered yet, and all was taken in");
    release.store(true, Ordering::SeqCst);
    assert_eq!(outbox.flush(PATIENCE).unwrap().remaining, 0);
}

#[test]
fn a_delivery_that_panics_is_an_attempt_that_failed() {
    let queue = Queue::new();
    let panics = AtomicU32::new(2);
    let server = Memory::new(move |_| {
        let left = panics.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if left.is_ok() {
            panic!("a test lets the delivery panic");
        }
        None
    });
    let outbox = queue.open(server.clone());
    outbox.enqueue(&conversation("a", Status::Completed)).unwrap();
    assert_eq!(outbox.flush(PATIENCE).unwrap().remaining, 0);
    assert_eq!(server.of("a").len(), 1);
}

#[test]
fn a_second_handle_is_told_that_the_queue_is_in_use() {
    let queue = Queue::new();
    let outbox = queue.offline();
    assert!(matches!(Outbox::offline(&queue.path, options()), Err(Error::InUse { .. })));
    drop(outbox);
    queue.offline();
}

#[test]
fn an_outbox_ends_without_the_server_and_its_file_stays_in_use_until_the_answer() {
    let queue = Queue::new();
    let release = std::sync::Arc::new(AtomicBool::new(false));
    let rule = release.clone();
    let server = Memory::new(move |_| {
        while !rule.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(1));
        }
        None
    });
    let outbox = queue.open(server.clone());
    outbox.enqueue(&conversation("a", Status::Completed)).unwrap();
    while server.attempts().is_empty() {
        thread::sleep(Duration::from_millis(1));
    }
    drop(outbox);
    assert!(matches!(Outbox::offline(&queue.path, options()), Err(Error::InUse { .. })));
    release.store(true, Ordering::SeqCst);
    assert_eq!(queue.offline().status().unwrap().levels.remaining(), 0, "the answer was noted");
}

#[test]
fn nothing_of_an_outbox_is_left_once_it_is_closed() {
    let queue = Queue::new();
    let (held, gone) = mpsc::channel::<()>();
    let outbox = queue.open(Memory::new(move |_| {
        let _ = &held;
        None
    }));
    outbox.enqueue(&conversation("a", Status::Completed)).unwrap();
    outbox.close(PATIENCE).unwrap();
    assert_eq!(gone.recv_timeout(PATIENCE), Err(mpsc::RecvTimeoutError::Disconnected));
}

#[test]
fn a_record_larger_than_allowed_is_refused() {
    let queue = Queue::new();
    let outbox = Outbox::offline(&queue.path, Options { record_bytes: 64, ..options() }).unwrap();
    let refused = outbox.enqueue(&conversation("a", Status::Completed));
    assert!(matches!(refused, Err(Error::TooLarge { bytes, limit: 64 }) if bytes > 64));
    assert_eq!(outbox.status().unwrap().totals.rejected, 1);
}

#[test]
fn a_full_queue_is_told_and_empties_itself() {
    let queue = Queue::new();
    let small = Options { quota_bytes: 256 << 10, ..options() };
    let mut taken = 0;
    {
        let outbox = Outbox::offline(&queue.path, small.clone()).unwrap();
        let full = loop {
            match outbox.enqueue(&large(&taken.to_string(), 5000)) {
                Ok(_) => taken += 1,
                Err(error) => break error,
            }
        };
        assert!(matches!(full, Error::QueueFull { .. }), "{full}");
        assert!(taken > 5, "{taken}");
        assert!(outbox.status().unwrap().bytes <= small.quota_bytes + (64 << 10));
    }
    let server = Memory::healthy();
    let outbox = Outbox::open_with(&queue.path, server.clone(), small).unwrap();
    assert_eq!(outbox.flush(PATIENCE).unwrap().remaining, 0);
    assert_eq!(server.count(), taken);
    outbox.enqueue(&conversation("there is room again", Status::Completed)).unwrap();
}

#[test]
fn a_record_that_just_fits_is_taken() {
    let one = conversation("a", Status::Completed);
    for (spare, fits) in [(0, true), (1, true), (-1, false)] {
        let queue = Queue::new();
        let probe = Outbox::offline(&queue.path, Options { record_bytes: 0, ..options() }).unwrap();
        let used = probe.status().unwrap().bytes;
        let Err(Error::TooLarge { bytes, .. }) = probe.enqueue(&one) else { panic!("it has a body") };
        probe.close(PATIENCE).unwrap();
        let quota_bytes = (used + bytes as u64).checked_add_signed(spare).unwrap();
        let exact = Options { quota_bytes, record_bytes: bytes, ..options() };
        let outbox = Outbox::offline(&queue.path, exact).unwrap();
        match outbox.enqueue(&one) {
            Ok(_) => assert!(fits, "{spare}"),
            Err(Error::QueueFull { .. }) => assert!(!fits, "{spare}"),
            Err(error) => panic!("{error}"),
        }
    }
}

#[test]
fn a_flush_without_a_deadline_waits_for_everything() {
    let (queue, server) = (Queue::new(), Memory::healthy());
    let offline = queue.offline();
    let id = offline.enqueue(&conversation("a", Status::Active)).unwrap();
    (1..50).for_each(|number| offline.append(&id, &more("a", number)).unwrap());
    offline.close(PATIENCE).unwrap();
    let outbox = queue.open(server.clone());
    assert_eq!(outbox.flush(Duration::MAX).unwrap().remaining, 0);
    assert_eq!(server.of("a").len(), 50);
    outbox.append(&id, &more("a", 50)).unwrap();
    assert_eq!(outbox.close(Duration::MAX).unwrap().remaining, 0);
}

#[test]
fn a_little_space_may_be_set_aside() {
    let queue = Queue::new();
    for reserve_bytes in [1, 1000, 100_000] {
        let outbox = Outbox::offline(&queue.path, Options { reserve_bytes, ..options() }).unwrap();
        outbox.enqueue(&conversation(&reserve_bytes.to_string(), Status::Completed)).unwrap();
        outbox.close(PATIENCE).unwrap();
    }
}

#[test]
fn a_large_backlog_that_is_gone_leaves_a_small_file_and_a_small_one_its_space() {
    for (megabytes, stays) in [(4, true), (20, false)] {
        let queue = Queue::new();
        let length = || std::fs::metadata(&queue.path).unwrap().len();
        let offline = queue.offline();
        for number in 0..megabytes {
            offline.enqueue(&large(&number.to_string(), 1 << 20)).unwrap();
        }
        offline.close(PATIENCE).unwrap();
        assert!(length() > megabytes << 20);
        let outbox = queue.open(Memory::healthy());
        assert_eq!(outbox.close(PATIENCE).unwrap().remaining, 0);
        assert_eq!(length() > 1 << 20, stays, "{}", length());
    }
}
