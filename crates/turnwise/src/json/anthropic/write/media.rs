//! Writing images and documents.

use crate::{
    json::{
        emit::{Emit, Emitter},
        put,
    },
    model::{Media, MediaSource},
};

const IMAGES: &[&str] = &["image/jpeg", "image/png", "image/gif", "image/webp"];

const DOCUMENTS: &[&str] = &["application/pdf"];

/// Writes an image or a document. Bytes of other kinds have no place.
pub(super) fn media(json: &mut Emitter, media: &Media) {
    let (kind, types) = match &*media.kind {
        "image" => ("image", IMAGES),
        "file" => ("document", DOCUMENTS),
        _ => return,
    };
    let (source, name, value) = match &media.source {
        MediaSource::File(id) if put::word(&media.extra, "type") == Some("container_upload") => {
            return json.object(|json| {
                json.member("type", "container_upload");
                json.member("file_id", id);
                put::known(json, &media.extra, &["cache_control"]);
            });
        }
        MediaSource::Url(url) => ("url", "url", url),
        MediaSource::Data(data) => ("base64", "data", data),
        MediaSource::File(id) => ("file", "file_id", id),
        MediaSource::Absent => {
            match media.extra.get("source").filter(|source| source.as_str().starts_with('{')) {
                Some(source) => return document(json, kind, media, |json| source.emit(json)),
                None => return,
            }
        }
    };
    let media_type = media.media_type.as_deref().filter(|_| source == "base64");
    if source == "base64" && !media_type.is_some_and(|found| types.contains(&found)) {
        return;
    }
    document(json, kind, media, |json| {
        json.object(|json| {
            json.member("type", source);
            json.optional("media_type", media_type);
            json.member(name, value);
        });
    });
}

fn document(json: &mut Emitter, kind: &str, media: &Media, source: impl FnOnce(&mut Emitter)) {
    json.object(|json| {
        json.member("type", kind);
        source(json.key("source"));
        if kind == "document" {
            json.optional("title", media.name.as_deref());
            put::known(json, &media.extra, &["context", "citations"]);
        }
        put::known(json, &media.extra, &["cache_control"]);
    });
}
