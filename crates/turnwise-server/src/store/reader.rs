//! Connections that read, on threads that may block, beside the writer.

use super::{StoreError, schema::connect};
use rusqlite::Connection;
use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{sync::Semaphore, task::spawn_blocking};

/// Reads at a time; each has a connection of its own.
const READERS: usize = 4;

/// Connections that wait for work, at most [`READERS`] of them.
pub(super) struct Readers {
    path: Arc<Path>,
    idle: Arc<Mutex<Vec<Connection>>>,
    turns: Semaphore,
}

impl Readers {
    /// None is opened yet.
    pub(super) fn new(path: Arc<Path>) -> Self {
        Self { path, idle: Arc::default(), turns: Semaphore::new(READERS) }
    }

    /// Does `work` on a connection, in one view of the data.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let _turn = self.turns.acquire().await.map_err(|_| StoreError::Gone)?;
        let (path, idle) = (self.path.clone(), self.idle.clone());
        let job = move || {
            let kept = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut db = kept.map_or_else(|| connect(&path), Ok)?;
            let view = db.transaction()?;
            let result = work(&view)?;
            view.finish()?;
            idle.lock().unwrap_or_else(PoisonError::into_inner).push(db);
            Ok(result)
        };
        spawn_blocking(job).await.map_err(|_| StoreError::Gone)?
    }
}
