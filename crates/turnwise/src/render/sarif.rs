//! SARIF 2.1.0 (OASIS): one run, whose rules are the table of codes.

use super::place::{Finding, Stretch};
use crate::diagnostic::{CODES, Severity};
use serde_json::{Value, json};

/// Closes what [`head`] opens.
pub(super) const FOOT: &str = "\n]}]}\n";

/// Everything before the first result.
pub(super) fn head() -> String {
    let rules: Vec<Value> = CODES
        .iter()
        .map(|row| {
            json!({
                "id": row.slug,
                "name": format!("{:?}", row.code),
                "shortDescription": {"text": row.slug.replace('-', " ")},
                "fullDescription": {"text": row.explanation},
                "help": {"text": row.help},
                "defaultConfiguration": {"level": level(row.severity)},
            })
        })
        .collect();
    let tool = json!({"driver": {
        "name": "turnwise",
        "version": env!("CARGO_PKG_VERSION"),
        "informationUri": env!("CARGO_PKG_REPOSITORY"),
        "rules": rules,
    }});
    format!(
        "{{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{{\n\
         \"tool\":{tool},\n\"columnKind\":\"unicodeCodePoints\",\"results\":[\n"
    )
}

pub(super) fn finding(finding: &Finding<'_>, _color: bool) -> String {
    let diagnostic = finding.diagnostic;
    let uri = uri(finding.path);
    let related = diagnostic.related.iter().zip(&finding.related).enumerate();
    let related: Vec<Value> = related
        .map(|(id, ((_, words), &at))| {
            json!({"id": id, "physicalLocation": location(&uri, at), "message": {"text": message(words)}})
        })
        .collect();
    json!({
        "ruleId": diagnostic.code.slug(),
        "level": level(diagnostic.severity),
        "message": {"text": message(&diagnostic.message)},
        "locations": [{"physicalLocation": location(&uri, finding.at)}],
        "relatedLocations": related,
        "properties": {
            "span": {"start": finding.at.start.in_input, "end": finding.at.end.in_input},
            "pointer": diagnostic.pointer,
            "conversation": diagnostic.conversation,
        },
    })
    .to_string()
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

fn location(uri: &str, Stretch { start, end }: Stretch) -> Value {
    json!({
        "artifactLocation": {"uri": uri},
        "region": {
            "startLine": start.line, "startColumn": start.column,
            "endLine": end.line, "endColumn": end.column,
        },
    })
}

/// A message string; braces mark placeholders unless doubled (section 3.11.5).
fn message(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

/// A path as a URI reference (RFC 3986): absolute paths with the scheme `file`.
fn uri(path: &str) -> String {
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() };
    let mut uri = String::with_capacity(path.len());
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}
