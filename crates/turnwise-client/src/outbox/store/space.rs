//! How much space the file takes, and giving it back.

use super::{Store, number};

/// Bytes of a page, as SQLite makes files unless told otherwise.
const PAGE_BYTES: u64 = 4096;

impl Store {
    /// Bytes of the file that are in use.
    pub(in crate::outbox) fn used_bytes(&self) -> rusqlite::Result<u64> {
        let pages = self.db.prepare_cached("PRAGMA page_count")?.query_row([], |row| number(row, 0))?;
        Ok(pages.saturating_mul(PAGE_BYTES).saturating_sub(self.free_bytes()?))
    }

    /// Bytes of the file that are not.
    pub(in crate::outbox) fn free_bytes(&self) -> rusqlite::Result<u64> {
        let free = self.db.prepare_cached("PRAGMA freelist_count")?.query_row([], |row| number(row, 0))?;
        Ok(free.saturating_mul(PAGE_BYTES))
    }

    /// Gives pages that are not in use back to the device.
    pub(in crate::outbox) fn shrink(&self) {
        if let Err(error) = self.vacuum() {
            tracing::warn!(%error, "the queue file could not be made smaller");
        }
        self.shrink_log();
    }

    /// Cuts off the pages that are not in use. SQLite cuts off one with every step.
    fn vacuum(&self) -> rusqlite::Result<()> {
        let mut statement = self.db.prepare_cached("PRAGMA incremental_vacuum")?;
        let mut steps = statement.query([])?;
        while steps.next()?.is_some() {}
        Ok(())
    }

    /// Writes the log back to the file and cuts it off, as far as that goes.
    pub(in crate::outbox) fn shrink_log(&self) {
        if let Err(error) = self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())) {
            tracing::warn!(%error, "the log of the queue file could not be cut off");
        }
    }
}
