//! The files that pages load: all of them from here.

use axum::{
    Router,
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    response::IntoResponse,
    routing::get,
};

/// Where each file is, its media type, and what it holds.
const FILES: &[(&str, &str, &str)] = &[
    ("/assets/style.css", "text/css; charset=utf-8", include_str!("style.css")),
    ("/assets/script.js", "text/javascript; charset=utf-8", include_str!("script.js")),
    ("/assets/icon.svg", "image/svg+xml", include_str!("icon.svg")),
];

pub(super) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    FILES.iter().fold(Router::new(), |router, &(path, media_type, text)| {
        router.route(path, get(move || async move { file(media_type, text) }))
    })
}

fn file(media_type: &'static str, text: &'static str) -> impl IntoResponse {
    // Asked for again each time, so that a newer server is not shown in the style of an older one.
    ([(CONTENT_TYPE, media_type), (CACHE_CONTROL, "no-cache")], text)
}
