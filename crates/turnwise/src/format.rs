//! The table of formats: a row a format.

use crate::{
    json,
    model::Conversation,
    parse::{Parsed, Parser},
    text::{self, Segments, container},
    write::{Written, checked},
};

/// A format that is read or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Labelled text: `User: ...`, `Assistant: ...`.
    Text,
    /// Markdown for people, a heading a message.
    Markdown,
    /// The canonical JSON form.
    Canonical,
    /// JSON messages in other words: `{sender, text}`, `{author, body}`, `[role, content]`.
    ChatJson,
    /// OpenAI Chat Completions, and what is compatible with it.
    OpenAiChat,
    /// OpenAI Responses.
    OpenAiResponses,
    /// Anthropic Messages.
    AnthropicMessages,
    /// Gemini `generateContent`.
    Gemini,
    /// Amazon Bedrock Converse.
    BedrockConverse,
    /// OpenTelemetry GenAI messages.
    OtelGenAi,
    /// LangChain messages, in any of their three forms.
    LangChain,
    /// ShareGPT rows of training data.
    ShareGpt,
    /// Messages of the Vercel AI SDK.
    VercelAiSdk,
    /// WebVTT captions with speakers.
    WebVtt,
    /// SubRip captions with speakers.
    SubRip,
    /// A chat saved with a date and time before every message (WhatsApp, Signal, Telegram and others).
    ChatLog,
    /// A rendered prompt template with special tokens (ChatML, harmony, Llama 3, Gemma).
    ChatTokens,
    /// The Markdown log of an aider session.
    Aider,
    /// A Markdown history of SpecStory, or an export of Cursor.
    SpecStory,
    /// A chat of `<name> text` lines, as IRC programs keep them.
    Irc,
    /// A TalkBank CHAT transcript.
    TalkBank,
}

/// How sure a format is that an input is its own, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Detection {
    /// The format.
    pub format: Format,
    /// From 0 (surely not) to 1 (surely).
    pub confidence: f32,
    /// What speaks for it, in words.
    pub evidence: Vec<String>,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct FormatInfo {
    /// The format.
    pub format: Format,
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is, in a few words.
    pub summary: &'static str,
    /// Other names for it on the command line.
    pub aliases: &'static [&'static str],
    /// Whether an input looks like this format, and how sure that is. JSON formats are told apart by reading.
    pub(crate) detect: Option<fn(&Parser, &str) -> Option<Detection>>,
    /// Cuts an input of this format into segments, where it is text.
    pub(crate) segments: Option<fn(&Parser, &str) -> Segments>,
    /// Reads an input as this format.
    pub(crate) read: fn(&Parser, &str) -> Parsed,
    /// Writes one conversation, for formats that can be written.
    pub(crate) write: Option<fn(&Conversation) -> Written>,
}

impl FormatInfo {
    /// Whether conversations can be written in this format.
    pub const fn writable(&self) -> bool {
        self.write.is_some()
    }
}

/// A row of a text format that is only read: its segments say all.
macro_rules! container {
    ($format:ident $name:literal $module:ident $summary:literal) => {
        FormatInfo {
            format: Format::$format,
            name: $name,
            summary: $summary,
            aliases: &[],
            detect: Some(container::$module::detect),
            segments: Some(container::$module::segments),
            read: |parser, input| {
                text::from_segments(parser, input, container::$module::segments(parser, input))
            },
            write: None,
        }
    };
}

/// A row of a JSON format: all share a reader. What is written is read back, and the report is what differs.
macro_rules! json {
    ($format:ident $name:literal $aliases:tt $module:ident $summary:literal) => {
        FormatInfo {
            format: Format::$format,
            name: $name,
            summary: $summary,
            aliases: &$aliases,
            detect: None,
            segments: None,
            read: |parser, input| json::read(parser, input).0,
            write: Some(|conversation| {
                checked(conversation, Format::$format, json::text_of(conversation, json::$module::write))
            }),
        }
    };
}

