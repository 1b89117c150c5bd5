//! Reading what a message of this format says.

use crate::{
    format::Format,
    json::{
        dialect::PartReader,
        fields::known_kind,
        part::{self, Said, take_url},
        reader::Reader,
        scan::Kind,
    },
    model::{Media, MediaSource, Part},
};

/// Reads a part of this `type`.
pub(super) fn reader(kind: &str) -> Option<PartReader> {
    match kind {
        "input_text" | "output_text" => Some(words),
        "summary_text" | "reasoning_text" => Some(thoughts),
        "input_image" | "computer_screenshot" | "output_image" => Some(image),
        "input_file" => Some(file),
        _ => None,
    }
}

fn words(scan: &mut Reader<'_>, _: &str, said: &mut Said) {
    let mark = scan.mark();
    scan.evidence.saw(Format::OpenAiResponses, "parts of `type` `input_text` or `output_text`");
    let part = quiet_text(scan).map(Part::Text);
    said.push_since(scan, mark, part);
}

/// Words, and what is noted beside them.
fn quiet_text(scan: &mut Reader<'_>) -> Option<crate::model::Text> {
    let (mut text, mut extra) = (None, crate::model::Extra::default());
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "type" => known_kind(scan, key, &["input_text", "output_text"], &mut extra),
            "text" => scan.take_text(key, &mut text, &mut extra),
            "annotations" | "logprobs" | "providerData" => extra.push(key.name, scan.raw().to_json()),
            _ => scan.keep(key, &mut extra),
        }
    }
    text.map(|text: String| crate::model::Text::with(text, extra))
}

fn thoughts(scan: &mut Reader<'_>, _: &str, said: &mut Said) {
    let mark = scan.mark();
    let part = part::reasoning(scan, &[]);
    said.push_since(scan, mark, Some(Part::Reasoning(part.into())));
}

fn image(scan: &mut Reader<'_>, _: &str, said: &mut Said) {
    let mark = scan.mark();
    scan.evidence.saw(Format::OpenAiResponses, "parts of `type` `input_image`");
    let mut media = Media { kind: "image".to_owned(), ..Media::default() };
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "type" => known_kind(scan, key, &["input_image"], &mut media.extra),
            "image_url" | "imageUrl" | "image" if scan.kind() == Kind::String => {
                take_url(scan, key, &mut media)
            }
            "file_id" | "fileId" => take_file(scan, key, &mut media),
            "detail" | "image_url" | "providerData" => media.extra.push(key.name, scan.raw().to_json()),
            _ => scan.keep(key, &mut media.extra),
        }
    }
    said.push_since(scan, mark, Some(Part::Media(media.into())));
}

fn file(scan: &mut Reader<'_>, _: &str, said: &mut Said) {
    let mark = scan.mark();
    scan.evidence.saw(Format::OpenAiResponses, "parts of `type` `input_file`");
    let mut media = Media { kind: "file".to_owned(), ..Media::default() };
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "type" => known_kind(scan, key, &["input_file"], &mut media.extra),
            "file_url" | "fileUrl" => take_url(scan, key, &mut media),
            "file_data" | "file" if scan.kind() == Kind::String && media.source == MediaSource::Absent => {
                let (source, media_type) = part::source_of(scan.text().into_owned());
                (media.source, media.media_type) = match source {
                    MediaSource::Url(data) if !data.contains("://") => (MediaSource::Data(data), None),
                    other => (other, media_type),
                };
            }
            "file_id" | "fileId" => take_file(scan, key, &mut media),
            "filename" => scan.take_text(key, &mut media.name, &mut media.extra),
            "detail" | "providerData" => media.extra.push(key.name, scan.raw().to_json()),
            _ => scan.keep(key, &mut media.extra),
        }
    }
    said.push_since(scan, mark, Some(Part::Media(media.into())));
}

/// Takes the id of a file, unless the bytes or their address are there.
fn take_file<'a>(scan: &mut Reader<'a>, key: crate::json::scan::Key<'a>, media: &mut Media) {
    if scan.kind() == Kind::String && media.source == MediaSource::Absent {
        media.source = MediaSource::File(scan.text().into());
    } else {
        media.extra.push(key.name, scan.raw().to_json());
    }
}
