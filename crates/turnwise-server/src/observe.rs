//! Gives every request an identifier, a line in the log and a place in the metrics.

use crate::{error::ApiError, state::App};
use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::time::Instant;
use tracing::Instrument;
use uuid::Uuid;

/// Header of the identifier, taken from the caller or made here.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Wraps the handling of every request.
pub(crate) async fn observe(State(app): State<App>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(&request);
    let method = method(request.method());
    // Paths hold identifiers, and unknown ones hold anything: only the pattern is logged and counted.
    let route = request.extensions().get::<MatchedPath>().map_or("unknown", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!("request", id = id.to_str().unwrap_or_default());
    app.metrics.in_flight.inc();
    let counted = Counted(&app);
    // A task of its own, so that a caller who goes away does not stop what was begun, and a defect stops only itself.
    let handling = tokio::spawn(next.run(request).instrument(span.clone())).await;
    let mut response = handling.unwrap_or_else(|error| {
        span.in_scope(|| tracing::error!(%error, "a handler failed"));
        ApiError::Internal.into_response()
    });
    drop(counted);
    let (status, took) = (response.status().as_u16(), started.elapsed());
    app.metrics.answered(method, &route, status, took);
    let microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    span.in_scope(|| tracing::info!(method, route, status, microseconds, "answered"));
    response.headers_mut().insert(REQUEST_ID, id);
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// A request that is being answered, for as long as this is kept.
struct Counted<'a>(&'a App);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.metrics.in_flight.dec();
    }
}

/// The caller's identifier where it is short and plain, else a new one.
fn request_id(request: &Request) -> HeaderValue {
    let plain = |value: &&HeaderValue| {
        let bytes = value.as_bytes();
        (1..=128).contains(&bytes.len())
            && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte))
    };
    let given = request.headers().get(&REQUEST_ID).filter(plain).cloned();
    let made = || HeaderValue::from_str(&Uuid::now_v7().to_string());
    given.or_else(|| made().ok()).unwrap_or(HeaderValue::from_static("none"))
}

/// The method, of which callers can invent any number.
fn method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "OPTIONS" => "OPTIONS",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        _ => "other",
    }
}
