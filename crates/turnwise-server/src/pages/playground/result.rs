//! What became of a transcript.

use maud::{Markup, html};
use turnwise::{Parsed, json::canonical};

use super::super::{findings::Findings, reading::Reading, short::cut, source, turn::Turns, when};

/// Bytes of canonical JSON that are shown.
const JSON_BYTES: usize = 512 * 1024;
/// Messages that are shown as a chat.
const MESSAGES: usize = 200;

/// The lines, the canonical JSON beside them, the findings, and the messages as a chat.
pub(super) fn result(reading: &Reading<'_>) -> Markup {
    let parsed = &reading.parsed;
    html! {
        (summary(parsed))
        div.beside {
            section aria-labelledby="lines" {
                h2 id="lines" { "Lines" }
                (source::legend())
                (source::source(reading))
            }
            section aria-labelledby="json" {
                h2 id="json" { "Canonical JSON" }
                (json(parsed))
            }
        }
        @if !parsed.diagnostics.is_empty() {
            section aria-labelledby="findings" {
                h2 id="findings" { "Findings" }
                (Findings { text: reading.text, found: parsed.diagnostics.iter().collect(), messages: &[], requests: Vec::new() })
            }
        }
        (chat(parsed))
    }
}

fn summary(parsed: &Parsed) -> Markup {
    let messages: usize = parsed.conversations.iter().map(|conversation| conversation.messages.len()).sum();
    let conversations = parsed.conversations.len();
    let found = parsed.diagnostics.len().saturating_add(parsed.omitted);
    html! {
        p.summary {
            @match parsed.format {
                Some(format) => b { (format.name()) },
                None => b { "no transcript" },
            }
            @if conversations > 1 { " · " (when::counted(conversations as u64, "conversation")) }
            " · " (when::counted(messages as u64, "message"))
            " · " @if found == 0 { "nothing in doubt" } @else { (when::counted(found as u64, "finding")) }
            @if parsed.format.is_some() {
                " · sure to " (format!("{:.0}", parsed.confidence * 100.0)) " %"
            }
        }
    }
}

fn json(parsed: &Parsed) -> Markup {
    let mut text = String::new();
    let mut left: usize = 0;
    for conversation in &parsed.conversations {
        if text.len() >= JSON_BYTES {
            left = left.saturating_add(1);
        } else {
            text.push_str(&canonical::to_json_pretty(conversation));
            text.push('\n');
        }
    }
    let (shown, rest) = cut(&text, JSON_BYTES);
    html! {
        pre.json tabindex="0" role="region" aria-label="Canonical JSON" { (shown) }
        @if rest > 0 { p.hint { "… and " (when::counted(rest as u64, "more byte")) "." } }
        @if left > 0 { p.hint { "… and " (when::counted(left as u64, "more conversation")) "." } }
    }
}

fn chat(parsed: &Parsed) -> Markup {
    let Some(first) = parsed.conversations.first().filter(|first| !first.messages.is_empty()) else {
        return html! {};
    };
    let total = first.messages.len();
    let shown = total.min(MESSAGES);
    html! {
        details.chat id="chat" {
            summary { h2 { "As a chat" @if parsed.conversations.len() > 1 { ": the first conversation" } } }
            (Turns { conversation: first, range: 0..shown, found: &parsed.diagnostics })
            @if total > shown {
                p.hint { "… and " (when::counted(total.saturating_sub(shown) as u64, "more message")) "." }
            }
        }
    }
}
