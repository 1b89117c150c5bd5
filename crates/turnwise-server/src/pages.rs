//! Pages to look at conversations with: plain HTML from templates, one style sheet, one small script.
//!
//! Whatever stands in a conversation is shown as text. `maud` escapes every value, [`markdown`] lets no markup through,
//! and [`guard`] forbids the browser to run or load anything else, should both fail.

mod assets;
mod findings;
mod guard;
mod json;
mod layout;
mod markdown;
mod part;
mod playground;
mod problem;
mod reading;
mod role;
mod source;
mod turn;
mod when;

use axum::{Router, middleware::map_response};

/// The routes of the pages.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .merge(assets::routes())
        .merge(playground::routes())
        .fallback(|| async { problem::not_found() })
        .layer(map_response(guard::guard))
}
