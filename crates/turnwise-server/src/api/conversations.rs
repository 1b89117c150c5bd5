//! Conversations: create, append, list, get. `/runs` is another name for `/conversations`.

use super::{Family, Paging, json, now};
use crate::{
    auth::Scope,
    body::Received,
    error::ApiError,
    fields::STATUSES,
    hash,
    ingest::{self, Purpose},
    state::App,
    store::{Filter, NewConversation, Once},
    stored::Stored,
    wire::{self, Conversation, Envelope, List, Pagination, Receipt},
};
use axum::{
    Extension,
    extract::{
        Path, Query, State,
        rejection::{PathRejection, QueryRejection},
    },
    http::HeaderMap,
    response::Response,
};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

/// Bytes of a conversation that a list shows with its transcript; longer ones are to be got by themselves.
const LISTED_WHOLE: u64 = 64 << 10;

/// Creates a conversation
///
/// `messages` are preferred where `content` comes beside them. `content` is labelled text, or JSON in a string.
/// A body that comes again with the same `idempotencyKey` gives the first answer, another body 422.
#[utoipa::path(
    post, path = "/api/v1/conversations", operation_id = "createConversation", tag = "conversations",
    request_body(content = ref("#/components/schemas/NewConversation"), content_type = "application/json"),
    responses((status = 200, description = "Created", body = Envelope<Receipt>))
)]
pub(crate) async fn create(
    State(app): State<App>,
    Extension(scope): Extension<Scope>,
    Extension(family): Extension<Family>,
    headers: HeaderMap,
    received: Received,
) -> Result<Response, ApiError> {
    let text = received.text.clone();
    let reading = app.work(move || ingest::read(&text, Purpose::Create)).await??;
    let once = once(scope, &headers, reading.idempotency_key.clone(), "create", &received.text)?;
    let new = NewConversation {
        id: fresh("conv"),
        agent: reading.agent.clone(),
        agent_id: fresh("agent"),
        prompt: reading
            .prompt()
            .map(|prompt| (hash::of_prompt(&prompt), prompt))
            .map(|(hash, prompt)| (prompt, hash)),
        first: reading.change(received.text, now()),
    };
    let messages = new.first.messages;
    let answer = move |record: &_| wire::envelope(&Receipt::new(record, family));
    let answer = app.store.create(new, once, answer).await?;
    app.metrics.conversations.inc();
    app.metrics.messages.inc_by(messages);
    Ok(json(answer))
}

/// Appends messages to a conversation that is open
///
/// Status `completed` or `abandoned` closes it: whatever is appended later gets 409.
#[utoipa::path(
    post, path = "/api/v1/conversations/{id}/messages", operation_id = "appendMessages", tag = "conversations",
    params(("id" = String, Path, description = "Identifier of the conversation")),
    request_body(content = ref("#/components/schemas/NewMessages"), content_type = "application/json"),
    responses((status = 200, description = "Appended", body = Envelope<Receipt>))
)]
pub(crate) async fn append(
    State(app): State<App>,
    Extension(scope): Extension<Scope>,
    Extension(family): Extension<Family>,
    path: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    received: Received,
) -> Result<Response, ApiError> {
    let Path(id) = path?;
    let text = received.text.clone();
    let reading = app.work(move || ingest::read(&text, Purpose::Append)).await??;
    let once = once(scope, &headers, reading.idempotency_key.clone(), &id, &received.text)?;
    let change = reading.change(received.text, now());
    let messages = change.messages;
    let answer = move |record: &_| wire::envelope(&Receipt::new(record, family));
    let answer = app.store.append(id, change, once, answer).await?;
    app.metrics.messages.inc_by(messages);
    Ok(json(answer))
}

/// Which conversations are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// Identifier of the agent.
    #[serde(alias = "agent_id", alias = "promptId")]
    agent_id: Option<String>,
    /// `active` and `in_progress` are the same.
    #[param(schema_with = crate::openapi::status)]
    status: Option<String>,
    /// Text to look for.
    #[serde(alias = "q")]
    search: Option<String>,
    /// How many, at most 100.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// How many to pass over.
    #[param(minimum = 0, default = 0)]
    offset: Option<u64>,
}

/// Lists conversations, the latest first
#[utoipa::path(
    get, path = "/api/v1/conversations", operation_id = "listConversations", tag = "conversations",
    params(Asked),
    responses((status = 200, description = "Some of them", body = List<Conversation>))
)]
pub(crate) async fn list(
    State(app): State<App>,
    Extension(family): Extension<Family>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(Asked { agent_id, status, search, limit, offset }) = query?;
    let (limit, offset) = Paging { limit, offset }.bounds()?;
    if status.as_deref().is_some_and(|status| !STATUSES.contains(&status)) {
        return Err(ApiError::Invalid(format!("`status` should be one of {}", STATUSES.join(", "))));
    }
    let filter = Filter { agent_id, status, search: search.filter(|text| !text.is_empty()), limit, offset };
    let page = app.store.list(filter, LISTED_WHOLE).await?;
    let pagination = Pagination { total: page.total, limit, offset };
    let answer = move || {
        let items = page.items.into_iter().map(|(record, bodies)| match bodies {
            Some(bodies) => Conversation::listed(Stored::new(record, bodies), family),
            None => Conversation::summary(record, family),
        });
        wire::list(items.collect(), pagination)
    };
    app.work(answer).await.map(json)
}

/// Gets a conversation
#[utoipa::path(
    get, path = "/api/v1/conversations/{id}", operation_id = "getConversation", tag = "conversations",
    params(("id" = String, Path, description = "Identifier of the conversation")),
    responses((status = 200, description = "The conversation", body = Envelope<Conversation>))
)]
pub(crate) async fn get(
    State(app): State<App>,
    Extension(family): Extension<Family>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let Path(id) = path?;
    let stored = app.conversation(id).await?;
    let answer = move || wire::envelope(&Conversation::whole(stored, family));
    app.work(answer).await.map(json)
}

fn fresh(kind: &str) -> String {
    format!("{kind}_{}", Uuid::now_v7().simple())
}

/// The idempotency key of the body, or else of the header. `action` is what the request does to what.
fn once(
    scope: Scope,
    headers: &HeaderMap,
    key: Option<String>,
    action: &str,
    body: &str,
) -> Result<Option<Once>, ApiError> {
    let header = headers.get("idempotency-key").map(|value| value.to_str().map(|key| key.trim_matches('"')));
    let key = match (key, header) {
        (Some(key), _) => key,
        (None, Some(Ok(key))) if (1..=255).contains(&key.len()) => key.to_owned(),
        (None, Some(_)) => {
            let words = "the header Idempotency-Key should be of 1 to 255 plain characters";
            return Err(ApiError::Invalid(words.to_owned()));
        }
        (None, None) => return Ok(None),
    };
    Ok(Some(Once { scope: scope.0, key, fingerprint: hash::of_request(action, body) }))
}
