//! Idempotency keys: a request that is repeated with one is answered as before, and does nothing.

use super::{
    StoreError,
    record::{Record, find},
};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// What is answered to a body that is kept.
pub(crate) struct Kept {
    /// The answer.
    pub(crate) answer: String,
    /// Whether the body was kept now, and not at an earlier request with the same key.
    pub(crate) is_new: bool,
}

/// An idempotency key, and what it was sent with.
#[derive(Debug, Clone)]
pub(crate) struct Once {
    /// Hash of the caller's bearer key: keys of several callers do not meet.
    pub(crate) scope: [u8; 32],
    /// The key.
    pub(crate) key: String,
    /// Hash of what is asked for, and the body.
    pub(crate) fingerprint: [u8; 32],
}

/// The answer that this key was given before.
pub(super) fn earlier(db: &Connection, once: Option<&Once>) -> Result<Option<Kept>, StoreError> {
    let Some(once) = once else { return Ok(None) };
    let sql = "SELECT fingerprint, answer FROM idempotency WHERE scope = ?1 AND key = ?2";
    let row = |row: &Row| Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?));
    match db.prepare_cached(sql)?.query_row(params![once.scope, once.key], row).optional()? {
        Some((fingerprint, _)) if fingerprint != once.fingerprint => Err(StoreError::KeyReused),
        found => Ok(found.map(|(_, answer)| Kept { answer, is_new: false })),
    }
}

/// Makes the answer, and keeps it under the key, if there is one.
pub(super) fn remember(
    db: &Connection,
    id: &str,
    once: Option<&Once>,
    now: i64,
    answer: impl FnOnce(&Record) -> String,
) -> Result<Kept, StoreError> {
    let answer = answer(&find(db, id)?.ok_or(StoreError::NotFound)?);
    if let Some(once) = once {
        let sql = "INSERT INTO idempotency (scope, key, fingerprint, answer, created_at) VALUES (?1, ?2, ?3, ?4, ?5)";
        db.prepare_cached(sql)?.execute(params![once.scope, once.key, once.fingerprint, answer, now])?;
    }
    Ok(Kept { answer, is_new: true })
}
