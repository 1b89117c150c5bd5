//! What the handle and the senders ask of the writer.

use std::{
    sync::mpsc::{self, Receiver, SyncSender},
    time::Instant,
};

use super::{
    counters::{Levels, Totals},
    error::Error,
    job::{Delivered, Job},
    recover::Recovery,
    store::{Dead, Entry},
};

/// What the writer is asked to do.
pub(super) enum Command {
    /// Take these records in, all or none.
    Add(Vec<Entry>, Reply<()>),
    /// An attempt was made.
    Ended(Job, Delivered),
    /// A record was claimed, and nobody began with it.
    PutBack(Job),
    /// Say how things stand.
    Status(Reply<Status>),
    /// List dead records, at most this many.
    Dead(usize, Reply<Vec<Dead>>),
    /// Try again now: a dead record, or all of them.
    Retry(Option<i64>, Reply<u64>),
    /// Drop a dead record.
    Discard(i64, Reply<u64>),
    /// Hurry, and answer when nothing is left that could be delivered before the deadline.
    Flush(Instant, Reply<Flushed>),
    /// End, without waiting for what is under way.
    Stop,
}

impl Command {
    /// Whether a record that was under way no longer is.
    pub(super) fn ends_a_job(&self) -> bool {
        matches!(self, Self::Ended(..) | Self::PutBack(_))
    }

    /// Tells whoever waits that nothing comes of it.
    pub(super) fn refuse(self, error: Error) {
        match self {
            Self::Add(_, reply) => reply.refuse(error),
            Self::Status(reply) => reply.refuse(error),
            Self::Dead(_, reply) => reply.refuse(error),
            Self::Retry(_, reply) | Self::Discard(_, reply) => reply.refuse(error),
            Self::Flush(_, reply) => reply.refuse(error),
            Self::Ended(..) | Self::PutBack(_) | Self::Stop => {}
        }
    }
}

/// Where an answer goes, and the answer once there is one.
pub(super) struct Reply<T> {
    to: SyncSender<Result<T, Error>>,
    answer: Option<Result<T, Error>>,
}

impl<T> Reply<T> {
    /// A reply, and where it arrives.
    pub(super) fn new() -> (Self, Receiver<Result<T, Error>>) {
        let (to, from) = mpsc::sync_channel(1);
        (Self { to, answer: None }, from)
    }

    /// Notes the answer; it is not given before [`Reply::give`], since what it says may not be on the disk yet.
    pub(super) fn note(&mut self, answer: Result<T, Error>) {
        self.answer = Some(answer);
    }

    /// Whether the answer so far is a success.
    pub(super) fn is_ok(&self) -> bool {
        matches!(self.answer, Some(Ok(_)))
    }

    /// Answers with an error, whatever was noted.
    pub(super) fn refuse(self, error: Error) {
        let _ = self.to.send(Err(error));
    }

    /// Gives the answer that was noted. Whoever asked may have gone.
    pub(super) fn give(self) {
        if let Some(answer) = self.answer {
            let _ = self.to.send(answer);
        }
    }
}

/// How the outbox stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Status {
    /// How many records are in each state.
    pub levels: Levels,
    /// What happened since the queue was opened.
    pub totals: Totals,
    /// Conversations that are neither completed nor abandoned.
    pub open_conversations: u64,
    /// Bytes of the queue file that are in use.
    pub bytes: u64,
    /// When the oldest record was handed over that is still to be delivered: milliseconds since 1970 UTC.
    pub oldest: Option<i64>,
    /// When the next attempt is due, at the earliest: milliseconds since 1970 UTC.
    pub next_due: Option<i64>,
    /// Why nothing is being sent, where that is so: what the server or the network answered last.
    pub holding: Option<String>,
    /// Whether the device had no space left when it was last tried.
    pub storage_full: bool,
    /// What was found when the file was opened, where it was damaged.
    pub recovery: Option<Recovery>,
}

/// What a flush came to. What remains is on the disk and is not lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Flushed {
    /// Records delivered since the flush began.
    pub delivered: u64,
    /// Records that are still to be delivered.
    pub remaining: u64,
    /// Records that are set aside.
    pub dead: u64,
    /// When the next attempt is due, where one is: milliseconds since 1970 UTC.
    pub next_due: Option<i64>,
}
