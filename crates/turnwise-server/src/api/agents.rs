//! Agents. They come to be when a conversation names them.

use super::{Paging, json};
use crate::{
    error::ApiError,
    state::App,
    store::Agent,
    wire::{self, AgentObject, Envelope, List, NoInsights, Pagination, StepFailure},
};
use axum::{
    extract::{
        Path, Query, State,
        rejection::{PathRejection, QueryRejection},
    },
    response::Response,
};
use serde::Deserialize;
use utoipa::IntoParams;

/// Lists agents by name
#[utoipa::path(
    get, path = "/api/v1/agents", operation_id = "listAgents", tag = "agents",
    params(Paging),
    responses((status = 200, description = "Some of them", body = List<AgentObject>))
)]
pub(crate) async fn list(
    State(app): State<App>,
    query: Result<Query<Paging>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(paging) = query?;
    let (limit, offset) = paging.bounds()?;
    let page = app.store.agents(limit, offset).await?;
    let items: Vec<_> = page.items.into_iter().map(AgentObject::from).collect();
    Ok(json(wire::list(items, Pagination { total: page.total, limit, offset })))
}

/// Gets an agent
#[utoipa::path(
    get, path = "/api/v1/agents/{id}", operation_id = "getAgent", tag = "agents",
    params(("id" = String, Path, description = "Identifier of the agent")),
    responses((status = 200, description = "The agent", body = Envelope<AgentObject>))
)]
pub(crate) async fn get(
    State(app): State<App>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let agent = find(&app, path).await?;
    Ok(json(wire::envelope(&AgentObject::from(agent))))
}

/// Over how many days insights are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Days {
    /// 7, 30 or 90.
    #[param(schema_with = crate::openapi::days)]
    days: Option<u32>,
}

/// Insights into an agent, of which there are none
#[utoipa::path(
    get, path = "/api/v1/agents/{id}/insights", operation_id = "getAgentInsights", tag = "insights",
    params(("id" = String, Path, description = "Identifier of the agent"), Days),
    responses((status = 200, description = "There are none", body = Envelope<NoInsights>))
)]
pub(crate) async fn insights(
    State(app): State<App>,
    path: Result<Path<String>, PathRejection>,
    query: Result<Query<Days>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(Days { days }) = query?;
    let days = days.unwrap_or(30);
    if ![7, 30, 90].contains(&days) {
        return Err(ApiError::Invalid("`days` should be 7, 30 or 90".to_owned()));
    }
    let Agent { id, .. } = find(&app, path).await?;
    Ok(json(wire::envelope(&NoInsights { agent_id: Some(id), days: Some(days), ..NoInsights::default() })))
}

/// Asks for insights into an agent anew, which gives none
#[utoipa::path(
    post, path = "/api/v1/agents/{id}/insights/regenerate", operation_id = "regenerateAgentInsights", tag = "insights",
    params(("id" = String, Path, description = "Identifier of the agent")),
    responses((status = 200, description = "There are none", body = Envelope<NoInsights>))
)]
pub(crate) async fn regenerate(
    State(app): State<App>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let Agent { id, .. } = find(&app, path).await?;
    Ok(json(wire::envelope(&NoInsights { agent_id: Some(id), ..NoInsights::default() })))
}

/// Steps of an agent that failed: an analyser would find them, so there are none
#[utoipa::path(
    get, path = "/api/v1/agents/{id}/step-failures", operation_id = "listStepFailures", tag = "insights",
    params(("id" = String, Path, description = "Identifier of the agent"), Paging),
    responses((status = 200, description = "There are none", body = List<StepFailure>))
)]
pub(crate) async fn step_failures(
    State(app): State<App>,
    path: Result<Path<String>, PathRejection>,
    query: Result<Query<Paging>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(paging) = query?;
    let (limit, offset) = paging.bounds()?;
    find(&app, path).await?;
    Ok(json(wire::list(Vec::<StepFailure>::new(), Pagination { total: 0, limit, offset })))
}

async fn find(app: &App, path: Result<Path<String>, PathRejection>) -> Result<Agent, ApiError> {
    let Path(id) = path?;
    let agent = app.store.agent(id).await?;
    agent.ok_or_else(|| ApiError::NotFound("there is no such agent".to_owned()))
}
