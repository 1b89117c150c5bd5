//! Records that were set aside.

use rusqlite::OptionalExtension;

use super::{
    super::{
        counters::Leave,
        job::{LocalId, Op},
    },
    Store, number, op,
};

/// A record that was set aside, with its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dead {
    /// Its number, as [`Outbox::retry`](crate::outbox::Outbox::retry) and [`Outbox::discard`](crate::outbox::Outbox::discard) want it.
    pub record: i64,
    /// The conversation that it belongs to.
    pub conversation: LocalId,
    /// The server's identifier of the conversation, where there is one.
    pub remote_id: Option<String>,
    /// What it asks for.
    pub op: Op,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was handed over: milliseconds since 1970 UTC.
    pub enqueued_at: i64,
    /// Why it was set aside.
    pub reason: String,
    /// How many records of its conversation wait behind it.
    pub blocks: u64,
    /// The body of the request (JSON).
    pub body: Vec<u8>,
}

impl Store {
    /// Dead records, oldest first, at most `most`.
    pub(in crate::outbox) fn dead(&self, most: usize) -> rusqlite::Result<Vec<Dead>> {
        let mut statement = self.db.prepare_cached(
            "SELECT r.id, r.conversation, r.op, r.attempts, r.enqueued_at, r.last_error, d.body, c.remote_id,
             (SELECT count(*) FROM records b WHERE b.conversation = r.conversation AND b.state = 'waiting')
             FROM records r LEFT JOIN bodies d ON d.record = r.id
             LEFT JOIN conversations c ON c.key = r.conversation
             WHERE r.state = 'dead' ORDER BY r.id LIMIT ?",
        )?;
        let rows = statement.query_map([i64::try_from(most).unwrap_or(i64::MAX)], |row| {
            Ok(Dead {
                record: row.get(0)?,
                conversation: LocalId::new(row.get::<_, String>(1)?),
                op: op(row, 2)?,
                attempts: row.get(3)?,
                enqueued_at: row.get(4)?,
                reason: row.get::<_, Option<String>>(5)?.unwrap_or_default(),
                body: row.get::<_, Option<_>>(6)?.unwrap_or_default(),
                remote_id: row.get(7)?,
                blocks: number(row, 8)?,
            })
        })?;
        rows.collect()
    }

    /// Discards a dead record. What stands behind a create cannot be delivered without it, and goes as well.
    /// How many records that were; 0: there is no such dead record.
    pub(in crate::outbox) fn discard(&mut self, record: i64) -> rusqlite::Result<u64> {
        let found: Option<(String, Op)> = self
            .db
            .prepare_cached("SELECT conversation, op FROM records WHERE id = ? AND state = 'dead'")?
            .query_row([record], |row| Ok((row.get(0)?, op(row, 1)?)))
            .optional()?;
        let (key, op) = match found {
            None => return Ok(0),
            Some(found) => found,
        };
        if op == Op::Append {
            self.leave(record, Leave::Discarded)?;
            return Ok(1);
        }
        let all: Vec<i64> = self
            .db
            .prepare_cached("SELECT id FROM records WHERE conversation = ? ORDER BY seq")?
            .query_map([&key], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for record in &all {
            self.leave(*record, Leave::Discarded)?;
        }
        self.db.prepare_cached("DELETE FROM conversations WHERE key = ?")?.execute([&key])?;
        Ok(all.len() as u64)
    }

    /// Makes dead records due again: the one, or all of them. How many there were.
    pub(in crate::outbox) fn revive(&mut self, record: Option<i64>) -> rusqlite::Result<u64> {
        let moved = self
            .db
            .prepare_cached(
                "UPDATE records SET state = 'queued', not_before = 0 WHERE state = 'dead' AND id = coalesce(?, id)",
            )?
            .execute([record])? as u64;
        for _ in 0..moved {
            self.levels.move_one("dead", "queued");
        }
        Ok(moved)
    }
}
