//! What an assistant can look up: formats, kinds of findings, and the schema of canonical JSON.

use rmcp::{
    ErrorData,
    model::{ReadResourceResult, Resource, ResourceContents, ResourceTemplate},
};
use serde_json::json;
use turnwise::{CODES, Code, CodeInfo, FORMATS};

const FORMAT_LIST: &str = "turnwise://formats";
const CODE_LIST: &str = "turnwise://codes";
const SCHEMA: &str = "turnwise://schema/conversation";

const JSON: &str = "application/json";

/// All resources.
pub(crate) fn list() -> Vec<Resource> {
    let resource = |uri: &str, name: &str, title: &str, description: &str, mime: &str| {
        Resource::new(uri, name).with_title(title).with_description(description).with_mime_type(mime)
    };
    vec![
        resource(
            FORMAT_LIST,
            "formats",
            "Formats",
            "Every format that is read, what else it goes by, and whether it is also written",
            JSON,
        ),
        resource(
            CODE_LIST,
            "codes",
            "Kinds of findings",
            "Every kind of finding with its severity, what it says and what to do about it",
            JSON,
        ),
        resource(
            SCHEMA,
            "conversation-schema",
            "Schema of canonical JSON",
            "The JSON Schema of the conversations that normalize_transcript gives",
            "application/schema+json",
        ),
    ]
}

/// Resources that have a name in their address.
pub(crate) fn templates() -> Vec<ResourceTemplate> {
    vec![
        ResourceTemplate::new("turnwise://codes/{code}", "code")
            .with_title("One kind of finding")
            .with_description("What a finding means, why it is told, and what to do about it")
            .with_mime_type(JSON),
    ]
}

/// Reads a resource.
pub(crate) fn read(uri: &str) -> Result<ReadResourceResult, ErrorData> {
    let (text, mime) = match uri {
        FORMAT_LIST => (formats(), JSON),
        CODE_LIST => (json!(CODES.iter().map(brief).collect::<Vec<_>>()).to_string(), JSON),
        SCHEMA => (turnwise::json::canonical::schema(), "application/schema+json"),
        _ => {
            let code = uri.strip_prefix("turnwise://codes/").and_then(Code::from_slug);
            let Some(code) = code else {
                let message = format!("there is no resource `{uri}`; resources/list has them");
                return Err(ErrorData::resource_not_found(message, Some(json!({ "uri": uri }))));
            };
            (explained(code.info()), JSON)
        }
    };
    Ok(ReadResourceResult::new(vec![ResourceContents::text(text, uri).with_mime_type(mime)]))
}

fn formats() -> String {
    let row = |row: &turnwise::FormatInfo| {
        json!({
            "name": row.name, "aliases": row.aliases, "summary": row.summary, "read": true, "write": row.writable(),
        })
    };
    json!(FORMATS.iter().map(row).collect::<Vec<_>>()).to_string()
}

fn brief(row: &CodeInfo) -> serde_json::Value {
    json!({ "code": row.slug, "severity": row.severity.as_str(), "message": row.summary(), "help": row.help })
}

fn explained(row: &CodeInfo) -> String {
    let mut shown = brief(row);
    if let Some(fields) = shown.as_object_mut() {
        fields.insert("explanation".into(), row.explanation.into());
    }
    shown.to_string()
}
