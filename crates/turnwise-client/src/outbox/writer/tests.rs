//! What the writer does with each command, driven by hand: no thread, no waiting. A device without space is a file that
//! may have no more pages.

use std::{
    fs,
    sync::mpsc::{self, SyncSender},
    time::Duration,
};

use tempfile::TempDir;

use super::{
    super::{
        command::Reply,
        counters::Leave,
        job::{Cause, Delivered, LocalId, Op},
        recover,
        store::Entry,
    },
    *,
};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
/// So many records may be under way at a time.
const MOST: usize = 2 * AHEAD;

struct Bench {
    folder: TempDir,
    writer: Writer,
    /// Nobody could ask for anything without it.
    _commands: SyncSender<Command>,
}

fn bench() -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("queue");
    let options = Options { senders: 2, ..Options::default() };
    let (store, recovery) = recover::open(&path, &options, now_ms()).unwrap();
    let (commands, receiver) = mpsc::sync_channel(1);
    let writer = Writer {
        path,
        options,
        store: Ok(store),
        recovery,
        reserve: Reserve::new(folder.path().join("reserve"), 1 << 20, Instant::now()),
        board: Arc::default(),
        commands: receiver,
        pace: Pace::default(),
        under_way: 0,
        paused_until: None,
        owed: Vec::new(),
        flushes: Vec::new(),
        stopping: false,
        _lock: tempfile::tempfile().unwrap(),
    };
    Bench { folder, writer, _commands: commands }
}

impl Bench {
    fn store(&mut self) -> &mut Store {
        self.writer.store.as_mut().unwrap()
    }

    /// Puts a record into the file, behind the writer's back.
    fn holds(&mut self, key: &str, bytes: usize) {
        self.store().add(&entry(key, bytes), 1).unwrap().unwrap();
    }

    /// The file gets no more pages than it has.
    fn fill(&mut self) {
        let pages: i64 = self.store().db().pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        self.store().db().pragma_update(None, "max_page_count", pages).unwrap();
    }

    /// Makes the reserve differ from one that is made anew.
    fn mark_reserve(&self) {
        fs::write(self.folder.path().join("reserve"), vec![0; 1 << 20]).unwrap();
    }

    fn has_marked_reserve(&self) -> bool {
        fs::read(self.folder.path().join("reserve")).unwrap() == vec![0; 1 << 20]
    }

    /// The only record that the writer has claimed.
    fn claimed(&self) -> Job {
        assert_eq!((self.writer.under_way, self.writer.board.len()), (1, 1));
        self.writer.board.take().unwrap()
    }

    /// What comes of taking in a record of so many bytes, in a batch behind another command.
    fn add(&mut self, before: Option<Command>, key: &str, bytes: usize) -> Result<(), Error> {
        let (reply, answer) = Reply::new();
        let add = Command::Add(vec![entry(key, bytes)], reply);
        self.writer.work(before.into_iter().chain([add]).collect());
        answer.try_recv().expect("an answer at once")
    }
}

fn entry(key: &str, bytes: usize) -> Entry {
    Entry { conversation: LocalId::new(key), op: Op::Create, closes: true, body: vec![b'x'; bytes] }
}

fn job(record: i64) -> Job {
    let (conversation, remote_id, op) = (LocalId::new("a"), None, Op::Create);
    Job { record, conversation, remote_id, op, attempts: 1, unsettled: None, body: Vec::new() }
}

fn accepted() -> Delivered {
    Delivered::Accepted { remote_id: Some("c".into()) }
}

fn trouble(wait: Duration) -> Delivered {
    Delivered::Later { cause: Cause::Trouble, unknown: false, wait: Some(wait), reason: "down".into() }
}

fn broken() -> Result<Store, Error> {
    Err(Error::Broken("broken".into()))
}

