//! Nothing of a JSON document is lost, whatever stands where: every leaf is in what was read of it.
//!
//! Documents are made of the names and words that chat formats have, put together at random, so that every reader
//! meets fields, kinds and shapes in places where nobody expected them.

#![allow(clippy::arithmetic_side_effects, clippy::expect_used)]

use proptest::{collection::vec, prelude::*, sample::select};
use turnwise::{Format, Parser, write};

/// Names of fields, of all formats.
const NAMES: &[&str] = &[
    "role",
    "content",
    "parts",
    "text",
    "type",
    "messages",
    "name",
    "id",
    "tool_calls",
    "function",
    "arguments",
    "tool_call_id",
    "function_call",
    "refusal",
    "audio",
    "reasoning_content",
    "reasoning",
    "image_url",
    "url",
    "detail",
    "input_audio",
    "file",
    "data",
    "format",
    "choices",
    "message",
    "delta",
    "finish_reason",
    "index",
    "usage",
    "prompt_tokens",
    "model",
    "created",
    "system",
    "source",
    "media_type",
    "tool_use_id",
    "input",
    "is_error",
    "thinking",
    "signature",
    "citations",
    "cache_control",
    "stop_reason",
    "title",
    "status",
    "metadata",
    "extra",
    "preamble",
    "label",
    "timestamp",
    "time",
    "tokens",
    "latencyMs",
    "toolCalls",
    "toolCallId",
    "toolDefinitions",
    "tools",
    "description",
    "parameters",
    "input_schema",
    "call_id",
    "output",
    "summary",
    "encrypted_content",
    "instructions",
    "action",
    "queries",
    "code",
    "outputs",
    "results",
    "annotations",
    "contents",
    "candidates",
    "systemInstruction",
    "functionCall",
    "functionResponse",
    "args",
    "response",
    "inlineData",
    "mimeType",
    "fileData",
    "fileUri",
    "thought",
    "thoughtSignature",
    "executableCode",
    "codeExecutionResult",
    "usageMetadata",
    "modelVersion",
    "responseId",
    "toolUse",
    "toolResult",
    "toolUseId",
    "reasoningContent",
    "reasoningText",
    "image",
    "document",
    "bytes",
    "cachePoint",
    "metrics",
    "inferenceConfig",
    "toolConfig",
    "toolSpec",
    "inputSchema",
    "json",
    "gen_ai.input.messages",
    "gen_ai.output.messages",
    "gen_ai.system_instructions",
    "blob",
    "uri",
    "mime_type",
    "lc",
    "kwargs",
    "additional_kwargs",
    "response_metadata",
    "usage_metadata",
    "invalid_tool_calls",
    "artifact",
    "generations",
    "conversations",
    "from",
    "value",
    "images",
    "weight",
    "chosen",
    "rejected",
    "toolName",
    "result",
    "state",
    "errorText",
    "providerMetadata",
    "toolInvocations",
    "steps",
    "finishReason",
    "responseMessages",
    "sender",
    "author",
    "body",
    "speaker",
    "transcript",
    "turns",
    "prompt",
    "completion",
    "question",
    "answer",
    "custom_id",
    "request",
    "events",
    "raw",
    "kind",
    "parent",
    "unheard_of",
];

/// Words that a `type` or a role may be.
const WORDS: &[&str] = &[
    "user",
    "assistant",
    "system",
    "developer",
    "tool",
    "function",
    "model",
    "human",
    "ai",
    "gpt",
    "observation",
    "function_call",
    "text",
    "input_text",
    "output_text",
    "tool_use",
    "tool_result",
    "thinking",
    "redacted_thinking",
    "server_tool_use",
    "web_search_tool_result",
    "image",
    "image_url",
    "input_image",
    "document",
    "file",
    "input_file",
    "message",
    "reasoning",
    "function_call_output",
    "custom_tool_call",
    "web_search_call",
    "mcp_call",
    "tool-call",
    "tool-result",
    "tool_call",
    "tool_call_response",
    "blob",
    "uri",
    "constructor",
    "refusal",
    "media",
    "json",
    "unknown",
    "step-start",
    "tool-search",
    "dynamic-tool",
    "tool-invocation",
    "chat.completion",
    "response",
    "nothing known",
];

