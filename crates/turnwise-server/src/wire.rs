//! What answers look like.
//!
//! An answer holds its object twice: under `data`, where the official SDK looks for it, and with its fields at the
//! top level, where the documentation has them.

mod agent;
mod conversation;
mod insights;
mod receipt;

pub(crate) use agent::AgentObject;
pub(crate) use conversation::Conversation;
pub(crate) use insights::{NoInsights, StepFailure};
pub(crate) use receipt::Receipt;

use chrono::{DateTime, SecondsFormat};
use serde::Serialize;
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

/// A time in milliseconds since 1970, in words (RFC 3339, UTC).
pub(crate) fn time(milliseconds: i64) -> String {
    let time = DateTime::from_timestamp_millis(milliseconds).unwrap_or_default();
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}
