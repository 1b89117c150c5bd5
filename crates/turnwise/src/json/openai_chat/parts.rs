//! Parts that only Chat Completions and what is compatible with it have.

use super::reasoning;
use crate::{
    format::Format,
    json::{
        ahead::has,
        dialect::{self, PartReader},
        fields::known_kind,
        part::{self, Said, take_url},
        reader::Reader,
        scan::{Key, Kind},
    },
    model::{Media, MediaSource, Part},
};

pub(super) fn part(kind: &str) -> Option<PartReader> {
    Some(match kind {
        "image_url" | "audio_url" | "video_url" | "document_url" => addressed,
        "input_audio" => input_audio,
        "file" => file,
        "thinking" => reasoning::thinking,
        _ => return None,
    })
}

/// Reads `{type: image_url, image_url: {url, detail}}`, where the inner object may be the address alone.
fn addressed(scan: &mut Reader<'_>, kind: &str, said: &mut Said) {
    scan.evidence.saw(Format::OpenAiChat, "a part of `type` `image_url`");
    let mark = scan.mark();
    let what = if kind == "document_url" { "file" } else { kind.trim_end_matches("_url") };
    let mut media = Media { kind: what.to_owned(), ..Media::default() };
    scan.open();
    while let Some(key) = scan.key() {
        match (&*key.name, scan.kind()) {
            ("type", _) => known_kind(scan, key, &[kind], &mut media.extra),
            (name, Kind::Object) if name == kind => {
                scan.open();
                while let Some(key) = scan.key() {
                    match &*key.name {
                        "url" => take_url(scan, key, &mut media),
                        _ => scan.keep(key, &mut media.extra),
                    }
                }
            }
            (name, _) if name == kind || name == "value" || name == "url" => take_url(scan, key, &mut media),
            ("document_name", _) => scan.take_text(key, &mut media.name, &mut media.extra),
            ("extra", _) => scan.take_extra(key, &mut media.extra),
            _ => scan.keep(key, &mut media.extra),
        }
    }
    said.push_since(scan, mark, Some(Part::Media(media.into())));
}

/// Reads `{type: input_audio, input_audio: {data, format}}`.
fn input_audio(scan: &mut Reader<'_>, kind: &str, said: &mut Said) {
    scan.evidence.saw(Format::OpenAiChat, "a part of `type` `input_audio`");
    let mark = scan.mark();
    let mut media = Media { kind: "audio".to_owned(), ..Media::default() };
    let (mut data, mut format): (Option<String>, Option<String>) = (None, None);
    scan.open();
    while let Some(key) = scan.key() {
        match (&*key.name, scan.kind()) {
            ("type", _) => known_kind(scan, key, &[kind], &mut media.extra),
            ("input_audio", Kind::Object) => {
                scan.open();
                while let Some(key) = scan.key() {
                    match &*key.name {
                        "data" => scan.take_text(key, &mut data, &mut media.extra),
                        "format" => scan.take_text(key, &mut format, &mut media.extra),
                        _ => scan.keep(key, &mut media.extra),
                    }
                }
            }
            _ => scan.keep(key, &mut media.extra),
        }
    }
    media.media_type = format.map(|format| media_type(&format));
    media.source = data.map_or(MediaSource::Absent, MediaSource::Data);
    said.push_since(scan, mark, Some(Part::Media(media.into())));
}

/// Media type of a sound in this format.
fn media_type(format: &str) -> String {
    match format {
        "mp3" => "audio/mpeg".to_owned(),
        other => format!("audio/{other}"),
    }
}

/// The format of a sound of this media type.
pub(super) fn audio_format(media_type: &str) -> Option<&str> {
    match media_type {
        "audio/mpeg" => Some("mp3"),
        other => other.strip_prefix("audio/").filter(|format| *format != "mp3"),
    }
}

/// Reads `{type: file, file: {file_id, file_data, filename}}`; other formats have a `file` too, without the inner one.
fn file(scan: &mut Reader<'_>, kind: &str, said: &mut Said) {
    if !has(scan, "file", Kind::Object) {
        return other(scan, kind, said);
    }
    scan.evidence.saw(Format::OpenAiChat, "a part with a `file`");
    let mark = scan.mark();
    let mut media = Media { kind: "file".to_owned(), ..Media::default() };
    let mut id = None;
    scan.open();
    while let Some(key) = scan.key() {
        match (&*key.name, scan.kind()) {
            ("type", _) => known_kind(scan, key, &[kind], &mut media.extra),
            ("file", Kind::Object) => {
                scan.open();
                while let Some(key) = scan.key() {
                    match &*key.name {
                        "file_id" => scan.take_text(key, &mut id, &mut media.extra),
                        "file_data" => take_data(scan, key, &mut media),
                        "filename" => scan.take_text(key, &mut media.name, &mut media.extra),
                        _ => scan.keep(key, &mut media.extra),
                    }
                }
            }
            _ => scan.keep(key, &mut media.extra),
        }
    }
    if let Some(id) = id {
        match media.source {
            MediaSource::Absent => media.source = MediaSource::File(id),
            _ => media.extra.push("file_id", crate::json::raw::quoted(&id)),
        }
    }
    said.push_since(scan, mark, Some(Part::Media(media.into())));
}

/// Takes the bytes of a file: an address that holds them, any other address, or Base64 alone.
fn take_data(scan: &mut Reader<'_>, key: Key<'_>, media: &mut Media) {
    let plain = scan.kind() == Kind::String && media.source == MediaSource::Absent && {
        let text = scan.probe().text();
        !text.starts_with("data:") && !text.contains("://")
    };
    if plain {
        media.source = MediaSource::Data(scan.text().into_owned());
    } else {
        take_url(scan, key, media);
    }
}

/// Reads a part in the shape that another format has for this `type`.
pub(super) fn other(scan: &mut Reader<'_>, kind: &str, said: &mut Said) {
    match dialect::other_part(kind) {
        Some(reader) => reader(scan, kind, said),
        None => {
            let mark = scan.mark();
            scan.raw();
            said.push_since(scan, mark, None);
        }
    }
}

/// An image in a string: Base64, or an address.
pub(super) fn image(text: String) -> Media {
    let is_base64 = !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='));
    let (source, media_type) =
        if is_base64 { (MediaSource::Data(text), None) } else { part::source_of(text) };
    Media { kind: "image".to_owned(), source, media_type, ..Media::default() }
}