/// What the `type` of a chunk may be.
const CHUNKS: &[&str] = &[
    "message_start",
    "content_block_start",
    "content_block_delta",
    "message_delta",
    "message_stop",
    "ping",
    "text_delta",
    "response.created",
    "response.output_item.added",
    "response.output_text.delta",
    "response.output_text.annotation.added",
    "response.function_call_arguments.delta",
    "response.content_part.done",
    "response.completed",
    "message-start",
    "content-delta",
    "tool-call-start",
    "message-end",
    "metering",
];

/// Names of fields that chunks have.
const CHUNK_NAMES: &[&str] = &[
    "choices",
    "delta",
    "object",
    "message",
    "done",
    "content_block",
    "index",
    "output_index",
    "content_index",
    "response",
    "item",
    "part",
    "annotation",
    "partial_json",
    "citation",
    "usage",
    "id",
    "text",
    "candidates",
    "usageMetadata",
    "modelVersion",
    "responseId",
    "messageStart",
    "contentBlockStart",
    "contentBlockDelta",
    "messageStop",
    "contentBlockIndex",
    "start",
    "metadata",
    "logprobs",
    "stream",
    "error",
];

/// Fields within each other, as chunks have them.
const CHUNK_PATHS: &[&[&str]] = &[
    &["choices", "", "delta"],
    &["choices", "", "delta", "tool_calls", ""],
    &["choices", "", "delta", "content"],
    &["choices", ""],
    &["candidates", "", "content", "parts", ""],
    &["candidates", "", "content"],
    &["contentBlockDelta", "delta"],
    &["contentBlockDelta", "delta", "reasoningContent"],
    &["contentBlockStart", "start"],
    &["delta", "message", "content"],
    &["delta", "message"],
    &["delta"],
    &["message"],
    &["response"],
];

