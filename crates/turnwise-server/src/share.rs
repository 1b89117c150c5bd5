//! Memory that many requests share.

use crate::error::ApiError;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// A number of bytes, of which requests take a part for as long as they need it.
pub(crate) struct Share {
    total: usize,
    left: Arc<Semaphore>,
}

impl Share {
    /// Nobody has taken anything yet.
    pub(crate) fn new(bytes: usize) -> Self {
        let total = bytes.min(Semaphore::MAX_PERMITS);
        Self { total, left: Arc::new(Semaphore::new(total)) }
    }

    /// Takes that many bytes if they are left now.
    pub(crate) fn take(&self, bytes: usize) -> Result<OwnedSemaphorePermit, ApiError> {
        let bytes = u32::try_from(bytes).map_err(|_| ApiError::Overloaded)?;
        self.left.clone().try_acquire_many_owned(bytes).map_err(|_| ApiError::Overloaded)
    }

    /// Takes that many bytes as soon as they are left. Whoever waits should have taken none of them yet, lest all
    /// wait for each other.
    pub(crate) async fn wait(&self, bytes: usize, most: Duration) -> Result<OwnedSemaphorePermit, ApiError> {
        let wanted = u32::try_from(bytes).ok().filter(|_| bytes <= self.total).ok_or(ApiError::Overloaded)?;
        let taken = timeout(most, self.left.clone().acquire_many_owned(wanted)).await;
        taken.ok().and_then(Result::ok).ok_or(ApiError::Overloaded)
    }
}
