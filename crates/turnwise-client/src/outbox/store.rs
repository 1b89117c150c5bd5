//! The queue file: every statement that touches it, a function each, in a file for each thing that is done.
//!
//! Whoever calls these wraps them in [`Store::transaction`]. Times are milliseconds since 1970 UTC.

mod claim;
mod dead;
mod digest;
mod due;
mod leave;
mod space;
mod take_in;
#[cfg(test)]
mod tests;

use rusqlite::{Connection, Row};

pub use self::dead::Dead;
pub(super) use self::{digest::digest, due::Again, take_in::Entry};
use super::{
    counters::{Levels, Totals},
    error::Error,
    job::Op,
};

/// An open queue file.
pub(super) struct Store {
    db: Connection,
    /// What happened since the file was opened, as far as it is committed.
    pub(super) totals: Totals,
    /// How many records are in each state.
    pub(super) levels: Levels,
}

impl Store {
    /// Takes over a connection whose tables are in place, and counts what is there.
    pub(super) fn new(db: Connection) -> rusqlite::Result<Self> {
        db.set_prepared_statement_cache_capacity(32);
        let mut store = Self { db, totals: Totals::default(), levels: Levels::default() };
        store.levels = store.count()?;
        Ok(store)
    }

    /// The connection, for what is not about records.
    pub(super) fn db(&self) -> &Connection {
        &self.db
    }

    /// Does all of `work` or nothing; what it did is on the disk when this returns `Ok`.
    pub(super) fn transaction<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let (totals, levels) = (self.totals, self.levels);
        let done = self.db.execute_batch("BEGIN IMMEDIATE").and_then(|()| {
            let value = work(self)?;
            self.db.execute_batch("COMMIT")?;
            Ok(value)
        });
        if done.is_err() {
            (self.totals, self.levels) = (totals, levels);
            // SQLite has rolled back itself after some errors, and then there is nothing to roll back.
            if !self.db.is_autocommit() {
                let _ = self.db.execute_batch("ROLLBACK");
            }
        }
        done
    }

    /// When the oldest record was handed over that is still to be delivered.
    pub(super) fn oldest(&self) -> rusqlite::Result<Option<i64>> {
        self.db
            .prepare_cached("SELECT min(enqueued_at) FROM records WHERE state <> 'dead'")?
            .query_row([], |row| row.get(0))
    }

    /// Conversations that are open: created, neither completed nor abandoned.
    pub(super) fn open_conversations(&self) -> rusqlite::Result<u64> {
        self.db
            .prepare_cached("SELECT count(*) FROM conversations WHERE NOT closed")?
            .query_row([], |row| number(row, 0))
    }

    /// Does all of `work` or nothing, within a transaction; what the caller got wrong undoes it as well.
    pub(super) fn all_or_none(
        &mut self,
        work: impl FnOnce(&mut Self) -> rusqlite::Result<Result<(), Error>>,
    ) -> rusqlite::Result<Result<(), Error>> {
        let (totals, levels) = (self.totals, self.levels);
        self.db.execute_batch("SAVEPOINT entries")?;
        let done = work(self)?;
        if done.is_err() {
            (self.totals, self.levels) = (totals, levels);
            self.db.execute_batch("ROLLBACK TO entries")?;
        }
        self.db.execute_batch("RELEASE entries")?;
        Ok(done)
    }

    /// Counts the records again, after they were changed otherwise than by these functions.
    pub(super) fn recount(&mut self) -> rusqlite::Result<()> {
        self.levels = self.count()?;
        Ok(())
    }

    fn count(&self) -> rusqlite::Result<Levels> {
        let mut levels = Levels::default();
        let mut statement = self.db.prepare_cached("SELECT state, count(*) FROM records GROUP BY state")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if let Some(level) = levels.of(row.get_ref(0)?.as_str()?) {
                *level = number(row, 1)?;
            }
        }
        Ok(levels)
    }
}

fn op(row: &Row<'_>, column: usize) -> rusqlite::Result<Op> {
    Ok(if row.get_ref(column)?.as_str()? == Op::Create.as_str() { Op::Create } else { Op::Append })
}

/// A count, which SQLite gives as a signed number.
fn number(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(|number| u64::try_from(number).unwrap_or(0))
}
