//! Reads what can be read of a damaged queue into a new one.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};

use super::{
    check::MOST,
    job::Op,
    recover::guard,
    store::{Store, digest},
};

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Records that are in the new queue.
    pub(super) salvaged: u64,
    /// Records that were found, or whose place was, and that are not.
    pub(super) unreadable: u64,
}

/// Most places at which reading may fail before it is given up.
const MOST_FAULTS: u32 = 1000;

/// Above every place that is taken over: from here on, there is room to count up.
const HIGHEST: i64 = MOST / 2;

/// Why a record does not go out when what came before it is lost.
const ORPHAN: &str = "records before this one could not be read";

/// Copies what can be read of the queue at `aside` to `store`. That nothing can be read is no error.
///
/// Nobody knows any more which records were sent, so all count as unsettled. Where a record of a conversation is lost,
/// the next one is set aside: whether it may go out without the other is for people to say.
pub(super) fn salvage(aside: &Path, store: &mut Store, now: i64) -> rusqlite::Result<Found> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let Ok(mut old) = Connection::open_with_flags(aside, flags) else { return Ok(Found::default()) };
    if guard(&mut old).is_err() {
        return Ok(Found::default());
    }
    store.transaction(|store| {
        let mut found = Found::default();
        each_conversation(&old, |conversation| conversation.begin(store.db()))?;
        each_record(&old, |record| {
            let kept = record.keep(store.db(), now)?;
            found.salvaged = found.salvaged.saturating_add(u64::from(kept == Some(true)));
            found.unreadable = found.unreadable.saturating_add(u64::from(kept.is_none()));
            Ok(())
        })?;
        each_conversation(&old, |conversation| {
            let lost = conversation.finish(store.db())?;
            found.unreadable = found.unreadable.saturating_add(lost);
            Ok(())
        })?;
        store.recount()?;
        Ok(found)
    })
}

/// A conversation as the damaged file has it.
struct Conversation {
    key: String,
    remote_id: Option<String>,
    next_seq: i64,
    passed: i64,
    closed: bool,
}

impl Conversation {
    /// Puts it into the new queue, as yet without records.
    fn begin(&self, new: &Connection) -> rusqlite::Result<()> {
        new.prepare_cached(
            "INSERT OR IGNORE INTO conversations (key, remote_id, next_seq, passed, closed) VALUES (?, ?, ?, ?, 0)",
        )?
        .execute(params![self.key, self.remote_id, self.passed, self.passed])?;
        Ok(())
    }

    /// Corrects it once its records are there, and says how many are not.
    fn finish(&self, new: &Connection) -> rusqlite::Result<u64> {
        // A damaged file may show one now that it did not show before.
        self.begin(new)?;
        let next: i64 = new
            .prepare_cached("SELECT next_seq FROM conversations WHERE key = ?")?
            .query_row([&self.key], |row| row.get(0))?;
        let there: i64 = new
            .prepare_cached("SELECT count(*) FROM records WHERE conversation = ?")?
            .query_row([&self.key], |row| row.get(0))?;
        new.prepare_cached("UPDATE conversations SET next_seq = ?, closed = ? WHERE key = ?")?
            .execute(params![next.max(self.next_seq), self.closed, self.key])?;
        if self.closed && there == 0 {
            new.prepare_cached("DELETE FROM conversations WHERE key = ?")?.execute([&self.key])?;
        }
        let sent_to_here = self.next_seq.max(next).saturating_sub(self.passed);
        Ok(u64::try_from(sent_to_here.saturating_sub(there)).unwrap_or(0))
    }
}

/// Calls `work` for every conversation up to the first that cannot be read.
fn each_conversation(
    old: &Connection,
    mut work: impl FnMut(Conversation) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let mut last: Option<String> = None;
    loop {
        let read = old.prepare_cached(
            "SELECT key, remote_id, next_seq, passed, closed FROM conversations
             WHERE ?1 IS NULL OR key > ?1 ORDER BY key LIMIT 1",
        );
        let read = read.and_then(|mut read| read.query_row([&last], conversation).optional());
        let Ok(Some(conversation)) = read else { return Ok(()) };
        // A damaged index may lead in circles.
        if last.as_ref().is_some_and(|last| *last >= conversation.key) {
            return Ok(());
        }
        last = Some(conversation.key.clone());
        work(conversation)?;
    }
}

fn conversation(row: &Row<'_>) -> rusqlite::Result<Conversation> {
    Ok(Conversation {
        key: row.get(0)?,
        // Without it, what is left of the conversation is set aside and kept.
        remote_id: row.get(1).unwrap_or_default(),
        next_seq: row.get::<_, i64>(2)?.clamp(0, HIGHEST),
        passed: row.get::<_, i64>(3)?.clamp(0, HIGHEST),
        closed: row.get(4)?,
    })
}

/// A record as the damaged file has it.
struct Record {
    id: i64,
    conversation: String,
    seq: i64,
    op: String,
    closes: bool,
    dead: bool,
    attempts: u32,
    enqueued_at: i64,
    last_error: Option<String>,
    body: Vec<u8>,
    /// Whether it is as it was written.
    whole: bool,
}

