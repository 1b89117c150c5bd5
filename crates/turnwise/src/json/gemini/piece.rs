//! A part without a `type`, whichever key tells what it is.

use crate::{
    format::Format,
    json::{
        call,
        part::Said,
        raw,
        reader::Reader,
        scan::{Key, Kind},
    },
    model::{Arguments, Extra, Media, MediaSource, Part, RawJson, Reasoning, Text, ToolCall, ToolResult},
};

/// Fields that any part may have beside what it is.
const BESIDE: &[&str] = &[
    "thought",
    "videoMetadata",
    "video_metadata",
    "mediaResolution",
    "media_resolution",
    "partMetadata",
    "part_metadata",
];

/// A part that is being read.
#[derive(Default)]
struct Piece {
    text: Option<String>,
    part: Option<Part>,
    is_thought: bool,
    /// The signature, and the name it has here.
    signature: Option<(String, String)>,
    extra: Extra,
}

/// Reads the part that comes next.
pub(super) fn read(scan: &mut Reader<'_>, _key: &str, said: &mut Said) {
    let mark = scan.mark();
    let mut piece = Piece::default();
    scan.open();
    while let Some(key) = scan.key() {
        take(scan, key, &mut piece);
    }
    let words = piece.words_beside();
    let part = piece.finish();
    said.carries_answers |= matches!(&part, Some(Part::ToolResult(_)));
    words.into_iter().for_each(|words| said.push(words, scan.since(mark).span));
    said.push_since(scan, mark, part);
}

fn take(scan: &mut Reader<'_>, key: Key<'_>, piece: &mut Piece) {
    let Piece { text, part, is_thought, signature, extra } = piece;
    let first = part.is_none();
    match (&*key.name, scan.kind()) {
        ("text", Kind::String) if text.is_none() => *text = Some(scan.text().into()),
        ("thought", Kind::Bool) => {
            scan.evidence.saw(Format::Gemini, "parts with `thought`");
            let raw = scan.raw();
            *is_thought = raw.text == "true";
            if !*is_thought {
                extra.push(key.name, raw.to_json());
            }
        }
        ("thoughtSignature" | "thought_signature", Kind::String) if signature.is_none() => {
            scan.evidence.saw(Format::Gemini, "parts with `thoughtSignature`");
            *signature = Some((key.name.into(), scan.text().into()));
        }
        ("functionCall" | "function_call", Kind::Object) if first => {
            scan.evidence.saw(Format::Gemini, "a `functionCall` part");
            let mark = scan.mark();
            *part = call::read(scan, &[]).map(|call| Part::ToolCall(call.into()));
            if part.is_none() {
                extra.push(key.name, scan.since(mark).to_json());
            }
        }
        ("functionResponse" | "function_response", Kind::Object) if first => {
            scan.evidence.saw(Format::Gemini, "a `functionResponse` part");
            *part = Some(Part::ToolResult(super::answer::read(scan).into()));
        }
        ("inlineData" | "inline_data" | "fileData" | "file_data", Kind::Object) if first => {
            scan.evidence.saw(Format::Gemini, "an `inlineData` or `fileData` part");
            *part = Some(Part::Media(media(scan).into()));
        }
        ("executableCode" | "executable_code", Kind::Object) if first => {
            scan.evidence.saw(Format::Gemini, "an `executableCode` part");
            *part = Some(code(scan));
        }
        ("codeExecutionResult" | "code_execution_result", Kind::Object) if first => {
            scan.evidence.saw(Format::Gemini, "a `codeExecutionResult` part");
            *part = Some(code_result(scan));
        }
        (name, _) if BESIDE.contains(&name) => extra.push(key.name, scan.raw().to_json()),
        _ => scan.keep(key, extra),
    }
}

impl Piece {
    /// Takes words that stand in one object with a call or the like: they are a part of their own.
    fn words_beside(&mut self) -> Option<Part> {
        let text = self.text.take_if(|_| self.part.is_some())?;
        if text.is_empty() {
            self.extra.push("text", raw::quoted(&text));
            None
        } else if std::mem::take(&mut self.is_thought) {
            Some(Part::Reasoning(Reasoning { text, ..Reasoning::default() }.into()))
        } else {
            Some(Part::text(text))
        }
    }

