//! What is answered to creating and appending, and where to go on.

use super::time;
use crate::{
    api::{BASE, Family},
    store::Record,
};
use serde::Serialize;
use utoipa::ToSchema;

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

/// Where to go on with a conversation.
pub(super) fn links(id: &str, family: Family) -> Links {
    Links {
        append_messages: Link {
            href: format!("{BASE}/{}/{}/messages", family.0, id),
            method: "POST",
            hint: "Append messages here; send status \"completed\" with the last ones, once.",
        },
    }
}