impl Record {
    /// Puts it into the new queue. `Some(false)`: it is not fit to be kept, which its conversation will show; `None`:
    /// nor does its conversation, since nothing is known of that.
    fn keep(&self, new: &Connection, now: i64) -> rusqlite::Result<Option<bool>> {
        let next: Option<i64> = new
            .prepare_cached("SELECT next_seq FROM conversations WHERE key = ?")?
            .query_row([&self.conversation], |row| row.get(0))
            .optional()?;
        let first = !new
            .prepare_cached("SELECT 1 FROM records WHERE conversation = ?")?
            .exists([&self.conversation])?;
        if !self.whole || !first && next.is_some_and(|next| self.seq < next) {
            return Ok(next.map(|_| false));
        }
        if next.is_none() {
            new.prepare_cached(
                "INSERT INTO conversations (key, next_seq, passed, closed) VALUES (?, 0, 0, 0)",
            )?
            .execute([&self.conversation])?;
        }
        let orphan = self.seq != next.unwrap_or(0);
        let state = match (orphan || self.dead, first) {
            (true, _) => "dead",
            (false, true) => "queued",
            (false, false) => "waiting",
        };
        let added = new.prepare_cached(
            "INSERT INTO records (conversation, seq, op, closes, state, attempts, enqueued_at, sent_at, last_error,
             digest) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
             WHERE NOT EXISTS (SELECT 1 FROM records WHERE conversation = ?1 AND closes)",
        )?
        .execute(params![
            self.conversation,
            self.seq,
            self.op,
            self.closes,
            state,
            self.attempts,
            self.enqueued_at,
            now,
            if orphan { Some(ORPHAN) } else { self.last_error.as_deref() },
            digest(&self.conversation, self.seq, op(&self.op), &self.body),
        ])?;
        if added == 0 {
            return Ok(Some(false));
        }
        new.prepare_cached("INSERT INTO bodies (record, body) VALUES (?, ?)")?
            .execute(params![new.last_insert_rowid(), self.body])?;
        // Whatever the conversation says: what is still here has not passed.
        new.prepare_cached(
            "UPDATE conversations SET next_seq = ?1 + 1, passed = min(passed, ?1), closed = ?2 WHERE key = ?3",
        )?
        .execute(params![self.seq, self.closes, self.conversation])?;
        Ok(Some(true))
    }
}

/// Calls `work` for every record that can be read, in order.
fn each_record(
    old: &Connection,
    mut work: impl FnMut(Record) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let (mut last, mut step, mut faults) = (-1_i64, 1_i64, 0..MOST_FAULTS);
    loop {
        let read = old.prepare_cached(
            "SELECT id, conversation, seq, op, closes, state = 'dead', attempts, enqueued_at, last_error,
             (SELECT body FROM bodies WHERE record = id), digest FROM records NOT INDEXED WHERE id > ? ORDER BY id LIMIT 1",
        );
        match read.and_then(|mut read| read.query_row([last], record).optional()) {
            Ok(Some(record)) if record.id > last => {
                (last, step) = (record.id, 1);
                work(record)?;
            }
            Ok(_) => return Ok(()),
            // Past the place that cannot be read, in longer and longer steps.
            Err(_) => {
                if faults.next().is_none() {
                    return Ok(());
                }
                last = last.saturating_add(step);
                step = step.saturating_mul(2);
            }
        }
    }
}

fn record(row: &Row<'_>) -> rusqlite::Result<Record> {
    let (conversation, seq, name): (String, i64, String) = (row.get(1)?, row.get(2)?, row.get(3)?);
    let body: Vec<u8> = row.get::<_, Option<_>>(9)?.unwrap_or_default();
    let expected = digest(&conversation, seq, op(&name), &body);
    let whole = row.get_ref(10)?.as_blob().is_ok_and(|kept| kept == expected);
    Ok(Record {
        id: row.get(0)?,
        closes: row.get(4)?,
        dead: row.get(5)?,
        attempts: row.get(6).unwrap_or(u32::MAX),
        enqueued_at: row.get(7)?,
        last_error: row.get(8).unwrap_or_default(),
        whole: whole && op(&name).as_str() == name && (0..HIGHEST).contains(&seq),
        op: name,
        conversation,
        seq,
        body,
    })
}

fn op(name: &str) -> Op {
    if name == Op::Create.as_str() { Op::Create } else { Op::Append }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbox::{check::check, options::Options, recover, schema};

    #[test]
    fn what_is_taken_over_can_be_counted_up_whatever_its_place() {
        for (seq, salvaged) in [
            (0, 1),
            (7, 1),
            (HIGHEST - 1, 1),
            (HIGHEST, 0),
            (MOST - 1, 0),
            (MOST, 0),
            (i64::MAX, 0),
            (-1, 0),
            (i64::MIN, 0),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let (old, new) = (folder.path().join("old"), folder.path().join("new"));
            let db = Connection::open(&old).unwrap();
            schema::create(&db).unwrap();
            db.execute_batch(
                "INSERT INTO conversations VALUES ('a', NULL, 9, 0, 0); INSERT INTO bodies VALUES (1, x'78')",
            )
            .unwrap();
            db.execute(
                "INSERT INTO records (conversation, seq, op, closes, state, enqueued_at, digest)
                 VALUES ('a', ?, 'append', 0, 'queued', 1, ?)",
                params![seq, digest("a", seq, Op::Append, b"x")],
            )
            .unwrap();
            drop(db);
            let (mut store, _) = recover::open(&new, &Options::default(), 1).unwrap();
            assert_eq!(salvage(&old, &mut store, 1).unwrap().salvaged, salvaged, "{seq}");
            assert_eq!(check(store.db()).unwrap(), None, "{seq}");
        }
    }
}
