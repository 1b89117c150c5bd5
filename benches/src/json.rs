//! What is measured on JSON: reading it, and writing it again, beside what one would do without this crate.

use std::hint::black_box;

use serde::Deserialize;
use serde_json::{Value, json};
use turnwise::{Parser, json::canonical};

use crate::transcript;

/// Something to measure: its name, and what it does with a document; it tells how much it has found or written.
pub type Subject = (&'static str, fn(&[u8]) -> usize);

/// Everything that is measured, in the order of the table. The others are compared with the first.
pub const SUBJECTS: &[Subject] = &[
    ("value", value),
    ("typed", typed),
    ("parse", parse),
    ("value to value", value_to_value),
    ("parse to json", parse_to_json),
];

/// Reads a tree, as those do who do not know what a document holds.
pub fn value(document: &[u8]) -> usize {
    let value = black_box(serde_json::from_slice::<Value>(document)).unwrap_or_default();
    value.as_array().map_or(0, Vec::len)
}

/// Reads derived types that hold no more than these documents do, and lose everything else.
pub fn typed(document: &[u8]) -> usize {
    black_box(serde_json::from_slice::<Vec<Message>>(document)).map_or(0, |messages| messages.len())
}

/// Reads into the owned model, detection and findings included.
pub fn parse(document: &[u8]) -> usize {
    let parsed = black_box(Parser::new().parse_bytes(document));
    parsed.conversations.iter().map(|conversation| conversation.messages.len()).sum()
}

/// Reads a tree and writes it.
pub fn value_to_value(document: &[u8]) -> usize {
    let value = serde_json::from_slice::<Value>(document).unwrap_or_default();
    black_box(value.to_string()).len()
}

/// Reads into the model and writes the canonical form.
pub fn parse_to_json(document: &[u8]) -> usize {
    let parsed = Parser::new().parse_bytes(document);
    parsed.conversations.iter().map(|conversation| black_box(canonical::to_json(conversation)).len()).sum()
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "what is read counts, not what becomes of it")]
struct Message {
    role: String,
    content: Option<String>,
    name: Option<String>,
    tool_calls: Option<Vec<Call>>,
    tool_call_id: Option<String>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "what is read counts, not what becomes of it")]
struct Call {
    id: String,
    function: Function,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "what is read counts, not what becomes of it")]
struct Function {
    name: String,
    arguments: String,
}

/// About `bytes` bytes of a chat as it is sent to a completion API, always the same.
///
/// Contents have one to eleven lines of 60 to 100 bytes; one message in ten calls a tool, with arguments that are
/// JSON in a string, and the next is its answer, which is that too.
pub fn payload(bytes: usize) -> String {
    let text = transcript(bytes);
    let (mut lines, mut lengths) = (text.lines(), [3, 1, 6, 2, 11, 1, 4].into_iter().cycle());
    let mut kinds =
        ["user", "assistant", "user", "assistant", "user", "call", "tool", "assistant", "user", "assistant"]
            .into_iter()
            .cycle();
    let messages = std::iter::from_fn(|| {
        let content: Vec<&str> = lines.by_ref().take(lengths.next()?).collect();
        let (first, all) = (*content.first()?, content.join("\n"));
        Some(message(kinds.next()?, first, &all).to_string())
    });
    format!("[{}]", messages.collect::<Vec<_>>().join(","))
}

fn message(kind: &str, first: &str, all: &str) -> Value {
    let id = "call_4fKq2vXb7Lm1";
    match kind {
        "call" => {
            let arguments = json!({ "order": 4711, "query": first }).to_string();
            let function = json!({ "name": "find_order", "arguments": arguments });
            let calls = json!([{ "id": id, "type": "function", "function": function }]);
            json!({ "role": "assistant", "content": null, "tool_calls": calls })
        }
        "tool" => {
            let answer =
                json!({ "order": 4711, "status": "sent", "lines": all.split('\n').collect::<Vec<_>>() });
            json!({ "role": "tool", "tool_call_id": id, "name": "find_order", "content": answer.to_string() })
        }
        _ => json!({ "role": kind, "content": all }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Speeds compare only where the same work is done.
    #[test]
    fn all_find_the_same_messages() {
        let payload = payload(50_000);
        let found = value(payload.as_bytes());
        assert!(found > 100, "{found}");
        assert_eq!((typed(payload.as_bytes()), parse(payload.as_bytes())), (found, found));
        assert!(value_to_value(payload.as_bytes()) > 50_000);
        assert!(parse_to_json(payload.as_bytes()) > 50_000);
    }
}
