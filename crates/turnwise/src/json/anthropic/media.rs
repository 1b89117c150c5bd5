//! Images, documents and files.

use crate::{
    format::Format,
    json::{
        ahead::has_key,
        dialect,
        fields::known_kind,
        part::{self, Said},
        reader::Reader,
        scan::{Key, Kind},
    },
    model::{Extra, Media, MediaSource, Part},
};

/// Reads an image or a document with a `source`; without, it is one of another format.
pub(super) fn read(scan: &mut Reader<'_>, kind: &str, said: &mut Said) {
    let mark = scan.mark();
    let part = if has_key(scan, "source") {
        Some(Part::Media(block(scan, kind).into()))
    } else if let Some(reader) = dialect::later_part(kind) {
        return reader(scan, kind, said);
    } else {
        scan.raw();
        None
    };
    said.push_since(scan, mark, part);
}

/// Reads a file that was put into the container where code runs.
pub(super) fn upload(scan: &mut Reader<'_>, _: &str, said: &mut Said) {
    let mark = scan.mark();
    scan.evidence.saw(Format::AnthropicMessages, "a `container_upload` part");
    let mut file = None;
    let mut media = Media { kind: "file".into(), ..Media::default() };
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "file_id" => scan.take_text(key, &mut file, &mut media.extra),
            _ => media.extra.push(key.name, scan.raw().to_json()),
        }
    }
    let part = file.map(|file| Part::Media(Media { source: MediaSource::File(file), ..media }.into()));
    said.push_since(scan, mark, part);
}

fn block(scan: &mut Reader<'_>, kind: &str) -> Media {
    let mut media = Media { kind: if kind == "image" { "image" } else { "file" }.into(), ..Media::default() };
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "type" => known_kind(scan, key, &[kind], &mut media.extra),
            "source" if scan.kind() == Kind::Object && media.source == MediaSource::Absent => {
                scan.evidence.saw(Format::AnthropicMessages, "an image or a document with a `source`");
                source(scan, key, &mut media);
            }
            "title" => scan.take_text(key, &mut media.name, &mut media.extra),
            "extra" => scan.take_extra(key, &mut media.extra),
            _ => scan.keep(key, &mut media.extra),
        }
    }
    media
}

/// Takes where the bytes are; a source that holds anything else stays in `extra`.
fn source(scan: &mut Reader<'_>, key: Key<'_>, media: &mut Media) {
    let mark = scan.mark();
    let (mut kind, mut address, mut media_type) = (None, None, None);
    let mut left = Extra::default();
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "type" => scan.take_text(key, &mut kind, &mut left),
            "data" | "url" | "file_id" => {
                scan.take_text::<String>(key, &mut address, &mut left);
            }
            "media_type" => scan.take_text::<String>(key, &mut media_type, &mut left),
            _ => left.push(key.name, scan.raw().to_json()),
        }
    }
    let kind: Option<String> = kind;
    let (found, told) = match (kind.as_deref(), address) {
        (Some("base64"), Some(data)) if !data.starts_with("data:") => (MediaSource::Data(data), None),
        (Some("base64" | "url"), Some(url)) => part::source_of(url),
        (Some("file"), Some(id)) => (MediaSource::File(id), None),
        _ => (MediaSource::Absent, None),
    };
    let differ = media_type.is_some() && told.is_some() && media_type != told;
    if found == MediaSource::Absent || differ || !left.is_empty() {
        return media.extra.push(key.name, scan.since(mark).to_json());
    }
    media.source = found;
    media.media_type = media_type.or(told);
}
