//! What is known of a conversation besides its messages.

use maud::{Markup, html};
use turnwise::{RawJson, Tool};

use super::{
    json,
    short::{BYTES, cut, shorten},
    when,
};
use crate::{fields::Fields, stored::Stored};

/// Definitions of tools that are shown.
const TOOLS: usize = 100;

/// A table of it.
pub(super) fn details(stored: &Stored) -> Markup {
    let record = &stored.record;
    let Fields {
        llm_model,
        company_name,
        session_id,
        user_id,
        trace_id,
        parent_trace_id,
        metadata,
        custom_fields,
        ..
    } = &record.fields;
    let named = [
        ("Agent identifier", &record.agent_id),
        ("Model", llm_model),
        ("Company", company_name),
        ("User", user_id),
        ("Session", session_id),
        ("Trace", trace_id),
        ("Trace above", parent_trace_id),
    ];
    let values = metadata.iter().chain(custom_fields);
    html! {
        table.details {
            tbody {
                tr { th scope="row" { "Identifier" } td { code { (record.id) } } }
                @for (what, value) in named {
                    @if let Some(value) = value { tr { th scope="row" { (what) } td { (shorten(value, 500)) } } }
                }
                tr { th scope="row" { "Created" } td { (when::exact(record.created_at)) } }
                tr { th scope="row" { "Changed" } td { (when::exact(record.updated_at)) } }
                tr { th scope="row" { "Size" } td { (when::size(record.bytes)) " in " (when::counted(stored.bodies.len() as u64, "request")) } }
                @for (what, value) in values {
                    tr { th scope="row" { (shorten(what, 80)) } td { (shorten(&json::words(value.get()), 2_000)) } }
                }
            }
        }
    }
}

/// The definitions of its tools, each folded.
pub(super) fn tools(tools: &[Tool]) -> Markup {
    html! {
        @if !tools.is_empty() {
            h2 { "Tools" }
            @for tool in tools.iter().take(TOOLS) {
                details.fold {
                    summary { code { (shorten(&tool.name, 80)) } }
                    @if let Some(description) = &tool.description { p { (shorten(description, 2_000)) } }
                    @if let Some(parameters) = tool.parameters.as_ref().map(RawJson::as_str) {
                        pre tabindex="0" { (json::pretty(cut(parameters, BYTES).0)) }
                    }
                }
            }
            @if tools.len() > TOOLS { p.hint { "… and " (tools.len().saturating_sub(TOOLS)) " more." } }
        }
    }
}
