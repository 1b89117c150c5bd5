//! A device that is full, and a file that fails.

use std::time::{Duration, Instant};

use rusqlite::ErrorCode;

use super::{
    super::{clock::now_ms, command::Command, error::Error, recover},
    Writer,
};

/// How long until what failed is tried again.
const PAUSE: Duration = Duration::from_secs(1);

impl Writer {
    /// The device is full: what takes records off comes first, with the reserve if need be; then what still fits.
    pub(super) fn scarce(&mut self, batch: Vec<Command>) {
        let (mut ended, others): (Vec<_>, Vec<_>) = batch.into_iter().partition(Command::ends_a_job);
        let mut result = self.attempt(&mut ended, true);
        if result.as_ref().is_err_and(is_full) && self.reserve.give_up() {
            tracing::warn!("the device is full: the reserve is used to take delivered records off the queue");
            if let Ok(store) = &self.store {
                store.shrink_log();
            }
            result = self.attempt(&mut ended, true);
            self.shrink();
            self.reserve.take(Instant::now());
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

    /// Nothing was written. What happened is kept to be written later; who asked is told.
    pub(super) fn failed(&mut self, batch: Vec<Command>, error: rusqlite::Error) {
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
    pub(super) fn mend(&mut self, batch: Vec<Command>) {
        let ended = batch.iter().filter(|command| command.ends_a_job()).count();
        self.under_way = self.under_way.saturating_sub(ended);
        let reason = self.store.as_ref().err().map(Error::to_string).unwrap_or_default();
        self.refuse(batch, |_| true, || Error::Broken(reason.clone()));
        if self.under_way > 0 || self.is_paused(Instant::now()) {
            return;
        }
        self.store = recover::open(&self.path, &self.options, now_ms()).map(|(store, recovery)| {
            self.recovery = recovery.or_else(|| self.recovery.take());
            store
        });
        self.paused_until = self.store.is_err().then(|| Instant::now().checked_add(PAUSE)).flatten();
    }

    /// Whether what failed is left alone for a while.
    pub(super) fn is_paused(&self, now: Instant) -> bool {
        self.paused_until.is_some_and(|until| until > now)
    }

    /// Sets space aside again. What the file can give back goes first, and needs some space for that.
    pub(super) fn set_aside(&mut self) {
        if self.store.as_ref().is_ok_and(|store| store.free_bytes().is_ok_and(|free| free > 0)) {
            self.reserve.give_up();
        }
        self.shrink();
        self.reserve.take(Instant::now());
    }

    /// Tells those who wait for one of these commands that nothing comes of it, and gives the other commands back.
    pub(super) fn refuse(
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

    /// Gives back what the file does not need any more.
    pub(super) fn shrink(&self) {
        if let Ok(store) = &self.store {
            store.shrink();
        }
    }
}

/// Whether an error says that the device has no space left.
pub(super) fn is_full(error: &rusqlite::Error) -> bool {
    /// The index of the log could not grow (`SQLITE_IOERR_SHMSIZE`).
    const SHM_SIZE: i32 = 4874;
    let extended = error.sqlite_error().map(|error| error.extended_code);
    error.sqlite_error_code() == Some(ErrorCode::DiskFull) || extended == Some(SHM_SIZE)
}
