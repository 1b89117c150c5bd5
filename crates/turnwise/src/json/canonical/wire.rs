//! The canonical form as it is written, field by field; the JSON Schema is generated from these types.

use std::borrow::Cow;

use serde::{Serialize, Serializer, ser::Error};
use serde_json::value::RawValue;

use crate::json::{
    content::{self, Form},
    time,
};
use crate::model::{self, MediaSource};

/// A conversation in canonical form.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[serde(rename_all = "camelCase")]
pub(super) struct Conversation<'a> {
    /// Identifier given by the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    /// Title given by the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    /// State given by the source, such as `completed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'a str>,
    /// Text before the first message.
    #[serde(skip_serializing_if = "Option::is_none")]
    preamble: Option<&'a str>,
    /// The messages, in order.
    #[serde(serialize_with = "messages")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Message<'a>>"))]
    messages: &'a [model::Message],
    /// Definitions of the tools that the assistant could call.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_definitions: Vec<Tool<'a>>,
    /// What the source says of the conversation, such as `userId`, `sessionId`, `channel` and `language`.
    #[serde(skip_serializing_if = "Members::is_empty")]
    metadata: Members<'a>,
    /// Fields without a place in this form.
    #[serde(skip_serializing_if = "Members::is_empty")]
    extra: Members<'a>,
}

impl<'a> From<&'a model::Conversation> for Conversation<'a> {
    fn from(conversation: &'a model::Conversation) -> Self {
        Self {
            id: conversation.id.as_deref(),
            title: conversation.title.as_deref(),
            status: conversation.status.as_deref(),
            preamble: conversation.preamble.as_deref(),
            messages: &conversation.messages,
            tool_definitions: conversation.tools.iter().map(Tool::from).collect(),
            metadata: Members(&conversation.metadata),
            extra: Members(&conversation.extra),
        }
    }
}

fn messages<S: Serializer>(messages: &[model::Message], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(messages.iter().map(Message::from))
}

/// A message.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[serde(rename_all = "camelCase")]
struct Message<'a> {
    /// Who speaks: `system`, `developer`, `user`, `assistant`, `tool` or a word of the source; `null` where it is open.
    role: Option<&'a str>,
    /// The source's word for the role, where it is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    /// Name of the speaker.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    /// The text. A message without text may have `null` here, or no such field, as its source had.
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<Option<Cow<'a, str>>>,
    /// Everything that was said, in order, where there is more to it than `content`.
    #[serde(skip_serializing_if = "Option::is_none")]
    parts: Option<Vec<Part<'a>>>,
    /// When, in the form of RFC 3339, with the offset that was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    timestamp: Option<String>,
    /// The time as it was written, where `timestamp` does not say it, or says it in other words.
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<&'a str>,
    /// Model that wrote the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<&'a str>,
    /// Tokens counted for the message, where the source has one figure.
    #[serde(skip_serializing_if = "Option::is_none")]
    tokens: Option<u64>,
    /// Tokens counted for the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<Usage>,
    /// Time taken to answer, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    latency_ms: Option<u64>,
    /// The calls among `parts` once more, for readers that know no parts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<ToolCall<'a>>,
    /// Identifier of the call that this message answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_call_id: Option<&'a str>,
    /// Identifier given by the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    /// Identifier of the message that this one answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<&'a str>,
    /// What the source says of the message.
    #[serde(skip_serializing_if = "Members::is_empty")]
    metadata: Members<'a>,
    /// Fields without a place in this form.
    #[serde(skip_serializing_if = "Members::is_empty")]
    extra: Members<'a>,
}

impl<'a> From<&'a model::Message> for Message<'a> {
    fn from(message: &'a model::Message) -> Self {
        let details = message.details.as_deref();
        let Form { content, parts, call_id, name } = Form::of(message);
        Self {
            role: message.role.as_ref().map(model::Role::as_str),
            label: message.label.as_deref(),
            name,
            content,
            parts: parts.map(|parts| parts.iter().map(Part::from).collect()),
            timestamp: message.timestamp.as_ref().map(time::written),
            time: details.and_then(|details| details.time.as_deref()),
            model: details.and_then(|details| details.model.as_deref()),
            tokens: details.and_then(|details| details.usage.tokens),
            usage: details.and_then(|details| Usage::of(details.usage)),
            latency_ms: details.and_then(|details| details.latency_ms),
            tool_calls: content::calls(&message.parts).map(ToolCall::from).collect(),
            tool_call_id: call_id,
            id: details.and_then(|details| details.id.as_deref()),
            parent: details.and_then(|details| details.parent.as_deref()),
            metadata: Members::of(details.map(|details| &details.metadata)),
            extra: Members::of(details.map(|details| &details.extra)),
        }
    }
}

