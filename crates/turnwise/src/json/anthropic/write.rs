//! Writing the body of a request.

mod block;
mod media;

use self::block::{block, is_typed, text};
use crate::{
    json::{
        emit::{Emit, Emitter},
        ids::Ids,
        put,
        turns::{self, Turn},
    },
    model::{Conversation, Message, Part, Text, Tool},
};

/// Fields of a request, beside those that are made.
const REQUEST: &[&str] = &[
    "anthropic_beta",
    "anthropic_version",
    "cache_control",
    "container",
    "context_management",
    "inference_geo",
    "max_tokens",
    "mcp_servers",
    "model",
    "output_config",
    "output_format",
    "service_tier",
    "speed",
    "stop_sequences",
    "stream",
    "temperature",
    "thinking",
    "top_k",
    "top_p",
];

/// Fields of a tool; those that the provider runs have others than those that the caller defines.
const TOOL: &[&str] = &[
    "allowed_callers",
    "allowed_domains",
    "blocked_domains",
    "cache_control",
    "citations",
    "configs",
    "default_config",
    "defer_loading",
    "display_height_px",
    "display_number",
    "display_width_px",
    "eager_input_streaming",
    "enable_zoom",
    "input_examples",
    "max_characters",
    "max_content_tokens",
    "max_tokens",
    "max_uses",
    "mcp_server_name",
    "model",
    "strict",
    "type",
    "user_location",
];

/// Writes a conversation as the body of a request.
pub(crate) fn write(conversation: &Conversation, json: &mut Emitter) {
    let Conversation { messages, tools, metadata, extra, .. } = conversation;
    let (instructions, messages) = turns::instructions(messages);
    json.object(|json| {
        put::known(json, extra, REQUEST);
        if extra.get("tool_choice").is_some_and(|choice| choice.as_str().starts_with('{')) {
            put::known(json, extra, &["tool_choice"]);
        }
        if metadata.get("user_id").is_some() {
            json.key("metadata").object(|json| put::known(json, metadata, &["user_id"]));
        }
        if !instructions.is_empty() {
            system(json.key("system"), instructions);
        }
        let mut ids = Ids::of(conversation);
        json.key("messages").array(|json| {
            for turn in turns::of(messages, is_typed) {
                message(json, &turn, &mut ids);
            }
        });
        if tools.iter().any(has_place) {
            json.key("tools")
                .array(|json| tools.iter().filter(|tool| has_place(tool)).for_each(|t| tool(json, t)));
        }
    });
}

/// Writes instructions, which are texts only.
fn system(json: &mut Emitter, instructions: &[Message]) {
    if let [message] = instructions
        && let Some(only) = put::only_text(message)
    {
        return only.emit(json);
    }
    json.array(|json| {
        for part in instructions.iter().flat_map(|message| &message.parts) {
            if let Part::Text(words) = part {
                text(json, words);
            }
        }
    });
}

fn message<'a>(json: &mut Emitter, turn: &Turn<'a>, ids: &mut Ids<'a>) {
    json.object(|json| {
        json.member("role", turn.role);
        let json = json.key("content");
        match turn.parts.as_slice() {
            [Part::Text(Text { text, extra: None })] => text.emit(json),
            parts => json.array(|json| parts.iter().for_each(|part| block(json, part, ids))),
        }
    });
}

/// Whether the format has a place for a tool: one that the caller defines, or one that Anthropic runs.
fn has_place(tool: &Tool) -> bool {
    match put::word(&tool.extra, "type") {
        None | Some("custom") => !tool.name.is_empty(),
        Some("mcp_toolset") => true,
        // Their names end in the day of their version.
        Some(kind) => kind.rsplit_once('_').is_some_and(|(_, day)| day.len() == 8 && day.starts_with("20")),
    }
}

fn tool(json: &mut Emitter, tool: &Tool) {
    let Tool { name, description, parameters, extra } = tool;
    let own = matches!(put::word(extra, "type"), None | Some("custom"));
    json.object(|json| {
        if !name.is_empty() {
            json.member("name", name);
        }
        json.optional("description", description.as_deref());
        match parameters {
            Some(schema) => json.member("input_schema", schema),
            None if own => json.key("input_schema").object(|json| json.member("type", "object")),
            None => {}
        }
        put::known(json, extra, TOOL);
    });
}

#[cfg(test)]
mod tests {
    /// What is written for a conversation in the canonical form.
    fn written(conversation: &str) -> String {
        let parsed = crate::Parser::new().parse(conversation);
        crate::json::text_of(parsed.conversations.first().unwrap(), super::write)
    }

    #[test]
    fn answers_and_what_the_user_says_next_are_one_message() {
        let conversation = r#"{"messages":[
            {"role":"system","content":"Be brief."},
            {"role":"assistant","toolCalls":[{"id":"a","name":"f","arguments":"{\"n\":1}"},{"name":"g"}]},
            {"role":"tool","toolCallId":"a","content":"one"},
            {"role":"tool","parts":[{"type":"tool_result","name":"g","isError":true,"parts":[]}]},
            {"role":"user","content":"Well?"},
            {"role":"user","content":"And?"}]}"#;
        let expected = concat!(
            r#"{"system":"Be brief.","messages":["#,
            r#"{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{"n":1}},"#,
            r#"{"type":"tool_use","id":"call_0","name":"g","input":{}}]},"#,
            r#"{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"one"},"#,
            r#"{"type":"tool_result","tool_use_id":"call_0","is_error":true},{"type":"text","text":"Well?"}]},"#,
            r#"{"role":"user","content":"And?"}]}"#,
        );
        assert_eq!(written(conversation), expected);
    }

    #[test]
    fn only_what_a_request_has_is_written() {
        let conversation = r#"{"messages":[{"role":"user","content":"Hi","id":"m1"}],
            "toolDefinitions":[{"name":"f"},{"name":"","extra":{"type":"code_interpreter"}}],
            "metadata":{"user_id":"u","session":"s"},
            "extra":{"max_tokens":5,"tool_choice":"auto","max_completion_tokens":7}}"#;
        let expected = concat!(
            r#"{"max_tokens":5,"metadata":{"user_id":"u"},"messages":[{"role":"user","content":"Hi"}],"#,
            r#""tools":[{"name":"f","input_schema":{"type":"object"}}]}"#,
        );
        assert_eq!(written(conversation), expected);
    }
}
