//! The tables, and how a connection is set up.

use super::StoreError;
use rusqlite::Connection;
use std::{path::Path, time::Duration};

/// Version of the tables below, kept in `user_version`.
const VERSION: i64 = 1;

/// Times are milliseconds since 1970 (UTC).
const TABLES: &str = "
CREATE TABLE agents (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    prompt TEXT,
    prompt_hash TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX agents_by_name ON agents (name);
CREATE INDEX agents_by_prompt ON agents (prompt_hash);

CREATE TABLE conversations (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    agent_id TEXT REFERENCES agents (id),
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    fields TEXT NOT NULL,
    opening TEXT NOT NULL,
    messages INTEGER NOT NULL,
    bytes INTEGER NOT NULL
) STRICT;
CREATE INDEX conversations_by_agent ON conversations (agent_id, number);
CREATE INDEX conversations_by_status ON conversations (status, number);

CREATE TABLE submissions (
    conversation INTEGER NOT NULL REFERENCES conversations (number),
    seq INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    body TEXT NOT NULL,
    words TEXT NOT NULL,
    UNIQUE (conversation, seq)
) STRICT;

CREATE TABLE idempotency (
    scope BLOB NOT NULL,
    key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    answer TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;
";

/// A connection for the writer, with the tables there.
pub(super) fn open(path: &Path) -> Result<Connection, StoreError> {
    let mut db = connect(path)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "foreign_keys", true)?;
    let change = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let version: i64 = change.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    match version {
        0 => {
            change.execute_batch(TABLES)?;
            change.pragma_update(None, "user_version", VERSION)?;
        }
        VERSION => {}
        newer => return Err(StoreError::Newer(newer)),
    }
    change.commit()?;
    Ok(db)
}

/// A connection that waits for others rather than to fail.
pub(super) fn connect(path: &Path) -> Result<Connection, StoreError> {
    let db = Connection::open(path)?;
    db.busy_timeout(Duration::from_secs(10))?;
    db.set_prepared_statement_cache_capacity(32);
    Ok(db)
}
