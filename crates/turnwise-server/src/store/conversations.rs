//! Statements about conversations and the bodies that they were sent in.

use super::{AgentRef, Store, StoreError, agents};
use crate::fields::{Fields, is_open};
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};

/// One conversation, without its bodies.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    /// Order in which conversations came.
    number: i64,
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

/// Which conversations are asked for; the latest come first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    /// Identifier of the agent.
    pub(crate) agent_id: Option<String>,
    /// Status; `active` and `in_progress` are the same.
    pub(crate) status: Option<String>,
    /// Text that stands in a message, the title or the identifier; the case of letters does not matter.
    pub(crate) search: Option<String>,
    /// How many at most.
    pub(crate) limit: u32,
    /// How many to pass over.
    pub(crate) offset: u64,
}

/// Some of many.
#[derive(Debug, Clone)]
pub(crate) struct Page<T> {
    /// These.
    pub(crate) items: Vec<T>,
    /// How many there are.
    pub(crate) total: u64,
}

/// What a body adds to a conversation.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    /// The JSON as it was received.
    pub(crate) body: String,
    /// Status that it asks for.
    pub(crate) status: Option<String>,
    /// What it says beside the messages.
    pub(crate) fields: Fields,
    /// How many messages it has.
    pub(crate) messages: u64,
    /// What the search looks at, in lower case.
    pub(crate) words: String,
    /// The first words.
    pub(crate) opening: String,
    /// When it was received, in milliseconds since 1970.
    pub(crate) now: i64,
}

/// A conversation to be created.
#[derive(Debug, Clone)]
pub(crate) struct NewConversation {
    /// Its identifier.
    pub(crate) id: String,
    /// Its agent.
    pub(crate) agent: AgentRef,
    /// Identifier for the agent if it is new and known by name only.
    pub(crate) agent_id: String,
    /// System prompt in it, with its hash.
    pub(crate) prompt: Option<(String, String)>,
    /// Its first body.
    pub(crate) first: Change,
}

/// An idempotency key, and what it was sent with.
#[derive(Debug, Clone)]
pub(crate) struct Once {
    /// Hash of the caller's bearer key: keys of several callers do not meet.
    pub(crate) scope: [u8; 32],
    /// The key.
    pub(crate) key: String,
    /// Hash of path and body.
    pub(crate) fingerprint: [u8; 32],
}

const SELECT: &str =
    "SELECT number, c.id, agent_id, a.name, status, c.created_at, c.updated_at, fields, opening,
    messages, bytes FROM conversations c LEFT JOIN agents a ON a.id = agent_id";

fn record(row: &Row) -> rusqlite::Result<Record> {
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
    /// Keeps a new conversation and gives the answer that `answer` makes of it; a repeated key gives the first answer.
    pub(crate) async fn create(
        &self,
        new: NewConversation,
        once: Option<Once>,
        answer: impl FnOnce(&Record) -> String + Send + 'static,
    ) -> Result<String, StoreError> {
        let limits = self.limits;
        self.writer
            .write(move |db| {
                if let Some(given) = earlier(db, once.as_ref())? {
                    return Ok(given);
                }
                within(&limits, new.first.messages, new.first.body.len() as u64)?;
                let now = new.first.now;
                let agent_id = agents::resolve(db, &new.agent, new.agent_id, now)?;
                if let (Some(id), Some((prompt, hash))) = (&agent_id, &new.prompt) {
                    agents::learn_prompt(db, id, prompt, hash, now)?;
                }
                insert(db, &new.id, agent_id.as_deref(), &new.first)?;
                remember(db, &new.id, once.as_ref(), now, answer)
            })
            .await
    }

    /// Adds a body to a conversation that is open, and gives the answer that `answer` makes of it.
    pub(crate) async fn append(
        &self,
        id: String,
        change: Change,
        once: Option<Once>,
        answer: impl FnOnce(&Record) -> String + Send + 'static,
    ) -> Result<String, StoreError> {
        let limits = self.limits;
        self.writer
            .write(move |db| {
                if let Some(given) = earlier(db, once.as_ref())? {
                    return Ok(given);
                }
                let mut record = find(db, &id)?.ok_or(StoreError::NotFound)?;
                if !is_open(&record.status) {
                    return Err(StoreError::Closed(record.status));
                }
                record.messages = record.messages.saturating_add(change.messages);
                record.bytes = record.bytes.saturating_add(change.body.len() as u64);
                within(&limits, record.messages, record.bytes)?;
                record.fields.merge(change.fields.clone());
                if let Some(status) = &change.status {
                    record.status.clone_from(status);
                }
                update(db, &record, &change)?;
                remember(db, &id, once.as_ref(), change.now, answer)
            })
            .await
    }

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

    /// Conversations, the latest first; those of at most `whole` bytes with their bodies.
    pub(crate) async fn list(
        &self,
        filter: Filter,
        whole: u64,
    ) -> Result<Page<(Record, Option<Vec<Submission>>)>, StoreError> {
        self.read(move |db| {
            let (condition, values) = condition(&filter);
            let values: Vec<&dyn ToSql> = values.iter().map(|value| value as &dyn ToSql).collect();
            let count = format!("SELECT count(*) FROM conversations c WHERE {condition}");
            let total: i64 = db.query_row(&count, values.as_slice(), |row| row.get(0))?;
            let offset = i64::try_from(filter.offset).unwrap_or(i64::MAX);
            let page = format!(
                "{SELECT} WHERE {condition} ORDER BY number DESC LIMIT {} OFFSET {offset}",
                filter.limit
            );
            let mut rows = db.prepare(&page)?;
            let mut items = Vec::new();
            for found in rows.query_map(values.as_slice(), record)? {
                let found = found?;
                let bodies = (found.bytes <= whole).then(|| submissions(db, &found)).transpose()?;
                items.push((found, bodies));
            }
            Ok(Page { items, total: total.unsigned_abs() })
        })
        .await
    }
}

