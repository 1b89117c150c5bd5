//! The tables of a queue file.

use rusqlite::Connection;

/// Says that an SQLite file is a queue of ours (`application_id`): "turn" in ASCII.
pub(super) const APPLICATION: i64 = 0x7475_726e;

/// Of which make the tables are (`user_version`).
pub(super) const VERSION: i64 = 1;

/// Everything in a queue file, a statement each.
///
/// A conversation is known by its idempotency key. Only the first record of a conversation is ever `queued`, `sending`
/// or `dead`; those behind it are `waiting`, so that order within a conversation is a matter of data, and finding what
/// is due is one step in `due`. `passed` counts the records of a conversation that have left; `sent_at` is set while the
/// server may have the record. Bodies stand apart, since SQLite writes a whole row again when a state changes.
const STATEMENTS: [&str; 5] = [
    "CREATE TABLE conversations (
        key TEXT PRIMARY KEY NOT NULL,
        remote_id TEXT,
        next_seq INTEGER NOT NULL,
        passed INTEGER NOT NULL,
        closed INTEGER NOT NULL
    ) WITHOUT ROWID",
    "CREATE TABLE records (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        conversation TEXT NOT NULL,
        seq INTEGER NOT NULL,
        op TEXT NOT NULL CHECK (op IN ('create', 'append')),
        closes INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'queued', 'sending', 'dead')),
        attempts INTEGER NOT NULL DEFAULT 0,
        not_before INTEGER NOT NULL DEFAULT 0,
        throttled INTEGER NOT NULL DEFAULT 0,
        enqueued_at INTEGER NOT NULL,
        sent_at INTEGER,
        last_error TEXT,
        digest BLOB NOT NULL,
        UNIQUE (conversation, seq)
    )",
    "CREATE TABLE bodies (
        record INTEGER PRIMARY KEY NOT NULL,
        body BLOB NOT NULL
    )",
    "CREATE UNIQUE INDEX one_end ON records (conversation) WHERE closes",
    "CREATE INDEX due ON records (not_before, id) WHERE state = 'queued'",
];

/// Makes the tables in an empty file, all or none.
pub(super) fn create(db: &Connection) -> rusqlite::Result<()> {
    let statements = STATEMENTS.join(";\n");
    db.execute_batch(&format!(
        "BEGIN IMMEDIATE;
        PRAGMA application_id = {APPLICATION};
        PRAGMA user_version = {VERSION};
        {statements};
        COMMIT"
    ))
}

/// What a file says that it is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Identity {
    /// Nothing yet.
    Empty,
    /// A queue that this version reads.
    Queue,
    /// A queue of a later version.
    Later(i64),
    /// A database of another program.
    Foreign,
    /// A queue whose tables are not as we make them.
    Altered,
}

/// Asks a file what it is. Nothing but the exact tables will do, so that no trigger or view of a damaged or forged file
/// ever runs.
pub(super) fn identify(db: &Connection) -> rusqlite::Result<Identity> {
    let application: i64 = db.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let found = entries(db)?;
    let fresh = Connection::open_in_memory()?;
    create(&fresh)?;
    let ours = found == entries(&fresh)?;
    Ok(match (application, version) {
        (APPLICATION, VERSION) if ours => Identity::Queue,
        (0, 0) if found.is_empty() => Identity::Empty,
        (APPLICATION, later) if later > VERSION && !ours => Identity::Later(later),
        (APPLICATION, _) => Identity::Altered,
        _ if ours => Identity::Altered,
        _ => Identity::Foreign,
    })
}

/// What a file says of its tables and indexes, those of SQLite's own as well: it takes one of them for damaged whose name
/// is written otherwise, and only when it needs it.
fn entries(db: &Connection) -> rusqlite::Result<Vec<[Option<String>; 4]>> {
    let mut entries = db.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid")?;
    let entries = entries.query_map([], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]))?;
    entries.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_ours_by_its_numbers_and_its_tables() {
        use Identity::{Altered, Empty, Foreign, Later, Queue};
        let ours = STATEMENTS.join(";");
        let [none, ours, other] = ["", &ours, "CREATE TABLE t (a)"];
        for (application, version, tables, expected) in [
            (APPLICATION, VERSION, ours, Queue),
            (APPLICATION, VERSION, other, Altered),
            (APPLICATION, VERSION, none, Altered),
            (APPLICATION, VERSION + 1, ours, Altered),
            (APPLICATION, VERSION + 1, other, Later(VERSION + 1)),
            (APPLICATION, VERSION + 8, none, Later(VERSION + 8)),
            (APPLICATION, VERSION - 1, ours, Altered),
            (APPLICATION, VERSION - 1, other, Altered),
            (APPLICATION, -1, other, Altered),
            (0, 0, none, Empty),
            (0, 0, ours, Altered),
            (0, 0, other, Foreign),
            (0, VERSION, none, Foreign),
            (0, VERSION, ours, Altered),
            (7, 0, none, Foreign),
            (7, VERSION, ours, Altered),
            (7, VERSION, other, Foreign),
        ] {
            let db = Connection::open_in_memory().unwrap();
            db.pragma_update(None, "application_id", application).unwrap();
            db.pragma_update(None, "user_version", version).unwrap();
            db.execute_batch(tables).unwrap();
            assert_eq!(identify(&db).unwrap(), expected, "{application}, {version}: {tables}");
        }
    }
}
