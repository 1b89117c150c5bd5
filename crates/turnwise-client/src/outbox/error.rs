//! What can go wrong with a queue.

use std::{io, path::PathBuf};

use super::LocalId;

/// Why the outbox did not do as it was asked. Nothing was stored, nothing was lost.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The queue has reached its quota; there is room again once records were delivered.
    #[error("the queue is full: it may take {quota_bytes} bytes")]
    QueueFull {
        /// The quota that was set.
        quota_bytes: u64,
    },
    /// The device has no space left; what is in the queue is safe.
    #[error("there is no space left on the device that holds the queue")]
    StorageFull,
    /// The record is larger than a record may be.
    #[error("a record of {bytes} bytes is more than the {limit} that one may have")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit that was set.
        limit: usize,
    },
    /// Another process, or another handle of this one, has the queue open.
    #[error("the queue {} is in use by another process or handle", path.display())]
    InUse {
        /// The queue file.
        path: PathBuf,
    },
    /// The file is a database of another program. It was left as it is.
    #[error("{} belongs to another program", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The queue was written by a later version of this library. It was left as it is.
    #[error("{} was written by a later version (its tables are of make {version})", path.display())]
    Later {
        /// The queue file.
        path: PathBuf,
        /// The make of its tables.
        version: i64,
    },
    /// The queue has no such conversation: it was never there, or it is closed and delivered.
    #[error("the queue has no open conversation {0}")]
    UnknownConversation(LocalId),
    /// The conversation was completed or abandoned before; that happens once.
    #[error("the conversation {0} is closed already")]
    Closed(LocalId),
    /// Another conversation with the same idempotency key is in the queue.
    #[error("another conversation in the queue has the idempotency key {0}")]
    KeyReused(LocalId),
    /// The record is not among the dead ones.
    #[error("the queue has no dead record {0}")]
    NotDead(i64),
    /// The file or its folder cannot be used.
    #[error("{}: {source}", path.display())]
    Io {
        /// What was tried to open, read or write.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The settings for delivery cannot be right.
    #[error(transparent)]
    Settings(crate::Error),
    /// The database failed.
    #[error("the queue file failed: {0}")]
    Storage(#[from] rusqlite::Error),
    /// The queue file broke while in use and cannot be opened again for now.
    #[error("the queue file cannot be used for now: {0}")]
    Broken(String),
    /// The outbox is closing.
    #[error("the outbox is closing")]
    Closing,
}