/// The filter as SQL, and the values of its parameters.
fn condition(filter: &Filter) -> (String, Vec<String>) {
    let (mut condition, mut values) = ("true".to_owned(), Vec::new());
    if let Some(id) = &filter.agent_id {
        condition.push_str(" AND c.agent_id = ?");
        values.push(id.clone());
    }
    match filter.status.as_deref() {
        None => {}
        Some("active" | "in_progress") => condition.push_str(" AND c.status IN ('active', 'in_progress')"),
        Some(status) => {
            condition.push_str(" AND c.status = ?");
            values.push(status.to_owned());
        }
    }
    if let Some(search) = &filter.search {
        let words = search.to_lowercase();
        condition.push_str(
            " AND (c.id = ? OR EXISTS (SELECT 1 FROM submissions
                WHERE conversation = c.number AND instr(words, ?) > 0))",
        );
        values.extend([words.clone(), words]);
    }
    (condition, values)
}

fn find(db: &Connection, id: &str) -> Result<Option<Record>, StoreError> {
    Ok(db.prepare_cached(&format!("{SELECT} WHERE c.id = ?1"))?.query_row([id], record).optional()?)
}

fn submissions(db: &Connection, record: &Record) -> Result<Vec<Submission>, StoreError> {
    let sql = "SELECT received_at, body FROM submissions WHERE conversation = ?1 ORDER BY seq";
    let submission = |row: &Row| Ok(Submission { received_at: row.get(0)?, body: row.get(1)? });
    Ok(db.prepare_cached(sql)?.query_map([record.number], submission)?.collect::<Result<_, _>>()?)
}

fn within(limits: &crate::Limits, messages: u64, bytes: u64) -> Result<(), StoreError> {
    if messages > limits.messages as u64 {
        return Err(StoreError::TooLarge(format!("{} messages", limits.messages)));
    }
    if bytes > limits.conversation_bytes as u64 {
        return Err(StoreError::TooLarge(format!("{} bytes", limits.conversation_bytes)));
    }
    Ok(())
}

fn insert(db: &Connection, id: &str, agent_id: Option<&str>, first: &Change) -> Result<(), StoreError> {
    let sql = "INSERT INTO conversations
        (id, agent_id, status, created_at, updated_at, fields, opening, messages, bytes)
        VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7, ?8)";
    let status = first.status.as_deref().unwrap_or("active");
    let (messages, bytes) = (first.messages.cast_signed(), first.body.len() as u64);
    let fields = first.fields.to_json();
    let row = params![id, agent_id, status, first.now, fields, first.opening, messages, bytes.cast_signed()];
    db.prepare_cached(sql)?.execute(row)?;
    keep(db, db.last_insert_rowid(), first)
}

fn update(db: &Connection, record: &Record, change: &Change) -> Result<(), StoreError> {
    let sql = "UPDATE conversations SET status = ?2, updated_at = ?3, fields = ?4, messages = ?5, bytes = ?6,
        opening = CASE opening WHEN '' THEN ?7 ELSE opening END WHERE number = ?1";
    let (messages, bytes) = (record.messages.cast_signed(), record.bytes.cast_signed());
    let fields = record.fields.to_json();
    let row = params![record.number, record.status, change.now, fields, messages, bytes, change.opening];
    db.prepare_cached(sql)?.execute(row)?;
    keep(db, record.number, change)
}

/// Keeps a body, after those that are there.
fn keep(db: &Connection, conversation: i64, change: &Change) -> Result<(), StoreError> {
    let sql = "INSERT INTO submissions (conversation, seq, received_at, body, words)
        SELECT ?1, count(*), ?2, ?3, ?4 FROM submissions WHERE conversation = ?1";
    db.prepare_cached(sql)?.execute(params![conversation, change.now, change.body, change.words])?;
    Ok(())
}

/// The answer that this key was given before.
fn earlier(db: &Connection, once: Option<&Once>) -> Result<Option<String>, StoreError> {
    let Some(once) = once else { return Ok(None) };
    let sql = "SELECT fingerprint, answer FROM idempotency WHERE scope = ?1 AND key = ?2";
    let row = |row: &Row| Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?));
    match db.prepare_cached(sql)?.query_row(params![once.scope, once.key], row).optional()? {
        Some((fingerprint, _)) if fingerprint != once.fingerprint => Err(StoreError::KeyReused),
        found => Ok(found.map(|(_, answer)| answer)),
    }
}

/// Makes the answer, and keeps it under the key, if there is one.
fn remember(
    db: &Connection,
    id: &str,
    once: Option<&Once>,
    now: i64,
    answer: impl FnOnce(&Record) -> String,
) -> Result<String, StoreError> {
    let answer = answer(&find(db, id)?.ok_or(StoreError::NotFound)?);
    if let Some(once) = once {
        let sql = "INSERT INTO idempotency (scope, key, fingerprint, answer, created_at) VALUES (?1, ?2, ?3, ?4, ?5)";
        db.prepare_cached(sql)?.execute(params![once.scope, once.key, once.fingerprint, answer, now])?;
    }
    Ok(answer)
}
