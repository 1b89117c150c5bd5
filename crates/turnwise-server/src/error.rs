//! What a caller is told when a request is not done: `{"error":{"code","message"}}`.

use crate::store::StoreError;
use axum::{
    Json,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

/// Why a request is not done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// The body is no JSON, or the query no query.
    #[error("{0}")]
    Malformed(String),
    /// The body is JSON, and says something that cannot be done.
    #[error("{0}")]
    Invalid(String),
    /// No key, or a wrong one.
    #[error("{0}")]
    Unauthorized(&'static str),
    /// The request was made for another host; see `auth`.
    #[error(
        "this server answers to its own address only, not to `{0}`; with a key configured it answers to any"
    )]
    ForeignHost(String),
    /// No such thing.
    #[error("{0}")]
    NotFound(String),
    /// The path is there, the method is not.
    #[error("this path has no such method; the header Allow lists those it has")]
    MethodNotAllowed,
    /// The caller wants something else than JSON.
    #[error("this server answers in application/json, which the header Accept rules out")]
    NotAcceptable,
    /// The body took too long to come.
    #[error("the body did not arrive in time")]
    Timeout,
    /// The conversation takes no more messages.
    #[error("the conversation is {0}, and takes no more messages; create another one")]
    Closed(String),
    /// The body or the conversation is too large.
    #[error("{0}")]
    TooLarge(String),
    /// The body is of another type or encoding.
    #[error("{0}")]
    Unsupported(String),
    /// The idempotency key was used for something else.
    #[error("this idempotency key was used for another request; make a new key for each new request")]
    KeyReused,
    /// Too many requests; seconds until more are taken.
    #[error("too many requests; try again in {0} s")]
    RateLimited(u64),
    /// Too much is being worked on.
    #[error("too much is being worked on; try again in a second")]
    Overloaded,
    /// The database cannot be used.
    #[error("the database cannot be used; the server's log says why")]
    Unavailable,
    /// A defect.
    #[error("the server failed; its log says why")]
    Internal,
}

/// The body of every answer that is no success.
#[derive(Serialize, ToSchema)]
pub(crate) struct ErrorBody {
    /// What went wrong.
    error: ErrorDetail,
}

/// What went wrong.
#[derive(Serialize, ToSchema)]
pub(crate) struct ErrorDetail {
    /// One word for programs, in capitals.
    #[schema(example = "NOT_FOUND")]
    code: &'static str,
    /// One sentence for people.
    message: String,
}

impl ApiError {
    /// Status and code.
    pub(crate) fn kind(&self) -> (StatusCode, &'static str) {
        match self {
            Self::Malformed(_) => (StatusCode::BAD_REQUEST, "INVALID_REQUEST"),
            Self::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED"),
            Self::Unauthorized(_) => (StatusCode::UNAUTHORIZED, "UNAUTHORIZED"),
            Self::ForeignHost(_) => (StatusCode::FORBIDDEN, "FORBIDDEN_HOST"),
            Self::NotFound(_) => (StatusCode::NOT_FOUND, "NOT_FOUND"),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED"),
            Self::NotAcceptable => (StatusCode::NOT_ACCEPTABLE, "NOT_ACCEPTABLE"),
            Self::Timeout => (StatusCode::REQUEST_TIMEOUT, "REQUEST_TIMEOUT"),
            Self::Closed(_) => (StatusCode::CONFLICT, "CONVERSATION_CLOSED"),
            Self::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE"),
            Self::Unsupported(_) => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE"),
            Self::KeyReused => (StatusCode::UNPROCESSABLE_ENTITY, "IDEMPOTENCY_KEY_REUSED"),
            Self::RateLimited(_) => (StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED"),
            Self::Overloaded => (StatusCode::SERVICE_UNAVAILABLE, "OVERLOADED"),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE"),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_ERROR"),
        }
    }

    fn header(&self) -> Option<(HeaderName, HeaderValue)> {
        match self {
            Self::Unauthorized(_) => Some((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))),
            Self::RateLimited(seconds) => Some((header::RETRY_AFTER, (*seconds).into())),
            Self::Overloaded => Some((header::RETRY_AFTER, HeaderValue::from_static("1"))),
            Self::Unavailable => Some((header::RETRY_AFTER, HeaderValue::from_static("5"))),
            Self::Unsupported(_) => Some((header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"))),
            _ => None,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, code) = self.kind();
        let body = ErrorBody { error: ErrorDetail { code, message: self.to_string() } };
        let header = self.header();
        (status, header.map(|header| [header]), Json(body)).into_response()
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::NotFound("there is no such conversation".to_owned()),
            StoreError::Closed(status) => Self::Closed(status),
            StoreError::TooLarge(_) => Self::TooLarge(error.to_string()),
            StoreError::KeyReused => Self::KeyReused,
            _ => {
                tracing::error!(%error, "the database failed");
                Self::Unavailable
            }
        }
    }
}

/// What an extractor refuses, in the envelope of all errors.
macro_rules! rejections {
    ($($rejection:ty),*) => {$(
        impl From<$rejection> for ApiError {
            fn from(rejection: $rejection) -> Self {
                Self::Malformed(rejection.body_text())
            }
        }
    )*};
}

rejections!(axum::extract::rejection::PathRejection, axum::extract::rejection::QueryRejection);
