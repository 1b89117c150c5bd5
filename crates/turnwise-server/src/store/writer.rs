//! The one thread that writes. Whatever waits is written in one transaction, so that many callers share one `fsync`;
//! each has its answer only after the commit.

use super::StoreError;
use rusqlite::{Connection, TransactionBehavior};
use std::{path::Path, sync::Arc, thread};
use tokio::sync::{mpsc, oneshot};

/// Jobs that may wait for the writer; more callers wait in line.
const QUEUE: usize = 256;
/// Jobs written in one transaction at most.
const BATCH: usize = 128;

/// Tells a caller what became of its job, once it is known whether the transaction was committed.
type Tell = Box<dyn FnOnce(bool) + Send>;
type Job = Box<dyn FnOnce(&Connection) -> Tell + Send>;

/// Where jobs for the thread go in.
pub(super) struct Writer {
    queue: mpsc::Sender<Job>,
    place: Arc<Place>,
}

impl Writer {
    /// Starts the thread; it ends with the last sender.
    pub(super) fn start(db: Connection, path: Arc<Path>) -> Result<Self, StoreError> {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let place = Arc::new(Place::of(path));
        let watched = place.clone();
        thread::Builder::new().name("writer".to_owned()).spawn(move || run(db, jobs, &watched))?;
        Ok(Self { queue, place })
    }

    /// Whether the thread runs and the file is where it was.
    pub(super) fn ready(&self) -> Result<(), StoreError> {
        if self.queue.is_closed() { Err(StoreError::Gone) } else { self.place.check() }
    }

    /// Does `work` in a transaction; success means that it is on disk.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(|db| {
            let result = apart(db, work);
            Box::new(|committed| {
                // A caller that has gone away needs no answer.
                let _ = answer.send(if committed { result } else { Err(StoreError::Gone) });
            })
        });
        self.queue.send(job).await.map_err(|_| StoreError::Gone)?;
        answered.await.map_err(|_| StoreError::Gone)?
    }
}

/// Does one job so that its failure undoes nothing else of the transaction.
fn apart<T>(
    db: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    db.execute_batch("SAVEPOINT job")?;
    let result = work(db);
    if result.is_err() {
        db.execute_batch("ROLLBACK TO job")?;
    }
    db.execute_batch("RELEASE job")?;
    result
}

fn run(mut db: Connection, mut jobs: mpsc::Receiver<Job>, place: &Place) {
    while let Some(first) = jobs.blocking_recv() {
        let mut batch = vec![first];
        while batch.len() < BATCH
            && let Ok(job) = jobs.try_recv()
        {
            batch.push(job);
        }
        let mut told = Vec::with_capacity(batch.len());
        let committed = commit(&mut db, place, batch, &mut told);
        if let Err(error) = &committed {
            tracing::error!(%error, "what was to be written is lost, and its callers are told so");
        }
        for tell in told {
            tell(committed.is_ok());
        }
    }
}

fn commit(
    db: &mut Connection,
    place: &Place,
    batch: Vec<Job>,
    told: &mut Vec<Tell>,
) -> Result<(), StoreError> {
    place.check()?;
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for job in batch {
        told.push(job(&change));
        // A grave error, such as a full disk, ends the transaction; what came next would be committed by itself.
        if change.is_autocommit() {
            return Err(StoreError::Gone);
        }
    }
    change.commit()?;
    Ok(())
}

/// Which file is open. SQLite goes on with a file that was removed, and would acknowledge what nobody can find again.
struct Place {
    path: Arc<Path>,
    file: Option<(u64, u64)>,
}

impl Place {
    fn of(path: Arc<Path>) -> Self {
        Self { file: identity(&path), path }
    }

    fn check(&self) -> Result<(), StoreError> {
        if self.file.is_some() && identity(&self.path) == self.file { Ok(()) } else { Err(StoreError::Gone) }
    }
}

#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

#[cfg(not(unix))]
fn identity(path: &Path) -> Option<(u64, u64)> {
    path.exists().then_some((0, 0))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::{BATCH, QUEUE, StoreError, Writer};
    use crate::store::schema;
    use std::sync::mpsc;
    use tokio::task::JoinSet;

    /// Holds the writer back until the queue is full, so that batches are as large as they get.
    #[tokio::test]
    async fn every_one_of_many_callers_has_its_own_answer() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("db");
        let writer = Writer::start(schema::open(&path).unwrap(), path.into()).unwrap();
        let (go, gone) = mpsc::channel::<()>();
        let writer = std::sync::Arc::new(writer);
        let mut calls = JoinSet::new();
        let first = writer.clone();
        calls.spawn(async move {
            let held = first.write(move |_| Ok(gone.recv().is_err())).await;
            assert!(held.unwrap());
        });
        for number in 1..=BATCH.saturating_mul(2).saturating_add(QUEUE) {
            let writer = writer.clone();
            calls.spawn(async move {
                let fails = number.is_multiple_of(3);
                let work = move |_: &_| if fails { Err(StoreError::NotFound) } else { Ok(number) };
                match writer.write(work).await {
                    Ok(answer) => assert_eq!(answer, number),
                    Err(error) => {
                        assert!(fails && matches!(error, StoreError::NotFound), "{number}: {error}")
                    }
                }
            });
        }
        while writer.queue.capacity() > 0 {
            tokio::task::yield_now().await;
        }
        drop(go);
        while let Some(call) = calls.join_next().await {
            call.unwrap();
        }
    }
}
