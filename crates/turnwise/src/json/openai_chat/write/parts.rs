//! What a message says, in the fields that the format has for it.

use std::borrow::Cow;

use crate::{
    json::{emit::Emitter, openai_chat::parts::audio_format, put, raw},
    model::{ContentState, Media, MediaSource, Message, Part, RawJson, Reasoning, Role, Text, ToolCall},
};

/// The parts of a message by the fields they are written in.
pub(super) struct Content<'a> {
    state: ContentState,
    reasoning: Vec<&'a Reasoning>,
    pub(super) calls: Vec<&'a ToolCall>,
    /// What stands in `content`.
    words: Vec<&'a Part>,
    refusal: Option<&'a Text>,
    /// The identifier of what was said aloud.
    audio: Option<RawJson>,
    /// Whether something has no place.
    dropped: bool,
}

impl<'a> Content<'a> {
    pub(super) fn of(parts: &'a [Part], message: &Message) -> Self {
        let state = message.details.as_ref().map(|details| details.content).unwrap_or_default();
        let mut content = Self {
            state,
            reasoning: Vec::new(),
            calls: Vec::new(),
            words: Vec::new(),
            refusal: None,
            audio: None,
            dropped: false,
        };
        for part in parts {
            match part {
                Part::Reasoning(reasoning) => content.reasoning.push(reasoning),
                Part::ToolCall(call) => content.calls.push(call),
                Part::Refusal(refusal) if state != ContentState::Present && content.refusal.is_none() => {
                    content.refusal = Some(refusal);
                }
                Part::Media(media) if message.role == Some(Role::Assistant) && media.kind == "audio" => {
                    let id = match &media.source {
                        MediaSource::File(id) => Some(raw::quoted(id)),
                        _ => media.extra.get("id").cloned(),
                    };
                    content.dropped |= id.is_none() || content.audio.is_some();
                    content.audio = content.audio.or(id);
                }
                Part::Media(media) if !is_writable(media) => content.dropped = true,
                Part::Unknown(_) | Part::ToolResult(_) => content.dropped = true,
                part => content.words.push(part),
            }
        }
        content
    }

    /// Writes reasoning: as text where it is no more than that.
    pub(super) fn reasoning(&self, json: &mut Emitter) {
        match self.reasoning.as_slice() {
            [] => {}
            [one] if !is_detail(one) => json.member("reasoning_content", &one.text),
            all => {
                json.key("reasoning_details").array(|json| all.iter().for_each(|one| detail(json, one)));
            }
        }
    }

    /// Writes `content`.
    pub(super) fn words(&self, json: &mut Emitter) {
        // A message without a content is one that calls.
        let may_lack = !self.dropped || !self.calls.is_empty();
        match (self.words.as_slice(), self.state) {
            ([], ContentState::Null) if may_lack => json.member("content", &None::<&str>),
            ([], ContentState::Absent) if may_lack => {}
            ([], _) if self.dropped || !self.calls.is_empty() => json.member("content", ""),
            ([Part::Text(text)], _)
                if text.extra.is_none() && (!text.text.is_empty() || self.calls.is_empty()) =>
            {
                json.member("content", &text.text);
            }
            (words, _) => {
                json.key("content").array(|json| words.iter().for_each(|word| part(json, word)));
            }
        }
    }

    /// Writes what has a field of its own.
    pub(super) fn fields(&self, json: &mut Emitter) {
        json.optional("refusal", self.refusal.map(|refusal| refusal.text.as_str()));
        if let Some(id) = &self.audio {
            json.key("audio").object(|json| json.member("id", id));
        }
    }
}

/// Whether reasoning is more than a text.
fn is_detail(reasoning: &Reasoning) -> bool {
    reasoning.signature.is_some() || reasoning.extra.get("type").is_some_and(is_kind)
}

fn is_kind(kind: &RawJson) -> bool {
    kind.as_str().starts_with("\"reasoning.")
}

/// Whether the reasoning in these parts is written as `reasoning_details`.
pub(super) fn has_details(parts: &[Part]) -> bool {
    let mut count: usize = 0;
    parts.iter().any(|part| {
        let Part::Reasoning(reasoning) = part else { return false };
        count = count.saturating_add(1);
        count > 1 || is_detail(reasoning)
    })
}

