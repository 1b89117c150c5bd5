//! Agents: whose conversations are logged.

use chrono::{DateTime, FixedOffset};

use crate::object::{Object, Writer};

/// Which agent a conversation belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AgentRef {
    /// By its id, such as `agent_123`.
    Id(String),
    /// By its name; the server makes an agent of a new name.
    Name(String),
}

impl AgentRef {
    /// An agent by its id.
    pub fn id(id: impl Into<String>) -> Self {
        Self::Id(id.into())
    }

    /// An agent by its name.
    pub fn name(name: impl Into<String>) -> Self {
        Self::Name(name.into())
    }

    pub(crate) fn write(&self, body: &mut Writer) {
        match self {
            Self::Id(id) => body.string("agentId", id),
            Self::Name(name) => body.string("agentName", name),
        }
    }
}

/// An agent as the server has it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Agent {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// Its system prompt.
    pub content: Option<String>,
    /// The model that it uses.
    pub llm_model: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Tags that somebody gave it.
    pub tags: Vec<String>,
    /// `draft`, `active`, `deprecated`, `archived`, or another word.
    pub status: Option<String>,
    /// Whether it is in use.
    pub is_active: Option<bool>,
    /// When it was made.
    pub created_at: Option<DateTime<FixedOffset>>,
    /// When it was changed last.
    pub updated_at: Option<DateTime<FixedOffset>>,
    /// How many conversations were logged for it.
    pub conversation_count: Option<u64>,
    /// The object as the server wrote it, fields that have no place here included.
    pub raw: String,
}

impl Agent {
    pub(crate) fn read(raw: &str) -> Option<Self> {
        let object = Object::parse(raw)?;
        Some(Self {
            id: object.id("id").or_else(|| object.id("_id"))?,
            name: object.string("name"),
            content: object.string("content"),
            llm_model: object.string("llmModel"),
            description: object.string("description"),
            tags: object.read("tags").unwrap_or_default(),
            status: object.string("status"),
            is_active: object.read("isActive"),
            created_at: object.time("createdAt"),
            updated_at: object.time("updatedAt"),
            conversation_count: object.read("conversationCount"),
            raw: raw.into(),
        })
    }
}
