//! What the API does, an area a file.

pub(crate) mod agents;
pub(crate) mod conversations;
pub(crate) mod health;
pub(crate) mod insights;
pub(crate) mod sdk;

use crate::{error::ApiError, state::App};
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use http_body_util::{BodyExt, Full};
use serde::Deserialize;
use std::time::SystemTime;
use utoipa::IntoParams;

/// Agents whose hashes the SDK is given at most; it asks for others by their prompts.
pub(crate) const MOST_HASHES: u32 = 1_000;

/// Where all paths of the API begin.
pub(crate) const BASE: &str = "/api/v1";

/// The name that a caller has for conversations: `conversations` or `runs`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Family(pub(crate) &'static str);

/// The time, in milliseconds since 1970 (UTC).
fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// An answer in JSON that is written already.
pub(crate) fn json(body: String) -> Response {
    (StatusCode::OK, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// Bytes of an answer that need no share of the memory.
const SHORT: usize = 64 << 10;

/// An answer that may be long. Its memory is accounted for until the caller has read it.
pub(crate) fn long(app: &App, body: String) -> Result<Response, ApiError> {
    if body.len() <= SHORT {
        return Ok(json(body));
    }
    let share = app.answers.take(body.len())?;
    let length = (header::CONTENT_LENGTH, body.len().into());
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let body = Full::from(body).map_frame(move |frame| {
        let _kept = &share;
        frame
    });
    Ok(([kind, length], Body::new(body)).into_response())
}

/// Which part of a list is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Paging {
    /// How many, at most 100.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub(crate) limit: Option<u32>,
    /// How many to pass over.
    #[param(minimum = 0, default = 0)]
    pub(crate) offset: Option<u64>,
}

impl Paging {
    /// Limit and offset; what was not asked for has a default.
    pub(crate) fn bounds(&self) -> Result<(u32, u64), ApiError> {
        let (limit, offset) = (self.limit.unwrap_or(20), self.offset.unwrap_or(0));
        if !(1..=100).contains(&limit) {
            return Err(ApiError::Invalid("`limit` should be from 1 to 100".to_owned()));
        }
        if i64::try_from(offset).is_err() {
            return Err(ApiError::Invalid("`offset` should have no more than 63 bits".to_owned()));
        }
        Ok((limit, offset))
    }
}