#[test]
fn it_sleeps_until_something_can_happen_and_no_longer() {
    type Set = fn(&mut Bench, Instant);
    let cases: [(&str, Duration, Set); 17] = [
        ("nothing to do", MINUTE, |_, _| {}),
        ("due", Duration::from_millis(1), |bench, _| bench.holds("a", 1)),
        ("due later", 250 * Duration::from_millis(1), |bench, _| {
            bench.holds("a", 1);
            let sql = "UPDATE records SET not_before = 1250";
            bench.store().db().execute(sql, []).unwrap();
        }),
        ("due, and paused", SECOND, |bench, now| {
            bench.holds("a", 1);
            bench.writer.paused_until = Some(now + SECOND);
        }),
        ("paused, with nothing to do", MINUTE, |bench, now| {
            bench.writer.paused_until = Some(now + SECOND);
        }),
        ("paused, with something owed", SECOND, |bench, now| {
            bench.writer.owed.push(Command::PutBack(job(1)));
            bench.writer.paused_until = Some(now + SECOND);
        }),
        ("all are under way that may be", MINUTE, |bench, _| {
            bench.holds("a", 1);
            bench.writer.under_way = MOST;
        }),
        ("one more may be under way", Duration::from_millis(1), |bench, _| {
            bench.holds("a", 1);
            bench.writer.under_way = MOST - 1;
        }),
        ("the server is in trouble", SECOND, |bench, now| {
            bench.holds("a", 1);
            bench.writer.pace.saw(&trouble(SECOND), MINUTE, now, 0.0);
        }),
        ("the server is in trouble, and one is trying it", MINUTE, |bench, now| {
            bench.holds("a", 1);
            bench.writer.pace.saw(&trouble(SECOND), MINUTE, now, 0.0);
            bench.writer.under_way = 1;
        }),
        ("the server is in trouble, and nothing waits for it", MINUTE, |bench, now| {
            bench.writer.pace.saw(&trouble(SECOND), MINUTE, now, 0.0);
        }),
        ("the server was in trouble, and it ends", MINUTE, |bench, now| {
            bench.holds("a", 1);
            bench.writer.pace.saw(&trouble(Duration::ZERO), MINUTE, now, 0.0);
            bench.writer.stopping = true;
        }),
        ("it ends", MINUTE, |bench, _| {
            bench.holds("a", 1);
            bench.writer.stopping = true;
        }),
        ("broken", SECOND, |bench, now| {
            bench.writer.store = broken();
            bench.writer.paused_until = Some(now + SECOND);
        }),
        ("broken, and one is under way", MINUTE, |bench, now| {
            bench.writer.store = broken();
            bench.writer.paused_until = Some(now + SECOND);
            bench.writer.under_way = 1;
        }),
        ("somebody waits", SECOND, |bench, now| {
            let reply = Reply::new().0;
            bench.writer.flushes.push(Flush { deadline: now + SECOND, delivered_before: 0, reply });
        }),
        ("somebody waits for long", MINUTE, |bench, now| {
            let reply = Reply::new().0;
            bench.writer.flushes.push(Flush { deadline: now + 2 * MINUTE, delivered_before: 0, reply });
        }),
    ];
    for (case, expected, set) in cases {
        let (mut bench, now) = (bench(), Instant::now());
        set(&mut bench, now);
        assert_eq!(bench.writer.longest_wait(now, 1000), expected, "{case}");
    }
}

#[test]
fn only_what_came_of_attempts_lingers_and_only_while_the_senders_have_work() {
    let ended = |came: Delivered| Command::Ended(job(1), came);
    let many = |count| (0..count).map(|_| ended(accepted())).collect::<Vec<_>>();
    let mixed = |command| many(2).into_iter().chain([command]).collect::<Vec<_>>();
    for (batch, on_the_board, lingers) in [
        (many(1), AHEAD, true),
        (many(1), AHEAD + 1, true),
        (many(1), AHEAD - 1, false),
        (many(511), MOST, true),
        (many(512), MOST, false),
        (mixed(ended(Delivered::Refused { reason: "no".into() })), MOST, true),
        (mixed(ended(trouble(SECOND))), MOST, false),
        (mixed(Command::PutBack(job(1))), MOST, false),
        (mixed(Command::Stop), MOST, false),
        (mixed(Command::Status(Reply::new().0)), MOST, false),
    ] {
        let bench = bench();
        bench.writer.board.put((1..).map(job).take(on_the_board).collect());
        let count = batch.len();
        assert_eq!(bench.writer.can_linger(&batch), lingers, "{count} commands, {on_the_board} jobs");
    }
}

#[test]
fn nothing_is_claimed_while_it_is_paused() {
    let (mut bench, now) = (bench(), Instant::now());
    bench.holds("a", 1);
    bench.writer.paused_until = Some(now + 60 * MINUTE);
    let paused = [now, now + 60 * MINUTE - Duration::from_nanos(1), now + 60 * MINUTE];
    assert_eq!(paused.map(|at| bench.writer.is_paused(at)), [true, true, false]);
    bench.writer.work(vec![Command::PutBack(job(7))]);
    assert_eq!((bench.writer.under_way, bench.writer.board.len()), (0, 0));
    bench.writer.paused_until = None;
    bench.writer.work(Vec::new());
    bench.claimed();
}

