//! The canonical form described as types, which the JSON Schema is generated from.
//!
//! Nothing is ever made of these types: `wire` writes the form, and faster than serde could. A test holds the schema
//! against what is written for any conversation, and it refuses fields that are not here.

#![allow(dead_code, reason = "the types are read by schemars only")]

use schemars::JsonSchema;

/// A conversation in canonical form.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Conversation {
    /// Identifier given by the source.
    #[schemars(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// Title given by the source.
    #[schemars(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// State given by the source, such as `completed`.
    #[schemars(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    /// Text before the first message.
    #[schemars(skip_serializing_if = "Option::is_none")]
    preamble: Option<String>,
    /// The messages, in order.
    messages: Vec<Message>,
    /// Definitions of the tools that the assistant could call.
    #[schemars(skip_serializing_if = "Vec::is_empty")]
    tool_definitions: Vec<Tool>,
    /// What the source says of the conversation, such as `userId`, `sessionId`, `channel` and `language`.
    #[schemars(skip_serializing_if = "Members::is_empty")]
    metadata: Members,
    /// Fields without a place in this form.
    #[schemars(skip_serializing_if = "Members::is_empty")]
    extra: Members,
}

/// A message.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, rename_all = "camelCase")]
struct Message {
    /// Who speaks: `system`, `developer`, `user`, `assistant`, `tool` or a word of the source; `null` where it is open.
    role: Option<String>,
    /// The source's word for the role, where it is another.
    #[schemars(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    /// Name of the speaker.
    #[schemars(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The text. A message without text may have `null` here, or no such field, as its source had.
    #[schemars(skip_serializing_if = "Option::is_none")]
    content: Option<Option<String>>,
    /// Everything that was said, in order, where there is more to it than `content`.
    #[schemars(skip_serializing_if = "Option::is_none")]
    parts: Option<Vec<Part>>,
    /// When, in the form of RFC 3339, with the offset that was written.
    #[schemars(skip_serializing_if = "Option::is_none", extend("format" = "date-time"))]
    timestamp: Option<String>,
    /// The time as it was written, where `timestamp` does not say it, or says it in other words.
    #[schemars(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    /// Model that wrote the message.
    #[schemars(skip_serializing_if = "Option::is_none")]
    model: Option<String>,
    /// Tokens counted for the message, where the source has one figure.
    #[schemars(skip_serializing_if = "Option::is_none")]
    tokens: Option<u64>,
    /// Tokens counted for the message.
    #[schemars(skip_serializing_if = "Option::is_none")]
    usage: Option<Usage>,
    /// Time taken to answer, in milliseconds.
    #[schemars(skip_serializing_if = "Option::is_none")]
    latency_ms: Option<u64>,
    /// The calls among `parts` once more, for readers that know no parts.
    #[schemars(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<ToolCall>,
    /// Identifier of the call that this message answers.
    #[schemars(skip_serializing_if = "Option::is_none")]
    tool_call_id: Option<String>,
    /// Identifier given by the source.
    #[schemars(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// Identifier of the message that this one answers.
    #[schemars(skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    /// What the source says of the message.
    #[schemars(skip_serializing_if = "Members::is_empty")]
    metadata: Members,
    /// Fields without a place in this form.
    #[schemars(skip_serializing_if = "Members::is_empty")]
    extra: Members,
}

/// Tokens counted.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, rename_all = "camelCase")]
struct Usage {
    /// Tokens read.
    #[schemars(skip_serializing_if = "Option::is_none")]
    prompt_tokens: Option<u64>,
    /// Tokens written.
    #[schemars(skip_serializing_if = "Option::is_none")]
    completion_tokens: Option<u64>,
}

/// Definition of a tool.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Tool {
    /// Name of the tool; empty for one that only `extra` describes.
    name: String,
    /// What it does.
    #[schemars(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// JSON Schema of its arguments.
    #[schemars(skip_serializing_if = "Option::is_none")]
    parameters: Option<Raw>,
    /// Fields without a place in this form.
    #[schemars(skip_serializing_if = "Members::is_empty")]
    extra: Members,
}

/// A call of a tool.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ToolCall {
    /// Identifier that the result refers to.
    #[schemars(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// Name of the tool.
    name: String,
    /// Arguments as written: a string that may hold JSON, or any other JSON value.
    #[schemars(skip_serializing_if = "Option::is_none")]
    arguments: Option<Arguments>,
}

/// Arguments as written.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum Arguments {
    Text(String),
    Json(Raw),
}

/// A piece of a message.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
enum Part {
    /// Plain text.
    Text {
        /// The text.
        text: String,
        /// Fields without a place in this form.
        #[schemars(skip_serializing_if = "Members::is_empty")]
        extra: Members,
    },
    /// The model's reasoning.
    Reasoning {
        /// The text, empty where it is withheld.
        text: String,
        /// Signature or encrypted content.
        #[schemars(skip_serializing_if = "Option::is_none")]
        signature: Option<String>,
        /// Fields without a place in this form.
        #[schemars(skip_serializing_if = "Members::is_empty")]
        extra: Members,
    },
    /// A call of a tool.
    ToolCall {
        /// Identifier that the result refers to.
        #[schemars(skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// Name of the tool.
        name: String,
        /// Arguments as written: a string that may hold JSON, or any other JSON value.
        #[schemars(skip_serializing_if = "Option::is_none")]
        arguments: Option<Arguments>,
        /// Fields without a place in this form.
        #[schemars(skip_serializing_if = "Members::is_empty")]
        extra: Members,
    },
    /// What a tool answered.
    ToolResult {
        /// Identifier of the call.
        #[schemars(skip_serializing_if = "Option::is_none")]
        call_id: Option<String>,
        /// Name of the tool.
        #[schemars(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// The answer, in order.
        parts: Vec<Part>,
        /// Whether the tool failed.
        #[schemars(skip_serializing_if = "Option::is_none")]
        is_error: Option<bool>,
        /// Fields without a place in this form.
        #[schemars(skip_serializing_if = "Members::is_empty")]
        extra: Members,
    },
    /// An image, a sound, a video or a file.
    Media {
        /// `image`, `audio`, `video`, `file`, or as the source calls it.
        kind: String,
        /// Address of its bytes.
        #[schemars(skip_serializing_if = "Option::is_none")]
        url: Option<String>,
        /// Its bytes in Base64.
        #[schemars(skip_serializing_if = "Option::is_none")]
        data: Option<String>,
        /// Identifier of the file that has its bytes.
        #[schemars(skip_serializing_if = "Option::is_none")]
        file: Option<String>,
        /// Media type, such as `image/png`.
        #[schemars(skip_serializing_if = "Option::is_none")]
        media_type: Option<String>,
        /// Name of the file.
        #[schemars(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// Fields without a place in this form.
        #[schemars(skip_serializing_if = "Members::is_empty")]
        extra: Members,
    },
    /// The model declined.
    Refusal {
        /// Its words.
        text: String,
        /// Fields without a place in this form.
        #[schemars(skip_serializing_if = "Members::is_empty")]
        extra: Members,
    },
    /// A value that is no text, such as the object that a tool answered.
    Json {
        /// The value as the source wrote it.
        raw: Raw,
    },
    /// A part of a kind that has no place in this form.
    Unknown {
        /// The part as the source wrote it.
        raw: Raw,
    },
}

/// Any JSON value.
#[derive(JsonSchema)]
#[schemars(with = "serde_json::Value")]
struct Raw;

/// An object with any members.
#[derive(JsonSchema)]
#[schemars(with = "std::collections::BTreeMap<String, serde_json::Value>")]
struct Members;
