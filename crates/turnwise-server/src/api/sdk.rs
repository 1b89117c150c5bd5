//! What the official SDK asks beside conversations: its settings, which agent a prompt belongs to, and whether that
//! agent is being optimised.

use super::json;
use crate::{
    body::Received,
    error::ApiError,
    hash,
    state::App,
    wire::{self, Envelope},
};
use axum::{
    extract::{Path, State, rejection::PathRejection},
    response::Response,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Settings of the SDK.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SdkConfig {
    /// Always `simulation`: nothing is tested on live traffic.
    testing_mode: &'static str,
    /// Always true: what the SDK captures is wanted.
    capture_enabled: bool,
    /// Always empty.
    active_optimizations: Vec<String>,
    /// Identifiers of agents by the hashes of their prompts.
    agent_hashes: BTreeMap<String, String>,
}

/// Gets the settings
#[utoipa::path(
    get, path = "/api/v1/sdk/config", operation_id = "getSdkConfig", tag = "sdk",
    responses((status = 200, description = "The settings", body = Envelope<SdkConfig>))
)]
pub(crate) async fn config(State(app): State<App>) -> Result<Response, ApiError> {
    let agents = app.store.agents(super::MOST_HASHES, 0).await?.items;
    let hashes = agents.into_iter().filter_map(|agent| Some((agent.prompt_hash?, agent.id)));
    Ok(json(wire::envelope(&SdkConfig {
        testing_mode: "simulation",
        capture_enabled: true,
        active_optimizations: Vec::new(),
        agent_hashes: hashes.collect(),
    })))
}

/// A system prompt whose agent is looked for.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Prompt {
    /// The prompt.
    content: String,
}

/// The agent that a prompt belongs to.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Match {
    /// Identifier of the agent.
    agent_id: String,
    /// The same, by its old name.
    prompt_id: String,
    /// Name of the agent.
    name: String,
    /// Hash of the prompt.
    content_hash: String,
    /// Always true; where none matches the answer is 404.
    matched: bool,
}

/// Finds the agent that a prompt belongs to
#[utoipa::path(
    post, path = "/api/v1/sdk/agents/match", operation_id = "matchAgent", tag = "sdk",
    request_body = Prompt,
    responses((status = 200, description = "The agent", body = Envelope<Match>))
)]
pub(crate) async fn match_agent(State(app): State<App>, received: Received) -> Result<Response, ApiError> {
    let prompt: Prompt = serde_json::from_str(&received.text).map_err(|error| match error.is_data() {
        true => ApiError::Invalid("`content` should be a string".to_owned()),
        false => ApiError::Malformed(format!("the body is no sound JSON: {error}")),
    })?;
    let content_hash = hash::of_prompt(&prompt.content);
    let found = app.store.agent_by_prompt(content_hash.clone()).await?;
    let agent = found.ok_or_else(|| ApiError::NotFound("no agent has this prompt".to_owned()))?;
    let (agent_id, prompt_id) = (agent.id.clone(), agent.id);
    Ok(json(wire::envelope(&Match { agent_id, prompt_id, name: agent.name, content_hash, matched: true })))
}

/// What an agent is to answer with.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ActiveVariant {
    /// Always false: nothing is optimised here.
    has_active_variant: bool,
    /// Always `baseline`.
    assignment: &'static str,
    /// Always false.
    in_test: bool,
}

/// Gets what an agent is to answer with: its own prompt
#[utoipa::path(
    get, path = "/api/v1/sdk/agents/{id}/active-variant", operation_id = "getActiveVariant", tag = "sdk",
    params(("id" = String, Path, description = "Identifier of the agent")),
    responses((status = 200, description = "Its own prompt", body = Envelope<ActiveVariant>))
)]
pub(crate) async fn active_variant(
    State(app): State<App>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let Path(id) = path?;
    let found = app.store.agent(id).await?;
    found.ok_or_else(|| ApiError::NotFound("there is no such agent".to_owned()))?;
    let none = ActiveVariant { has_active_variant: false, assignment: "baseline", in_test: false };
    Ok(json(wire::envelope(&none)))
}