/// Tokens counted.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[serde(rename_all = "camelCase")]
struct Usage {
    /// Tokens read.
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt_tokens: Option<u64>,
    /// Tokens written.
    #[serde(skip_serializing_if = "Option::is_none")]
    completion_tokens: Option<u64>,
}

impl Usage {
    fn of(usage: model::Usage) -> Option<Self> {
        let model::Usage { prompt_tokens, completion_tokens, tokens: _ } = usage;
        (prompt_tokens.is_some() || completion_tokens.is_some())
            .then_some(Self { prompt_tokens, completion_tokens })
    }
}

/// Definition of a tool.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
struct Tool<'a> {
    /// Name of the tool; empty for one that only `extra` describes.
    name: &'a str,
    /// What it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    /// JSON Schema of its arguments.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters: Option<Raw<'a>>,
    /// Fields without a place in this form.
    #[serde(skip_serializing_if = "Members::is_empty")]
    extra: Members<'a>,
}

impl<'a> From<&'a model::Tool> for Tool<'a> {
    fn from(tool: &'a model::Tool) -> Self {
        Self {
            name: &tool.name,
            description: tool.description.as_deref(),
            parameters: tool.parameters.as_ref().map(Raw),
            extra: Members(&tool.extra),
        }
    }
}

/// A call of a tool.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
struct ToolCall<'a> {
    /// Identifier that the result refers to.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    /// Name of the tool.
    name: &'a str,
    /// Arguments as written: a string that may hold JSON, or any other JSON value.
    #[serde(skip_serializing_if = "Option::is_none")]
    arguments: Option<Arguments<'a>>,
}

impl<'a> From<&'a model::ToolCall> for ToolCall<'a> {
    fn from(call: &'a model::ToolCall) -> Self {
        Self { id: call.id.as_deref(), name: &call.name, arguments: Arguments::of(&call.arguments) }
    }
}

/// Arguments as written.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
enum Arguments<'a> {
    Text(&'a str),
    Json(Raw<'a>),
}

impl<'a> Arguments<'a> {
    fn of(arguments: &'a model::Arguments) -> Option<Self> {
        match arguments {
            model::Arguments::Text(text) => Some(Self::Text(text)),
            model::Arguments::Json(json) => Some(Self::Json(Raw(json))),
            model::Arguments::Absent => None,
        }
    }
}

/// A piece of a message.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
enum Part<'a> {
    /// Plain text.
    Text {
        /// The text.
        text: &'a str,
        /// Fields without a place in this form.
        #[serde(skip_serializing_if = "Members::is_empty")]
        extra: Members<'a>,
    },
    /// The model's reasoning.
    Reasoning {
        /// The text, empty where it is withheld.
        text: &'a str,
        /// Signature or encrypted content.
        #[serde(skip_serializing_if = "Option::is_none")]
        signature: Option<&'a str>,
        /// Fields without a place in this form.
        #[serde(skip_serializing_if = "Members::is_empty")]
        extra: Members<'a>,
    },
    /// A call of a tool.
    ToolCall {
        /// Identifier that the result refers to.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<&'a str>,
        /// Name of the tool.
        name: &'a str,
        /// Arguments as written: a string that may hold JSON, or any other JSON value.
        #[serde(skip_serializing_if = "Option::is_none")]
        arguments: Option<Arguments<'a>>,
        /// Fields without a place in this form.
        #[serde(skip_serializing_if = "Members::is_empty")]
        extra: Members<'a>,
    },
    /// What a tool answered.
    ToolResult {
        /// Identifier of the call.
        #[serde(skip_serializing_if = "Option::is_none")]
        call_id: Option<&'a str>,
        /// Name of the tool.
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<&'a str>,
        /// The answer, in order.
        parts: Vec<Part<'a>>,
        /// Whether the tool failed.
        #[serde(skip_serializing_if = "Option::is_none")]
        is_error: Option<bool>,
        /// Fields without a place in this form.
        #[serde(skip_serializing_if = "Members::is_empty")]
        extra: Members<'a>,
    },
    /// An image, a sound, a video or a file.
    Media {
        /// `image`, `audio`, `video`, `file`, or as the source calls it.
        kind: &'a str,
        /// Address of its bytes.
        #[serde(skip_serializing_if = "Option::is_none")]
        url: Option<&'a str>,
        /// Its bytes in Base64.
        #[serde(skip_serializing_if = "Option::is_none")]
        data: Option<&'a str>,
        /// Identifier of the file that has its bytes.
        #[serde(skip_serializing_if = "Option::is_none")]
        file: Option<&'a str>,
        /// Media type, such as `image/png`.
        #[serde(skip_serializing_if = "Option::is_none")]
        media_type: Option<&'a str>,
        /// Name of the file.
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<&'a str>,
        /// Fields without a place in this form.
        #[serde(skip_serializing_if = "Members::is_empty")]
        extra: Members<'a>,
    },
    /// The model declined.
    Refusal {
        /// Its words.
        text: &'a str,
        /// Fields without a place in this form.
        #[serde(skip_serializing_if = "Members::is_empty")]
        extra: Members<'a>,
    },
    /// A value that is no text, such as the object that a tool answered.
    Json {
        /// The value as the source wrote it.
        raw: Raw<'a>,
    },
    /// A part of a kind that has no place in this form.
    Unknown {
        /// The part as the source wrote it.
        raw: Raw<'a>,
    },
}

