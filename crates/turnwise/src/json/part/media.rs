//! Parts that are media, in the canonical form, and the addresses that any format has for them.

use crate::{
    json::{
        fields::known_kind,
        reader::Reader,
        scan::{Key, Kind},
    },
    model::{Media, MediaSource, Part},
};

/// Reads an image, a sound, a video or a file in the canonical form.
pub(super) fn media(scan: &mut Reader<'_>) -> Option<Part> {
    let mut media = Media::default();
    let (mut kind, mut url, mut data, mut file) = (None, None, None, None);
    let extra = &mut media.extra;
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "type" => known_kind(scan, key, &["media"], extra),
            "kind" => scan.take_text(key, &mut kind, extra),
            "url" => scan.take_text(key, &mut url, extra),
            "data" => scan.take_text(key, &mut data, extra),
            "file" => scan.take_text(key, &mut file, extra),
            "mediaType" | "media_type" => scan.take_text(key, &mut media.media_type, extra),
            "name" => scan.take_text(key, &mut media.name, extra),
            "extra" => scan.take_extra(key, extra),
            _ => scan.keep(key, extra),
        }
    }
    media.kind = kind?;
    media.source = match (url, data, file) {
        (Some(url), None, None) => MediaSource::Url(url),
        (None, Some(data), None) => MediaSource::Data(data),
        (None, None, Some(file)) => MediaSource::File(file),
        (None, None, None) => MediaSource::Absent,
        _ => return None,
    };
    Some(Part::Media(media.into()))
}

/// An address that may hold the bytes themselves (RFC 2397): `data:image/png;base64,...`.
pub(crate) fn source_of(url: String) -> (MediaSource, Option<String>) {
    let inline = url.strip_prefix("data:").and_then(|rest| rest.split_once(";base64,"));
    match inline.filter(|(kind, _)| !kind.is_empty() && !kind.contains([';', ','])) {
        Some((kind, data)) => (MediaSource::Data(data.to_owned()), Some(kind.to_owned())),
        None => (MediaSource::Url(url), None),
    }
}

/// Takes the address of a [`Media`], or the bytes in it.
pub(crate) fn take_url(scan: &mut Reader<'_>, key: Key<'_>, media: &mut Media) {
    if scan.kind() != Kind::String || media.source != MediaSource::Absent || media.media_type.is_some() {
        return scan.keep(key, &mut media.extra);
    }
    (media.source, media.media_type) = source_of(scan.text().into_owned());
}
