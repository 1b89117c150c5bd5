//! The queue file: every statement that touches it, a function each.
//!
//! Whoever calls these wraps them in [`Store::transaction`]. Times are milliseconds since 1970 UTC.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

use super::{
    counters::{Leave, Levels, Totals},
    error::Error,
    job::{Job, LocalId, Op},
};

/// An open queue file.
pub(super) struct Store {
    db: Connection,
    /// What happened since the file was opened, as far as it is committed.
    pub(super) totals: Totals,
    /// How many records are in each state.
    pub(super) levels: Levels,
}

/// A record as the caller hands it over.
pub(super) struct Entry {
    /// The conversation.
    pub(super) conversation: LocalId,
    /// What the record asks for.
    pub(super) op: Op,
    /// Whether it is the last of its conversation.
    pub(super) closes: bool,
    /// The body of the request.
    pub(super) body: Vec<u8>,
}

/// A record that was set aside, with its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dead {
    /// Its number, as [`Outbox::retry`](super::Outbox::retry) and [`Outbox::discard`](super::Outbox::discard) want it.
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

    /// Bytes of the file that are in use.
    pub(super) fn used_bytes(&self) -> rusqlite::Result<u64> {
        let pages = self.db.prepare_cached("PRAGMA page_count")?.query_row([], |row| number(row, 0))?;
        Ok(pages.saturating_mul(PAGE_BYTES).saturating_sub(self.free_bytes()?))
    }

    /// Bytes of the file that are not.
    pub(super) fn free_bytes(&self) -> rusqlite::Result<u64> {
        let free = self.db.prepare_cached("PRAGMA freelist_count")?.query_row([], |row| number(row, 0))?;
        Ok(free.saturating_mul(PAGE_BYTES))
    }

    /// Adds a record behind the others of its conversation. The outer error is the file's, the inner one the caller's.
    pub(super) fn add(&mut self, entry: &Entry, now: i64) -> rusqlite::Result<Result<(), Error>> {
        let seq = match entry.op {
            Op::Create => match self.begin(entry)? {
                Begun::New => 0,
                Begun::Again => return Ok(Ok(())),
                Begun::Other => return Ok(Err(Error::KeyReused(entry.conversation.clone()))),
            },
            Op::Append => match self.next_seq(entry)? {
                Ok(seq) => seq,
                Err(error) => return Ok(Err(error)),
            },
        };
        let key = entry.conversation.as_str();
        let first = !self.db.prepare_cached("SELECT 1 FROM records WHERE conversation = ?")?.exists([key])?;
        self.db
            .prepare_cached(
                "INSERT INTO records (conversation, seq, op, closes, state, enqueued_at, digest)
                 VALUES (?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                key,
                seq,
                entry.op.as_str(),
                entry.closes,
                if first { "queued" } else { "waiting" },
                now,
                digest(key, seq, entry.op, &entry.body),
            ])?;
        self.db
            .prepare_cached("INSERT INTO bodies (record, body) VALUES (?, ?)")?
            .execute(params![self.db.last_insert_rowid(), entry.body])?;
        self.totals.enqueued = self.totals.enqueued.saturating_add(1);
        self.levels.move_one("", if first { "queued" } else { "waiting" });
        Ok(Ok(()))
    }

    /// Makes a conversation, unless it is there.
    fn begin(&self, entry: &Entry) -> rusqlite::Result<Begun> {
        let key = entry.conversation.as_str();
        let made = self
            .db
            .prepare_cached(
                "INSERT INTO conversations (key, next_seq, passed, closed) VALUES (?, 1, 0, ?)
                 ON CONFLICT DO NOTHING",
            )?
            .execute(params![key, entry.closes])?;
        if made == 1 {
            return Ok(Begun::New);
        }
        let known: Option<Vec<u8>> = self
            .db
            .prepare_cached("SELECT digest FROM records WHERE conversation = ? AND seq = 0")?
            .query_row([key], |row| row.get(0))
            .optional()?;
        let same = known.is_some_and(|known| known == digest(key, 0, entry.op, &entry.body));
        Ok(if same { Begun::Again } else { Begun::Other })
    }

    /// The place of the next record of an open conversation, which is then taken.
    fn next_seq(&self, entry: &Entry) -> rusqlite::Result<Result<i64, Error>> {
        let key = entry.conversation.as_str();
        let found: Option<(i64, bool)> = self
            .db
            .prepare_cached("SELECT next_seq, closed FROM conversations WHERE key = ?")?
            .query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let seq = match found {
            None => return Ok(Err(Error::UnknownConversation(entry.conversation.clone()))),
            Some((_, true)) => return Ok(Err(Error::Closed(entry.conversation.clone()))),
            Some((seq, false)) => seq,
        };
        self.db
            .prepare_cached("UPDATE conversations SET next_seq = next_seq + 1, closed = ? WHERE key = ?")?
            .execute(params![entry.closes, key])?;
        Ok(Ok(seq))
    }

    /// Takes records that are due, oldest first: at most `most`, and no more after `bytes` bytes.
    pub(super) fn claim(&mut self, now: i64, most: usize, bytes: usize) -> rusqlite::Result<Vec<Job>> {
        let mut jobs = Vec::new();
        let mut flawed = Vec::new();
        {
            let mut due = self.db.prepare_cached(
                "SELECT r.id, r.conversation, r.op, r.attempts, r.sent_at, b.body, r.digest, r.seq, c.remote_id,
                 c.passed
                 FROM records r LEFT JOIN bodies b ON b.record = r.id LEFT JOIN conversations c ON c.key = r.conversation
                 WHERE r.state = 'queued' AND r.not_before <= ? ORDER BY r.not_before, r.id LIMIT ?",
            )?;
            let mut rows = due.query(params![now, i64::try_from(most).unwrap_or(i64::MAX)])?;
            let mut taken = 0_usize;
            while taken < bytes
                && let Some(row) = rows.next()?
            {
                let job = job(row, now)?;
                taken = taken.saturating_add(job.body.len());
                match flaw(row, &job)? {
                    None => jobs.push(job),
                    Some(flaw) => flawed.push((job.record, flaw)),
                }
            }
        }
        for job in &jobs {
            self.db
                .prepare_cached(
                    "UPDATE records SET state = 'sending', attempts = ?, throttled = 0,
                     sent_at = coalesce(sent_at, ?) WHERE id = ?",
                )?
                .execute(params![job.attempts, now, job.record])?;
        }
        for _ in &jobs {
            self.levels.move_one("queued", "sending");
        }
        for (record, flaw) in flawed {
            self.leave(record, Leave::Dead(flaw))?;
        }
        Ok(jobs)
    }

    /// Puts a record back that was claimed, and never tried.
    pub(super) fn put_back(&mut self, job: &Job, now: i64) -> rusqlite::Result<()> {
        let sent_at = job.unsettled.map(|age| before(now, age));
        self.db
            .prepare_cached("UPDATE records SET state = 'queued', attempts = ?, sent_at = ? WHERE id = ?")?
            .execute(params![job.attempts.saturating_sub(1), sent_at, job.record])?;
        self.levels.move_one("sending", "queued");
        Ok(())
    }

    /// Puts a record back that was tried, until `not_before`. `unsettled`: the server may have it.
    pub(super) fn again(&mut self, job: &Job, again: &Again<'_>) -> rusqlite::Result<()> {
        self.db
            .prepare_cached(
                "UPDATE records SET state = 'queued', not_before = ?, throttled = ?, last_error = ?,
                 sent_at = CASE WHEN ? THEN sent_at END WHERE id = ?",
            )?
            .execute(params![again.not_before, again.throttled, again.reason, again.unsettled, job.record])?;
        self.totals.retried = self.totals.retried.saturating_add(1);
        self.levels.move_one("sending", "queued");
        Ok(())
    }

    /// The one way out of the queue: delivered, set aside as dead, or discarded. Counts it, and tells what is not
    /// delivered.
    pub(super) fn leave(&mut self, record: i64, why: Leave<'_>) -> rusqlite::Result<()> {
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

    /// Discards a dead record. What stands behind a create cannot be delivered without it, and goes as well.
    /// How many records that were; 0: there is no such dead record.
    pub(super) fn discard(&mut self, record: i64) -> rusqlite::Result<u64> {
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
    pub(super) fn revive(&mut self, record: Option<i64>) -> rusqlite::Result<u64> {
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

    /// Makes records due now that wait for their next attempt, unless the server asked for the wait.
    pub(super) fn hurry(&mut self, settled_by: i64) -> rusqlite::Result<()> {
        self.db
            .prepare_cached(
                "UPDATE records SET not_before = CASE WHEN sent_at IS NULL OR op = 'create' THEN 0
                 ELSE min(not_before, ?) END WHERE state = 'queued' AND NOT throttled AND not_before > 0",
            )?
            .execute([settled_by])?;
        Ok(())
    }

    /// What a process that ended in the middle left behind: what it had claimed may be at the server. An append waits
    /// until `settled_by`; and no wait is longer than until `longest`, whatever the clock was when it was set.
    pub(super) fn reclaim(&mut self, settled_by: i64, longest: i64) -> rusqlite::Result<()> {
        self.db.execute(
            "UPDATE records SET state = 'queued', not_before = CASE op WHEN 'append' THEN ? ELSE 0 END
             WHERE state = 'sending'",
            [settled_by],
        )?;
        self.db.execute("UPDATE records SET not_before = ?1 WHERE not_before > ?1", [longest])?;
        self.levels = self.count()?;
        Ok(())
    }

    /// When the next record is due.
    pub(super) fn next_due(&self) -> rusqlite::Result<Option<i64>> {
        self.db
            .prepare_cached("SELECT min(not_before) FROM records WHERE state = 'queued'")?
            .query_row([], |row| row.get(0))
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

    /// Dead records, oldest first, at most `most`.
    pub(super) fn dead(&self, most: usize) -> rusqlite::Result<Vec<Dead>> {
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

    /// Writes the log back to the file and cuts it off, as far as that goes.
    pub(super) fn shrink_log(&self) {
        if let Err(error) = self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())) {
            tracing::warn!(%error, "the log of the queue file could not be cut off");
        }
    }

    /// Gives pages that are not in use back to the device.
    pub(super) fn shrink(&self) {
        if let Err(error) = self.db.execute_batch("PRAGMA incremental_vacuum") {
            tracing::warn!(%error, "the queue file could not be made smaller");
        }
        self.shrink_log();
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

/// How a record that was tried is put back.
pub(super) struct Again<'a> {
    /// When it is due.
    pub(super) not_before: i64,
    /// Whether the server asked for the wait.
    pub(super) throttled: bool,
    /// Whether the server may have it.
    pub(super) unsettled: bool,
    /// Why it was not delivered.
    pub(super) reason: &'a str,
}

/// Whether a conversation was new.
enum Begun {
    New,
    Again,
    Other,
}

/// Bytes of a page, as SQLite makes files unless told otherwise.
const PAGE_BYTES: u64 = 4096;

/// The job in a row of `claim`.
fn job(row: &Row<'_>, now: i64) -> rusqlite::Result<Job> {
    let sent_at: Option<i64> = row.get(4)?;
    Ok(Job {
        record: row.get(0)?,
        conversation: LocalId::new(row.get::<_, String>(1)?),
        op: op(row, 2)?,
        attempts: row.get::<_, u32>(3)?.saturating_add(1),
        unsettled: sent_at.map(|sent| since(sent, now)),
        body: row.get::<_, Option<_>>(5)?.unwrap_or_default(),
        remote_id: row.get(8)?,
    })
}

/// Why a record in a row of `claim` must not go out: what only a damaged file has.
fn flaw(row: &Row<'_>, job: &Job) -> rusqlite::Result<Option<&'static str>> {
    let seq: i64 = row.get(7)?;
    let passed: Option<i64> = row.get(9)?;
    let expected = digest(job.conversation.as_str(), seq, job.op, &job.body);
    Ok(if row.get_ref(6)?.as_blob()? != expected {
        Some("its bytes were damaged on the disk")
    } else if passed != Some(seq) {
        Some("records before this one are missing")
    } else if job.op == Op::Append && job.remote_id.is_none() {
        Some("the server's identifier of its conversation is not known")
    } else {
        None
    })
}

fn op(row: &Row<'_>, column: usize) -> rusqlite::Result<Op> {
    Ok(if row.get_ref(column)?.as_str()? == Op::Create.as_str() { Op::Create } else { Op::Append })
}

/// What tells that a record is as it was written: SHA-256 of its place and its bytes.
pub(super) fn digest(conversation: &str, seq: i64, op: Op, body: &[u8]) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(conversation);
    hash.update([0]);
    hash.update(seq.to_be_bytes());
    hash.update(op.as_str());
    hash.update([0]);
    hash.update(body);
    hash.finalize().to_vec()
}

/// A count, which SQLite gives as a signed number.
fn number(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(|number| u64::try_from(number).unwrap_or(0))
}

/// The time from `then` to `now`.
fn since(then: i64, now: i64) -> Duration {
    Duration::from_millis(u64::try_from(now.saturating_sub(then)).unwrap_or(0))
}

/// The instant `age` before `now`.
fn before(now: i64, age: Duration) -> i64 {
    now.saturating_sub(i64::try_from(age.as_millis()).unwrap_or(i64::MAX))
}