    /// The part; none where nothing was found that says what it is.
    fn finish(self) -> Option<Part> {
        let Self { text, part, is_thought, signature, mut extra } = self;
        let sealed = text.is_none() && part.is_none() && extra.is_empty() && signature.is_some();
        if part.is_none() && (text.is_some() && is_thought || sealed) {
            let (text, signature) = (text.unwrap_or_default(), signature.map(|(_, signature)| signature));
            return Some(Part::Reasoning(Reasoning { text, signature, extra }.into()));
        }
        if is_thought {
            extra.push("thought", RawJson::trusted("true"));
        }
        if let Some((name, signature)) = signature {
            extra.push(name, raw::quoted(&signature));
        }
        match (text, part) {
            (Some(text), _) => Some(Part::Text(Text::with(text, extra))),
            (None, Some(mut part)) => {
                match &mut part {
                    Part::ToolCall(call) => call.extra.0.extend(extra.0),
                    Part::ToolResult(result) => result.extra.0.extend(extra.0),
                    Part::Media(media) => media.extra.0.extend(extra.0),
                    _ => {}
                }
                Some(part)
            }
            (None, None) => None,
        }
    }
}

/// Reads bytes, or the address of a file.
pub(super) fn media(scan: &mut Reader<'_>) -> Media {
    let mut media = Media::default();
    let (mut data, mut file): (Option<String>, Option<String>) = (None, None);
    let extra = &mut media.extra;
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "mimeType" | "mime_type" => scan.take_text(key, &mut media.media_type, extra),
            "data" => scan.take_text(key, &mut data, extra),
            "fileUri" | "file_uri" if data.is_none() => scan.take_text(key, &mut file, extra),
            "displayName" | "display_name" => scan.take_text(key, &mut media.name, extra),
            _ => scan.keep(key, extra),
        }
    }
    media.kind = kind(media.media_type.as_deref(), file.as_deref()).to_owned();
    media.source = match (data, file) {
        (Some(data), None) => MediaSource::Data(data),
        (None, Some(file)) if file.contains("://") => MediaSource::Url(file),
        (None, Some(file)) => MediaSource::File(file),
        (Some(data), Some(file)) => {
            media.extra.push("fileUri", raw::quoted(&file));
            MediaSource::Data(data)
        }
        (None, None) => MediaSource::Absent,
    };
    media
}

/// What media are, by their type; without one, by how their address ends.
pub(crate) fn kind(media_type: Option<&str>, address: Option<&str>) -> &'static str {
    let ending = address.and_then(|address| address.rsplit_once('.')).map_or("", |(_, ending)| ending);
    match media_type.and_then(|kind| kind.split_once('/')).map(|(kind, _)| kind) {
        Some("image") => "image",
        Some("audio") => "audio",
        Some("video") => "video",
        Some(_) => "file",
        None => match ending.to_ascii_lowercase().as_str() {
            "png" | "jpg" | "jpeg" | "gif" | "webp" | "heic" => "image",
            "mp3" | "wav" | "flac" | "ogg" | "aac" => "audio",
            "mp4" | "mov" | "webm" | "mpeg" => "video",
            _ => "file",
        },
    }
}

/// Reads code that the model had run: a call of a tool that it brings itself.
fn code(scan: &mut Reader<'_>) -> Part {
    let mut call = ToolCall { name: "code_execution".to_owned(), ..ToolCall::default() };
    let mut arguments = Extra::default();
    call.extra.push("type", raw::quoted("executableCode"));
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "id" => scan.take_id(key, &mut call.id, &mut call.extra),
            _ => arguments.push(key.name, scan.raw().to_json()),
        }
    }
    call.arguments = Arguments::Json(raw::object(&arguments));
    Part::ToolCall(call.into())
}

/// Reads what that code put out.
fn code_result(scan: &mut Reader<'_>) -> Part {
    let mut result = ToolResult { name: Some("code_execution".to_owned()), ..ToolResult::default() };
    let mut output: Option<String> = None;
    let extra = &mut result.extra;
    extra.push("type", raw::quoted("codeExecutionResult"));
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "id" => scan.take_id(key, &mut result.call_id, extra),
            "output" => scan.take_text(key, &mut output, extra),
            "outcome" => {
                let outcome = scan.raw();
                result.is_error = (outcome.text != "\"OUTCOME_OK\"").then_some(true);
                extra.push(key.name, outcome.to_json());
            }
            _ => scan.keep(key, extra),
        }
    }
    result.parts.extend(output.map(Part::text));
    Part::ToolResult(result.into())
}
