//! Waiting for something to do.

use std::{
    sync::mpsc::RecvTimeoutError,
    thread,
    time::{Duration, Instant},
};

use super::{
    super::{clock::now_ms, command::Command},
    Writer,
};

/// How long what came of an attempt waits for more of its kind, to share a transaction.
const LINGER: Duration = Duration::from_millis(1);
/// How often it does so.
const LINGERS: usize = 5;
/// Most commands in one transaction.
const BATCH: usize = 512;
/// Longest time without a look at the queue.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

impl Writer {
    /// Waits for something to do, and takes what there is.
    pub(super) fn receive(&mut self) -> Vec<Command> {
        let mut batch = Vec::new();
        match self.commands.recv_timeout(self.longest_wait(Instant::now(), now_ms())) {
            Ok(command) => batch.push(command),
            Err(RecvTimeoutError::Timeout) => return batch,
            // Nobody is left who could ask for anything.
            Err(RecvTimeoutError::Disconnected) => self.stopping = true,
        }
        for _ in 0..LINGERS {
            batch.extend(self.commands.try_iter().take(BATCH.saturating_sub(batch.len())));
            if self.can_linger(&batch) {
                // Not by waiting for a command: every single one would wake this thread.
                thread::sleep(LINGER);
            } else {
                break;
            }
        }
        batch
    }

    /// Whether these commands can wait a little for more of their kind: no caller waits for one, and the senders have work.
    pub(super) fn can_linger(&self, batch: &[Command]) -> bool {
        let patient = |command: &Command| matches!(command, Command::Ended(_, came) if !came.stops_all());
        batch.len() < BATCH && batch.iter().all(patient) && self.board.len() >= self.most() / 2
    }

    /// How long nothing can happen by itself; `clock` is `now` as the queue file has it.
    pub(super) fn longest_wait(&self, now: Instant, clock: i64) -> Duration {
        let until = |at: Option<Instant>| at.map_or(Duration::ZERO, |at| at.saturating_duration_since(now));
        let next = match &self.store {
            // What is under way says so when it ends.
            Err(_) if self.under_way > 0 => LONGEST_SLEEP,
            Err(_) => until(self.paused_until),
            Ok(_) if !self.owed.is_empty() => until(self.paused_until),
            Ok(store) if store.levels.queued > 0 && self.pace.room(now, self.under_way, self.most()) > 0 => {
                let due = store.next_due().ok().flatten().unwrap_or(0).saturating_sub(clock);
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
}
