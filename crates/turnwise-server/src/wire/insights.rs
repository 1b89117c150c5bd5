//! Insights in answers, of which there are none.

use serde::Serialize;
use utoipa::ToSchema;

/// Insights that there are none of.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NoInsights {
    /// Identifier of the conversation, where it is one's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) conversation_id: Option<String>,
    /// Identifier of the agent, where it is one's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) agent_id: Option<String>,
    /// Days that were asked for, where it is an agent's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) days: Option<u32>,
    /// Always `skipped`.
    pub(crate) status: &'static str,
    /// Always `NO_ANALYSER`.
    pub(crate) reason: &'static str,
    /// One sentence for people.
    pub(crate) message: &'static str,
}

impl Default for NoInsights {
    fn default() -> Self {
        Self {
            conversation_id: None,
            agent_id: None,
            days: None,
            status: "skipped",
            reason: "NO_ANALYSER",
            message: "This development server keeps conversations and does not analyse them.",
        }
    }
}

/// A step of an agent that failed. There are none, since nothing looks for them.
#[derive(Serialize, ToSchema)]
pub(crate) struct StepFailure {}
