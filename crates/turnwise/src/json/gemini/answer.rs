//! What a tool answered: an object in which everybody has their own key for it.

use crate::{
    json::{
        raw,
        reader::Reader,
        scan::{Kind, Scanner},
    },
    model::{Extra, Part, ToolResult},
};

/// Reads the answer that comes next.
pub(super) fn read(scan: &mut Reader<'_>) -> ToolResult {
    let mut result = ToolResult::default();
    let mut media = Vec::new();
    let mut answered = false;
    let extra = &mut result.extra;
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "id" => scan.take_id(key, &mut result.call_id, extra),
            "name" => scan.take_text(key, &mut result.name, extra),
            "response" if answered => scan.repeated(key, extra),
            "response" => {
                answered = true;
                result.is_error =
                    (scan.kind() == Kind::Object && only_key(scan) == Some(Key::Error)).then_some(true);
                result.parts = response(scan);
            }
            "parts" if media.is_empty() && scan.kind() == Kind::Array => {
                scan.open();
                while scan.item() {
                    media.push(piece(scan));
                }
            }
            "willContinue" | "will_continue" | "scheduling" => extra.push(key.name, scan.raw().to_json()),
            _ => scan.keep(key, extra),
        }
    }
    result.parts.append(&mut media);
    result
}

/// The keys under which an answer may stand alone.
#[derive(Clone, Copy, PartialEq)]
enum Key {
    Output,
    Result,
    Error,
}

/// The only key of the object that comes next, where it is one of those.
fn only_key(scan: &Scanner<'_>) -> Option<Key> {
    let mut scan = scan.probe();
    scan.open();
    let key = match &*scan.key()?.name {
        "output" => Key::Output,
        "result" => Key::Result,
        "error" => Key::Error,
        _ => return None,
    };
    scan.raw();
    scan.key().is_none().then_some(key)
}

/// Reads the value of `response`: the words in it, or what it is as written.
fn response(scan: &mut Reader<'_>) -> Vec<Part> {
    match scan.kind() {
        Kind::Object => {}
        Kind::String => return vec![Part::text(scan.text())],
        _ => return vec![Part::Json(scan.raw().to_json())],
    }
    let mark = scan.mark();
    let only = only_key(scan);
    let mut parts = Vec::new();
    scan.open();
    while scan.key().is_some() {
        parts = match (only, scan.kind()) {
            (Some(_), Kind::String) => vec![Part::text(scan.text())],
            (Some(Key::Error), _) => vec![Part::Json(scan.raw().to_json())],
            // An object under this key is one that might stand there itself.
            (Some(Key::Output), kind) if kind != Kind::Object => vec![Part::Json(scan.raw().to_json())],
            _ => {
                scan.raw();
                Vec::new()
            }
        };
    }
    let whole = scan.since(mark);
    let empty = whole.text.trim_matches(|c| raw::is_blank(c) || c == '{' || c == '}').is_empty();
    if parts.is_empty() && !empty { vec![Part::Json(whole.to_json())] } else { parts }
}

/// Reads media within an answer; any other part stays as written.
fn piece(scan: &mut Reader<'_>) -> Part {
    let mark = scan.mark();
    let (mut found, mut extra) = (None, Extra::default());
    if scan.kind() == Kind::Object {
        scan.open();
        while let Some(key) = scan.key() {
            match (&*key.name, scan.kind()) {
                ("inlineData" | "inline_data" | "fileData" | "file_data", Kind::Object)
                    if found.is_none() =>
                {
                    found = Some(super::piece::media(scan));
                }
                _ => extra.push(key.name, scan.raw().to_json()),
            }
        }
    } else {
        scan.raw();
    }
    match found {
        Some(mut media) => {
            media.extra.0.extend(extra.0);
            Part::Media(media.into())
        }
        None => Part::Unknown(scan.since(mark).to_json()),
    }
}
