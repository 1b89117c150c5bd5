//! Tools for logged conversations: they speak to the API, and need a key.

mod about;
mod log;

use crate::{
    answer::{
        Count,
        ship::{Got, Listed, Logged, Summary},
    },
    page::page,
    problem::Problem,
    server::Server,
};
use log::Log;
use rmcp::{
    handler::server::wrapper::{Json, Parameters},
    schemars::{self, JsonSchema},
    tool, tool_router,
};
use serde::Deserialize;
use turnwise::Conversation;
use turnwise_client::{ListQuery, Page, Stored};

/// Arguments of `list_conversations`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct List {
    /// Only those of the agent with this id.
    agent_id: Option<String>,
    /// Only those with this status, such as `completed`.
    status: Option<String>,
    /// How many, from 1 to 100.
    #[serde(default = "usual")]
    limit: Count,
    /// How many to pass over.
    #[serde(default)]
    offset: Count,
}

/// How many conversations are listed unless told otherwise.
fn usual() -> Count {
    Count(20)
}

/// Arguments of `get_conversation`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Get {
    /// The id of the conversation.
    conversation_id: String,
    /// Messages to pass over, to get the rest of an answer that was cut.
    #[serde(default)]
    skip_messages: Count,
}

#[tool_router(router = ship_tools, vis = "pub(crate)")]
impl Server {
    /// Logs a conversation for an agent at Converra, or appends messages to one that was logged. Use it when the user
    /// asks to log, save or send a conversation. Pass the transcript as the user pasted it, or `messages`; to append,
    /// pass `conversation_id` and only the messages that are new. A whole conversation is logged once, as `completed`; one
    /// that is logged while it happens is `active` until its last messages. Findings come with the answer: tell the user
    /// of warnings. After an error, the same call again never logs twice.
    #[tool(
        title = "Log a conversation",
        annotations(
            read_only_hint = false,
            destructive_hint = false,
            idempotent_hint = false,
            open_world_hint = true
        )
    )]
    async fn log_conversation(&self, Parameters(log): Parameters<Log>) -> Result<Json<Logged>, Problem> {
        self.log(log).await.map(Json)
    }

    /// Lists logged conversations, page by page: ids, agents, status, titles, times, how they begin. Use it to find
    /// the id of a conversation, or when the user asks what was logged.
    #[tool(
        title = "List logged conversations",
        annotations(read_only_hint = true, idempotent_hint = true, open_world_hint = true)
    )]
    async fn list_conversations(
        &self,
        Parameters(List { agent_id, status, limit, offset }): Parameters<List>,
    ) -> Result<Json<Listed>, Problem> {
        let limit = limit.0.clamp(1, 100);
        let number = |count: usize| u64::try_from(count).ok();
        let query = ListQuery { agent_id, status, limit: number(limit), offset: number(offset.0) };
        let page = self.client()?.list(&query).await.map_err(Problem::Reading)?;
        let budget = self.limits().output_bytes;
        self.work(move || listed(&page, offset.0, limit, budget)).await.map(Json)
    }

    /// Gets a logged conversation with its messages as canonical JSON. Use it when the user asks what was said, or whether
    /// something was logged. Long answers are cut between messages and say where to go on.
    #[tool(
        title = "Get a logged conversation",
        annotations(read_only_hint = true, idempotent_hint = true, open_world_hint = true)
    )]
    async fn get_conversation(
        &self,
        Parameters(Get { conversation_id, skip_messages: Count(skip) }): Parameters<Get>,
    ) -> Result<Json<Got>, Problem> {
        let stored = self.client()?.get(&conversation_id).await.map_err(Problem::Reading)?;
        let budget = self.limits().output_bytes;
        self.work(move || got(&stored, skip, budget)).await.map(Json)
    }
}

/// As many conversations as an answer has room for.
fn listed(page: &Page<Stored>, offset: usize, limit: usize, mut budget: usize) -> Listed {
    let mut conversations = Vec::new();
    for stored in &page.items {
        let summary = Summary::new(stored, stored.conversation().as_ref());
        // Strings and numbers only: nothing here can fail to serialise.
        let size = serde_json::to_string(&summary).unwrap_or_default().len();
        let Some(left) = budget.checked_sub(size) else { break };
        budget = left;
        conversations.push(summary);
    }
    let total = page.total.and_then(|total| usize::try_from(total).ok());
    let next = offset.saturating_add(conversations.len());
    // Where the server does not say how many there are, a full page may have a next one.
    let goes_on = !conversations.is_empty()
        && total.map_or(conversations.len() >= limit.min(page.items.len()), |total| next < total);
    Listed { conversations, total: total.map(Count), next_offset: goes_on.then_some(Count(next)) }
}

fn got(stored: &Stored, skip: usize, budget: usize) -> Got {
    let conversation = stored.conversation().map(unstamped);
    let messages = conversation.as_ref().map_or(0, |conversation| conversation.messages.len());
    let mut page = page(conversation.as_slice(), skip, budget);
    Got {
        summary: Summary::new(stored, conversation.as_ref()),
        messages: Count(messages),
        next_message: page.next.map(Count),
        note: page.note(),
        conversation: page.conversations.pop(),
    }
}

/// The conversation without the ids that the client gives messages, which tell an assistant nothing.
fn unstamped(mut conversation: Conversation) -> Conversation {
    for message in &mut conversation.messages {
        if message.details.is_some() {
            message.details_mut().metadata.0.retain(|(name, _)| name != "turnwiseId");
        }
    }
    conversation
}