/// A value before its leaves are numbered, so that each is found again.
#[derive(Debug, Clone)]
enum Value {
    Leaf,
    Number,
    Word(&'static str),
    Null,
    Flag(bool),
    /// JSON in a string, and what stands behind it there.
    Quoted(Box<Value>, &'static str),
    /// A labelled transcript in a string.
    Talk,
    Array(Vec<Value>),
    Object(Vec<(&'static str, Value)>),
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        5 => Just(Value::Leaf),
        1 => Just(Value::Number),
        3 => select(WORDS).prop_map(Value::Word),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::Flag),
        1 => Just(Value::Talk),
    ];
    leaf.prop_recursive(6, 60, 6, |inner| {
        prop_oneof![
            2 => vec(inner.clone(), 0..4).prop_map(Value::Array),
            5 => members(inner.clone()),
            3 => message(inner.clone()),
            1 => (inner, select(&["", " ", "}", "\n{}", " leaf"][..]))
                .prop_map(|(value, behind)| Value::Quoted(value.into(), behind)),
        ]
    })
}

fn members(inner: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    vec((select(NAMES), inner), 0..6).prop_map(object)
}

/// What is likely to be read as a message.
fn message(inner: impl Strategy<Value = Value> + Clone) -> impl Strategy<Value = Value> {
    let said = select(&["content", "parts", "value", "text", "tool_calls", "data", "kwargs"][..]);
    let who = select(&["role", "from", "type", "sender"][..]);
    (who, select(WORDS), said, inner.clone(), vec((select(NAMES), inner), 0..4)).prop_map(
        |(who, word, said, value, more)| {
            object([(who, Value::Word(word)), (said, value)].into_iter().chain(more).collect())
        },
    )
}

/// An object without repeated names.
fn object(members: Vec<(&'static str, Value)>) -> Value {
    let mut once: Vec<(&'static str, Value)> = Vec::new();
    for (name, value) in members {
        if once.iter().all(|(known, _)| *known != name) {
            once.push((name, value));
        }
    }
    Value::Object(once)
}

/// What may be a chunk of a stream.
fn chunk() -> impl Strategy<Value = Value> {
    let names = || prop_oneof![select(CHUNK_NAMES), select(NAMES)];
    let kind =
        prop_oneof![select(CHUNKS).prop_map(|kind| vec![("type", Value::Word(kind))]), Just(Vec::new())];
    let path = (select(CHUNK_PATHS), value()).prop_map(|(path, value)| {
        let (first, inner) = path.split_first().expect("no path is empty");
        let value = inner.iter().rev().fold(value, |value, name| match *name {
            "" => Value::Array(vec![value]),
            name => Value::Object(vec![(name, value)]),
        });
        vec![(*first, value)]
    });
    (kind, prop_oneof![path, Just(Vec::new())], vec((names(), value()), 0..3))
        .prop_map(|(kind, path, more)| object(kind.into_iter().chain(path).chain(more).collect()))
}

/// The JSON of a value; every leaf gets a number of its own and is added to `leaves`.
fn json(value: &Value, leaves: &mut Vec<String>) -> String {
    match value {
        Value::Leaf => {
            leaves.push(format!("leaf{:07}x", leaves.len()));
            format!("\"{}\"", leaves.last().expect("it was pushed"))
        }
        Value::Number => {
            leaves.push(format!("77{:07}", leaves.len()));
            leaves.last().expect("it was pushed").clone()
        }
        Value::Word(word) => format!("\"{word}\""),
        Value::Null => "null".to_owned(),
        Value::Flag(flag) => flag.to_string(),
        Value::Quoted(inner, behind) => {
            let mut text = json(inner, leaves);
            text.push_str(behind);
            if behind.ends_with("leaf") {
                leaves.push(format!("leaf{:07}x", leaves.len()));
                text.push_str(leaves.last().expect("it was pushed").trim_start_matches("leaf"));
            }
            serde_json::Value::from(text).to_string()
        }
        Value::Talk => {
            let mut lines = String::new();
            for label in ["", "User: ", "AI: "] {
                leaves.push(format!("leaf{:07}x", leaves.len()));
                lines.push_str(&format!("{label}{}\n", leaves.last().expect("it was pushed")));
            }
            serde_json::Value::from(lines).to_string()
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| json(item, leaves)).collect();
            format!("[{}]", items.join(","))
        }
        Value::Object(members) => {
            let members: Vec<String> =
                members.iter().map(|(name, value)| format!("\"{name}\":{}", json(value, leaves))).collect();
            format!("{{{}}}", members.join(","))
        }
    }
}

/// What is kept of an input, as canonical JSON.
fn kept(input: &str) -> String {
    let parsed = Parser::new().parse(input);
    let canonical = |conversation| write(conversation, Format::Canonical).expect("it can be written").text;
    parsed.conversations.iter().map(canonical).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_leaf_is_kept(value in members(value()), listed in any::<bool>()) {
        let mut leaves = Vec::new();
        let document = json(&value, &mut leaves);
        let document = if listed { format!("{{\"messages\":[{document},{{\"role\":\"user\",\"content\":\"x\"}}]}}") } else { document };
        let parsed = Parser::new().parse(&document);
        let kept: String = parsed
            .conversations
            .iter()
            .map(|conversation| write(conversation, Format::Canonical).expect("it can be written").text)
            .collect();
        for leaf in leaves {
            prop_assert!(kept.contains(&leaf), "{leaf} is lost\n{document}\n{kept}");
        }
        // Canonical JSON is read and written again as the same bytes.
        for conversation in &parsed.conversations {
            let once = write(conversation, Format::Canonical).expect("it can be written").text;
            let again = Parser::new().format(Format::Canonical).parse(&once);
            let twice: Vec<String> = again.conversations.iter()
                .map(|read| write(read, Format::Canonical).expect("it can be written").text).collect();
            prop_assert_eq!(twice, vec![once], "{}", document);
        }
    }

    #[test]
    fn every_leaf_of_a_stream_is_kept(
        chunks in vec((chunk(), select(&["", " leafbehind", "}}", ", leafbehind"][..])), 1..6),
        frame in select(&["data: ", "data:", ""][..]),
        before in select(&["", "event: leafbefore\n", "data: leafbefore\n"][..]),
    ) {
        let mut leaves = Vec::new();
        let mut input = if frame.is_empty() { String::new() } else { before.to_owned() };
        for (value, behind) in &chunks {
            input.push_str(&format!("{frame}{}{behind}\n", json(value, &mut leaves)));
        }
        for word in ["leafbehind", "leafbefore"] {
            leaves.extend(input.contains(word).then(|| word.to_owned()));
        }
        let kept = kept(&input);
        // Numbers may be what only orders the chunks.
        for leaf in leaves.iter().filter(|leaf| leaf.starts_with("leaf")) {
            prop_assert!(kept.contains(leaf), "{leaf} is lost\n{input}\n{kept}");
        }
    }
}
