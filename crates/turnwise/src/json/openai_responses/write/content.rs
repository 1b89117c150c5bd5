//! Writing what a message says.

use super::kind_of;
use crate::{
    json::{emit::Emitter, put},
    model::{Media, MediaSource, Part},
};

/// Writes what a message says.
pub(super) fn content(part: &Part, role: &str, json: &mut Emitter) {
    let answers = role == "assistant";
    let kind = if answers { "output_text" } else { "input_text" };
    match part {
        Part::Refusal(refusal) if answers => json.object(|json| {
            json.member("type", "refusal");
            json.member("refusal", &refusal.text);
        }),
        Part::Text(text) | Part::Refusal(text) => json.object(|json| {
            json.member("type", kind);
            json.member("text", &text.text);
            if let Some(extra) = text.extra.as_deref().filter(|_| answers) {
                put::known(json, extra, &["annotations", "logprobs"]);
            }
        }),
        Part::Json(value) => json.object(|json| {
            json.member("type", kind);
            json.member("text", value.as_str());
        }),
        Part::Media(of) if !answers => media(of, json),
        _ => {}
    }
}

/// Writes an image, a file or a sound, where its bytes or their place are known.
pub(super) fn media(media: &Media, json: &mut Emitter) {
    let url = put::url(media);
    let file = match &media.source {
        MediaSource::File(id) => Some(id.as_str()),
        _ => None,
    };
    let inline = match &media.source {
        MediaSource::Data(data) => Some(url.as_deref().unwrap_or(data)),
        _ => None,
    };
    let format = match media.media_type.as_deref() {
        Some("audio/wav" | "audio/x-wav") => Some("wav"),
        Some("audio/mpeg" | "audio/mp3") => Some("mp3"),
        _ => None,
    };
    match (media.kind.as_str(), &media.source) {
        ("image", _) if url.is_some() || file.is_some() => json.object(|json| {
            json.member("type", kind_of(&media.extra, &["computer_screenshot"]).unwrap_or("input_image"));
            json.optional("image_url", url.as_deref());
            json.optional("file_id", file);
            put::known(json, &media.extra, &["detail", "file_id"]);
        }),
        ("audio", MediaSource::Data(data)) if format.is_some() => json.object(|json| {
            json.member("type", "input_audio");
            json.key("input_audio").object(|json| {
                json.member("data", data);
                json.optional("format", format);
            });
        }),
        (_, MediaSource::Absent) | ("image", _) => {}
        _ => json.object(|json| {
            json.member("type", "input_file");
            json.optional("file_id", file);
            json.optional("filename", media.name.as_deref());
            match inline {
                Some(data) => json.member("file_data", data),
                None => json.optional("file_url", url.as_deref()),
            }
            put::known(json, &media.extra, &["detail", "file_id"]);
        }),
    }
}
