//! Conversations: create, append, list, get. `/runs` is another name for `/conversations`.

use super::{Family, Paging, json, long, now};
use crate::{
    auth::Scope,
    body::Received,
    error::ApiError,
    fields::STATUSES,
    hash,
    ingest::{self, Purpose, Reading},
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
    let Received { text, share: _share } = received;
    let key = key(&headers)?;
    let read = move || {
        let reading = ingest::read(&text, Purpose::Create)?;
        let once = once(scope, &reading, key, "create", &text);
        let new = NewConversation {
            id: fresh("conv"),
            agent: reading.agent.clone(),
            agent_id: fresh("agent"),
            prompt: reading.prompt().map(|prompt| (hash::of_prompt(&prompt), prompt)),
            first: reading.change(text, now()),
        };
        Ok::<_, ApiError>((new, once))
    };
    let (new, once) = app.work(read).await??;
    let messages = new.first.messages;
    let answer = move |record: &_| wire::envelope(&Receipt::new(record, family));
    let kept = app.store.create(new, once, answer).await?;
    if kept.is_new {
        app.metrics.conversations.inc();
        app.metrics.messages.inc_by(messages);
    }
    Ok(json(kept.answer))
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
    let Received { text, share: _share } = received;
    let (key, action) = (key(&headers)?, format!("append {id}"));
    let read = move || {
        let reading = ingest::read(&text, Purpose::Append)?;
        let once = once(scope, &reading, key, &action, &text);
        Ok::<_, ApiError>((reading.change(text, now()), once))
    };
    let (change, once) = app.work(read).await??;
    let messages = change.messages;
    let answer = move |record: &_| wire::envelope(&Receipt::new(record, family));
    let kept = app.store.append(id, change, once, answer).await?;
    if kept.is_new {
        app.metrics.messages.inc_by(messages);
    }
    Ok(json(kept.answer))
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
    long(&app, app.work(answer).await?)
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
    let answer = move |stored| wire::envelope(&Conversation::whole(stored, family));
    long(&app, app.show(id, answer).await?)
}

fn fresh(kind: &str) -> String {
    format!("{kind}_{}", Uuid::now_v7().simple())
}

/// The idempotency key in the header, which is a string with or without quotes.
fn key(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().map(|key| key.trim_matches('"')).unwrap_or_default();
    if (1..=255).contains(&key.len()) {
        return Ok(Some(key.to_owned()));
    }
    Err(ApiError::Invalid("the header Idempotency-Key should be of 1 to 255 plain characters".to_owned()))
}

/// What makes a repetition harmless, if there is a key in the body or in the header. `action` is what is done to what.
fn once(scope: Scope, reading: &Reading, header: Option<String>, action: &str, body: &str) -> Option<Once> {
    let key = reading.idempotency_key.clone().or(header)?;
    Some(Once { scope: scope.0, key, fingerprint: hash::of_request(action, body) })
}
