//! Writing the body of a request.

mod block;

use self::block::{block, is_block, is_typed, text};
use crate::{
    json::{
        emit::{Emit, Emitter},
        ids::Ids,
        put,
        turns::{self, Turn},
    },
    model::{Conversation, Extra, Message, Part, RawJson, Tool},
};

/// Fields of a request, beside those that are made.
const REQUEST: &[&str] = &[
    "modelId",
    "inferenceConfig",
    "guardrailConfig",
    "additionalModelRequestFields",
    "additionalModelResponseFieldPaths",
    "promptVariables",
    "requestMetadata",
    "performanceConfig",
    "serviceTier",
    "outputConfig",
];

/// Writes a conversation as the body of a request.
pub(crate) fn write(conversation: &Conversation, json: &mut Emitter) {
    let Conversation { messages, tools, extra, .. } = conversation;
    let (instructions, messages) = turns::instructions(messages);
    json.object(|json| {
        put::known(json, extra, REQUEST);
        if !instructions.is_empty() {
            json.key("system").array(|json| system(json, instructions));
        }
        let mut ids = Ids::of(conversation);
        json.key("messages").array(|json| {
            for turn in turns::of(messages, is_typed) {
                message(json, &turn, &mut ids);
            }
        });
        if tools.iter().any(has_place) {
            json.key("toolConfig").object(|json| {
                json.key("tools")
                    .array(|json| tools.iter().filter(|tool| has_place(tool)).for_each(|t| tool(json, t)));
                if let Some(config) = extra.get("toolConfig") {
                    put::known(json, &put::members(config), &["toolChoice"]);
                }
            });
        }
    });
}

/// Writes instructions, which are texts only.
fn system(json: &mut Emitter, instructions: &[Message]) {
    for part in instructions.iter().flat_map(|message| &message.parts) {
        match part {
            Part::Text(words) => text(json, words),
            Part::Unknown(raw) if is_block(raw) => raw.emit(json),
            _ => {}
        }
    }
}

fn message<'a>(json: &mut Emitter, turn: &Turn<'a>, ids: &mut Ids<'a>) {
    json.object(|json| {
        // There are no instructions within the talk.
        json.member("role", if turn.role == "system" { "user" } else { turn.role });
        json.key("content").array(|json| turn.parts.iter().for_each(|part| block(json, part, ids)));
    });
}

/// Whether a tool is one that the caller defines, or an entry of another kind that the format has.
fn has_place(tool: &Tool) -> bool {
    let own = matches!(put::word(&tool.extra, "type"), None | Some("custom"));
    own && !tool.name.is_empty() || other(tool).is_some()
}

fn other(tool: &Tool) -> Option<&Extra> {
    let other = |(name, _): &(String, RawJson)| matches!(&**name, "cachePoint" | "systemTool");
    tool.extra
        .0
        .iter()
        .all(other)
        .then_some(&tool.extra)
        .filter(|extra| !extra.is_empty() && tool.name.is_empty())
}

fn tool(json: &mut Emitter, tool: &Tool) {
    if let Some(other) = other(tool) {
        return other.emit(json);
    }
    json.object(|json| {
        json.key("toolSpec").object(|json| {
            json.member("name", &tool.name);
            json.optional("description", tool.description.as_deref());
            json.key("inputSchema").object(|json| match &tool.parameters {
                Some(schema) => json.member("json", schema),
                None => json.key("json").object(|json| json.member("type", "object")),
            });
            put::known(json, &tool.extra, &["strict"]);
        });
    });
}

#[cfg(test)]
mod tests {
    #[test]
    fn blocks_have_one_key() {
        let conversation = r#"{"messages":[
            {"role":"system","content":"Be brief."},
            {"role":"assistant","toolCalls":[{"id":"a","name":"f","arguments":{"n":1}}]},
            {"role":"tool","parts":[{"type":"tool_result","callId":"a","isError":false,"parts":[{"type":"json","raw":[1]}]}]},
            {"role":"user","parts":[
                {"type":"media","kind":"image","data":"AA==","mediaType":"image/png"},
                {"type":"media","kind":"image","url":"https://example.com/cat.png","mediaType":"image/png"},
                {"type":"text","text":"Well?"}]}],
            "toolDefinitions":[{"name":"f","parameters":{"type":"object"}}],
            "extra":{"modelId":"m","toolConfig":{"toolChoice":{"any":{}}},"temperature":1}}"#;
        let expected = concat!(
            r#"{"modelId":"m","system":[{"text":"Be brief."}],"messages":["#,
            r#"{"role":"assistant","content":[{"toolUse":{"toolUseId":"a","name":"f","input":{"n":1}}}]},"#,
            r#"{"role":"user","content":[{"toolResult":{"toolUseId":"a","content":[{"json":[1]}],"status":"success"}},"#,
            r#"{"image":{"format":"png","source":{"bytes":"AA=="}}},{"text":"Well?"}]}],"#,
            r#""toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object"}}}}],"#,
            r#""toolChoice":{"any":{}}}}"#,
        );
        let parsed = crate::Parser::new().parse(conversation);
        let text = crate::json::text_of(parsed.conversations.first().unwrap(), super::write);
        assert_eq!(text, expected);
    }
}
