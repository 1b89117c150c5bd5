//! Insights into conversations, of which there are none: nothing here analyses.

use super::json;
use crate::{
    error::ApiError,
    state::App,
    store::StoreError,
    wire::{self, NoInsights},
};
use axum::{
    extract::{Path, State, rejection::PathRejection},
    response::Response,
};

/// Gets the insights into a conversation, or asks for them anew: either way there are none.
pub(crate) async fn skipped(
    State(app): State<App>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let Path(id) = path?;
    let record = app.store.record(id).await?.ok_or(StoreError::NotFound)?;
    Ok(json(wire::envelope(&NoInsights { conversation_id: Some(record.id), ..NoInsights::default() })))
}
