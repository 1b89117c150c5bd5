//! The parts of a message that are no plain text: folded, since they are long and for those who look closer.

use maud::{Markup, html};
use turnwise::{Arguments, Media, MediaSource, Part, Reasoning, ToolCall, ToolResult};

use super::{
    json, markdown,
    short::{BYTES, cut, first_line, shorten},
    turn::Calls,
    when,
};

/// Tool results within each other that are shown.
const DEPTH: usize = 8;
/// Bytes of Base64 of a picture that is shown.
const PICTURE: usize = 1024 * 1024;
/// Media types that a browser shows as a picture and never runs.
const PICTURES: &[&str] = &["image/png", "image/jpeg", "image/gif", "image/webp"];

/// One part; `depth` tool results around it.
pub(super) fn part(part: &Part, calls: &Calls<'_>, depth: usize) -> Markup {
    match part {
        Part::Text(text) => pre(&text.text),
        Part::Reasoning(reasoning) => self::reasoning(reasoning),
        Part::ToolCall(call) => self::call(call),
        Part::ToolResult(result) => self::result(result, calls, depth),
        Part::Media(media) => self::media(media),
        Part::Refusal(text) => html! { p.refusal { b { "Declined: " } (cut(&text.text, BYTES).0) } },
        Part::Json(value) => pre(value.as_str()),
        Part::Unknown(value) => {
            folded("unknown", &html! { "A part of a kind that is not known" }, "", &pre(value.as_str()))
        }
        _ => html! {},
    }
}

fn reasoning(reasoning: &Reasoning) -> Markup {
    let said = match reasoning.text.split_whitespace().count() {
        0 => "withheld".to_owned(),
        words => when::counted(words as u64, "word"),
    };
    let text = markdown::render(cut(&reasoning.text, BYTES).0);
    folded("reasoning", &html! { "Reasoning" }, &said, &html! { div.markdown { (text) } })
}

fn call(call: &ToolCall) -> Markup {
    let arguments = match &call.arguments {
        Arguments::Text(text) => text.as_str(),
        Arguments::Json(json) => json.as_str(),
        Arguments::Absent => "",
    };
    let title = html! { "Called " code { (shorten(&call.name, 80)) } };
    folded("call", &title, &first_line(arguments), &pre(arguments))
}

fn result(result: &ToolResult, calls: &Calls<'_>, depth: usize) -> Markup {
    let by_id = result.call_id.as_deref().and_then(|id| calls.get(id).copied());
    let title = html! {
        @if result.is_error == Some(true) { "Failed" } @else { "Answer" }
        @if let Some(name) = result.name.as_deref().or(by_id) { " of " code { (shorten(name, 80)) } }
    };
    let preview = match result.parts.first() {
        Some(Part::Text(text)) => first_line(&text.text),
        Some(Part::Json(value)) => first_line(value.as_str()),
        _ => String::new(),
    };
    let inner = html! {
        @if depth < DEPTH {
            @for piece in &result.parts { (part(piece, calls, depth.saturating_add(1))) }
        } @else {
            p.hint { "More results within this one are in the raw payload." }
        }
    };
    folded(if result.is_error == Some(true) { "result failed" } else { "result" }, &title, &preview, &inner)
}

fn media(media: &Media) -> Markup {
    let kind = match media.kind.as_str() {
        "image" => "Image",
        "audio" => "Sound",
        "video" => "Video",
        "file" | "" => "File",
        other => other,
    };
    html! {
        div.media {
            b { (shorten(kind, 40)) }
            @if let Some(name) = &media.name { " " (shorten(name, 120)) }
            @if let Some(media_type) = &media.media_type { " (" (shorten(media_type, 80)) ")" }
            @match &media.source {
                MediaSource::Url(url) if markdown::may_link(url) => {
                    " at " a href=(url) { (shorten(url, 120)) }
                }
                MediaSource::Url(url) => { " at " (shorten(url, 120)) }
                MediaSource::File(id) => { ", file " code { (shorten(id, 120)) } }
                MediaSource::Data(data) => {
                    ", about " (when::size((data.len() as u64).saturating_mul(3).div_euclid(4)))
                    @if let Some(address) = picture(media.media_type.as_deref(), data) {
                        details { summary { "Show it" } img src=(address) alt=(media.name.as_deref().unwrap_or("Picture in this message")); }
                    }
                },
                MediaSource::Absent => {},
            }
        }
    }
}

/// The address of a picture that is in the message itself, if a browser may show it.
fn picture(media_type: Option<&str>, data: &str) -> Option<String> {
    let media_type = PICTURES.iter().find(|known| Some(**known) == media_type)?;
    let base64 = data.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte));
    (base64 && data.len() <= PICTURE).then(|| format!("data:{media_type};base64,{data}"))
}

fn folded(class: &str, title: &Markup, preview: &str, inner: &Markup) -> Markup {
    html! {
        details.{ "fold " (class) } {
            summary { (title) " " @if !preview.is_empty() { span.preview { (preview) } } }
            (inner)
        }
    }
}

fn pre(text: &str) -> Markup {
    let (shown, rest) = cut(text, BYTES);
    html! {
        @if !shown.is_empty() { pre tabindex="0" { (json::pretty(shown)) } }
        @if rest > 0 { p.hint { "… and " (when::counted(rest as u64, "more byte")) ", in the raw payload." } }
    }
}