fn detail(json: &mut Emitter, reasoning: &Reasoning) {
    let kind = reasoning.extra.get("type").filter(|kind| is_kind(kind));
    json.object(|json| {
        match kind {
            Some(kind) => json.member("type", kind),
            None => json.member("type", "reasoning.text"),
        }
        let signature = reasoning.signature.as_deref();
        match kind.map_or("", |kind| kind.as_str()) {
            "\"reasoning.encrypted\"" => json.optional("data", signature),
            "\"reasoning.summary\"" => json.member("summary", &reasoning.text),
            _ => {
                json.member("text", &reasoning.text);
                json.optional("signature", signature);
            }
        }
        put::known(json, &reasoning.extra, &["id", "format", "index"]);
    });
}

/// Writes one part of a `content`.
pub(super) fn part(json: &mut Emitter, part: &Part) {
    match part {
        Part::Text(text) => text_part(json, "text", text),
        Part::Refusal(refusal) => text_part(json, "refusal", refusal),
        Part::Media(media) => media_part(json, media),
        Part::Json(value) => text_part(json, "text", &value.as_str().into()),
        _ => {}
    }
}

/// Writes words; `cache_control` is not OpenAI's, but several that are compatible with it take it.
fn text_part(json: &mut Emitter, kind: &str, text: &Text) {
    json.object(|json| {
        json.member("type", kind);
        json.member(kind, &text.text);
        if let Some(extra) = &text.extra {
            put::known(json, extra, &["cache_control"]);
        }
    });
}

/// Whether there is a part for this.
fn is_writable(media: &Media) -> bool {
    match (media.kind.as_str(), &media.source) {
        ("image" | "video", _) => address(media).is_some(),
        ("audio", MediaSource::Data(_)) => sound(media).is_some(),
        ("audio", MediaSource::Url(_)) => true,
        ("file", source) => *source != MediaSource::Absent,
        _ => false,
    }
}

fn media_part(json: &mut Emitter, media: &Media) {
    json.object(|json| match (media.kind.as_str(), sound(media)) {
        ("audio", Some((data, format))) => {
            json.member("type", "input_audio");
            json.key("input_audio").object(|json| {
                json.member("data", data);
                json.member("format", format);
            });
        }
        ("file", _) => {
            json.member("type", "file");
            json.key("file").object(|json| file(json, media));
        }
        (kind, _) => {
            let kind = format!("{kind}_url");
            json.member("type", &kind);
            json.key(&kind).object(|json| {
                json.optional("url", address(media));
                put::known(json, &media.extra, &["detail"]);
            });
            put::known(json, &media.extra, &["cache_control"]);
        }
    });
}

fn file(json: &mut Emitter, media: &Media) {
    match &media.source {
        MediaSource::File(id) => json.member("file_id", id),
        MediaSource::Data(data) if media.media_type.is_none() => json.member("file_data", data),
        _ => json.optional("file_data", put::url(media)),
    }
    json.optional("filename", media.name.as_deref());
}

/// A sound's bytes, and its format.
fn sound(media: &Media) -> Option<(&str, &str)> {
    match (&media.source, media.media_type.as_deref().and_then(audio_format)) {
        (MediaSource::Data(data), Some(format)) => Some((data, format)),
        _ => None,
    }
}

/// The address of media; where the media type of an image is not said, its first bytes tell.
fn address(media: &Media) -> Option<Cow<'_, str>> {
    let MediaSource::Data(data) = &media.source else { return put::url(media) };
    let kind = match &media.media_type {
        Some(kind) => kind,
        None => SIGNATURES.iter().find(|(start, _)| data.starts_with(start))?.1,
    };
    Some(format!("data:{kind};base64,{data}").into())
}

/// How images begin in Base64.
const SIGNATURES: &[(&str, &str)] =
    &[("iVBORw0KGgo", "image/png"), ("/9j/", "image/jpeg"), ("R0lGOD", "image/gif"), ("UklGR", "image/webp")];
