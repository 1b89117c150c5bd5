//! Agents in answers.

use super::time;
use crate::store::Agent;
use serde::Serialize;
use utoipa::ToSchema;

/// An agent.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AgentObject {
    /// Identifier.
    id: String,
    /// Name.
    name: String,
    /// System prompt, as the latest conversation has it.
    content: Option<String>,
    /// Always `active`.
    status: &'static str,
    /// Always true.
    is_active: bool,
    /// How many conversations it has.
    conversation_count: u64,
    /// When it was first seen.
    created_at: String,
    /// When its prompt last changed.
    updated_at: String,
}

impl From<Agent> for AgentObject {
    fn from(agent: Agent) -> Self {
        Self {
            id: agent.id,
            name: agent.name,
            content: agent.prompt,
            status: "active",
            is_active: true,
            conversation_count: agent.conversations,
            created_at: time(agent.created_at),
            updated_at: time(agent.updated_at),
        }
    }
}
