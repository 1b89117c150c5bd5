//! What is kept: a SQLite file, one thread that writes, and a few connections that read.
//!
//! Every body is kept as it was received; whatever is shown of a conversation is read from the bodies again. The file is
//! in WAL mode with `synchronous=FULL`: what was answered with success is on disk.

mod agents;
mod change;
mod list;
mod once;
mod reader;
mod record;
mod schema;
mod writer;

pub(crate) use agents::{Agent, AgentRef};
pub(crate) use change::{Change, NewConversation};
pub(crate) use list::{Filter, Page};
pub(crate) use once::Once;
pub(crate) use record::{Record, Submission};

use crate::options::Limits;
use reader::Readers;
use rusqlite::Connection;
use std::{fs, io, path::Path, sync::Arc};
use writer::Writer;

/// Why something could not be kept or found.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// SQLite's own words.
    #[error("the database failed: {0}")]
    Database(#[from] rusqlite::Error),
    /// The folder or the file.
    #[error("the data folder failed: {0}")]
    Folder(#[from] io::Error),
    /// The file is of a newer version of this program.
    #[error("the database has schema {0}, which is newer than this program")]
    Newer(i64),
    /// Nothing can be written: the file was removed or replaced while it was open, or its disk is full.
    #[error("the database is gone, or cannot be written")]
    Gone,
    /// No such conversation.
    #[error("there is no such conversation")]
    NotFound,
    /// The conversation takes no more messages.
    #[error("the conversation is {0}, and takes no more messages")]
    Closed(String),
    /// The conversation would be too large.
    #[error("the conversation would have more than {0}")]
    TooLarge(String),
    /// The idempotency key was used for something else.
    #[error("the idempotency key was used for another request")]
    KeyReused,
}

/// The store; handlers share one.
pub(crate) struct Store {
    writer: Writer,
    readers: Readers,
    limits: Limits,
}

/// Makes the folder; what is in it is for nobody else on this machine.
fn create(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// Name of the database within the data folder.
const FILE: &str = "turnwise.db";

impl Store {
    /// Opens the database in `folder`, and makes it where there is none.
    pub(crate) fn open(folder: &Path, limits: Limits) -> Result<Self, StoreError> {
        create(folder)?;
        let path: Arc<Path> = folder.join(FILE).into();
        let connection = schema::open(&path)?;
        let readers = Readers::new(path.clone());
        Ok(Self { writer: Writer::start(connection, path)?, readers, limits })
    }

    /// Whether the database can be read and is where it was.
    pub(crate) async fn ready(&self) -> Result<(), StoreError> {
        self.writer.ready()?;
        self.read(|db| Ok(db.query_row("SELECT count(*) FROM agents LIMIT 1", [], |_| Ok(()))?)).await
    }

    /// Does `work` on a connection that reads, on a thread that may block.
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.readers.read(work).await
    }
}
