//! The thread that owns the queue file.
//!
//! Everything that changes the queue comes here as a command. Those that have come together go into one transaction, so
//! that many callers share one sync of the disk; each gets its answer after it. In the same transaction records are
//! claimed for the senders, which therefore never have one that the disk does not know to be under way.

mod apply;
mod flush;
mod receive;
#[cfg(test)]
mod tests;
mod trouble;

use std::{
    fs::File,
    path::PathBuf,
    sync::{Arc, mpsc::Receiver},
    time::Instant,
};

use self::{apply::apply, flush::Flush, trouble::is_full};
use super::{
    board::Board,
    clock::now_ms,
    command::{Command, Status},
    error::Error,
    job::Job,
    options::Options,
    pace::Pace,
    recover::Recovery,
    reserve::Reserve,
    store::Store,
};

/// Records that are claimed for each sender, so that it has work while a transaction is under way.
const AHEAD: usize = 64;
/// Most bytes that are claimed at a time.
const AHEAD_BYTES: usize = 16 << 20;
/// Bytes that are given back to the device when the queue is empty.
const LARGE: u64 = 16 << 20;

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
        if self.reserve.is_due(Instant::now()) {
            self.set_aside();
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
        let room = if claims && !self.is_paused(now) {
            self.pace.room(now, self.under_way.saturating_sub(ended), most)
        } else {
            0
        };
        let options = &self.options;
        let Ok(store) = &mut self.store else { return Ok(Vec::new()) };
        if batch.is_empty() && room == 0 {
            return Ok(Vec::new());
        }
        store.transaction(|store| {
            let now = now_ms();
            for command in batch {
                apply(store, command, options, now)?;
            }
            store.claim(now, room, AHEAD_BYTES)
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
}
