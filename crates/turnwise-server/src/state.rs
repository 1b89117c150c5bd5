//! What handlers share.

use crate::{
    error::ApiError,
    metrics::Metrics,
    options::Options,
    rate::Rate,
    share::Share,
    store::{Store, StoreError},
    stored::Stored,
};
use std::{ops::Deref, sync::Arc, thread::available_parallelism};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    task::spawn_blocking,
};

/// What handlers share; a clone is another handle.
#[derive(Clone)]
pub(crate) struct App(Arc<Shared>);

/// What is shared.
pub(crate) struct Shared {
    /// How the server is set up.
    pub(crate) options: Options,
    /// What is kept.
    pub(crate) store: Store,
    /// Who asked how often.
    pub(crate) rate: Rate,
    /// What is counted.
    pub(crate) metrics: Metrics,
    /// Bytes of memory left for request bodies.
    pub(crate) bodies: Share,
    /// As many again for those that were compressed: who waits for these may hold some of the others, and not the
    /// other way round.
    pub(crate) inflated: Share,
    /// Bytes of memory left for answers that are long.
    pub(crate) answers: Share,
    /// Threads left for work that takes a while.
    turns: Semaphore,
}

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl App {
    /// Opens the store.
    pub(crate) fn open(options: Options) -> Result<Self, StoreError> {
        let limits = options.limits;
        Ok(Self(Arc::new(Shared {
            store: Store::open(&options.data, limits)?,
            rate: Rate::new(limits.requests_a_minute),
            metrics: Metrics::default(),
            bodies: Share::new(limits.bodies_bytes),
            inflated: Share::new(limits.bodies_bytes),
            answers: Share::new(limits.answers_bytes),
            turns: Semaphore::new(available_parallelism().map_or(2, usize::from)),
            options,
        })))
    }

    /// Does work that takes the processor a while, on a thread of its own and as many at a time as there are processors.
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let _turn = self.turn().await?;
        self.apart(work).await
    }

    /// Shows a conversation, read from its bodies. All of it is one piece of work, so that few are in memory at a time.
    pub(crate) async fn show<T: Send + 'static>(
        &self,
        id: String,
        show: impl FnOnce(Stored) -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let _turn = self.turn().await?;
        let (record, bodies) = self.store.conversation(id).await?.ok_or(StoreError::NotFound)?;
        self.apart(move || show(Stored::new(record, bodies))).await
    }

    async fn turn(&self) -> Result<SemaphorePermit<'_>, ApiError> {
        self.turns.acquire().await.map_err(|_| ApiError::Internal)
    }

    /// Does work on a thread that may be busy for a while.
    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        spawn_blocking(work).await.map_err(|error| {
            tracing::error!(%error, "a piece of work failed");
            ApiError::Internal
        })
    }
}
