//! What tools take: a transcript, and how to read it.

use rmcp::schemars::{self, JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de::Error};
use serde_json::{Map, Value};
use std::{borrow::Cow, collections::BTreeMap};
use turnwise::{FORMATS, Format, FormatInfo, Parser, Role};
use turnwise_client::Status;

/// A transcript, and how to read it.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Reading {
    /// The transcript exactly as the user gave it, unabridged: labelled text (`User: ...`), captions, a chat log, or
    /// JSON of any chat format as text.
    pub(crate) transcript: Transcript,
    #[serde(flatten)]
    pub(crate) how: How,
}

/// How to read a transcript; by default, all of it is found out.
#[derive(Debug, Default, Hash, Deserialize, JsonSchema)]
pub(crate) struct How {
    /// Read it as this format. Leave it out to have the format found out, which is nearly always right.
    #[serde(default)]
    #[schemars(with = "Readable")]
    pub(crate) format: Option<Readable>,
    /// Roles of speakers that no table lists, by the label that the text has: `{"Dr. Wu": "assistant"}`.
    #[serde(default)]
    pub(crate) labels: BTreeMap<String, Party>,
    /// Take every known label at the start of a line as a new message, without weighing the whole text.
    #[serde(default)]
    pub(crate) strict: bool,
}

impl How {
    /// A parser with these settings.
    pub(crate) fn parser(self) -> Parser {
        let parser = Parser::new().strict(self.strict);
        let parser = self.format.into_iter().fold(parser, |parser, Readable(format)| parser.format(format));
        self.labels.into_iter().fold(parser, |parser, (label, party)| parser.label(label, party.into()))
    }
}

/// Text, or JSON that was given as JSON instead of as text.
#[derive(Debug, Clone, Hash)]
pub(crate) struct Transcript(pub(crate) String);

impl<'de> Deserialize<'de> for Transcript {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) => Ok(Self(text)),
            // Assistants pass JSON as it is, whatever the schema says; what they mean is plain.
            value @ (Value::Array(_) | Value::Object(_)) => Ok(Self(value.to_string())),
            _ => Err(D::Error::custom("`transcript` should be a string")),
        }
    }
}

impl JsonSchema for Transcript {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Transcript".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string" })
    }
}

/// Messages as an assistant has them apart; what any chat format has in a message is taken as well.
#[derive(Debug, Clone, Hash, Deserialize)]
#[serde(transparent)]
pub(crate) struct Messages(Vec<Map<String, Value>>);

impl From<Messages> for Transcript {
    fn from(Messages(messages): Messages) -> Self {
        let messages = messages.into_iter().map(Value::Object).collect();
        Self(Value::Object(Map::from_iter([("messages".to_owned(), Value::Array(messages))])).to_string())
    }
}

impl JsonSchema for Messages {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Messages".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let text = |description: &str| json_schema!({ "type": "string", "description": description });
        json_schema!({
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "role": text("`user`, `assistant`, `system`, `developer` or `tool`."),
                    "content": text("What was said."),
                    "timestamp": text("When, in RFC 3339."),
                    "name": text("The speaker's name."),
                    "model": text("The model that wrote it."),
                },
                "required": ["role", "content"],
            },
        })
    }
}

/// Where a conversation stands.
#[derive(Debug, Clone, Copy, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(crate) enum StatusWord {
    Active,
    InProgress,
    Completed,
    Abandoned,
}

impl StatusWord {
    /// Whether the conversation goes on.
    pub(crate) fn is_open(self) -> bool {
        Status::from(self).is_open()
    }
}

impl From<StatusWord> for Status {
    fn from(word: StatusWord) -> Self {
        match word {
            StatusWord::Active => Self::Active,
            StatusWord::InProgress => Self::InProgress,
            StatusWord::Completed => Self::Completed,
            StatusWord::Abandoned => Self::Abandoned,
        }
    }
}

/// Who speaks under a label.
#[derive(Debug, Clone, Copy, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(crate) enum Party {
    System,
    Developer,
    User,
    Assistant,
    Tool,
}

impl From<Party> for Role {
    fn from(party: Party) -> Self {
        match party {
            Party::System => Self::System,
            Party::Developer => Self::Developer,
            Party::User => Self::User,
            Party::Assistant => Self::Assistant,
            Party::Tool => Self::Tool,
        }
    }
}

/// A format that is read.
#[derive(Debug, Clone, Copy, Hash)]
pub(crate) struct Readable(pub(crate) Format);

/// A format that is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Writable(pub(crate) Format);

/// Lets a type take the names of the formats that fit, and what else they go by.
macro_rules! format_name {
    ($name:ident, $fits:expr) => {
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                named(&String::deserialize(deserializer)?, $fits).map(Self).map_err(D::Error::custom)
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "enum": names($fits) })
            }
        }
    };
}

format_name!(Readable, |_| true);
format_name!(Writable, FormatInfo::writable);

fn names(fits: fn(&FormatInfo) -> bool) -> Vec<&'static str> {
    FORMATS.iter().filter(|row| fits(row)).map(|row| row.name).collect()
}

fn named(name: &str, fits: fn(&FormatInfo) -> bool) -> Result<Format, String> {
    let found = Format::from_name(name).filter(|format| fits(format.info()));
    found.ok_or_else(|| format!("`{name}` is no such format; take one of {}", names(fits).join(", ")))
}
