//! The OpenAPI document at `/openapi.json`: handlers describe themselves, request bodies are in `openapi/bodies.json`,
//! and what all operations share is added here.

use crate::{
    api::{agents, conversations, health, insights, sdk},
    error::ErrorBody,
    fields::STATUSES,
};
use serde_json::{Value, json};
use utoipa::{
    OpenApi,
    openapi::schema::{Object, ObjectBuilder, Type},
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "turnwise serve",
        description = "A local server that speaks the Converra conversation API, for development and tests."
    ),
    paths(
        conversations::create,
        conversations::append,
        conversations::list,
        conversations::get,
        insights::get,
        insights::regenerate,
        agents::list,
        agents::get,
        agents::insights,
        agents::regenerate,
        agents::step_failures,
        sdk::config,
        sdk::match_agent,
        sdk::active_variant,
        health::livez,
        health::readyz,
        health::metrics
    ),
    components(schemas(ErrorBody))
)]
struct Described;

/// Bodies that are read field by field, and so have no type that could describe them.
const BODIES: &str = include_str!("openapi/bodies.json");

/// What can be answered besides success, to any request and to those with a body.
const REFUSALS: &[(&str, &str)] = &[
    ("400", "The request cannot be read"),
    ("401", "The key is missing or wrong"),
    ("403", "The request was made for another host"),
    ("404", "There is no such thing"),
    ("406", "The header Accept rules JSON out"),
    ("422", "The request says something that cannot be done"),
    ("429", "Too many requests; the header Retry-After says when to go on"),
    ("500", "The server failed"),
    ("503", "The server cannot work now; the header Retry-After says when to try again"),
];
const REFUSALS_OF_BODIES: &[(&str, &str)] = &[
    ("408", "The body did not arrive in time"),
    ("409", "The conversation is completed or abandoned"),
    ("413", "The body or the conversation is too large"),
    ("415", "The body is of another type or encoding"),
];

/// The document; `keys` says whether one is needed.
pub(crate) fn document(keys: bool) -> String {
    let mut document = serde_json::to_value(Described::openapi()).unwrap_or_default();
    if let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        let bodies: serde_json::Map<String, Value> = serde_json::from_str(BODIES).unwrap_or_default();
        schemas.extend(bodies);
    }
    if let Some(components) = document.pointer_mut("/components").and_then(Value::as_object_mut) {
        let bearer = json!({"bearer": {"type": "http", "scheme": "bearer"}});
        components.insert("securitySchemes".to_owned(), bearer);
    }
    if let Some(paths) = document.pointer_mut("/paths").and_then(Value::as_object_mut) {
        for (path, item) in paths.iter_mut() {
            operations(item).for_each(|operation| share(operation, path.starts_with("/api/"), keys));
        }
        let also: Vec<_> =
            paths.iter().filter_map(|(path, item)| Some((of_runs(path)?, item.clone()))).collect();
        for (path, mut item) in also {
            operations(&mut item).for_each(rename);
            paths.insert(path, item);
        }
    }
    document.to_string()
}

fn operations(item: &mut Value) -> impl Iterator<Item = &mut Value> {
    item.as_object_mut().into_iter().flat_map(|item| item.values_mut())
}

/// Adds what operations share: refusals, and the key.
fn share(operation: &mut Value, is_api: bool, keys: bool) {
    let with_body = operation.get("requestBody").is_some();
    if let Some(body) = operation.get_mut("requestBody").and_then(Value::as_object_mut) {
        body.insert("required".to_owned(), true.into());
    }
    if let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) {
        let refusals = REFUSALS.iter().chain(REFUSALS_OF_BODIES.iter().filter(|_| with_body));
        for (status, description) in refusals {
            let content = json!({"application/json": {"schema": {"$ref": "#/components/schemas/ErrorBody"}}});
            responses.insert((*status).to_owned(), json!({"description": description, "content": content}));
        }
    }
    if let Some(operation) = operation.as_object_mut().filter(|_| is_api) {
        let security = if keys { json!([{"bearer": []}]) } else { json!([{"bearer": []}, {}]) };
        operation.insert("security".to_owned(), security);
    }
}

/// The path by its other name.
fn of_runs(path: &str) -> Option<String> {
    path.strip_prefix("/api/v1/conversations").map(|rest| format!("/api/v1/runs{rest}"))
}

/// Tells an operation of `/runs` from its twin.
fn rename(operation: &mut Value) {
    if let Some(Value::String(id)) = operation.get_mut("operationId") {
        id.push_str("ByRun");
    }
}

/// Schema of a status.
pub(crate) fn status() -> Object {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(STATUSES)).build()
}

/// Schema of a number of days.
pub(crate) fn days() -> Object {
    ObjectBuilder::new().schema_type(Type::Integer).enum_values(Some([7, 30, 90])).build()
}
