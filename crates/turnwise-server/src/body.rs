//! Reads request bodies: within limits of size and time, gzip inflated, JSON by name.

use crate::{error::ApiError, state::App};
use axum::{
    body::Body,
    extract::{FromRequest, Request},
    http::{HeaderMap, header},
};
use flate2::read::MultiGzDecoder;
use http_body_util::BodyExt;
use hyper::body::Body as _;
use std::io::Read;
use tokio::{sync::OwnedSemaphorePermit, time::timeout};

/// A JSON body as it was received, inflated.
pub(crate) struct Received {
    /// The text; whether it is JSON is not known yet.
    pub(crate) text: String,
    /// The caller's share of the memory for bodies, given back with the body.
    pub(crate) share: OwnedSemaphorePermit,
}

impl FromRequest<App> for Received {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        json(&parts.headers)?;
        let gzip = gzip(&parts.headers)?;
        let most = app.options.limits.body_bytes;
        // What says that it is too large is refused unread.
        if body.size_hint().lower() > most as u64 {
            app.metrics.refused_bodies.inc();
            return Err(too_large(most));
        }
        let patience = app.options.limits.body_timeout;
        // A body that says how large it is waits unread until there is room for it.
        let expected = usize::try_from(body.size_hint().exact().unwrap_or_default()).unwrap_or(usize::MAX);
        let mut share = app.bodies.wait(expected, patience).await?;
        let read = read(body, most, app, &mut share);
        let bytes = timeout(patience, read).await.map_err(|_| ApiError::Timeout)??;
        let bytes = if gzip {
            // Room for the most that it can be, since nobody knows; what is not needed is given back.
            let most = most.min(app.options.limits.bodies_bytes);
            let mut room = app.inflated.wait(most, patience).await?;
            let inflated = app.work(move || inflate(&bytes, most)).await??;
            share = room.split(inflated.len()).unwrap_or(room);
            inflated
        } else {
            bytes
        };
        let text = String::from_utf8(bytes);
        let text = text.map_err(|_| ApiError::Malformed("the body is not UTF-8".to_owned()))?;
        Ok(Self { text, share })
    }
}

/// Content types that are JSON. Anything else is refused, which also keeps forms of foreign pages out.
fn json(headers: &HeaderMap) -> Result<(), ApiError> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_json = kind == "application/json" || kind.starts_with("application/") && kind.ends_with("+json");
    if is_json {
        return Ok(());
    }
    let given = if given.is_empty() { "missing".to_owned() } else { format!("`{given}`") };
    Err(ApiError::Unsupported(format!(
        "the header Content-Type is {given}, and should be `application/json`"
    )))
}

/// Whether the body is compressed.
fn gzip(headers: &HeaderMap) -> Result<bool, ApiError> {
    let given = headers.get(header::CONTENT_ENCODING).map(|value| value.as_bytes().trim_ascii());
    match given.unwrap_or_default() {
        encoding if encoding.is_empty() || encoding.eq_ignore_ascii_case(b"identity") => Ok(false),
        encoding if encoding.eq_ignore_ascii_case(b"gzip") || encoding.eq_ignore_ascii_case(b"x-gzip") => {
            Ok(true)
        }
        _ => {
            Err(ApiError::Unsupported("the header Content-Encoding should be `gzip` or left out".to_owned()))
        }
    }
}

fn too_large(most: usize) -> ApiError {
    ApiError::TooLarge(format!("the body has more than {most} bytes, the most that this server takes"))
}

/// The bytes. Those that `share` does not account for yet are, before the next are read.
async fn read(
    mut body: Body,
    most: usize,
    app: &App,
    share: &mut OwnedSemaphorePermit,
) -> Result<Vec<u8>, ApiError> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| ApiError::Malformed(format!("the body broke off: {error}")))?;
        let Ok(chunk) = frame.into_data() else { continue };
        let length = bytes.len().saturating_add(chunk.len());
        if length > most {
            app.metrics.refused_bodies.inc();
            return Err(too_large(most));
        }
        share.merge(app.bodies.take(length.saturating_sub(share.num_permits()))?);
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Inflates gzip, and stops where there is more than `most` bytes of it.
fn inflate(bytes: &[u8], most: usize) -> Result<Vec<u8>, ApiError> {
    let mut inflated = Vec::new();
    let bound = (most as u64).saturating_add(1);
    MultiGzDecoder::new(bytes)
        .take(bound)
        .read_to_end(&mut inflated)
        .map_err(|error| ApiError::Malformed(format!("the body is no sound gzip: {error}")))?;
    if inflated.len() > most { Err(too_large(most)) } else { Ok(inflated) }
}