impl<'a> From<&'a model::Part> for Part<'a> {
    fn from(part: &'a model::Part) -> Self {
        match part {
            model::Part::Text(text) => {
                Self::Text { text: &text.text, extra: Members::of(text.extra.as_deref()) }
            }
            model::Part::Reasoning(reasoning) => Self::Reasoning {
                text: &reasoning.text,
                signature: reasoning.signature.as_deref(),
                extra: Members(&reasoning.extra),
            },
            model::Part::ToolCall(call) => Self::ToolCall {
                id: call.id.as_deref(),
                name: &call.name,
                arguments: Arguments::of(&call.arguments),
                extra: Members(&call.extra),
            },
            model::Part::ToolResult(result) => Self::ToolResult {
                call_id: result.call_id.as_deref(),
                name: result.name.as_deref(),
                parts: result.parts.iter().map(Self::from).collect(),
                is_error: result.is_error,
                extra: Members(&result.extra),
            },
            model::Part::Media(media) => Self::media(media),
            model::Part::Refusal(text) => {
                Self::Refusal { text: &text.text, extra: Members::of(text.extra.as_deref()) }
            }
            model::Part::Json(raw) => Self::Json { raw: Raw(raw) },
            model::Part::Unknown(raw) => Self::Unknown { raw: Raw(raw) },
        }
    }
}

impl<'a> Part<'a> {
    fn media(media: &'a model::Media) -> Self {
        let source =
            |wanted: fn(&'a MediaSource) -> Option<&'a String>| wanted(&media.source).map(String::as_str);
        Self::Media {
            kind: &media.kind,
            url: source(|source| if let MediaSource::Url(url) = source { Some(url) } else { None }),
            data: source(|source| if let MediaSource::Data(data) = source { Some(data) } else { None }),
            file: source(|source| if let MediaSource::File(id) = source { Some(id) } else { None }),
            media_type: media.media_type.as_deref(),
            name: media.name.as_deref(),
            extra: Members(&media.extra),
        }
    }
}

/// Any JSON value.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(with = "serde_json::Value"))]
struct Raw<'a>(&'a model::RawJson);

impl Serialize for Raw<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde_json::from_str::<&RawValue>(self.0.as_str()).map_err(Error::custom)?.serialize(serializer)
    }
}

/// An object with any members.
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(with = "std::collections::BTreeMap<String, serde_json::Value>")
)]
struct Members<'a>(&'a model::Extra);

impl<'a> Members<'a> {
    fn of(extra: Option<&'a model::Extra>) -> Self {
        static NONE: model::Extra = model::Extra(Vec::new());
        Self(extra.unwrap_or(&NONE))
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.0.iter().map(|(key, value)| (key, Raw(value))))
    }
}
