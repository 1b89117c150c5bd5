//! One conversation: its messages, what is known of it, what is doubtful, and as it was sent.

use std::ops::Range;

use axum::{
    extract::{
        Path, Query, State,
        rejection::{PathRejection, QueryRejection},
    },
    http::header,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use serde::Deserialize;
use turnwise::{Diagnostic, Parser};

use super::{
    address::{address, query},
    details::{details, tools},
    findings::{Findings, Request, message_at},
    json,
    layout::{Place, page},
    list::{name, status},
    problem::{failed, not_found},
    reading::Reading,
    short::{self, cut, shorten},
    source,
    turn::Turns,
    when,
};
use crate::{
    ingest::Origin,
    state::App,
    stored::{Body, Stored},
};

/// Messages a page.
const MESSAGES: usize = 100;
/// Bytes of all bodies on a page that are shown; each can be saved whole.
const BYTES: usize = 256 * 1024;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    page: String,
}

pub(super) async fn conversation(
    State(app): State<App>,
    id: Result<Path<String>, PathRejection>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let Ok(Path(id)) = id else { return not_found() };
    let number = asked.map(|Query(asked)| asked.page.parse().unwrap_or(1)).unwrap_or(1);
    let shown =
        app.show(id, move |stored| page(&name(&stored.record), Place::Elsewhere, &view(&stored, number)));
    shown.await.map_or_else(|error| failed(&error), IntoResponse::into_response)
}

/// The body of a request as it was received, to be saved.
pub(super) async fn request(
    State(app): State<App>,
    path: Result<Path<(String, usize)>, PathRejection>,
) -> Response {
    let Ok(Path((id, number))) = path else { return not_found() };
    let bodies = match app.store.conversation(id).await {
        Ok(found) => found.map_or_else(Vec::new, |(_, bodies)| bodies),
        Err(error) => return failed(&error.into()),
    };
    let Some(found) = number.checked_sub(1).and_then(|index| bodies.into_iter().nth(index)) else {
        return not_found();
    };
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"conversation.json\""),
    ];
    (headers, found.body).into_response()
}

/// The messages of one page.
fn shown(total: usize, number: usize) -> (Range<usize>, usize, usize) {
    let last = total.div_ceil(MESSAGES).max(1);
    let here = number.clamp(1, last);
    let start = here.saturating_sub(1).saturating_mul(MESSAGES);
    (start..start.saturating_add(MESSAGES).min(total), here, last)
}

fn view(stored: &Stored, number: usize) -> Markup {
    let Stored { record, conversation, .. } = stored;
    let total = conversation.messages.len();
    let (range, here, last) = shown(total, number);
    let found = stored.findings.len();
    let pages = pages(&record.id, &range, here, last, total);
    html! {
        p.back { a href="/" { "← Conversations" } }
        h1 { (name(record)) }
        p.lead {
            (status(&record.status))
            @if let (Some(id), Some(name)) = (&record.agent_id, &record.agent_name) {
                " " a href={ "/" (query([("agent", id)].into_iter())) } { (shorten(name, 80)) }
            }
            " · " (when::counted(total as u64, "message"))
            " · last message " (when::stamp(record.updated_at))
            @if found > 0 { " · " a href="#findings" { (when::counted(found as u64, "finding")) } }
        }
        div.sides {
            section aria-labelledby="messages" {
                h2.unseen id="messages" { "Messages" }
                @if let Some(preamble) = conversation.preamble.as_deref().filter(|text| here == 1 && !text.trim().is_empty()) {
                    details.fold { summary { "Before the first message" } pre tabindex="0" { (cut(preamble, short::BYTES).0) } }
                }
                (pages)
                @if total == 0 {
                    p.empty { "No messages were found in what was sent. It is shown below as it came." }
                }
                (Turns { conversation, range: range.clone(), found: &stored.findings })
                (pages)
            }
            aside aria-labelledby="details" {
                h2 id="details" { "Details" }
                (details(stored))
                (tools(&conversation.tools))
            }
        }
        @if found > 0 {
            section aria-labelledby="findings" {
                h2 id="findings" { "Findings" }
                (findings(stored, &range))
            }
        }
        section aria-labelledby="sent" {
            h2 id="sent" { "As it was sent" }
            @let sent: Vec<_> = (1..).zip(&stored.bodies).filter(|(_, body)| is_shown(body, &range)).collect();
            @for (number, body) in &sent {
                (self::sent(stored, *number, body, BYTES.checked_div(sent.len()).unwrap_or_default()))
            }
        }
    }
}

/// Whether any message of a body, or the place where it would have one, is on the page.
fn is_shown(body: &Body, range: &Range<usize>) -> bool {
    let Range { start, end } = body.messages;
    start <= range.end && range.start < end.max(start.saturating_add(1))
}

fn pages(id: &str, range: &Range<usize>, here: usize, last: usize, total: usize) -> Markup {
    let link = |rel: &str, number: usize, words: &str| {
        html! { a rel=(rel) href={ (address(id)) "?page=" (number) } { (words) } }
    };
    html! {
        @if last > 1 {
            nav.pages aria-label="Pages of messages" {
                @if here > 1 { (link("first", 1, "First")) (link("prev", here.saturating_sub(1), "← Earlier")) }
                span {
                    "Messages " (when::grouped(range.start.saturating_add(1) as u64)) " to " (when::grouped(range.end as u64))
                    " of " (when::grouped(total as u64))
                }
                @if here < last { (link("next", here.saturating_add(1), "Later →")) (link("last", last, "Last")) }
            }
        }
    }
}

/// What is doubtful about the messages of this page; what is said of no message is on the first.
fn findings(stored: &Stored, range: &Range<usize>) -> Markup {
    let messages = &stored.conversation.messages;
    let is_here = |finding: &&Diagnostic| match message_at(messages, finding.span) {
        Some(index) => range.contains(&index),
        None => range.start == 0,
    };
    let found: Vec<_> = stored.findings.iter().filter(is_here).collect();
    let elsewhere = stored.findings.len().saturating_sub(found.len());
    let request = |body: &Body| Request { span: body.span, has_lines: body.origin == Origin::Content };
    let requests = stored.bodies.iter().map(request).collect();
    html! {
        (Findings { text: &stored.text, found, messages, requests })
        @if elsewhere > 0 { p.hint { (when::counted(elsewhere as u64, "finding")) " on other pages." } }
    }
}

/// A request, with at most `most` bytes of its body.
fn sent(stored: &Stored, number: usize, body: &Body, most: usize) -> Markup {
    let (raw, rest) = cut(&body.raw, most);
    html! {
        details.fold.sent id={ "sent" (number) } {
            summary {
                "Request " (number) " · " (when::stamp(body.received_at)) " · " (when::counted(body.messages.len() as u64, "message"))
                " · " (when::size(body.raw.len() as u64))
            }
            @if body.origin == Origin::Content {
                h3 { "The transcript, as it was read" }
                (source::legend())
                (source::source(&Reading::new(&Parser::new(), body.span.of(&stored.text)).after(body.messages.start)))
            }
            h3 { "The body" }
            pre tabindex="0" { (json::pretty(raw)) }
            @if rest > 0 { p.hint { "… and " (when::counted(rest as u64, "more byte")) "." } }
            p { a href={ (address(&stored.record.id)) "/requests/" (number) } download { "Save the whole body" } }
        }
    }
}
