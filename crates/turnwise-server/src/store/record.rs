//! Conversations as they are kept, and how one is found.

use super::{Store, StoreError};
use crate::fields::Fields;
use rusqlite::{Connection, OptionalExtension, Row};

/// One conversation, without its bodies.
#[derive(Debug, Clone, Default)]
pub(crate) struct Record {
    /// Order in which conversations came.
    pub(super) number: i64,
    /// Identifier.
    pub(crate) id: String,
    /// Identifier of its agent.
    pub(crate) agent_id: Option<String>,
    /// Name of its agent.
    pub(crate) agent_name: Option<String>,
    /// Status, in the word that was sent.
    pub(crate) status: String,
    /// When it was created, in milliseconds since 1970.
    pub(crate) created_at: i64,
    /// When it was last appended to, in milliseconds since 1970.
    pub(crate) updated_at: i64,
    /// What was sent beside the messages.
    pub(crate) fields: Fields,
    /// The first words of it.
    pub(crate) opening: String,
    /// How many messages it has.
    pub(crate) messages: u64,
    /// Bytes of its bodies.
    pub(crate) bytes: u64,
}

/// One body, as it was received.
#[derive(Debug, Clone)]
pub(crate) struct Submission {
    /// When it was received, in milliseconds since 1970.
    pub(crate) received_at: i64,
    /// The JSON.
    pub(crate) body: String,
}

/// What all statements that give records begin with.
pub(super) const SELECT: &str =
    "SELECT number, c.id, agent_id, a.name, status, c.created_at, c.updated_at, fields, opening,
    messages, bytes FROM conversations c LEFT JOIN agents a ON a.id = agent_id";

/// A row of such a statement.
pub(super) fn record(row: &Row) -> rusqlite::Result<Record> {
    let fields: String = row.get(7)?;
    let read =
        |error| rusqlite::Error::FromSqlConversionFailure(7, rusqlite::types::Type::Text, Box::new(error));
    Ok(Record {
        number: row.get(0)?,
        id: row.get(1)?,
        agent_id: row.get(2)?,
        agent_name: row.get(3)?,
        status: row.get(4)?,
        created_at: row.get(5)?,
        updated_at: row.get(6)?,
        fields: serde_json::from_str(&fields).map_err(read)?,
        opening: row.get(8)?,
        messages: row.get::<_, i64>(9)?.unsigned_abs(),
        bytes: row.get::<_, i64>(10)?.unsigned_abs(),
    })
}

impl Store {
    /// A conversation and its bodies, in order.
    pub(crate) async fn conversation(
        &self,
        id: String,
    ) -> Result<Option<(Record, Vec<Submission>)>, StoreError> {
        self.read(move |db| {
            let Some(record) = find(db, &id)? else { return Ok(None) };
            let submissions = submissions(db, &record)?;
            Ok(Some((record, submissions)))
        })
        .await
    }

    /// Whether there is a conversation of that identifier.
    pub(crate) async fn record(&self, id: String) -> Result<Option<Record>, StoreError> {
        self.read(move |db| find(db, &id)).await
    }
}

/// The conversation of that identifier.
pub(super) fn find(db: &Connection, id: &str) -> Result<Option<Record>, StoreError> {
    Ok(db.prepare_cached(&format!("{SELECT} WHERE c.id = ?1"))?.query_row([id], record).optional()?)
}

/// Its bodies, in order.
pub(super) fn submissions(db: &Connection, record: &Record) -> Result<Vec<Submission>, StoreError> {
    let sql = "SELECT received_at, body FROM submissions WHERE conversation = ?1 ORDER BY seq";
    let submission = |row: &Row| Ok(Submission { received_at: row.get(0)?, body: row.get(1)? });
    Ok(db.prepare_cached(sql)?.query_map([record.number], submission)?.collect::<Result<_, _>>()?)
}
