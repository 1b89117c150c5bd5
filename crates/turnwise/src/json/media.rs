//! Images, sounds and files as LangChain and the Vercel AI SDK have them, in parts of the same `type`s.

use super::{
    part::{Said, source_of},
    reader::Reader,
    scan::{Key, Kind},
};
use crate::{
    format::Format,
    model::{Extra, Media, MediaSource, Part},
};

/// Where the bytes are, as it was read.
#[derive(Default)]
struct Places {
    /// An address, or the bytes in one.
    url: Option<String>,
    data: Option<String>,
    file: Option<String>,
    /// The `id` of the part, which is that of the file where `source_type` says so.
    id: Option<String>,
    source_type: Option<String>,
}

/// Reads the part that comes next, of `type` `image`, `audio`, `video` or `file`.
pub(crate) fn read(scan: &mut Reader<'_>, kind: &str, said: &mut Said) {
    let mark = scan.mark();
    let mut media = Media::default();
    let mut places = Places::default();
    let mut is_kind_read = false;
    let extra = &mut media.extra;
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "type" if !is_kind_read => {
                is_kind_read = true;
                scan.raw();
            }
            "url" => scan.take_text(key, &mut places.url, extra),
            "base64" => scan.take_text(key, &mut places.data, extra),
            "data" | "image" => take_bytes(scan, key, &mut places, extra),
            "file_id" | "fileId" => scan.take_id(key, &mut places.file, extra),
            "id" => scan.take_id(key, &mut places.id, extra),
            "source_type" => scan.take_text(key, &mut places.source_type, extra),
            "mime_type" => {
                scan.evidence.saw(Format::LangChain, "media with `mime_type`");
                scan.take_text(key, &mut media.media_type, extra);
            }
            "mediaType" | "mimeType" => {
                scan.evidence.saw(Format::VercelAiSdk, "media with `mediaType`");
                scan.take_text(key, &mut media.media_type, extra);
            }
            "filename" => scan.take_text(key, &mut media.name, extra),
            "extra" => scan.take_extra(key, extra),
            _ => extra.push(key.name, scan.raw().to_json()),
        }
    }
    settle(places, &mut media);
    if media.source == MediaSource::Absent && media.extra.get("source").is_some() {
        // It is in the words of another format.
        return said.push_since(scan, mark, None);
    }
    let top = media.media_type.as_deref().and_then(|kind| kind.split('/').next());
    let top = top.filter(|top| kind == "file" && matches!(*top, "image" | "audio" | "video"));
    media.kind = top.unwrap_or(kind).to_owned();
    said.push_since(scan, mark, Some(Part::Media(media.into())));
}

/// Takes bytes in Base64, or an address, whichever the string is.
fn take_bytes(scan: &mut Reader<'_>, key: Key<'_>, places: &mut Places, extra: &mut Extra) {
    if scan.kind() != Kind::String {
        return extra.push(key.name, scan.raw().to_json());
    }
    let place = if scan.probe().text().contains(':') { &mut places.url } else { &mut places.data };
    scan.take_text(key, place, extra);
}

/// Gives the media the one place that was said; what else was said goes to its fields.
fn settle(places: Places, media: &mut Media) {
    let Places { url, data, mut file, mut id, source_type } = places;
    if source_type.as_deref() == Some("id") && file.is_none() {
        file = id.take();
    }
    let keep = |media: &mut Media, name: &str, value: Option<String>| {
        if let Some(value) = value {
            media.extra.push(name, super::raw::quoted(&value));
        }
    };
    let known = matches!(source_type.as_deref(), Some("id" | "url" | "base64") | None);
    keep(media, "source_type", source_type.filter(|_| !known));
    keep(media, "id", id);
    match (url, data, file) {
        (Some(url), data, file) => {
            keep(media, "base64", data);
            keep(media, "file_id", file);
            let (source, kind) = source_of(url.clone());
            media.source = match (&media.media_type, kind) {
                (Some(said), Some(kind)) if *said != kind => MediaSource::Url(url),
                (_, None) => source,
                (_, kind) => {
                    media.media_type = kind;
                    source
                }
            };
        }
        (None, Some(data), file) => {
            keep(media, "file_id", file);
            media.source = MediaSource::Data(data);
        }
        (None, None, Some(file)) => media.source = MediaSource::File(file),
        (None, None, None) => {}
    }
}
