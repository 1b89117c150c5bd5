//! Claiming what is due.

use std::time::Duration;

use rusqlite::{Row, params};

use super::{
    super::{
        counters::Leave,
        job::{Job, LocalId, Op},
    },
    Store,
    digest::digest,
    op,
};

impl Store {
    /// Takes records that are due, oldest first: at most `most`, and no more after `bytes` bytes.
    pub(in crate::outbox) fn claim(
        &mut self,
        now: i64,
        most: usize,
        bytes: usize,
    ) -> rusqlite::Result<Vec<Job>> {
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
}

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

/// The time from `then` to `now`.
fn since(then: i64, now: i64) -> Duration {
    Duration::from_millis(u64::try_from(now.saturating_sub(then)).unwrap_or(0))
}
