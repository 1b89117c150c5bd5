//! Who may call: bearer keys, and on loopback without keys anyone on this machine.

use crate::{
    error::ApiError,
    rate::{Allowance, Caller},
    state::App,
};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use sha2::{Digest, Sha256};
use std::{net::IpAddr, time::Instant};

/// Lets requests with an accepted key through, a bounded number a minute, and adds what the caller has left.
pub(crate) async fn bearer(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let caller = match caller(&app, request.headers()) {
        Ok(caller) => caller,
        Err(error) => return error.into_response(),
    };
    request.extensions_mut().insert(Scope(caller));
    let allowance = app.rate.count(caller, Instant::now());
    let mut response = match allowance {
        Some(Allowance { allowed: false, reset, .. }) => ApiError::RateLimited(reset).into_response(),
        _ => next.run(request).await,
    };
    if let Some(Allowance { limit, remaining, reset, .. }) = allowance {
        let headers = response.headers_mut();
        headers.insert("x-ratelimit-limit", limit.into());
        headers.insert("x-ratelimit-remaining", remaining.into());
        headers.insert("x-ratelimit-reset", reset.into());
    }
    response
}

/// Who calls, as a hash of the key: what idempotency keys and counts belong to.
#[derive(Clone, Copy)]
pub(crate) struct Scope(pub(crate) Caller);

fn caller(app: &App, headers: &HeaderMap) -> Result<Caller, ApiError> {
    let key = bearer_of(headers)?;
    if app.options.keys.is_empty() {
        return Ok(hash(key.unwrap_or_default()));
    }
    let key = key.ok_or(ApiError::Unauthorized("Authorization header required"))?;
    let given = hash(key);
    // Hashes are compared, so that the time it takes tells nothing of the keys.
    let known = app.options.keys.iter().any(|key| hash(key) == given);
    if known { Ok(given) } else { Err(ApiError::Unauthorized("Invalid API key")) }
}

fn bearer_of(headers: &HeaderMap) -> Result<Option<&str>, ApiError> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let bearer = value.to_str().ok().and_then(|value| {
        let (scheme, key) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
    });
    let wrong = ApiError::Unauthorized("the header Authorization should be `Bearer KEY`");
    bearer.filter(|key| !key.is_empty()).map(Some).ok_or(wrong)
}

fn hash(key: &str) -> Caller {
    Sha256::digest(key).into()
}

/// Without keys, a foreign page whose name leads here must not read along: only this machine's own names are answered.
pub(crate) async fn own_host(State(app): State<App>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).map(HeaderValue::to_str);
    match host {
        Some(Ok(host)) if app.options.keys.is_empty() && !is_local(host) => {
            ApiError::ForeignHost(host.to_owned()).into_response()
        }
        Some(Err(_)) => ApiError::Malformed("the header Host is no host".to_owned()).into_response(),
        _ => next.run(request).await,
    }
}

/// Whether a host, with or without a port, is this machine.
fn is_local(host: &str) -> bool {
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((name, _)) => name,
        None => host.split(':').next().unwrap_or_default(),
    };
    let is_loopback = name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    is_loopback || name.eq_ignore_ascii_case("localhost")
}

/// Refuses callers who rule out JSON.
pub(crate) async fn accepts_json(request: Request, next: Next) -> Response {
    let mut accepted = request.headers().get_all(header::ACCEPT).iter().peekable();
    let any = accepted.peek().is_none();
    let json =
        accepted.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).any(takes_json);
    if any || json { next.run(request).await } else { ApiError::NotAcceptable.into_response() }
}

fn takes_json(range: &str) -> bool {
    let mut pieces = range.split(';').map(|piece| piece.trim().to_ascii_lowercase());
    let kind = pieces.next().unwrap_or_default();
    let refused = pieces.any(|piece| {
        piece.strip_prefix("q=").is_some_and(|q| q.trim().parse::<f32>().is_ok_and(|q| q <= 0.0))
    });
    matches!(kind.as_str(), "" | "*/*" | "application/*" | "application/json") && !refused
}
