//! What the tools for logged conversations answer.

use super::{Count, Findings};
use crate::page::cut;
use chrono::{DateTime, FixedOffset};
use rmcp::schemars::{self, JsonSchema};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use turnwise::Conversation;
use turnwise_client::{Status, Stored};

/// What `log_conversation` answers.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Logged {
    /// The id of the conversation; pass it to append to it.
    pub(crate) conversation_id: String,
    /// Whether it is new; else the messages were appended.
    pub(crate) created: bool,
    /// Its status as far as it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<String>,
    /// How many messages were sent.
    pub(crate) messages: Count,
    /// How many of them each role has.
    pub(crate) roles: BTreeMap<String, Count>,
    /// What was doubtful in the transcript; tell the user.
    #[serde(flatten)]
    pub(crate) findings: Findings,
    /// What was not sent, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
}

/// What `list_conversations` answers.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Listed {
    /// The conversations, as the server orders them.
    pub(crate) conversations: Vec<Summary>,
    /// How many there are in all, where the server says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) total: Option<Count>,
    /// Where the list goes on: call again with this as `offset`. Absent at its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_offset: Option<Count>,
}

/// What is known of a logged conversation, its messages aside.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Summary {
    /// Its id.
    pub(crate) id: String,
    /// The id of its agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) agent_id: Option<String>,
    /// `active`, `in_progress`, `completed`, `abandoned`, or another word of the server's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<String>,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<String>,
    /// The model that answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) llm_model: Option<String>,
    /// The customer's company.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) company_name: Option<String>,
    /// Whether it was analysed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) has_insights: Option<bool>,
    /// When it was made, in RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) created_at: Option<String>,
    /// The beginning of what was said first, where the server shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) begins: Option<String>,
}

impl Summary {
    /// What is known of a stored conversation, which was read as `conversation`.
    pub(crate) fn new(stored: &Stored, conversation: Option<&Conversation>) -> Self {
        /// Bytes of a field that tell enough; servers may say anything.
        const ENOUGH: usize = 200;
        let first = conversation.and_then(|conversation| conversation.messages.first());
        let brief = |field: &Option<String>| field.as_deref().map(|text| cut(text, ENOUGH));
        Self {
            id: stored.id.clone(),
            agent_id: brief(&stored.agent_id),
            status: stored.status.as_ref().map(Status::as_str).map(|word| cut(word, ENOUGH)),
            title: brief(&stored.title),
            llm_model: brief(&stored.llm_model),
            company_name: brief(&stored.company_name),
            has_insights: stored.has_insights,
            created_at: stored.created_at.as_ref().map(DateTime::<FixedOffset>::to_rfc3339),
            begins: first.map(|message| cut(&message.text(), ENOUGH)).filter(|text| !text.is_empty()),
        }
    }
}

/// What `get_conversation` answers.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Got {
    #[serde(flatten)]
    pub(crate) summary: Summary,
    /// Messages in the whole conversation.
    pub(crate) messages: Count,
    /// The conversation in canonical JSON; null where the server has no messages of it.
    #[schemars(with = "Option<Map<String, Value>>")]
    pub(crate) conversation: Option<Value>,
    /// Where to go on if the answer was cut: call again with this as `skip_messages`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_message: Option<Count>,
    /// What was cut from the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
}
