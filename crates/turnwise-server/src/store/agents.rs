//! Statements about agents.

use super::{Page, Store, StoreError};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// An agent that conversations belong to.
#[derive(Debug, Clone)]
pub(crate) struct Agent {
    /// Identifier, as the caller has it or as given here.
    pub(crate) id: String,
    /// Name; of an agent that is known by its identifier only, the identifier.
    pub(crate) name: String,
    /// System prompt, as its latest conversation has it.
    pub(crate) prompt: Option<String>,
    /// Hash of the prompt, as the client computes it.
    pub(crate) prompt_hash: Option<String>,
    /// When it was first seen, in milliseconds since 1970.
    pub(crate) created_at: i64,
    /// When its prompt last changed, in milliseconds since 1970.
    pub(crate) updated_at: i64,
    /// How many conversations it has.
    pub(crate) conversations: u64,
}

/// How a body names its agent: an identifier, a name, or both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AgentRef {
    /// `agentId`.
    pub(crate) id: Option<String>,
    /// `agentName`.
    pub(crate) name: Option<String>,
}

const SELECT: &str = "SELECT id, name, prompt, prompt_hash, created_at, updated_at,
    (SELECT count(*) FROM conversations WHERE agent_id = agents.id) FROM agents";

fn agent(row: &Row) -> rusqlite::Result<Agent> {
    Ok(Agent {
        id: row.get(0)?,
        name: row.get(1)?,
        prompt: row.get(2)?,
        prompt_hash: row.get(3)?,
        created_at: row.get(4)?,
        updated_at: row.get(5)?,
        conversations: row.get::<_, i64>(6)?.unsigned_abs(),
    })
}

impl Store {
    /// The agent of that identifier.
    pub(crate) async fn agent(&self, id: String) -> Result<Option<Agent>, StoreError> {
        self.read(move |db| Ok(db.query_row(&format!("{SELECT} WHERE id = ?1"), [id], agent).optional()?))
            .await
    }

    /// The agent whose prompt has that hash, the latest where there are several.
    pub(crate) async fn agent_by_prompt(&self, hash: String) -> Result<Option<Agent>, StoreError> {
        self.read(move |db| {
            let select = format!("{SELECT} WHERE prompt_hash = ?1 ORDER BY updated_at DESC LIMIT 1");
            Ok(db.query_row(&select, [hash], agent).optional()?)
        })
        .await
    }

    /// Agents by name.
    pub(crate) async fn agents(&self, limit: u32, offset: u64) -> Result<Page<Agent>, StoreError> {
        self.read(move |db| {
            let total: i64 = db.query_row("SELECT count(*) FROM agents", [], |row| row.get(0))?;
            let mut rows = db.prepare(&format!("{SELECT} ORDER BY name, id LIMIT ?1 OFFSET ?2"))?;
            let offset = i64::try_from(offset).unwrap_or(i64::MAX);
            let items = rows.query_map(params![limit, offset], agent)?.collect::<Result<_, _>>()?;
            Ok(Page { items, total: total.unsigned_abs() })
        })
        .await
    }
}

/// The identifier of the agent that is meant; one that is not known yet is added.
pub(super) fn resolve(
    db: &Connection,
    meant: &AgentRef,
    fresh: String,
    now: i64,
) -> Result<Option<String>, StoreError> {
    let insert = |id: &str, name: &str| {
        let sql = "INSERT INTO agents (id, name, created_at, updated_at) VALUES (?1, ?2, ?3, ?3)
            ON CONFLICT (id) DO NOTHING";
        db.execute(sql, params![id, name, now])
    };
    match (&meant.id, &meant.name) {
        (None, None) => Ok(None),
        (Some(id), name) => {
            insert(id, name.as_ref().unwrap_or(id))?;
            Ok(Some(id.clone()))
        }
        (None, Some(name)) => {
            let known = "SELECT id FROM agents WHERE name = ?1 ORDER BY created_at, id LIMIT 1";
            if let Some(id) = db.query_row(known, [name], |row| row.get(0)).optional()? {
                return Ok(Some(id));
            }
            insert(&fresh, name)?;
            Ok(Some(fresh))
        }
    }
}

/// Keeps the system prompt that a conversation of the agent has.
pub(super) fn learn_prompt(
    db: &Connection,
    id: &str,
    prompt: &str,
    hash: &str,
    now: i64,
) -> Result<(), StoreError> {
    let sql = "UPDATE agents SET prompt = ?2, prompt_hash = ?3, updated_at = ?4
        WHERE id = ?1 AND prompt_hash IS NOT ?3";
    db.execute(sql, params![id, prompt, hash, now])?;
    Ok(())
}
