//! One message: who said it, when, and what.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

use maud::{Markup, Render, html};
use turnwise::{Code, Conversation, Details, Diagnostic, Extra, Message, Part, Role, Usage};

use super::{
    findings::message_at,
    json,
    links::linked,
    markdown, part, role,
    short::{BYTES, cut, first_line, shorten},
    when,
};

/// Instructions longer than this are folded.
const SHORT: usize = 240;

/// Names of tools by the identifiers of their calls, so that an answer can say whose it is.
pub(super) type Calls<'a> = HashMap<&'a str, &'a str>;

/// The calls of a conversation.
fn calls(conversation: &Conversation) -> Calls<'_> {
    let parts = conversation.messages.iter().flat_map(|message| message.parts.iter());
    parts
        .filter_map(|part| match part {
            Part::ToolCall(call) => Some((call.id.as_deref()?, call.name.as_str())),
            _ => None,
        })
        .collect()
}

/// Messages of a conversation, in order, with the day where it changes.
pub(super) struct Turns<'a> {
    pub(super) conversation: &'a Conversation,
    /// Which of its messages.
    pub(super) range: Range<usize>,
    /// What is doubtful about it.
    pub(super) found: &'a [Diagnostic],
}

impl Render for Turns<'_> {
    fn render(&self) -> Markup {
        let all = &self.conversation.messages;
        let messages = all.get(self.range.clone()).unwrap_or_default();
        let first = self.range.start.saturating_add(1);
        let calls = calls(self.conversation);
        let doubts = self.found.iter().filter(|finding| finding.code == Code::AmbiguousBoundary);
        let doubtful: HashSet<_> = doubts.filter_map(|finding| message_at(all, finding.span)).collect();
        html! {
            ol.turns start=(first) {
                @for ((number, message), day) in (first..).zip(messages).zip(new_days(messages)) {
                    li.{ "turn " (role::class(message.role.as_ref())) } id={ "m" (number) } {
                        @if let Some(day) = day { p.day { (day) } }
                        (turn(number, message, &calls, doubtful.contains(&number.saturating_sub(1))))
                    }
                }
            }
        }
    }
}

/// For each message the day, if it is another than that of the last message with a time.
fn new_days(messages: &[Message]) -> Vec<Option<String>> {
    let mut today = None;
    let day = |message: &Message| {
        let time = message.timestamp?;
        (today.replace(time.date_naive()) != Some(time.date_naive())).then(|| when::day(&time))
    };
    messages.iter().map(day).collect()
}

fn turn(number: usize, message: &Message, calls: &Calls<'_>, doubtful: bool) -> Markup {
    let who = role::who(message);
    let details = message.details.as_deref();
    html! {
        article tabindex="-1" aria-labelledby={ "m" (number) "-who" } {
            header {
                span.avatar aria-hidden="true" { (who.chars().next().unwrap_or('?').to_uppercase()) }
                h3 id={ "m" (number) "-who" } { (shorten(who, 80)) }
                @if let Some(role) = role::beside(message) { span.role { (shorten(role, 40)) } }
                @if doubtful { a.doubt href="#findings" { "uncertain boundary" } }
                span.when {
                    @match (&message.timestamp, details.and_then(|details| details.time.as_deref())) {
                        (Some(time), _) => (when::clock(time)),
                        (None, Some(written)) => (shorten(written, 40)),
                        (None, None) => {},
                    }
                }
                a.number href={ "#m" (number) } aria-label={ "Message " (number) } { "#" (number) }
            }
            div.said { (said(message, calls)) }
            @if let Some(details) = details { (beside(details)) }
        }
    }
}

fn said(message: &Message, calls: &Calls<'_>) -> Markup {
    html! {
        @for piece in message.parts.iter() {
            @match piece {
                Part::Text(text) => (words(message.role.as_ref(), &text.text)),
                piece => (part::part(piece, calls, 0)),
            }
        }
        @if message.parts.iter().all(is_empty) { p.nothing { "No text" } }
    }
}

fn is_empty(part: &Part) -> bool {
    matches!(part, Part::Text(text) if text.text.trim().is_empty())
}

/// What people and models write: a model's words are Markdown, a person's are as they were typed.
fn words(role: Option<&Role>, text: &str) -> Markup {
    let (shown, rest) = cut(text, BYTES);
    html! {
        @match role {
            _ if text.trim().is_empty() => {},
            Some(Role::System | Role::Developer) if text.len() > SHORT => {
                details.fold {
                    summary { (first_line(text)) }
                    div.typed { (linked(shown)) }
                }
            },
            Some(Role::Tool) => pre tabindex="0" { (json::pretty(shown)) },
            Some(Role::User | Role::System | Role::Developer) => div.typed { (linked(shown)) },
            _ => div.markdown { (markdown::render(shown)) },
        }
        @if rest > 0 { p.hint { "… and " (when::counted(rest as u64, "more byte")) ", in the raw payload." } }
    }
}

/// What is known of a message besides.
fn beside(details: &Details) -> Markup {
    let Usage { prompt_tokens, completion_tokens, tokens } = details.usage;
    let count = |count: Option<u64>, what: &str| count.map(|count| format!("{count} {what}"));
    let facts = [
        details.model.as_deref().map(|model| shorten(model, 80)),
        count(tokens, "tokens"),
        count(prompt_tokens, "tokens read"),
        count(completion_tokens, "tokens written"),
        details.latency_ms.map(when::duration),
    ];
    let facts: Vec<_> = facts.into_iter().flatten().collect();
    html! {
        @if !facts.is_empty() {
            p.facts { @for (index, fact) in facts.iter().enumerate() { @if index > 0 { " · " } (fact) } }
        }
        @if !details.metadata.is_empty() || !details.extra.is_empty() {
            details.fold {
                summary { "More about this message" }
                table { tbody { (rows(&details.metadata)) (rows(&details.extra)) } }
            }
        }
    }
}

/// Named values, as rows of a table.
pub(super) fn rows(values: &Extra) -> Markup {
    html! {
        @for (name, value) in &values.0 {
            @let value = json::words(value.as_str());
            @let (shown, rest) = cut(&value, BYTES);
            tr {
                th scope="row" { (name) }
                td { (shown) @if rest > 0 { " … and " (when::counted(rest as u64, "more byte")) } }
            }
        }
    }
}
