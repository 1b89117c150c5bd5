//! A chat as it is sent to a completion API.

use serde_json::{Value, json};

use super::prose;

/// About `bytes` bytes of a chat as it is sent to a completion API, always the same.
///
/// Contents have one to eleven lines of 60 to 100 bytes; one message in ten calls a tool, with arguments that are
/// JSON in a string, and the next is its answer, which is that too.
pub fn payload(bytes: usize) -> String {
    Value::from(messages(bytes)).to_string()
}

fn messages(bytes: usize) -> Vec<Value> {
    let text = prose(bytes);
    // A message that is empty, or has half of a fence, is a case of its own.
    let mut lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with("```"));
    let mut lengths = [3, 1, 6, 2, 11, 1, 4].into_iter().cycle();
    let mut kinds =
        ["user", "assistant", "user", "assistant", "user", "call", "tool", "assistant", "user", "assistant"]
            .into_iter()
            .cycle();
    let messages = std::iter::from_fn(|| {
        let content: Vec<&str> = lines.by_ref().take(lengths.next()?).collect();
        let (first, all) = (*content.first()?, content.join("\n"));
        Some(message(kinds.next()?, first, &all))
    });
    messages.collect()
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

/// About `bytes` bytes of JSON Lines: a request of about 4 KB a line, no two the same.
pub fn jsonl(bytes: usize) -> String {
    let messages = messages(bytes);
    let rows = messages.chunks(10).enumerate().map(|(number, messages)| {
        let row = json!({ "id": format!("row-{number}"), "model": "model-1", "messages": messages });
        format!("{row}\n")
    });
    rows.collect()
}
