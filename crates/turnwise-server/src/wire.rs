//! What answers look like.
//!
//! An answer holds its object twice: under `data`, where the official SDK looks for it, and with its fields at the
//! top level, where the documentation has them.

use crate::{
    api::{BASE, Family},
    store::{Agent, Record},
    stored::Stored,
};
use chrono::{DateTime, SecondsFormat};
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use turnwise::json::canonical;
use utoipa::ToSchema;

/// Any object, under `data` and at the top level.
#[derive(Serialize, ToSchema)]
pub(crate) struct Envelope<T> {
    /// Always true; errors have a body of their own.
    success: bool,
    /// The object.
    data: T,
    /// The object again.
    #[serde(flatten)]
    fields: T,
}

/// Writes an object in its envelope.
pub(crate) fn envelope<T: Serialize>(object: &T) -> String {
    json(&Envelope { success: true, data: object, fields: object })
}

/// Writes JSON; what is written here has no part that can fail.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Some objects of many.
#[derive(Serialize, ToSchema)]
pub(crate) struct List<T> {
    /// Always true.
    success: bool,
    /// The objects.
    data: Vec<T>,
    /// Where in the whole they are.
    pagination: Pagination,
}

/// Where in a whole a list is.
#[derive(Serialize, ToSchema, Clone, Copy)]
pub(crate) struct Pagination {
    /// How many there are.
    pub(crate) total: u64,
    /// How many were asked for.
    pub(crate) limit: u32,
    /// How many were passed over.
    pub(crate) offset: u64,
}

/// Writes a list.
pub(crate) fn list<T: Serialize>(data: Vec<T>, pagination: Pagination) -> String {
    json(&List { success: true, data, pagination })
}

/// JSON values by name, as they were sent.
type Values = BTreeMap<String, Box<RawValue>>;

/// Answer to creating and appending.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Receipt {
    /// Identifier of the conversation.
    id: String,
    /// Identifier of its agent.
    agent_id: Option<String>,
    /// The same, by its old name.
    prompt_id: Option<String>,
    /// Status of the conversation.
    status: String,
    /// How many messages it has.
    message_count: u64,
    /// When it was created.
    created_at: String,
    /// When it was last appended to.
    updated_at: String,
    /// Where to go on.
    #[serde(rename = "_links")]
    links: Links,
}

/// Where to go on.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Links {
    /// How to append messages.
    append_messages: Link,
}

/// A request to make.
#[derive(Serialize, ToSchema)]
pub(crate) struct Link {
    /// Its path.
    href: String,
    /// Its method.
    method: &'static str,
    /// When to make it.
    hint: &'static str,
}

impl Receipt {
    /// The receipt for a conversation.
    pub(crate) fn new(record: &Record, family: Family) -> Self {
        Self {
            id: record.id.clone(),
            agent_id: record.agent_id.clone(),
            prompt_id: record.agent_id.clone(),
            status: record.status.clone(),
            message_count: record.messages,
            created_at: time(record.created_at),
            updated_at: time(record.updated_at),
            links: links(&record.id, family),
        }
    }
}

fn links(id: &str, family: Family) -> Links {
    Links {
        append_messages: Link {
            href: format!("{BASE}/{}/{}/messages", family.0, id),
            method: "POST",
            hint: "Append messages here; send status \"completed\" with the last ones, once.",
        },
    }
}

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

/// A time in milliseconds since 1970, in words (RFC 3339, UTC).
pub(crate) fn time(milliseconds: i64) -> String {
    let time = DateTime::from_timestamp_millis(milliseconds).unwrap_or_default();
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}