#[test]
fn where_there_is_no_space_what_leaves_the_queue_still_does() {
    let mut bench = bench();
    bench.holds("a", 10_000);
    bench.writer.work(Vec::new());
    let job = bench.claimed();
    bench.mark_reserve();
    bench.fill();
    let answer = bench.add(Some(Command::Ended(job, accepted())), "b", 1 << 20);
    assert!(matches!(answer, Err(Error::StorageFull)), "{answer:?}");
    let Status { levels, totals, .. } = bench.writer.status().unwrap();
    assert_eq!((levels.remaining(), totals.delivered, totals.rejected), (0, 1, 1));
    assert_eq!((bench.writer.under_way, bench.writer.owed.len()), (0, 0));
    assert!(bench.has_marked_reserve(), "it was not needed");
    assert!(bench.writer.paused_until.is_some());
    bench.add(None, "c", 10).unwrap();
}

#[test]
fn what_leaves_the_queue_makes_room_for_what_comes_with_it() {
    let mut bench = bench();
    bench.holds("a", 1 << 20);
    bench.writer.work(Vec::new());
    let ended = Command::Ended(bench.claimed(), accepted());
    bench.writer.options.quota_bytes = bench.store().used_bytes().unwrap();
    let (reply, answer) = Reply::new();
    bench.writer.work(vec![Command::Add(vec![entry("b", 1 << 20)], reply), ended]);
    answer.try_recv().unwrap().unwrap();
    assert_eq!(bench.writer.status().unwrap().totals.delivered, 1);
}

#[test]
fn space_is_given_back_once_it_is_much_and_nothing_waits() {
    let mut bench = bench();
    bench.holds("a", 1);
    for number in 0..5 {
        bench.holds(&format!("large {number}"), 4 << 20);
    }
    let gone = "DELETE FROM bodies WHERE length(body) > 1; DELETE FROM records WHERE id > 1";
    bench.store().db().execute_batch(gone).unwrap();
    bench.store().recount().unwrap();
    assert!(!bench.writer.is_idle_and_large(), "a record waits");
    let record = bench.store().claim(1, 1, 1).unwrap()[0].record;
    bench.store().leave(record, Leave::Dead("no")).unwrap();
    assert!(bench.writer.is_idle_and_large());
    // Page by page, down to what may stay; in one transaction, for the sake of speed.
    bench.store().db().execute_batch("BEGIN").unwrap();
    while bench.store().free_bytes().unwrap() > LARGE {
        assert!(bench.writer.is_idle_and_large());
        bench.store().db().execute_batch("PRAGMA incremental_vacuum(1)").unwrap();
    }
    assert_eq!((bench.store().free_bytes().unwrap(), bench.writer.is_idle_and_large()), (LARGE, false));
}

#[test]
fn a_file_that_fails_is_opened_again() {
    let mut bench = bench();
    bench.store().db().execute_batch("ALTER TABLE records RENAME TO lost").unwrap();
    let answer = bench.add(None, "a", 10);
    assert!(matches!(answer, Err(Error::Broken(_))), "{answer:?}");
    // Not before the pause is over, nor while a record is under way.
    for (under_way, pause) in [(1, None), (0, Some(60 * MINUTE)), (1, Some(60 * MINUTE))] {
        (bench.writer.store, bench.writer.under_way) = (broken(), under_way);
        bench.writer.paused_until = pause.map(|pause| Instant::now() + pause);
        let answer = bench.add(None, "a", 10);
        assert!(matches!(answer, Err(Error::Broken(_))), "{answer:?}");
        assert!(bench.writer.store.is_err(), "under way: {under_way}, paused: {pause:?}");
    }
    (bench.writer.under_way, bench.writer.paused_until) = (1, None);
    bench.writer.work(vec![Command::Ended(job(1), accepted())]);
    assert_eq!((bench.writer.under_way, bench.writer.paused_until), (0, None));
    bench.add(None, "a", 10).unwrap();
    assert!(bench.writer.recovery.as_ref().unwrap().reason.contains("tables"));
}

#[test]
fn the_reserve_makes_way_for_what_the_file_gives_back_and_for_nothing_else() {
    let mut bench = bench();
    for bytes in [0, 1 << 20] {
        bench.mark_reserve();
        if bytes > 0 {
            bench.holds("a", bytes);
            bench.store().db().execute_batch("DELETE FROM bodies; DELETE FROM records").unwrap();
        }
        assert_eq!(bench.store().free_bytes().unwrap() > 0, bytes > 0);
        bench.writer.set_aside();
        assert_eq!(bench.has_marked_reserve(), bytes == 0);
        assert_eq!(bench.store().free_bytes().unwrap(), 0);
        assert!(bench.writer.reserve.is_whole());
        let log = fs::metadata(bench.folder.path().join("queue-wal")).unwrap().len();
        assert_eq!(log, 0, "the log is cut off");
    }
}
