//! Conversations in answers.

use super::{
    receipt::{Links, links},
    time,
};
use crate::{api::Family, fields::Values, store::Record, stored::Stored};
use serde::Serialize;
use serde_json::value::RawValue;
use turnwise::json::canonical;
use utoipa::ToSchema;

/// A conversation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Conversation {
    /// Identifier.
    id: String,
    /// Identifier of its agent.
    agent_id: Option<String>,
    /// The same, by its old name.
    prompt_id: Option<String>,
    /// Name of its agent.
    agent_name: Option<String>,
    /// Title.
    title: Option<String>,
    /// The whole transcript, in the form that it was sent in; in lists `null` where it is long.
    content: Option<String>,
    /// The messages in turnwise's canonical form; in lists left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    messages: Option<Box<RawValue>>,
    /// How many messages there are.
    message_count: u64,
    /// `active`, `in_progress`, `completed` or `abandoned`, as it was sent.
    status: String,
    /// Model that answered.
    llm_model: Option<String>,
    /// The customer's company.
    company_name: Option<String>,
    /// Session, in the caller's words.
    session_id: Option<String>,
    /// The person who talks, in the caller's words.
    user_id: Option<String>,
    /// Trace that the conversation belongs to.
    trace_id: Option<String>,
    /// Trace above it.
    parent_trace_id: Option<String>,
    /// Free values.
    #[schema(value_type = Object)]
    metadata: Values,
    /// Fields that the API does not name.
    #[schema(value_type = Object)]
    custom_fields: Values,
    /// What is doubtful about the conversation; in lists left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    findings: Option<Vec<Finding>>,
    /// Always false: there is no analyser here.
    has_insights: bool,
    /// When it was created.
    created_at: String,
    /// When it was last appended to.
    updated_at: String,
    /// Where to go on.
    #[serde(rename = "_links")]
    links: Links,
}

/// Something doubtful, in turnwise's words.
#[derive(Serialize, ToSchema)]
pub(crate) struct Finding {
    /// One word for programs.
    code: &'static str,
    /// `info`, `warning` or `error`.
    severity: &'static str,
    /// One sentence for people.
    message: String,
}

impl Conversation {
    /// What is known without reading the bodies.
    pub(crate) fn summary(record: Record, family: Family) -> Self {
        let links = links(&record.id, family);
        let Record { id, agent_id, agent_name, status, created_at, updated_at, fields, messages, .. } =
            record;
        Self {
            prompt_id: agent_id.clone(),
            title: fields.title,
            content: None,
            messages: None,
            message_count: messages,
            llm_model: fields.llm_model,
            company_name: fields.company_name,
            session_id: fields.session_id,
            user_id: fields.user_id,
            trace_id: fields.trace_id,
            parent_trace_id: fields.parent_trace_id,
            metadata: fields.metadata,
            custom_fields: fields.custom_fields,
            findings: None,
            has_insights: false,
            created_at: time(created_at),
            updated_at: time(updated_at),
            id,
            agent_id,
            agent_name,
            status,
            links,
        }
    }

    /// The same with its transcript.
    pub(crate) fn listed(stored: Stored, family: Family) -> Self {
        let content = Some(stored.content());
        Self { content, ..Self::summary(stored.record, family) }
    }

    /// All that is known.
    pub(crate) fn whole(stored: Stored, family: Family) -> Self {
        let content = Some(stored.content());
        let messages = messages(&stored.conversation);
        let findings = stored.findings.into_iter().map(|finding| Finding {
            code: finding.code.info().slug,
            severity: finding.severity.as_str(),
            message: finding.message,
        });
        let findings = Some(findings.collect());
        Self { content, messages, findings, ..Self::summary(stored.record, family) }
    }
}

/// The field `messages` of the canonical form.
fn messages(conversation: &turnwise::Conversation) -> Option<Box<RawValue>> {
    #[derive(serde::Deserialize)]
    struct Canonical {
        messages: Box<RawValue>,
    }
    let canonical: Canonical = serde_json::from_str(&canonical::to_json(conversation)).ok()?;
    Some(canonical.messages)
}
