//! Which path does what.

use crate::{
    api::{BASE, Family, agents, conversations, health, insights, json, sdk},
    auth::{accepts_json, bearer, own_host},
    error::ApiError,
    observe::observe,
    openapi, pages,
    state::App,
};
use axum::{
    Extension, Router,
    http::HeaderMap,
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post},
};

/// Every path of the server.
pub(crate) fn router(app: App) -> Router {
    let document = openapi::document(!app.options.keys.is_empty());
    let own_paths = Router::new()
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::metrics))
        .route("/openapi.json", get(move || async { json(document) }));
    Router::new()
        .nest(BASE, api(app.clone()))
        .merge(own_paths)
        .merge(pages::routes(&app))
        .method_not_allowed_fallback(|| async { ApiError::MethodNotAllowed })
        .fallback(nothing_here)
        .layer(from_fn_with_state(app.clone(), own_host))
        .layer(from_fn_with_state(app.clone(), observe))
        .with_state(app)
}

/// The paths under `/api/v1`.
fn api(app: App) -> Router<App> {
    Router::new()
        .nest("/conversations", conversations("conversations"))
        .nest("/runs", conversations("runs"))
        .route("/insights/conversations/{id}", get(insights::get))
        .route("/agents", get(agents::list))
        .route("/agents/{id}", get(agents::get))
        .route("/agents/{id}/insights", get(agents::insights))
        .route("/agents/{id}/insights/regenerate", post(agents::regenerate))
        .route("/agents/{id}/step-failures", get(agents::step_failures))
        .route("/sdk/config", get(sdk::config))
        .route("/sdk/agents/match", post(sdk::match_agent))
        .route("/sdk/agents/{id}/active-variant", get(sdk::active_variant))
        .method_not_allowed_fallback(|| async { ApiError::MethodNotAllowed })
        .fallback(not_found)
        .layer(from_fn(accepts_json))
        .layer(from_fn_with_state(app, bearer))
}

/// Conversations, under either of their names.
fn conversations(name: &'static str) -> Router<App> {
    Router::new()
        .route("/", get(conversations::list).post(conversations::create))
        .route("/{id}", get(conversations::get))
        .route("/{id}/messages", post(conversations::append))
        .route("/{id}/insights", get(insights::get))
        .route("/{id}/insights/regenerate", post(insights::regenerate))
        .layer(Extension(Family(name)))
}

async fn not_found() -> ApiError {
    ApiError::NotFound("there is nothing at this path".to_owned())
}

/// For browsers a page, for programs JSON.
async fn nothing_here(headers: HeaderMap) -> Response {
    if pages::are_wanted(&headers) { pages::not_found().await } else { not_found().await.into_response() }
}
