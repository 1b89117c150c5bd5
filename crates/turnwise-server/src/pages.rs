//! Pages to look at conversations with: plain HTML from templates, one style sheet, one small script.
//!
//! Whatever stands in a conversation is shown as text. `maud` escapes every value, [`markdown`] lets no markup through,
//! and [`guard`] forbids the browser to run or load anything else, should both fail.

mod address;
mod assets;
mod conversation;
mod details;
mod door;
mod findings;
mod guard;
mod json;
mod layout;
mod links;
mod list;
mod markdown;
mod part;
mod playground;
mod problem;
mod reading;
mod role;
mod short;
mod source;
mod turn;
mod when;

use axum::{
    Extension, Router,
    http::{HeaderMap, header},
    middleware::{from_fn, map_response},
    response::Response,
    routing::get,
};

use crate::state::App;

/// The paths of the pages.
pub(crate) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/", get(list::list))
        .route("/conversations/{id}", get(conversation::conversation))
        .route("/conversations/{id}/requests/{number}", get(conversation::request))
        .merge(playground::routes(app))
        .layer(from_fn(door::admitted))
        .merge(door::routes())
        .merge(assets::routes())
        .layer(Extension(door::Door::new(&app.options.keys)))
        .layer(map_response(guard::guard))
}

/// Whether a person asks, with a browser.
pub(crate) fn are_wanted(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

/// The page for an address that has none.
pub(crate) async fn not_found() -> Response {
    guard::guard(problem::not_found()).await
}
