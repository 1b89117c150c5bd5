//! The canonical model: what every transcript becomes.
//!
//! All types own their data, so that a conversation can be queued, stored and sent.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset};

use crate::{json::raw::one_line, source::Span};

mod parts;
mod role;

pub use parts::Parts;
pub use role::Role;

/// One conversation: its messages in order, and what is known about it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Conversation {
    /// Identifier given by the source.
    pub id: Option<String>,
    /// Title given by the source.
    pub title: Option<String>,
    /// State given by the source, such as `completed`, `abandoned` or `in_progress`.
    pub status: Option<String>,
    /// Text that stands before the first message, exactly as written.
    pub preamble: Option<String>,
    /// The messages, in input order.
    pub messages: Vec<Message>,
    /// Definitions of the tools that the assistant could call.
    pub tools: Vec<Tool>,
    /// What the source says of the conversation: `userId`, `sessionId`, `channel`, `language` and others.
    pub metadata: Extra,
    /// Fields that have no place in the model, as written.
    pub extra: Extra,
}

/// One message: who said what, and when.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Message {
    /// Who speaks; `None` where the input leaves it open, and then `name` says what was written.
    pub role: Option<Role>,
    /// The word that was written for the role, such as `Customer` or `gpt`, where it is not
    /// the role's standard word (see [`Role::label`] and [`Role::as_str`]).
    pub label: Option<Arc<str>>,
    /// Name of the speaker.
    pub name: Option<Arc<str>>,
    /// What was said, in order.
    pub parts: Parts,
    /// When, with the offset from UTC that was written.
    pub timestamp: Option<DateTime<FixedOffset>>,
    /// Where the message stands in the input, label included (bytes).
    pub span: Span,
    /// What few messages have; see [`Details`].
    pub details: Option<Box<Details>>,
}

/// What few messages have, kept apart so that a message stays small.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Details {
    /// Identifier given by the source.
    pub id: Option<String>,
    /// Identifier of the message that this one answers.
    pub parent: Option<String>,
    /// Model that wrote the message.
    pub model: Option<Arc<str>>,
    /// Tokens counted for the message.
    pub usage: Usage,
    /// Time taken to answer, in milliseconds.
    pub latency_ms: Option<u64>,
    /// Time as written, where it is not a full instant (`12:03`, `00:03.608`), its offset from UTC was assumed, or
    /// the canonical form has it in other words (`2025-01-20T14:30:00+00:00` for `2025-01-20T14:30:00Z`).
    pub time: Option<Box<str>>,
    /// What the source says of the message.
    pub metadata: Extra,
    /// Fields that have no place in the model, as written.
    pub extra: Extra,
    /// How an empty content was written.
    pub content: ContentState,
}

impl Details {
    /// Whether there is nothing to say, so that a message needs none.
    pub(crate) fn is_empty(&self) -> bool {
        let Self { id, parent, model, usage, latency_ms, time, metadata, extra, content } = self;
        let nothing =
            id.is_none() && parent.is_none() && model.is_none() && latency_ms.is_none() && time.is_none();
        nothing
            && *usage == Usage::default()
            && metadata.is_empty()
            && extra.is_empty()
            && *content == ContentState::Present
    }
}

/// Whether a message without text had an empty content, `null`, or none at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ContentState {
    /// A content was written, perhaps an empty one.
    #[default]
    Present,
    /// `"content": null`.
    Null,
    /// No `content` field.
    Absent,
}

/// A piece of a message. What is larger than a text is boxed, since nearly all parts are texts.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Part {
    /// Plain text.
    Text(Text),
    /// The model's reasoning.
    Reasoning(Box<Reasoning>),
    /// A call of a tool.
    ToolCall(Box<ToolCall>),
    /// What a tool answered.
    ToolResult(Box<ToolResult>),
    /// An image, a sound or a file.
    Media(Box<Media>),
    /// The model declined, in its own words.
    Refusal(Text),
    /// A value that is no text, such as the object that a tool answered, as written.
    Json(RawJson),
    /// A part of a kind that the model does not know, as written.
    Unknown(RawJson),
}

impl Part {
    /// A part of plain text.
    ///
    /// ```
    /// use turnwise::{Message, Part};
    /// let message = Message { parts: Part::text("hi").into(), ..Message::default() };
    /// assert_eq!(message.text(), "hi");
    /// ```
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into().into())
    }
}

/// Words, and what their source says of them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Text {
    /// The words, exactly as they were written.
    pub text: String,
    /// Fields that have no place in the model, as written; `None` where there are none.
    pub extra: Option<Box<Extra>>,
}

impl Text {
    /// Words with these fields beside them.
    pub fn with(text: impl Into<String>, extra: Extra) -> Self {
        Self { text: text.into(), extra: (!extra.is_empty()).then(|| extra.into()) }
    }
}

