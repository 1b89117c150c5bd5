//! Writing definitions of tools.

use crate::{
    json::{emit::Emitter, put},
    model::Tool,
};

/// Tools that the provider runs.
const TOOLS: &[&str] = &[
    "googleSearch",
    "googleSearchRetrieval",
    "google_search",
    "codeExecution",
    "code_execution",
    "urlContext",
    "url_context",
    "googleMaps",
    "computerUse",
    "fileSearch",
    "mcpServers",
    "retrieval",
    "enterpriseWebSearch",
];

/// Writes the functions together, and every tool of the provider for itself.
pub(super) fn write(json: &mut Emitter, tools: &[Tool]) {
    let (named, others): (Vec<_>, Vec<_>) = tools.iter().partition(|tool| !tool.name.is_empty());
    if tools.is_empty() {
        return;
    }
    json.key("tools").array(|json| {
        if !named.is_empty() {
            json.object(|json| {
                json.key("functionDeclarations")
                    .array(|json| named.iter().for_each(|tool| declaration(json, tool)));
            });
        }
        for tool in others {
            json.object(|json| put::known(json, &tool.extra, TOOLS));
        }
    });
}

fn declaration(json: &mut Emitter, tool: &Tool) {
    json.object(|json| {
        json.member("name", &tool.name);
        json.optional("description", tool.description.as_ref());
        if let Some(schema) = &tool.parameters {
            // `parameters` refuses what only JSON Schema has.
            let foreign = ["\"additionalProperties\"", "\"$", "\"const\"", "\"oneOf\"", "\"allOf\""];
            let is_json_schema = foreign.iter().any(|word| schema.as_str().contains(word));
            json.member(if is_json_schema { "parametersJsonSchema" } else { "parameters" }, schema);
        }
        put::known(json, &tool.extra, &["response", "responseJsonSchema", "behavior"]);
    });
}
