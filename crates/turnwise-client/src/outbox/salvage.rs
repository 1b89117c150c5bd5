//! Reads what can be read of a damaged queue.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};

use super::{
    error::Error,
    job::Op,
    recover::guard,
    store::{Store, digest},
};

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) salvaged: u64,
    pub(super) unreadable: u64,
}

/// Most places at which reading may fail before it is given up.
const MOST_FAULTS: u64 = 1000;

/// A record as it was read.
struct Record {
    id: i64,
    conversation: String,
    seq: i64,
    op: String,
    closes: bool,
    dead: bool,
    attempts: i64,
    enqueued_at: i64,
    last_error: Option<String>,
    body: Vec<u8>,
    whole: bool,
}

/// Copies what can be read of the queue at `aside` to `store`. That `aside` cannot be read at all is no error.
pub(super) fn salvage(aside: &Path, store: &mut Store, now: i64) -> Result<Found, Error> {
    let mut found = Found::default();
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let Ok(mut db) = Connection::open_with_flags(aside, flags) else { return Ok(found) };
    if guard(&mut db).is_err() {
        return Ok(found);
    }
    Ok(store.transaction(|store| {
        let mut last = i64::MIN;
        let mut step = 1_i64;
        let mut faults = 0;
        while faults < MOST_FAULTS {
            match read_after(&db, last) {
                Ok(None) => break,
                Ok(Some(record)) => {
                    (last, step) = (record.id, 1);
                    if record.whole && keep(&db, store, &record, now)? {
                        found.salvaged = found.salvaged.saturating_add(1);
                    } else {
                        found.unreadable = found.unreadable.saturating_add(1);
                    }
                }
                // Past the place that cannot be read, in longer and longer steps.
                Err(_) => {
                    faults = faults.saturating_add(1);
                    found.unreadable = found.unreadable.saturating_add(u64::from(step == 1));
                    if step == i64::MAX {
                        break;
                    }
                    last = last.max(0).saturating_add(step);
                    step = step.saturating_mul(2);
                }
            }
        }
        store.recount()?;
        Ok(())
    })
    .map(|()| found)?)
}

/// The first record after this number.
fn read_after(db: &Connection, last: i64) -> rusqlite::Result<Option<Record>> {
    db.prepare_cached(
        "SELECT id, conversation, seq, op, closes, state = 'dead', attempts, enqueued_at, last_error, body, digest
         FROM records NOT INDEXED WHERE id > ? ORDER BY id LIMIT 1",
    )?
    .query_row([last], record)
    .optional()
}

fn record(row: &Row<'_>) -> rusqlite::Result<Record> {
    let (conversation, seq, op): (String, i64, String) = (row.get(1)?, row.get(2)?, row.get(3)?);
    let body: Vec<u8> = row.get(9)?;
    let kind = [Op::Create, Op::Append].into_iter().find(|kind| kind.as_str() == op);
    let digests = kind.map(|kind| digest(&conversation, seq, kind, &body));
    let whole = digests.is_some_and(|digest| row.get_ref(10).is_ok_and(|kept| kept.as_blob() == Ok(&digest)));
    Ok(Record {
        id: row.get(0)?,
        closes: row.get(4)?,
        dead: row.get(5)?,
        attempts: row.get(6)?,
        enqueued_at: row.get(7)?,
        last_error: row.get(8)?,
        conversation,
        seq,
        op,
        body,
        whole,
    })
}
