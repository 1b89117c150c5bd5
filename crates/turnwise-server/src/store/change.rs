//! Bodies that are kept: the first of a conversation, and those after it.

use super::{
    AgentRef, Store, StoreError, agents,
    once::{Kept, Once, earlier, remember},
    record::{Record, find},
};
use crate::{
    fields::{Fields, is_open},
    options::Limits,
};
use rusqlite::{Connection, params};

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
    /// Hash of the system prompt in it, and the prompt.
    pub(crate) prompt: Option<(String, String)>,
    /// Its first body.
    pub(crate) first: Change,
}

impl Store {
    /// Keeps a new conversation and gives the answer that `answer` makes of it; a repeated key gives the first answer.
    pub(crate) async fn create(
        &self,
        new: NewConversation,
        once: Option<Once>,
        answer: impl FnOnce(&Record) -> String + Send + 'static,
    ) -> Result<Kept, StoreError> {
        let limits = self.limits;
        self.writer
            .write(move |db| {
                if let Some(given) = earlier(db, once.as_ref())? {
                    return Ok(given);
                }
                within(&limits, new.first.messages, new.first.body.len() as u64)?;
                let now = new.first.now;
                let agent_id = agents::resolve(db, &new.agent, new.agent_id, now)?;
                if let (Some(id), Some((hash, prompt))) = (&agent_id, &new.prompt) {
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
    ) -> Result<Kept, StoreError> {
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
}

/// Refuses a conversation that is larger than it may be.
fn within(limits: &Limits, messages: u64, bytes: u64) -> Result<(), StoreError> {
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
