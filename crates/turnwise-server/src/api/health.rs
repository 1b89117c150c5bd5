//! Whether the server lives and can work, and what it counts.

use crate::{error::ApiError, state::App};
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

/// The server answers.
pub(crate) async fn livez() -> &'static str {
    "ok"
}

/// The server can read and write its database.
pub(crate) async fn readyz(State(app): State<App>) -> Result<&'static str, ApiError> {
    app.store.ready().await?;
    Ok("ok")
}

/// The counters, in the OpenMetrics text format.
pub(crate) async fn metrics(State(app): State<App>) -> Response {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], app.metrics.text()).into_response()
}
