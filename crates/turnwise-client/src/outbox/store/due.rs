//! When records are due: putting them back until their next attempt, and hurrying them.

use std::time::Duration;

use rusqlite::params;

use super::{super::job::Job, Store};

/// How a record that was tried is put back.
pub(in crate::outbox) struct Again<'a> {
    /// When it is due.
    pub(in crate::outbox) not_before: i64,
    /// Whether the server asked for the wait.
    pub(in crate::outbox) throttled: bool,
    /// Whether the server may have it.
    pub(in crate::outbox) unsettled: bool,
    /// Why it was not delivered.
    pub(in crate::outbox) reason: &'a str,
}

impl Store {
    /// Puts a record back that was claimed, and never tried.
    pub(in crate::outbox) fn put_back(&mut self, job: &Job, now: i64) -> rusqlite::Result<()> {
        let sent_at = job.unsettled.map(|age| before(now, age));
        self.db
            .prepare_cached("UPDATE records SET state = 'queued', attempts = ?, sent_at = ? WHERE id = ?")?
            .execute(params![job.attempts.saturating_sub(1), sent_at, job.record])?;
        self.levels.move_one("sending", "queued");
        Ok(())
    }

    /// Puts a record back that was tried, until `not_before`. `unsettled`: the server may have it.
    pub(in crate::outbox) fn again(&mut self, job: &Job, again: &Again<'_>) -> rusqlite::Result<()> {
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

    /// Makes records due now that wait for their next attempt, unless the server asked for the wait.
    pub(in crate::outbox) fn hurry(&mut self, settled_by: i64) -> rusqlite::Result<()> {
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
    pub(in crate::outbox) fn reclaim(&mut self, settled_by: i64, longest: i64) -> rusqlite::Result<()> {
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
    pub(in crate::outbox) fn next_due(&self) -> rusqlite::Result<Option<i64>> {
        self.db
            .prepare_cached("SELECT min(not_before) FROM records WHERE state = 'queued'")?
            .query_row([], |row| row.get(0))
    }
}

/// The instant `age` before `now`.
fn before(now: i64, age: Duration) -> i64 {
    now.saturating_sub(i64::try_from(age.as_millis()).unwrap_or(i64::MAX))
}