impl<S: Into<String>> From<S> for Text {
    fn from(text: S) -> Self {
        Self { text: text.into(), extra: None }
    }
}

/// The model's reasoning, and the signature that proves it unchanged.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reasoning {
    /// The text, empty where it is withheld.
    pub text: String,
    /// Signature or encrypted content, byte for byte.
    pub signature: Option<String>,
    /// Fields that have no place in the model, as written.
    pub extra: Extra,
}

/// A call of a tool.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ToolCall {
    /// Identifier that the result refers to.
    pub id: Option<String>,
    /// Name of the tool.
    pub name: String,
    /// Arguments as written; see [`Arguments`].
    pub arguments: Arguments,
    /// Fields that have no place in the model, as written.
    pub extra: Extra,
}

/// Arguments of a tool call, as written: nothing is repaired.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Arguments {
    /// A JSON string, which may hold JSON, broken JSON or nothing.
    Text(String),
    /// A JSON value of any other kind.
    Json(RawJson),
    /// No `arguments` field.
    #[default]
    Absent,
}

/// What a tool answered.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ToolResult {
    /// Identifier of the call.
    pub call_id: Option<String>,
    /// Name of the tool.
    pub name: Option<String>,
    /// The answer, in order.
    pub parts: Vec<Part>,
    /// Whether the tool failed.
    pub is_error: Option<bool>,
    /// Fields that have no place in the model, as written.
    pub extra: Extra,
}

/// An image, a sound, a video or a file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Media {
    /// `image`, `audio`, `video`, `file`, or as the source calls it.
    pub kind: String,
    /// Where its bytes are.
    pub source: MediaSource,
    /// Media type (RFC 6838), such as `image/png`.
    pub media_type: Option<String>,
    /// Name of the file.
    pub name: Option<String>,
    /// Fields that have no place in the model, as written.
    pub extra: Extra,
}

/// Where the bytes of a [`Media`] part are.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum MediaSource {
    /// At an address.
    Url(String),
    /// Here, in Base64 (RFC 4648), as written.
    Data(String),
    /// In a file that the source knows by this identifier.
    File(String),
    /// Not said, or in a way that only `extra` holds.
    #[default]
    Absent,
}

/// Definition of a tool that the assistant could call.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tool {
    /// Name of the tool; empty for a tool that only `extra` describes, such as one that the provider runs.
    pub name: String,
    /// What it does.
    pub description: Option<String>,
    /// JSON Schema of its arguments, as written.
    pub parameters: Option<RawJson>,
    /// Fields that have no place in the model, as written.
    pub extra: Extra,
}

/// Tokens counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// Tokens read.
    pub prompt_tokens: Option<u64>,
    /// Tokens written.
    pub completion_tokens: Option<u64>,
    /// One figure for the message, where the source gives no more.
    pub tokens: Option<u64>,
}

/// One JSON value, byte for byte as it was written.
///
/// It never spans several lines: of a value that did, the blanks between tokens are left out.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RawJson(Box<str>);

impl RawJson {
    /// Keeps `json`, or gives `None` where it is not one valid JSON value.
    pub fn new(json: impl Into<Box<str>>) -> Option<Self> {
        let json = json.into();
        serde_json::from_str::<serde::de::IgnoredAny>(&json).ok()?;
        Some(Self::trusted(&json))
    }

    /// Keeps `json`, which is known to be one valid JSON value.
    pub(crate) fn trusted(json: &str) -> Self {
        Self(one_line(json).into())
    }

    /// The value as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Named values without a place in the model: order, duplicates and bytes are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Extra(pub Vec<(String, RawJson)>);

impl Extra {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first value under `key`.
    pub fn get(&self, key: &str) -> Option<&RawJson> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Adds a value under `key`, after those that are there.
    pub fn push(&mut self, key: impl Into<String>, value: RawJson) {
        self.0.push((key.into(), value));
    }
}

impl Message {
    /// A message of one text part.
    ///
    /// ```
    /// use turnwise::{Message, Role};
    /// assert_eq!(Message::new(Role::User, "hi").text(), "hi");
    /// ```
    pub fn new(role: Role, text: impl Into<String>) -> Self {
        Self { role: Some(role), parts: Part::text(text).into(), ..Self::default() }
    }

    /// The text parts, joined with nothing between them.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        let mut texts = self.parts.iter().filter_map(|part| match part {
            Part::Text(text) => Some(text.text.as_str()),
            _ => None,
        });
        match (texts.next(), texts.next()) {
            (None, _) => "".into(),
            (Some(one), None) => one.into(),
            (Some(one), Some(two)) => [one, two].into_iter().chain(texts).collect::<String>().into(),
        }
    }

    /// The details, made on first use.
    pub fn details_mut(&mut self) -> &mut Details {
        self.details.get_or_insert_default()
    }
}