/// The row of labelled text, which is tried where no other format claims an input.
const TEXT: FormatInfo = FormatInfo {
    format: Format::Text,
    name: "text",
    summary: "labelled text: `User: ...`, `Assistant: ...`, in any decoration",
    aliases: &[],
    detect: Some(text::detect),
    segments: Some(text::segments),
    read: text::read,
    write: Some(text::write),
};

/// Every format.
pub const FORMATS: &[FormatInfo] = &[
    TEXT,
    FormatInfo {
        format: Format::Markdown,
        name: "markdown",
        summary: "Markdown for people: a heading a message; it reads as labelled text",
        aliases: &["md"],
        detect: None,
        segments: Some(text::segments),
        read: text::read,
        write: Some(|conversation| {
            checked(conversation, Format::Markdown, text::markdown::write(conversation))
        }),
    },
    FormatInfo {
        format: Format::Canonical,
        name: "canonical",
        summary: "the canonical JSON form, and plain `{role, content}` messages",
        aliases: &["json"],
        detect: None,
        segments: None,
        read: |parser, input| json::read(parser, input).0,
        write: Some(json::canonical::write),
    },
    json!(OpenAiChat "openai-chat" ["openai"] openai_chat "OpenAI Chat Completions, and what is compatible with it"),
    json!(OpenAiResponses "openai-responses" ["responses"] openai_responses "OpenAI Responses"),
    json!(AnthropicMessages "anthropic-messages" ["anthropic"] anthropic "Anthropic Messages"),
    json!(Gemini "gemini" ["google"] gemini "Gemini `generateContent`"),
    json!(BedrockConverse "bedrock-converse" ["bedrock"] bedrock "Amazon Bedrock Converse"),
    json!(OtelGenAi "otel-genai" ["otel"] otel "OpenTelemetry GenAI messages"),
    json!(LangChain "langchain" [] langchain "LangChain messages, in any of their three forms"),
    json!(ShareGpt "sharegpt" [] sharegpt "ShareGPT rows of training data"),
    json!(VercelAiSdk "vercel-ai-sdk" ["ai-sdk"] ai_sdk "messages of the Vercel AI SDK"),
    FormatInfo {
        format: Format::ChatJson,
        name: "chat-json",
        summary: "JSON messages in other words: `{sender, text}`, `[role, content]`",
        aliases: &[],
        detect: None,
        segments: None,
        read: |parser, input| json::read(parser, input).0,
        write: None,
    },
    container!(WebVtt "webvtt" webvtt "WebVTT captions with speakers"),
    container!(SubRip "subrip" subrip "SubRip captions with speakers"),
    container!(ChatLog "chatlog" chatlog "a chat saved with a date and time before every message"),
    container!(ChatTokens "chattokens" tokens "a rendered prompt: ChatML, harmony, Llama, Gemma, `[INST]`"),
    container!(Aider "aider" aider "the Markdown log of an aider session"),
    container!(SpecStory "specstory" specstory "a Markdown history of SpecStory, or an export of Cursor"),
    container!(Irc "irc" irc "`<nick> text` lines, as IRC programs keep them"),
    container!(TalkBank "talkbank" talkbank "a TalkBank CHAT transcript"),
];

impl Format {
    /// The row of the table.
    pub fn info(self) -> &'static FormatInfo {
        // Every variant has a row, which a test checks; one stands in so that this is total.
        FORMATS.iter().find(|row| row.format == self).unwrap_or(&TEXT)
    }

    /// Whether it is JSON, whose formats share a reader.
    pub(crate) fn is_json(self) -> bool {
        self.info().segments.is_none()
    }

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// The format of that name, or that goes by it.
    pub fn from_name(name: &str) -> Option<Self> {
        FORMATS.iter().find(|row| row.name == name || row.aliases.contains(&name)).map(|row| row.format)
    }
}
