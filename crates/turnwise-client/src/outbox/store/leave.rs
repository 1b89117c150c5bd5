//! The one way out of the queue.

use rusqlite::params;

use super::{super::counters::Leave, Store};

impl Store {
    /// The one way out of the queue: delivered, set aside as dead, or discarded. Counts it, and tells what is not
    /// delivered.
    pub(in crate::outbox) fn leave(&mut self, record: i64, why: Leave<'_>) -> rusqlite::Result<()> {
        self.totals.count(&why);
        match why {
            Leave::Delivered { remote_id } => self.remove(record, remote_id),
            Leave::Discarded => {
                tracing::warn!(record, "a record was discarded as asked");
                self.remove(record, None)
            }
            Leave::Dead(reason) => {
                tracing::error!(record, reason, "a record cannot be delivered and was set aside");
                let state: String = self
                    .db
                    .prepare_cached("SELECT state FROM records WHERE id = ?")?
                    .query_row([record], |row| row.get(0))?;
                self.db
                    .prepare_cached("UPDATE records SET state = 'dead', last_error = ? WHERE id = ?")?
                    .execute(params![reason, record])?;
                self.levels.move_one(&state, "dead");
                Ok(())
            }
        }
    }

    /// Takes a record off and makes the next of its conversation due.
    fn remove(&mut self, record: i64, remote_id: Option<&str>) -> rusqlite::Result<()> {
        let (key, closes, state): (String, bool, String) = self
            .db
            .prepare_cached("DELETE FROM records WHERE id = ? RETURNING conversation, closes, state")?
            .query_row([record], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        self.db.prepare_cached("DELETE FROM bodies WHERE record = ?")?.execute([record])?;
        self.levels.move_one(&state, "");
        if closes {
            self.db.prepare_cached("DELETE FROM conversations WHERE key = ?")?.execute([&key])?;
            return Ok(());
        }
        self.db
            .prepare_cached(
                "UPDATE conversations SET passed = passed + 1, remote_id = coalesce(?, remote_id) WHERE key = ?",
            )?
            .execute(params![remote_id, key])?;
        let next = self
            .db
            .prepare_cached(
                "UPDATE records SET state = 'queued' WHERE state = 'waiting' AND id =
                 (SELECT id FROM records WHERE conversation = ? ORDER BY seq LIMIT 1)",
            )?
            .execute([&key])?;
        if next == 1 {
            self.levels.move_one("waiting", "queued");
        }
        Ok(())
    }
}
