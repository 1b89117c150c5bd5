//! Errors as pages.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use maud::html;

use super::layout::{Place, page};
use crate::error::ApiError;

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
    problem(
        StatusCode::NOT_FOUND,
        "There is no such page",
        "The address may be mistyped, or what it named is not here.",
    )
}

/// An error of the server as a page.
pub(super) fn failed(error: &ApiError) -> Response {
    let title = match error {
        ApiError::NotFound(_) => return not_found(),
        ApiError::Overloaded => "Too much is going on",
        _ => "This cannot be shown now",
    };
    problem(error.kind().0, title, &format!("{error}."))
}
