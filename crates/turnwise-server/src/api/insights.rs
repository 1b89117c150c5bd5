//! Insights into conversations, of which there are none: nothing here analyses.

use super::json;
use crate::{
    error::ApiError,
    state::App,
    store::StoreError,
    wire::{self, Envelope, NoInsights},
};
use axum::{
    extract::{Path, State, rejection::PathRejection},
    response::Response,
};

/// Gets the insights into a conversation
///
/// The answer is always that analysis was skipped.
#[utoipa::path(
    get, path = "/api/v1/conversations/{id}/insights", operation_id = "getInsights", tag = "insights",
    params(("id" = String, Path, description = "Identifier of the conversation")),
    responses((status = 200, description = "There are none", body = Envelope<NoInsights>))
)]
pub(crate) async fn get(
    State(app): State<App>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    skipped(&app, path).await
}

/// Asks for the insights into a conversation anew
///
/// The answer is always that analysis was skipped.
#[utoipa::path(
    post, path = "/api/v1/conversations/{id}/insights/regenerate", operation_id = "regenerateInsights",
    tag = "insights",
    params(("id" = String, Path, description = "Identifier of the conversation")),
    responses((status = 200, description = "There are none", body = Envelope<NoInsights>))
)]
pub(crate) async fn regenerate(
    State(app): State<App>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    skipped(&app, path).await
}

async fn skipped(app: &App, path: Result<Path<String>, PathRejection>) -> Result<Response, ApiError> {
    let Path(id) = path?;
    let record = app.store.record(id).await?.ok_or(StoreError::NotFound)?;
    Ok(json(wire::envelope(&NoInsights { conversation_id: Some(record.id), ..NoInsights::default() })))
}
