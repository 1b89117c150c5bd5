//! Errors as pages.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use maud::html;

use super::layout::{Place, page};

/// A page that says what went wrong and where to go from here.
pub(super) fn problem(status: StatusCode, title: &str, words: &str) -> Response {
    let body = html! {
        h1 { (title) }
        p { (words) }
        p { a href="/" { "All conversations" } " · " a href="/playground" { "Playground" } }
    };
    (status, page(title, Place::Elsewhere, &body)).into_response()
}

/// The page for an address that has none.
pub(super) fn not_found() -> Response {
    problem(StatusCode::NOT_FOUND, "There is no such page", "The address may be mistyped, or what it named is not here.")
}

/// The page for when the store does not answer.
pub(super) fn failed(error: StoreError) -> Response {
    tracing::error!(%error, "the store failed");
    problem(StatusCode::INTERNAL_SERVER_ERROR, "The conversations cannot be read", "The server's log says why.")
}
