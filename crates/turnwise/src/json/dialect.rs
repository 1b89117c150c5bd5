//! What one format adds to what all of them share.
//!
//! All JSON formats have one reader: real payloads mix them, as where the history of one provider is sent to another.
//! A format adds rows to it, each of which also speaks for that format where it is met.

use super::{
    ai_sdk, anthropic, bedrock, chat_json, envelope::Envelope, gemini, langchain, message::Draft,
    openai_chat, openai_responses, otel, part::Said, reader::Reader, scan::Key, sharegpt,
};

/// Reads the part that comes next, which has this `type` or this key.
pub(crate) type PartReader = fn(&mut Reader<'_>, &str, &mut Said);

/// Takes a field of a message.
pub(crate) type FieldReader = for<'a> fn(&mut Reader<'a>, Key<'a>, &mut Draft<'a>);

/// Makes a message of what was read of an object with this `type`.
pub(crate) struct Item {
    pub(crate) read: for<'a> fn(&mut Reader<'a>, &str, &mut Draft<'a>),
    /// Whether the `type` alone makes it a message, without a role or a content.
    pub(crate) alone: bool,
}

/// Reads the object that comes next as a message, all of whose fields are its own.
pub(crate) type WholeReader = for<'a> fn(&mut Reader<'a>, &str, &mut Draft<'a>);

/// Takes a field of the object that messages stand in.
pub(crate) type EnvelopeReader = for<'a> fn(&mut Reader<'a>, Key<'a>, &mut Envelope);

/// Makes of a message, once all its fields are read, what only several of them together say.
pub(crate) type Finisher = for<'a> fn(&mut Reader<'a>, &mut Draft<'a>);

/// The rows of one format: each finds a reader by a name, or none where the name is not its own.
pub(crate) struct Dialect {
    /// Parts with this `type`.
    pub(crate) part: fn(&str) -> Option<PartReader>,
    /// Parts without a `type`, told by this key.
    pub(crate) keyed_part: fn(&str) -> Option<PartReader>,
    /// Fields of a message with this name.
    pub(crate) field: fn(&str) -> Option<FieldReader>,
    /// Messages with this `type`.
    pub(crate) item: fn(&str) -> Option<Item>,
    /// Messages with this `type`, which alone makes them such, and gives all of their fields a meaning.
    pub(crate) whole: fn(&str) -> Option<WholeReader>,
    /// Fields with this name of the object that messages stand in.
    pub(crate) envelope: fn(&str) -> Option<EnvelopeReader>,
    /// What several fields of that object say together, when all of it has been read.
    pub(crate) around: fn(&mut Reader<'_>, &Envelope),
    /// What is to be done when all fields of a message are read.
    pub(crate) finish: Option<Finisher>,
}

impl Dialect {
    /// A format that adds nothing, to start from.
    pub(crate) const NONE: Self = Self {
        part: |_| None,
        keyed_part: |_| None,
        field: |_| None,
        item: |_| None,
        whole: |_| None,
        envelope: |_| None,
        around: |_, _| (),
        finish: None,
    };
}

/// Every JSON format.
///
/// What several have, such as a part of `type` `image`, is read by the first of them; the canonical form adds nothing.
const DIALECTS: &[&Dialect] = &[
    &openai_chat::DIALECT,
    &anthropic::DIALECT,
    &openai_responses::DIALECT,
    &gemini::DIALECT,
    &bedrock::DIALECT,
    &otel::DIALECT,
    &langchain::DIALECT,
    &sharegpt::DIALECT,
    &ai_sdk::DIALECT,
    &chat_json::DIALECT,
];

pub(crate) fn part(kind: &str) -> Option<PartReader> {
    DIALECTS.iter().find_map(|dialect| (dialect.part)(kind))
}

/// The same without the first format, for what that has in another shape under the same name.
pub(crate) fn other_part(kind: &str) -> Option<PartReader> {
    DIALECTS.iter().skip(1).find_map(|dialect| (dialect.part)(kind))
}

/// The same of the formats after Anthropic's, for what that has in another shape under the same name.
pub(crate) fn later_part(kind: &str) -> Option<PartReader> {
    DIALECTS.iter().skip(2).find_map(|dialect| (dialect.part)(kind))
}

/// The same of the formats after OpenTelemetry's.
pub(crate) fn last_part(kind: &str) -> Option<PartReader> {
    DIALECTS.iter().skip(6).find_map(|dialect| (dialect.part)(kind))
}

pub(crate) fn keyed_part(key: &str) -> Option<PartReader> {
    DIALECTS.iter().find_map(|dialect| (dialect.keyed_part)(key))
}

pub(crate) fn field(name: &str) -> Option<FieldReader> {
    DIALECTS.iter().find_map(|dialect| (dialect.field)(name))
}

pub(crate) fn item(kind: &str) -> Option<Item> {
    DIALECTS.iter().find_map(|dialect| (dialect.item)(kind))
}

pub(crate) fn whole(kind: &str) -> Option<WholeReader> {
    DIALECTS.iter().find_map(|dialect| (dialect.whole)(kind))
}

pub(crate) fn envelope(name: &str) -> Option<EnvelopeReader> {
    DIALECTS.iter().find_map(|dialect| (dialect.envelope)(name))
}

pub(crate) fn around(scan: &mut Reader<'_>, envelope: &Envelope) {
    DIALECTS.iter().for_each(|dialect| (dialect.around)(scan, envelope));
}

pub(crate) fn finish<'a>(scan: &mut Reader<'a>, draft: &mut Draft<'a>) {
    DIALECTS.iter().filter_map(|dialect| dialect.finish).for_each(|finish| finish(scan, draft));
}
