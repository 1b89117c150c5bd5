//! The thread that owns the queue file.
//!
//! Everything that changes the queue comes here as a command. Those that have come together go into one transaction, so
//! that many callers share one sync of the disk; each gets its answer after it. In the same transaction records are
//! claimed for the senders, which therefore never have one that the disk does not know to be under way.

use std::{
    fs::File,
    path::PathBuf,
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use rusqlite::ErrorCode;

use super::{
    board::Board,
    command::{Command, Flushed, Reply, Status},
    counters::Leave,
    error::Error,
    job::{Delivered, Job},
    options::Options,
    pace::Pace,
    recover::{self, Recovery},
    reserve::Reserve,
    store::{Again, Entry, Store},
    transition::{Next, Patience, next},
};

/// How long what came of an attempt waits for more of its kind, to share a transaction.
const LINGER: Duration = Duration::from_millis(1);
/// How often it does so.
const LINGERS: usize = 5;
/// Most commands in one transaction.
const BATCH: usize = 512;
/// Records that are claimed for each sender, so that it has work while a transaction is under way.
const AHEAD: usize = 64;
/// Most bytes that are claimed at a time.
const AHEAD_BYTES: usize = 16 << 20;
/// Longest time without a look at the queue.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);
/// Bytes that are given back to the device when the queue is empty.
const LARGE: u64 = 16 << 20;
/// How long until what failed is tried again.
const PAUSE: Duration = Duration::from_secs(1);

/// The thread that owns the queue file.
pub(super) struct Writer {
    pub(super) path: PathBuf,
    pub(super) options: Options,
    pub(super) store: Result<Store, Error>,
    pub(super) recovery: Option<Recovery>,
    pub(super) reserve: Reserve,
    pub(super) board: Arc<Board>,
    pub(super) commands: Receiver<Command>,
    pub(super) pace: Pace,
    /// Records that senders have, or could have.
    pub(super) under_way: usize,
    /// No claims until then, since writing failed; or no opening again.
    pub(super) paused_until: Option<Instant>,
    /// What happened, and could not be written yet.
    pub(super) owed: Vec<Command>,
    pub(super) flushes: Vec<Flush>,
    pub(super) stopping: bool,
    /// Keeps other processes out while this thread lives.
    pub(super) _lock: File,
}

/// Somebody who waits for the queue to be empty.
pub(super) struct Flush {
    deadline: Instant,
    delivered_before: u64,
    reply: Reply<Flushed>,
}

impl Writer {
    /// Works until it is told to stop and nothing is under way.
    pub(super) fn run(mut self) {
        // What is owed cannot be written; on the disk those records are under way, and will be settled.
        while !(self.stopping && self.under_way == self.owed.len()) {
            let batch = self.receive();
            self.work(batch);
            self.answer_flushes();
            if self.is_idle_and_large() {
                self.shrink();
            }
        }
        self.board.close();
    }

    /// Waits for something to do, and takes what there is. What came of attempts can wait a little for more of its kind,
    /// while no caller waits and the senders have work.
    fn receive(&mut self) -> Vec<Command> {
        let mut batch = Vec::new();
        match self.commands.recv_timeout(self.longest_wait()) {
            Ok(command) => batch.push(command),
            Err(RecvTimeoutError::Timeout) => return batch,
            // Nobody is left who could ask for anything.
            Err(RecvTimeoutError::Disconnected) => self.stopping = true,
        }
        for _ in 0..LINGERS {
            while batch.len() < BATCH
                && let Ok(command) = self.commands.try_recv()
            {
                batch.push(command);
            }
            let wait = |command: &Command| matches!(command, Command::Ended(_, came) if !came.stops_all());
            if !batch.iter().all(wait) || batch.len() == BATCH || self.board.len() < self.most() / 2 {
                break;
            }
            // Not by waiting for a command: every single one would wake this thread.
            thread::sleep(LINGER);
        }
        batch
    }

    /// How long nothing can happen by itself.
    fn longest_wait(&self) -> Duration {
        let now = Instant::now();
        let until = |at: Option<Instant>| at.map_or(Duration::ZERO, |at| at.saturating_duration_since(now));
        let next = match &self.store {
            // What is under way says so when it ends.
            Err(_) if self.under_way > 0 => LONGEST_SLEEP,
            Err(_) => until(self.paused_until),
            Ok(_) if !self.owed.is_empty() => until(self.paused_until),
            Ok(store) if store.levels.queued > 0 && self.pace.room(now, self.under_way, self.most()) > 0 => {
                let due = store.next_due().ok().flatten().unwrap_or(0).saturating_sub(now_ms());
                Duration::from_millis(u64::try_from(due).unwrap_or(0)).max(until(self.paused_until))
            }
            Ok(store) if store.levels.queued > 0 && self.under_way == 0 && self.most() > 0 => {
                until(self.pace.until())
            }
            Ok(_) => LONGEST_SLEEP,
        };
        let flushes = self.flushes.iter().map(|flush| until(Some(flush.deadline)));
        let next = flushes.fold(next, Duration::min);
        // A due time may be less than a millisecond away, which rounds to none.
        next.clamp(Duration::from_millis(1), LONGEST_SLEEP)
    }

    /// Whether a backlog is gone that has left its size behind.
    fn is_idle_and_large(&self) -> bool {
        let Ok(store) = &self.store else { return false };
        store.levels.remaining() == 0 && store.free_bytes().is_ok_and(|free| free > LARGE)
    }

    /// How many records may be under way.
    fn most(&self) -> usize {
        if self.stopping { 0 } else { self.options.senders.saturating_mul(AHEAD) }
    }

    /// Does what was asked, all in one transaction where that goes.
    fn work(&mut self, mut batch: Vec<Command>) {
        self.observe(&mut batch);
        if self.store.is_err() {
            return self.mend(batch);
        }
        batch.append(&mut self.owed);
        if self.reserve.is_due() {
            // What the file gives back needs some space to be given back.
            if self.store.as_ref().is_ok_and(|store| store.free_bytes().is_ok_and(|free| free > 0)) {
                self.reserve.give_up();
            }
            self.shrink();
            self.reserve.take();
        }
        if !self.reserve.is_whole() {
            batch = self.refuse(batch, |command| matches!(command, Command::Add(..)), || Error::StorageFull);
        }
        // What leaves the queue makes room for what comes.
        batch.sort_by_key(|command| !command.ends_a_job());
        match self.attempt(&mut batch, true) {
            Ok(jobs) => self.done(batch, jobs),
            Err(error) if is_full(&error) => self.scarce(batch),
            Err(error) => self.failed(batch, error),
        }
    }

    /// Learns from what came of attempts, before anything is written.
    fn observe(&mut self, batch: &mut Vec<Command>) {
        let (now, mut hold) = (Instant::now(), false);
        for command in batch.iter() {
            match command {
                Command::Ended(_, came) => {
                    let longest = self.options.longest_retry_after;
                    self.pace.saw(came, longest, now, fastrand::f64());
                    hold |= came.stops_all();
                }
                Command::Flush(..) | Command::Retry(..) => self.pace.hurry(now),
                Command::Stop => (self.stopping, hold) = (true, true),
                _ => {}
            }
        }
        if hold {
            batch.extend(self.board.take_back().into_iter().map(Command::PutBack));
        }
    }

    /// Does it all in one transaction, or nothing. What was claimed comes back.
    fn attempt(&mut self, batch: &mut [Command], claims: bool) -> rusqlite::Result<Vec<Job>> {
        let (now, most) = (Instant::now(), self.most());
        let ended = batch.iter().filter(|command| command.ends_a_job()).count();
        let claims = claims && self.paused_until.is_none_or(|until| until <= now);
        let room = if claims { self.pace.room(now, self.under_way.saturating_sub(ended), most) } else { 0 };
        let options = &self.options;
        let Ok(store) = &mut self.store else { return Ok(Vec::new()) };
        if batch.is_empty() && (room == 0 || store.levels.queued == 0) {
            return Ok(Vec::new());
        }
        store.transaction(|store| {
            let now = now_ms();
            for command in batch {
                apply(store, command, options, now)?;
            }
            if room == 0 || store.levels.queued == 0 {
                Ok(Vec::new())
            } else {
                store.claim(now, room, AHEAD_BYTES)
            }
        })
    }

    /// What follows a transaction: answers, and work for the senders.
    fn done(&mut self, batch: Vec<Command>, jobs: Vec<Job>) {
        let ended = batch.iter().filter(|command| command.ends_a_job()).count();
        self.under_way = self.under_way.saturating_sub(ended).saturating_add(jobs.len());
        self.board.put(jobs);
        for command in batch {
            match command {
                Command::Add(_, reply) => {
                    if let (false, Ok(store)) = (reply.is_ok(), &mut self.store) {
                        store.totals.rejected = store.totals.rejected.saturating_add(1);
                    }
                    reply.give();
                }
                Command::Status(mut reply) => {
                    reply.note(self.status());
                    reply.give();
                }
                Command::Flush(deadline, reply) => {
                    let delivered_before = self.store.as_ref().map_or(0, |store| store.totals.delivered);
                    self.flushes.push(Flush { deadline, delivered_before, reply });
                }
                Command::Dead(_, reply) => reply.give(),
                Command::Retry(_, reply) | Command::Discard(_, reply) => reply.give(),
                Command::Ended(..) | Command::PutBack(_) | Command::Stop => {}
            }
        }
    }

    /// The device is full: what takes records off comes first, with the reserve if need be; then what still fits.
    fn scarce(&mut self, batch: Vec<Command>) {
        let (mut ended, others): (Vec<_>, Vec<_>) = batch.into_iter().partition(Command::ends_a_job);
        let mut result = self.attempt(&mut ended, true);
        if result.as_ref().is_err_and(is_full) && self.reserve.give_up() {
            tracing::warn!("the device is full: the reserve is used to take delivered records off the queue");
            if let Ok(store) = &self.store {
                store.shrink_log();
            }
            result = self.attempt(&mut ended, true);
            self.shrink();
            self.reserve.take();
        }
        match result {
            Ok(jobs) => self.done(ended, jobs),
            Err(error) => self.failed(ended, error),
        }
        for other in others {
            let mut other = vec![other];
            match self.attempt(&mut other, false) {
                Ok(jobs) => self.done(other, jobs),
                Err(error) => self.failed(other, error),
            }
        }
    }

    /// Gives back what the file does not need any more.
    fn shrink(&self) {
        if let Ok(store) = &self.store {
            store.shrink();
        }
    }

    /// Nothing was written. What happened is kept to be written later; who asked is told.
    fn failed(&mut self, batch: Vec<Command>, error: rusqlite::Error) {
        tracing::error!(%error, "the queue file could not be written");
        self.paused_until = Instant::now().checked_add(PAUSE);
        if is_full(&error) {
            let (ended, others): (Vec<_>, Vec<_>) = batch.into_iter().partition(Command::ends_a_job);
            self.owed.extend(ended);
            // A flush only hurries what is there; it can wait without that.
            let left =
                self.refuse(others, |command| !matches!(command, Command::Flush(..)), || Error::StorageFull);
            self.done(left, Vec::new());
        } else {
            // After a failed sync nobody knows what is on the disk, so it is read again from there.
            self.store = Err(error.into());
            let back = self.board.take_back().into_iter().map(Command::PutBack);
            let owed = std::mem::take(&mut self.owed);
            self.mend(batch.into_iter().chain(owed).chain(back).collect());
        }
    }

    /// Opens the file again after it failed, once no record is under way: what came of those is forgotten, so that
    /// they count as unsettled like after a crash.
    fn mend(&mut self, batch: Vec<Command>) {
        let ended = batch.iter().filter(|command| command.ends_a_job()).count();
        self.under_way = self.under_way.saturating_sub(ended);
        let reason = self.store.as_ref().err().map(Error::to_string).unwrap_or_default();
        self.refuse(batch, |_| true, || Error::Broken(reason.clone()));
        if self.under_way > 0 || self.paused_until.is_some_and(|until| until > Instant::now()) {
            return;
        }
        self.store = recover::open(&self.path, &self.options, now_ms()).map(|(store, recovery)| {
            self.recovery = recovery.or_else(|| self.recovery.take());
            store
        });
        self.paused_until = self.store.is_err().then(|| Instant::now().checked_add(PAUSE)).flatten();
    }

    /// Tells those who wait for one of these commands that nothing comes of it, and gives the other commands back.
    fn refuse(
        &mut self,
        batch: Vec<Command>,
        which: impl Fn(&Command) -> bool,
        error: impl Fn() -> Error,
    ) -> Vec<Command> {
        let (refused, left) = batch.into_iter().partition(|command| which(command));
        for command in refused {
            let command: Command = command;
            if let (Command::Add(..), Ok(store)) = (&command, &mut self.store) {
                store.totals.rejected = store.totals.rejected.saturating_add(1);
            }
            command.refuse(error());
        }
        left
    }

    /// How things stand.
    fn status(&self) -> Result<Status, Error> {
        let store = self.store.as_ref().map_err(|error| Error::Broken(error.to_string()))?;
        Ok(Status {
            levels: store.levels,
            totals: store.totals,
            open_conversations: store.open_conversations()?,
            bytes: store.used_bytes()?,
            oldest: store.oldest()?,
            next_due: store.next_due()?,
            holding: self.pace.reason().map(str::to_owned),
            storage_full: !self.reserve.is_whole(),
            recovery: self.recovery.clone(),
        })
    }

    /// Answers those whose wait is over: nothing is left that can move, or not before the deadline.
    fn answer_flushes(&mut self) {
        let now = Instant::now();
        let flushes = std::mem::take(&mut self.flushes);
        for mut flush in flushes {
            let answer = match &self.store {
                Err(error) => Err(Error::Broken(error.to_string())),
                Ok(store) => {
                    let next_due = store.next_due().ok().flatten();
                    let idle = self.under_way == 0 && self.owed.is_empty();
                    let moves = store.levels.queued > 0 && self.options.senders > 0 && {
                        let until = flush.deadline.saturating_duration_since(now);
                        let paced = self.pace.until().is_none_or(|until| until <= flush.deadline);
                        paced && next_due.is_some_and(|due| due <= now_ms().saturating_add(millis(until)))
                    };
                    if now < flush.deadline && (!idle || moves) && !(self.stopping && idle) {
                        self.flushes.push(flush);
                        continue;
                    }
                    Ok(Flushed {
                        delivered: store.totals.delivered.saturating_sub(flush.delivered_before),
                        remaining: store.levels.remaining(),
                        dead: store.levels.dead,
                        next_due,
                    })
                }
            };
            flush.reply.note(answer);
            flush.reply.give();
        }
    }
}

/// Does one command within a transaction, and notes the answer.
fn apply(store: &mut Store, command: &mut Command, options: &Options, now: i64) -> rusqlite::Result<()> {
    match command {
        Command::Add(entries, reply) => {
            let added = add(store, entries, options, now)?;
            reply.note(added);
        }
        Command::Ended(job, came) => ended(store, job, came, options, now)?,
        Command::PutBack(job) => store.put_back(job, now)?,
        Command::Dead(most, reply) => reply.note(Ok(store.dead(*most)?)),
        Command::Retry(record, reply) => {
            let revived = store.revive(*record)?;
            store.hurry(now.saturating_add(millis(options.settle_after)))?;
            let missing = record.filter(|_| revived == 0);
            reply.note(missing.map_or(Ok(revived), |record| Err(Error::NotDead(record))));
        }
        Command::Discard(record, reply) => {
            let discarded = store.discard(*record)?;
            reply.note(if discarded == 0 { Err(Error::NotDead(*record)) } else { Ok(discarded) });
        }
        Command::Flush(..) => store.hurry(now.saturating_add(millis(options.settle_after)))?,
        Command::Status(_) | Command::Stop => {}
    }
    Ok(())
}

/// Takes records in, all or none.
fn add(
    store: &mut Store,
    entries: &[Entry],
    options: &Options,
    now: i64,
) -> rusqlite::Result<Result<(), Error>> {
    let mut bytes = 0_usize;
    for entry in entries {
        if entry.body.len() > options.record_bytes {
            return Ok(Err(Error::TooLarge { bytes: entry.body.len(), limit: options.record_bytes }));
        }
        bytes = bytes.saturating_add(entry.body.len());
    }
    if store.used_bytes()?.saturating_add(bytes as u64) > options.quota_bytes {
        return Ok(Err(Error::QueueFull { quota_bytes: options.quota_bytes }));
    }
    match entries {
        [one] => store.add(one, now),
        all => store.all_or_none(|store| {
            for entry in all {
                if let Err(error) = store.add(entry, now)? {
                    return Ok(Err(error));
                }
            }
            Ok(Ok(()))
        }),
    }
}

/// Does what follows an attempt.
fn ended(
    store: &mut Store,
    job: &Job,
    came: &Delivered,
    options: &Options,
    now: i64,
) -> rusqlite::Result<()> {
    let patience = Patience {
        longest_wait: options.longest_wait,
        longest_retry_after: options.longest_retry_after,
        settle_after: options.settle_after,
    };
    match next(job, came.clone(), patience, fastrand::f64()) {
        Next::Delivered { remote_id } => {
            store.leave(job.record, Leave::Delivered { remote_id: remote_id.as_deref() })
        }
        Next::Dead { reason } => store.leave(job.record, Leave::Dead(&reason)),
        Next::Again { wait, throttled, unsettled, reason } => {
            tracing::warn!(record = job.record, attempts = job.attempts, ?wait, reason, "not delivered yet");
            let not_before = now.saturating_add(millis(wait));
            store.again(job, &Again { not_before, throttled, unsettled, reason: &reason })
        }
    }
}

/// Whether an error says that the device has no space left.
fn is_full(error: &rusqlite::Error) -> bool {
    /// The index of the log could not grow (`SQLITE_IOERR_SHMSIZE`).
    const SHM_SIZE: i32 = 4874;
    let extended = error.sqlite_error().map(|error| error.extended_code);
    error.sqlite_error_code() == Some(ErrorCode::DiskFull) || extended == Some(SHM_SIZE)
}

/// Milliseconds since 1970 UTC.
pub(super) fn now_ms() -> i64 {
    millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

/// A time in milliseconds.
pub(super) fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
