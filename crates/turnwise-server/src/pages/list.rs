//! The list of conversations: search, filters, a page at a time.

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    address::{address, query},
    layout::{Place, page},
    problem::{failed, problem},
    short::shorten,
    when,
};
use crate::{
    error::ApiError,
    fields::STATUSES,
    state::App,
    store::{Agent, Filter, Page, Record},
};

/// Conversations a page.
const ROWS: u32 = 25;
/// Agents that the filter offers.
const AGENTS: u32 = 200;

/// What is asked for; an empty word asks for nothing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    agent: String,
    status: String,
    page: String,
}

impl Asked {
    /// Number of the page, from 1; what is no number is the first.
    fn page(&self) -> u64 {
        self.page.parse().unwrap_or(1).max(1)
    }

    fn filter(&self) -> Filter {
        let word = |word: &str| (!word.trim().is_empty()).then(|| word.trim().to_owned());
        Filter {
            agent_id: word(&self.agent),
            status: word(&self.status),
            search: word(&self.q),
            limit: ROWS,
            offset: self.page().saturating_sub(1).saturating_mul(ROWS.into()),
        }
    }

    fn is_filtered(&self) -> bool {
        [&self.q, &self.agent, &self.status].iter().any(|word| !word.trim().is_empty())
    }

    /// The address of another page of the same.
    fn at(&self, number: u64) -> String {
        let number = number.to_string();
        let values = [("q", &self.q), ("agent", &self.agent), ("status", &self.status), ("page", &number)];
        format!("/{}", query(values.into_iter().filter(|(_, value)| !value.is_empty())))
    }
}

pub(super) async fn list(
    State(app): State<App>,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let Ok(Query(asked)) = asked else {
        return problem(StatusCode::BAD_REQUEST, "This address cannot be read", "Start again from the list.");
    };
    let found = async {
        Ok::<_, ApiError>((app.store.list(asked.filter(), 0).await?, app.store.agents(AGENTS, 0).await?))
    };
    match found.await {
        Ok((found, agents)) => {
            let records = found.items.into_iter().map(|(record, _)| record).collect();
            let found = Page { items: records, total: found.total };
            let host =
                headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1:4141");
            let body = view(&asked, &found, &agents.items, host);
            page("Conversations", Place::Conversations, &body).into_response()
        }
        Err(error) => failed(&error),
    }
}

fn view(asked: &Asked, found: &Page<Record>, agents: &[Agent], host: &str) -> Markup {
    html! {
        h1 { "Conversations" }
        @if found.total > 0 || asked.is_filtered() { (filters(asked, agents)) }
        @if found.total > 0 {
            (rows(&found.items))
            (pages(asked, found.total))
        } @else if asked.is_filtered() {
            p.empty { "No conversation is like that. " a href="/" { "Show all" } }
        } @else {
            (first(host))
        }
    }
}

fn filters(asked: &Asked, agents: &[Agent]) -> Markup {
    html! {
        form.filters method="get" action="/" role="search" {
            p {
                label for="q" { "Search" }
                input id="q" name="q" type="search" value=(asked.q) data-search
                    placeholder="words, title or identifier";
            }
            p {
                label for="agent" { "Agent" }
                select id="agent" name="agent" {
                    option value="" { "all" }
                    @for agent in agents {
                        option value=(agent.id) selected[agent.id == asked.agent] {
                            (shorten(&agent.name, 60)) " (" (agent.conversations) ")"
                        }
                    }
                    @if !asked.agent.is_empty() && agents.iter().all(|agent| agent.id != asked.agent) {
                        option value=(asked.agent) selected { (shorten(&asked.agent, 60)) }
                    }
                }
            }
            p {
                label for="status" { "Status" }
                select id="status" name="status" {
                    option value="" { "any" }
                    @for status in STATUSES.iter().filter(|status| **status != "in_progress") {
                        option value=(status) selected[*status == asked.status] { (status) }
                    }
                }
            }
            p { button type="submit" { "Show" } }
        }
    }
}

fn rows(records: &[Record]) -> Markup {
    html! {
        table.conversations {
            caption.unseen { "Conversations, the latest first" }
            thead {
                tr { th scope="col" { "Conversation" } th scope="col" { "Agent" } th scope="col" { "Status" } th scope="col" { "Messages" } th scope="col" { "Last message" } }
            }
            tbody {
                @for record in records {
                    tr {
                        th scope="row" {
                            a.step href=(address(&record.id)) { (name(record)) }
                            @if record.fields.title.is_some() && !record.opening.is_empty() {
                                span.opening { (shorten(&record.opening, 120)) }
                            }
                        }
                        td data-name="Agent" { (record.agent_name.as_deref().map_or_else(|| "none".to_owned(), |name| shorten(name, 60))) }
                        td data-name="Status" { (status(&record.status)) }
                        td data-name="Messages" { (record.messages) }
                        td data-name="Last message" { (when::stamp(record.updated_at)) }
                    }
                }
            }
        }
    }
}

/// The title, else the first words, else the identifier.
pub(super) fn name(record: &Record) -> String {
    let title = record.fields.title.as_deref().filter(|title| !title.trim().is_empty());
    match title {
        Some(title) => shorten(title, 120),
        None if !record.opening.trim().is_empty() => shorten(&record.opening, 120),
        None => record.id.clone(),
    }
}

/// A status, coloured if it is one of those that everybody uses.
pub(super) fn status(status: &str) -> Markup {
    let known = STATUSES.iter().find(|known| **known == status).copied().unwrap_or("unlisted");
    html! { span.{ "status " (known) } { (shorten(status, 40)) } }
}

fn pages(asked: &Asked, total: u64) -> Markup {
    let last = total.div_ceil(ROWS.into());
    let here = asked.page();
    html! {
        nav.pages aria-label="Pages of the list" {
            @if here > 1 { a rel="prev" href=(asked.at(here.saturating_sub(1).min(last))) { "← Newer" } }
            span { "Page " (here) " of " (last) " · " (when::counted(total, "conversation")) }
            @if here < last { a rel="next" href=(asked.at(here.saturating_add(1))) { "Older →" } }
        }
    }
}

/// What to do where there is nothing yet.
fn first(host: &str) -> Markup {
    html! {
        div.empty {
            h2 { "Nothing here yet" }
            p { "Send a conversation, and it appears here. Say where, and who you are (any word, where the server has no keys):" }
            pre { "export CONVERRA_BASE_URL=http://" (host) "/api/v1\nexport CONVERRA_API_KEY=test" }
            p { "Then send a transcript that is in " code { "chat.txt" } ":" }
            pre { "turnwise send --agent Support --status completed chat.txt" }
            p { "Or with curl:" }
            pre { (CURL) }
            p { "Only want to see how a transcript is read? Paste it into the " a href="/playground" { "playground" } "." }
        }
    }
}

const CURL: &str = r#"curl "$CONVERRA_BASE_URL/conversations" \
  -H "Authorization: Bearer $CONVERRA_API_KEY" -H "Content-Type: application/json" \
  -d '{"agentName": "Support", "content": "User: Hi!\nAI: Hello.", "status": "completed"}'"#;
