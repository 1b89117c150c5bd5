//! What a body says beside its messages, and the words for a status.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// JSON values by name, as written.
pub(crate) type Values = BTreeMap<String, Box<RawValue>>;

/// What a body says beside its messages.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Fields {
    /// Title.
    pub(crate) title: Option<String>,
    /// Model that answered.
    pub(crate) llm_model: Option<String>,
    /// The customer's company.
    pub(crate) company_name: Option<String>,
    /// Session, in the caller's words.
    pub(crate) session_id: Option<String>,
    /// The person who talks, in the caller's words.
    pub(crate) user_id: Option<String>,
    /// Trace that the conversation belongs to.
    pub(crate) trace_id: Option<String>,
    /// Trace above it.
    pub(crate) parent_trace_id: Option<String>,
    /// Free values.
    pub(crate) metadata: Values,
    /// Fields that the API does not name.
    pub(crate) custom_fields: Values,
}

impl Fields {
    /// Takes over what a later body says: its session, and value by value its metadata and its own fields.
    pub(crate) fn merge(&mut self, later: Self) {
        self.session_id = later.session_id.or(self.session_id.take());
        self.metadata.extend(later.metadata);
        self.custom_fields.extend(later.custom_fields);
    }

    /// The fields as JSON.
    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The words for a status; the first two mean the same.
pub(crate) const STATUSES: [&str; 4] = ["active", "in_progress", "completed", "abandoned"];

/// Whether a conversation of that status takes more messages.
pub(crate) fn is_open(status: &str) -> bool {
    matches!(status, "active" | "in_progress")
}
