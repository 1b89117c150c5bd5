//! Who may look: anyone where the server has no keys, else who signs in with one of them.
//!
//! Signing in sets a cookie that scripts cannot read and that requests from other sites do not carry. It is no key: it
//! opens pages only, and only until the server stops. Pages change nothing, so there is nothing to forge.

use std::sync::Arc;

use axum::{
    Extension, Form, Router,
    extract::{Request, rejection::FormRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use maud::{Markup, html};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    layout::{Place, page},
    problem::problem,
};

/// Name of the cookie.
const COOKIE: &str = "turnwise";
/// Seconds after which the browser forgets it.
const SECONDS: u32 = 12 * 60 * 60;

type Hash = [u8; 32];

/// What opens the pages: for each key its hash, and the cookie that it is exchanged for.
#[derive(Clone)]
pub(super) struct Door(Arc<[(Hash, String)]>);

impl Door {
    /// Cookies are other ones at each start.
    pub(super) fn new(keys: &[String]) -> Self {
        let secret = [Uuid::new_v4(), Uuid::new_v4()].map(Uuid::into_bytes).concat();
        let cookie = |key: &String| {
            let bytes = Sha256::new().chain_update(&secret).chain_update(key).finalize();
            bytes.iter().map(|byte| format!("{byte:02x}")).collect()
        };
        Self(keys.iter().map(|key| (hash(key), cookie(key))).collect())
    }

    fn is_open(&self) -> bool {
        self.0.is_empty()
    }

    /// The cookie for a key that is accepted. Hashes are compared, so that the time it takes tells nothing.
    fn exchange(&self, key: &str) -> Option<&str> {
        let given = hash(key);
        self.0.iter().find(|(known, _)| *known == given).map(|(_, cookie)| cookie.as_str())
    }

    fn admits(&self, headers: &HeaderMap) -> bool {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs =
            cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
        self.is_open()
            || pairs.any(|(name, value)| {
                let given = hash(value);
                name == COOKIE && self.0.iter().any(|(_, cookie)| hash(cookie) == given)
            })
    }
}

fn hash(text: &str) -> Hash {
    Sha256::digest(text).into()
}

/// Shows the form instead of a page to whoever is not signed in.
pub(super) async fn admitted(Extension(door): Extension<Door>, request: Request, next: Next) -> Response {
    if door.admits(request.headers()) {
        return next.run(request).await;
    }
    let wanted = request.uri().path_and_query().map_or("/", |wanted| wanted.as_str());
    (StatusCode::UNAUTHORIZED, page("Sign in", Place::Elsewhere, &form(wanted, false))).into_response()
}

#[derive(Debug, Deserialize)]
struct Entry {
    key: String,
    #[serde(default)]
    next: String,
}

pub(super) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/login", get(state).post(enter)).route("/logout", post(leave))
}

async fn state(Extension(door): Extension<Door>, headers: HeaderMap) -> Response {
    let body = html! {
        @if door.is_open() {
            h1 { "No key is needed" }
            p { "This server has no keys, and answers to this machine only." }
        } @else if door.admits(&headers) {
            h1 { "You are signed in" }
            form action="/logout" method="post" { button type="submit" { "Sign out" } }
        } @else {
            (form("/", false))
        }
    };
    page("Sign in", Place::Elsewhere, &body).into_response()
}

async fn enter(
    Extension(door): Extension<Door>,
    headers: HeaderMap,
    entry: Result<Form<Entry>, FormRejection>,
) -> Response {
    if !is_ours(&headers) {
        return problem(
            StatusCode::FORBIDDEN,
            "This form is not from here",
            "Open the page itself to sign in.",
        );
    }
    let Ok(Form(entry)) = entry else {
        return problem(
            StatusCode::BAD_REQUEST,
            "This form cannot be read",
            "Open the page again to sign in.",
        );
    };
    match door.exchange(entry.key.trim()) {
        Some(cookie) => (set(cookie, SECONDS), Redirect::to(local(&entry.next))).into_response(),
        None => {
            let body = form(local(&entry.next), true);
            (StatusCode::UNAUTHORIZED, page("Sign in", Place::Elsewhere, &body)).into_response()
        }
    }
}

async fn leave(headers: HeaderMap) -> Response {
    if !is_ours(&headers) {
        return problem(
            StatusCode::FORBIDDEN,
            "This form is not from here",
            "Open the page itself to sign out.",
        );
    }
    (set("", 0), Redirect::to("/login")).into_response()
}

fn form(next: &str, wrong: bool) -> Markup {
    html! {
        h1 { "Sign in" }
        p.lead { "The pages of this server are shown to whoever has one of its API keys." }
        form.door action="/login" method="post" {
            input type="hidden" name="next" value=(next);
            label for="key" { "API key" }
            input id="key" name="key" type="password" autocomplete="current-password" required data-search
                aria-describedby=[wrong.then_some("wrong")] aria-invalid=[wrong.then_some("true")];
            @if wrong { p.wrong id="wrong" role="alert" { "This is none of the server's keys." } }
            p { button type="submit" { "Sign in" } }
        }
    }
}

fn set(cookie: &str, seconds: u32) -> [(header::HeaderName, String); 1] {
    let value = format!("{COOKIE}={cookie}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict");
    [(header::SET_COOKIE, value)]
}

/// Where to go on: a path of this server, whatever the form says.
fn local(next: &str) -> &str {
    let is_path =
        next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n', '\t']);
    if is_path { next } else { "/" }
}

/// Whether a form was sent from a page of this server: browsers say where it was.
fn is_ours(headers: &HeaderMap) -> bool {
    let text = |value: &HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let host = headers.get(header::HOST).map(text).unwrap_or_default();
    headers.get(header::ORIGIN).map(text).is_none_or(|origin| {
        origin.split_once("://").is_some_and(|(_, from)| from.eq_ignore_ascii_case(&host))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_str(value).expect("a header"))])
    }

    #[test]
    fn a_key_opens_until_the_server_stops() {
        let keys = ["one".to_owned(), "two".to_owned()];
        let door = Door::new(&keys);
        assert!(!door.admits(&HeaderMap::new()));
        assert_eq!(door.exchange("three"), None);
        let cookie = door.exchange("two").expect("a cookie").to_owned();
        assert!(door.admits(&with(header::COOKIE, &format!("a=b; turnwise={cookie}"))));
        for wrong in ["turnwise=two", "turnwise=", "turnwise", &format!("other={cookie}")] {
            assert!(!door.admits(&with(header::COOKIE, wrong)), "{wrong}");
        }
        assert!(!Door::new(&keys).admits(&with(header::COOKIE, &format!("turnwise={cookie}"))));
        assert!(Door::new(&[]).admits(&HeaderMap::new()));
    }

    #[test]
    fn one_goes_on_within_the_server() {
        for (next, to) in [
            ("/conversations/a?page=2", "/conversations/a?page=2"),
            ("", "/"),
            ("https://evil.example", "/"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("/\t/evil.example", "/"),
            ("javascript:alert(1)", "/"),
        ] {
            assert_eq!(local(next), to, "{next}");
        }
    }

    #[test]
    fn forms_of_other_sites_are_refused() {
        let mut headers = with(header::HOST, "localhost:4141");
        assert!(is_ours(&headers));
        for (origin, ours) in [
            ("http://localhost:4141", true),
            ("http://localhost:4142", false),
            ("http://evil.example", false),
            ("null", false),
        ] {
            headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
            assert_eq!(is_ours(&headers), ours, "{origin}");
        }
    }
}
