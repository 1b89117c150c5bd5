//! Types as one derives them, a module a format: they hold what these documents hold, and no more.

use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};

/// A conversation of which most is never looked at.
#[derive(Serialize, Deserialize)]
pub(crate) struct Unread {
    messages: Vec<openai_chat::Message>,
    metadata: Box<RawValue>,
}

pub(crate) mod canonical {
    use super::*;

    #[derive(Serialize, Deserialize)]
    pub(crate) struct Document {
        messages: Vec<Message>,
    }

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Message {
        role: String,
        content: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        parts: Option<Vec<Part>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        tool_calls: Option<Vec<Call>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        tool_call_id: Option<String>,
    }

    #[derive(Serialize, Deserialize)]
    #[serde(tag = "type", rename_all = "snake_case")]
    enum Part {
        ToolCall(Call),
    }

    #[derive(Serialize, Deserialize)]
    struct Call {
        id: String,
        name: String,
        arguments: String,
    }
}

pub(crate) mod openai_chat {
    use super::*;

    #[derive(Serialize, Deserialize)]
    pub(crate) struct Document {
        messages: Vec<Message>,
    }

    #[derive(Serialize, Deserialize)]
    pub(crate) struct Message {
        role: String,
        content: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        tool_calls: Option<Vec<Call>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        tool_call_id: Option<String>,
    }

    #[derive(Serialize, Deserialize)]
    struct Call {
        id: String,
        #[serde(rename = "type")]
        kind: String,
        function: Function,
    }

    #[derive(Serialize, Deserialize)]
    struct Function {
        name: String,
        arguments: String,
    }
}

pub(crate) mod openai_responses {
    use super::*;

    #[derive(Serialize, Deserialize)]
    pub(crate) struct Document {
        input: Vec<Item>,
    }

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Item {
        Said { role: String, content: String },
        Tool(Tool),
    }

    #[derive(Serialize, Deserialize)]
    #[serde(tag = "type", rename_all = "snake_case")]
    enum Tool {
        FunctionCall { call_id: String, name: String, arguments: String },
        FunctionCallOutput { call_id: String, output: String },
    }
}

pub(crate) mod anthropic {
    use super::*;

    #[derive(Serialize, Deserialize)]
    pub(crate) struct Document {
        messages: Vec<Message>,
    }

    #[derive(Serialize, Deserialize)]
    struct Message {
        role: String,
        content: Content,
    }

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Content {
        Text(String),
        Blocks(Vec<Block>),
    }

    #[derive(Serialize, Deserialize)]
    #[serde(tag = "type", rename_all = "snake_case")]
    enum Block {
        ToolUse { id: String, name: String, input: Value },
        ToolResult { tool_use_id: String, content: String },
    }
}

pub(crate) mod gemini {
    use super::*;

    #[derive(Serialize, Deserialize)]
    pub(crate) struct Document {
        contents: Vec<Content>,
    }

    #[derive(Serialize, Deserialize)]
    struct Content {
        role: String,
        parts: Vec<Part>,
    }

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    enum Part {
        Text(String),
        FunctionCall { id: String, name: String, args: Value },
        FunctionResponse { id: String, name: String, response: Value },
    }
}

pub(crate) mod bedrock {
    use super::*;

    #[derive(Serialize, Deserialize)]
    pub(crate) struct Document {
        messages: Vec<Message>,
    }

    #[derive(Serialize, Deserialize)]
    struct Message {
        role: String,
        content: Vec<Block>,
    }

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
    enum Block {
        Text(String),
        ToolUse { tool_use_id: String, name: String, input: Value },
        ToolResult { tool_use_id: String, content: Vec<Block> },
    }
}

pub(crate) mod otel {
    use super::*;

    #[derive(Serialize, Deserialize)]
    pub(crate) struct Document {
        #[serde(rename = "gen_ai.input.messages")]
        input: Vec<Message>,
        #[serde(rename = "gen_ai.output.messages", skip_serializing_if = "Option::is_none")]
        output: Option<Vec<Message>>,
    }

    #[derive(Serialize, Deserialize)]
    struct Message {
        role: String,
        parts: Vec<Part>,
    }

    #[derive(Serialize, Deserialize)]
    #[serde(tag = "type", rename_all = "snake_case")]
    enum Part {
        Text { content: String },
        ToolCall { id: String, name: String, arguments: Value },
        ToolCallResponse { id: String, name: String, response: Value },
    }
}

pub(crate) mod langchain {
    use super::*;

    #[derive(Serialize, Deserialize)]
    pub(crate) struct Document {
        messages: Vec<Message>,
    }

    #[derive(Serialize, Deserialize)]
    struct Message {
        #[serde(rename = "type")]
        kind: String,
        content: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        tool_calls: Option<Vec<Call>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        tool_call_id: Option<String>,
    }

    #[derive(Serialize, Deserialize)]
    struct Call {
        name: String,
        args: Value,
        id: String,
        #[serde(rename = "type")]
        kind: String,
    }
}

pub(crate) mod sharegpt {
    use super::*;

    #[derive(Serialize, Deserialize)]
    pub(crate) struct Document {
        conversations: Vec<Message>,
    }

    #[derive(Serialize, Deserialize)]
    struct Message {
        from: String,
        value: String,
    }
}

pub(crate) mod ai_sdk {
    use super::*;

    #[derive(Serialize, Deserialize)]
    pub(crate) struct Document {
        messages: Vec<Message>,
    }

    #[derive(Serialize, Deserialize)]
    struct Message {
        role: String,
        content: Content,
    }

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Content {
        Text(String),
        Parts(Vec<Part>),
    }

    #[derive(Serialize, Deserialize)]
    #[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
    enum Part {
        ToolCall { tool_call_id: String, tool_name: String, input: Value },
        ToolResult { tool_call_id: String, tool_name: String, output: Output },
    }

    #[derive(Serialize, Deserialize)]
    struct Output {
        #[serde(rename = "type")]
        kind: String,
        value: Value,
    }
}

pub(crate) mod chat_json {
    use super::*;

    pub(crate) type Document = Vec<Message>;

    #[derive(Serialize, Deserialize)]
    pub(crate) struct Message {
        sender: String,
        text: String,
    }
}
