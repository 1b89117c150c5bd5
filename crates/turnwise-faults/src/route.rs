//! Which endpoint a request is for.

use crate::{
    http::{Request, unescape},
    plan::Family,
};

/// The endpoints, with the id from the path.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Route {
    Create,
    List,
    Append(String),
    Get(String),
    Insights(String),
    Agents,
    Agent(String),
}

/// The path that stands before all endpoints.
pub(crate) const BASE: &str = "/api/v1";

/// Finds the endpoint of a request; `None` is 404.
pub(crate) fn route(request: &Request, family: Family) -> Option<Route> {
    let path = request.path.strip_prefix(BASE)?.strip_prefix('/')?;
    // An id may have a slash in it, so segments are told apart before they are unescaped.
    let mut segments = path.split('/').map(unescape);
    let (first, id, last) = (segments.next()?, segments.next(), segments.next());
    if segments.next().is_some() || id.as_deref() == Some("") {
        return None;
    }
    let known = match first.as_str() {
        "conversations" => family != Family::Runs,
        "runs" => family != Family::Conversations,
        "agents" => {
            return match (request.method.as_str(), id, last) {
                ("GET", None, None) => Some(Route::Agents),
                ("GET", Some(id), None) => Some(Route::Agent(id)),
                _ => None,
            };
        }
        _ => false,
    };
    if !known {
        return None;
    }
    match (request.method.as_str(), id, last.as_deref()) {
        ("POST", None, None) => Some(Route::Create),
        ("GET", None, None) => Some(Route::List),
        ("POST", Some(id), Some("messages")) => Some(Route::Append(id)),
        ("GET", Some(id), None) => Some(Route::Get(id)),
        ("GET", Some(id), Some("insights")) => Some(Route::Insights(id)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(method: &str, path: &str, family: Family) -> Option<Route> {
        let request = Request {
            method: method.to_owned(),
            path: path.to_owned(),
            query: Vec::new(),
            headers: Vec::new(),
            body: Vec::new(),
        };
        route(&request, family)
    }

    #[test]
    fn endpoints_of_both_families() {
        for family in ["conversations", "runs"] {
            let of = |method, rest| of(method, &format!("/api/v1/{family}{rest}"), Family::Both);
            assert_eq!(of("POST", ""), Some(Route::Create));
            assert_eq!(of("GET", ""), Some(Route::List));
            assert_eq!(of("GET", "/a%2Fb%3F"), Some(Route::Get("a/b?".to_owned())));
            assert_eq!(of("POST", "/c/messages"), Some(Route::Append("c".to_owned())));
            assert_eq!(of("GET", "/c/insights"), Some(Route::Insights("c".to_owned())));
            assert_eq!(of("DELETE", "/c"), None);
            assert_eq!(of("GET", "/"), None);
            assert_eq!(of("GET", "/c/insights/more"), None);
        }
        assert_eq!(of("GET", "/api/v1/agents", Family::Runs), Some(Route::Agents));
        assert_eq!(of("GET", "/api/v1/agents/a", Family::Both), Some(Route::Agent("a".to_owned())));
        assert_eq!(of("GET", "/other", Family::Both), None);
    }

    #[test]
    fn a_family_that_is_not_there() {
        assert_eq!(of("POST", "/api/v1/runs", Family::Conversations), None);
        assert_eq!(of("POST", "/api/v1/conversations", Family::Runs), None);
    }
}
