//! What the writers of JSON formats share.
//!
//! A writer puts down what its format has a place for, and nothing else: what is missing is found when the text is
//! read back, and reported. A field of an `extra` is written only where the format's specification names it.

use std::borrow::Cow;

use super::{
    emit::{Emit, Emitter},
    scan::{Kind, Scanner},
};
use crate::{
    limits::Limits,
    model::{Arguments, Extra, Media, MediaSource, Message, Part, RawJson},
};

/// Writes the fields of `extra` that the format has, into the object that is open.
pub(crate) fn known(json: &mut Emitter, extra: &Extra, names: &[&str]) {
    for (name, value) in extra.0.iter().filter(|(name, _)| names.contains(&name.as_str())) {
        json.member(name, value);
    }
}

/// Arguments as a string that holds JSON, as OpenAI has them.
pub(crate) fn arguments_text(arguments: &Arguments) -> Cow<'_, str> {
    match arguments {
        Arguments::Text(text) => text.into(),
        Arguments::Json(json) => json.as_str().into(),
        Arguments::Absent => "".into(),
    }
}

/// Arguments as an object, as most others have them; text that holds none stays a string.
pub(crate) fn arguments_value(json: &mut Emitter, arguments: &Arguments) {
    match arguments {
        Arguments::Json(value) => value.emit(json),
        Arguments::Absent => json.object(|_| ()),
        Arguments::Text(text) => match object(text) {
            Some(value) => value.emit(json),
            None => text.emit(json),
        },
    }
}

/// The object that a text holds.
pub(crate) fn object(text: &str) -> Option<RawJson> {
    RawJson::new(text).filter(|_| text.trim_start().starts_with('{'))
}

/// The address of media; bytes that are here become one (RFC 2397).
pub(crate) fn url(media: &Media) -> Option<Cow<'_, str>> {
    match (&media.source, &media.media_type) {
        (MediaSource::Url(url), _) => Some(url.into()),
        (MediaSource::Data(data), Some(kind)) => Some(format!("data:{kind};base64,{data}").into()),
        _ => None,
    }
}

/// The text of an answer: its texts, and other values as JSON.
pub(crate) fn answer_text(parts: &[Part]) -> String {
    parts
        .iter()
        .filter_map(|part| match part {
            Part::Text(text) => Some(text.text.as_str()),
            Part::Json(value) | Part::Unknown(value) => Some(value.as_str()),
            _ => None,
        })
        .collect()
}

/// The one text that a message is, where it is nothing else and has no fields of its own.
pub(crate) fn only_text(message: &Message) -> Option<&str> {
    match message.parts.as_slice() {
        [Part::Text(text)] if text.extra.is_none() => Some(&text.text),
        _ => None,
    }
}

/// The string under `name` of `extra`, where it is one without escapes.
pub(crate) fn word<'a>(extra: &'a Extra, name: &str) -> Option<&'a str> {
    extra.get(name)?.as_str().strip_prefix('"')?.strip_suffix('"')
}

/// The members of a value; none where it is no object.
pub(crate) fn members(value: &RawJson) -> Extra {
    let mut members = Extra::default();
    let mut scan = Scanner::new(value.as_str(), &Limits::default());
    scan.document();
    if scan.kind() == Kind::Object {
        scan.members(&mut members);
    }
    members
}
