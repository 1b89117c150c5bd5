//! Images, documents, videos and sounds.

use crate::{
    json::{
        part::take_url,
        raw,
        reader::Reader,
        scan::{Key, Kind},
    },
    model::{Extra, Media, MediaSource, Part},
};

/// The media type of each `format`.
const FORMATS: &[(&str, &str)] = &[
    ("png", "image/png"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("pdf", "application/pdf"),
    ("csv", "text/csv"),
    ("doc", "application/msword"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xls", "application/vnd.ms-excel"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("html", "text/html"),
    ("txt", "text/plain"),
    ("md", "text/markdown"),
    ("mkv", "video/x-matroska"),
    ("mov", "video/quicktime"),
    ("mp4", "video/mp4"),
    ("webm", "video/webm"),
    ("flv", "video/x-flv"),
    ("mpeg", "video/mpeg"),
    ("wmv", "video/x-ms-wmv"),
    ("three_gp", "video/3gpp"),
    ("mp3", "audio/mpeg"),
    ("opus", "audio/opus"),
    ("wav", "audio/wav"),
    ("aac", "audio/aac"),
    ("flac", "audio/flac"),
    ("ogg", "audio/ogg"),
];

/// The `format` of a media type.
pub(super) fn format(media_type: &str) -> Option<&'static str> {
    FORMATS.iter().find(|(_, known)| *known == media_type).map(|(format, _)| *format)
}

/// Reads an image, a document, a video or a sound; where it says nothing of its bytes, it is none.
pub(super) fn read(scan: &mut Reader<'_>, name: &str) -> Option<Part> {
    if scan.kind() != Kind::Object {
        scan.raw();
        return None;
    }
    let kind = if name == "document" { "file" } else { name };
    let mut media = Media { kind: kind.into(), ..Media::default() };
    let mut sourced = false;
    scan.open();
    while let Some(key) = scan.key() {
        match (&*key.name, scan.kind()) {
            ("format", Kind::String) if media.media_type.is_none() => {
                let written = scan.text();
                match FORMATS.iter().find(|(format, _)| *format == written) {
                    Some((_, known)) => media.media_type = Some((*known).to_owned()),
                    None => media.extra.push(key.name, raw::quoted(&written)),
                }
            }
            ("name", _) => scan.take_text(key, &mut media.name, &mut media.extra),
            ("source", Kind::Object) if !sourced => {
                sourced = true;
                source(scan, key, &mut media);
            }
            _ => scan.keep(key, &mut media.extra),
        }
    }
    sourced.then(|| Part::Media(media.into()))
}

/// Takes where the bytes are: here, or in S3. A source that holds anything else stays in `extra`.
fn source(scan: &mut Reader<'_>, key: Key<'_>, media: &mut Media) {
    let mark = scan.mark();
    let mut found = Media::default();
    let mut left = Extra::default();
    scan.open();
    while let Some(key) = scan.key() {
        match (&*key.name, scan.kind()) {
            ("bytes", Kind::String) if found.source == MediaSource::Absent => {
                found.source = MediaSource::Data(scan.text().into_owned());
            }
            ("s3Location", Kind::Object) if found.source == MediaSource::Absent => {
                scan.open();
                while let Some(key) = scan.key() {
                    match &*key.name {
                        "uri" => take_url(scan, key, &mut found),
                        "bucketOwner" => found.extra.push(key.name, scan.raw().to_json()),
                        _ => left.push(key.name, scan.raw().to_json()),
                    }
                }
            }
            _ => left.push(key.name, scan.raw().to_json()),
        }
    }
    let known = found.extra.0.iter().all(|(name, _)| name == "bucketOwner");
    if found.source == MediaSource::Absent || found.media_type.is_some() || !left.is_empty() || !known {
        return media.extra.push(key.name, scan.since(mark).to_json());
    }
    media.source = found.source;
    media.extra.0.append(&mut found.extra.0);
}
