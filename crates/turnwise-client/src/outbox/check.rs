//! Whether a queue file is as this library writes it.
//!
//! SQLite looks at pages and constraints; that values are what their columns hold, and that rows agree with each other, is
//! for us to see. What passes here can be used without another thought of damage, but for bodies: digests guard those.

use rusqlite::Connection;

/// Above every number that a record or its place can have; numbers near the largest of all could not be counted up.
pub(super) const MOST: i64 = 1 << 62;

/// What a damaged file may have, a condition each, and what is to be said of it.
const DISAGREEMENTS: [(&str, &str); 5] = [
    (
        "SELECT 1 FROM conversations WHERE NOT (0 <= passed AND passed <= next_seq AND next_seq < ?)",
        "a conversation is counted wrong",
    ),
    (
        "SELECT 1 FROM records r LEFT JOIN conversations c ON c.key = r.conversation
         WHERE c.key IS NULL OR r.seq < c.passed OR r.seq >= c.next_seq OR (r.closes AND NOT c.closed) OR r.id >= ?",
        "a record and its conversation disagree",
    ),
    (
        "SELECT 1 FROM records r WHERE state = 'waiting' AND id < ? AND NOT EXISTS
         (SELECT 1 FROM records b WHERE b.conversation = r.conversation AND b.seq < r.seq)",
        "a record waits for none",
    ),
    (
        "SELECT 1 FROM bodies WHERE record >= ? OR NOT EXISTS (SELECT 1 FROM records WHERE id = record)",
        "a body has no record",
    ),
    (
        "SELECT 1 FROM sqlite_sequence WHERE typeof(seq) <> 'integer' OR seq NOT BETWEEN 0 AND ? - 1",
        "the last number of a record cannot be",
    ),
];

/// Looks at every page, at every row of every index, at every value, and whether they agree. What is wrong, if anything;
/// an error is SQLite's way to say so.
pub(super) fn check(db: &Connection) -> rusqlite::Result<Option<String>> {
    let found: String = db.pragma_query_value(None, "integrity_check", |row| row.get(0))?;
    if found != "ok" {
        return Ok(Some(found));
    }
    read_all(db)?;
    for (condition, flaw) in DISAGREEMENTS {
        if db.prepare(condition)?.exists([MOST])? {
            return Ok(Some(flaw.into()));
        }
    }
    Ok(None)
}

/// Reads every value but bodies: SQLite does not look whether text is UTF-8.
fn read_all(db: &Connection) -> rusqlite::Result<()> {
    let mut conversations =
        db.prepare("SELECT key, remote_id, next_seq, passed, closed FROM conversations")?;
    let read = conversations.query_map([], |row| {
        let texts: (String, Option<String>) = (row.get(0)?, row.get(1)?);
        let numbers: (i64, i64, bool) = (row.get(2)?, row.get(3)?, row.get(4)?);
        Ok((texts, numbers))
    });
    read?.try_for_each(|read| read.map(drop))?;

    let mut records = db.prepare(
        "SELECT id, conversation, seq, op, closes, state, attempts, not_before, throttled, enqueued_at, sent_at,
         last_error, digest FROM records",
    )?;
    let read = records.query_map([], |row| {
        let texts: (String, String, String, Option<String>) =
            (row.get(1)?, row.get(3)?, row.get(5)?, row.get(11)?);
        let numbers: [i64; 4] = [row.get(0)?, row.get(2)?, row.get(7)?, row.get(9)?];
        let rest: (bool, u32, bool, Option<i64>, Vec<u8>) =
            (row.get(4)?, row.get(6)?, row.get(8)?, row.get(10)?, row.get(12)?);
        Ok((texts, numbers, rest))
    });
    read?.try_for_each(|read| read.map(drop))?;

    let mut kinds =
        db.prepare("SELECT record, CASE typeof(body) WHEN 'blob' THEN 0 ELSE '' END FROM bodies")?;
    let read = kinds.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)));
    read?.try_for_each(|read| read.map(drop))
}
