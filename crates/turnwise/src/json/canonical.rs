//! The canonical JSON form: what every transcript becomes when it is written down.
//!
//! ```json
//! {"id":"c1","messages":[{"role":"user","content":"hi","timestamp":"2025-01-20T14:30:00Z"}],"metadata":{"channel":"web"}}
//! ```
//!
//! It is the structured format of Converra's conversation API, and what that lacks: a message has `parts` where there
//! is more to it than text, and every object has an `extra` for what has no place. A field is left out where there is
//! nothing to say. `turnwise schema` prints the JSON Schema.
//!
//! - A conversation has `id`, `title`, `status`, `preamble` (text before the first message), `messages`,
//!   `toolDefinitions` and `metadata`.
//! - A message has `role` (`system`, `developer`, `user`, `assistant`, `tool`, another word, or `null` where nothing says
//!   who speaks), `label` (the word that the source has for the role), `name`, `content` (its text), `timestamp`
//!   (RFC 3339), `time` (as it was written), `model`, `tokens`, `usage`, `latencyMs`, `toolCalls`, `toolCallId`, `id`,
//!   `parent` and `metadata`.
//! - Parts have a `type`: `text`, `reasoning`, `tool_call`, `tool_result`, `media`, `refusal`, `json`, or `unknown` for
//!   what stays as written.
//!
//! Reading takes the form back exactly; besides it, plain `{"role", "content"}` messages in an object, in an array or
//! one after another, and names of fields in snake_case.

#[cfg(feature = "schema")]
mod schema;
mod wire;

use chrono::{DateTime, Datelike, FixedOffset};

use crate::{
    diagnostic::{Code, Diagnostic},
    json::emit::Emitter,
    model::{Conversation, Message, Tool},
    write::Written,
};

/// The conversation in canonical form, on one line.
///
/// ```
/// use turnwise::{Conversation, Message, Role, json::canonical};
///
/// let conversation = Conversation { messages: vec![Message::new(Role::User, "hi")], ..Conversation::default() };
/// assert_eq!(canonical::to_json(&conversation), r#"{"messages":[{"role":"user","content":"hi"}]}"#);
/// ```
pub fn to_json(conversation: &Conversation) -> String {
    let mut json = Emitter::compact();
    json.value(conversation);
    json.finish()
}

/// The same over several lines, with an indent of two blanks; values that were kept as written stay on one line.
pub fn to_json_pretty(conversation: &Conversation) -> String {
    let mut json = Emitter::pretty();
    json.value(conversation);
    json.finish()
}

/// Messages alone: an array on one line, as it stands under `messages`.
///
/// ```
/// use turnwise::{Message, Role, json::canonical};
///
/// assert_eq!(canonical::messages_to_json(&[Message::new(Role::User, "hi")]), r#"[{"role":"user","content":"hi"}]"#);
/// ```
pub fn messages_to_json(messages: &[Message]) -> String {
    let mut json = Emitter::compact();
    json.value(messages);
    json.finish()
}

/// Definitions of tools alone: an array on one line, as it stands under `toolDefinitions`.
///
/// ```
/// use turnwise::{Tool, json::canonical};
///
/// let tool = Tool { name: "weather".to_owned(), ..Tool::default() };
/// assert_eq!(canonical::tools_to_json(&[tool]), r#"[{"name":"weather"}]"#);
/// ```
pub fn tools_to_json(tools: &[Tool]) -> String {
    let mut json = Emitter::compact();
    json.value(tools);
    json.finish()
}

/// The JSON Schema (draft 2020-12) of the canonical form, generated from types that describe it.
#[cfg(feature = "schema")]
pub fn schema() -> String {
    let generator = schemars::generate::SchemaSettings::draft2020_12().for_serialize().into_generator();
    let schema = generator.into_root_schema_for::<schema::Conversation>();
    serde_json::to_string_pretty(&schema).unwrap_or_default()
}

/// Writes the canonical form; there is nothing it cannot hold but times outside RFC 3339.
pub(crate) fn write(conversation: &Conversation) -> Written {
    let unfit =
        conversation.messages.iter().filter(|message| message.timestamp.is_some_and(|time| !fits(&time)));
    let finding = |message: &Message| {
        let finding = Diagnostic::new(Code::NotRepresentable, message.span);
        finding.with("format", "canonical JSON").with("what", "a year beyond 9999 or an offset with seconds")
    };
    Written { text: to_json(conversation), diagnostics: unfit.map(finding).collect() }
}

/// Whether a time reads back as it was: RFC 3339 has years of four digits and offsets of whole minutes.
fn fits(time: &DateTime<FixedOffset>) -> bool {
    (0..=9999).contains(&time.year()) && time.offset().local_minus_utc() % 60 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_that_read_back_fit() {
        let fit = |time: &str| fits(&time.parse().expect("a time"));
        assert!(fit("2025-01-20T14:30:02+05:30"));
        assert!(fit("0000-01-01T00:00:00Z"));
        assert!(!fit("+10000-01-01T00:00:00Z"));
        assert!(!fit("-0001-12-31T00:00:00Z"));
        let seconds = FixedOffset::east_opt(61).expect("an offset");
        let time: DateTime<FixedOffset> = "2025-01-20T14:30:02Z".parse().expect("a time");
        assert!(!fits(&time.with_timezone(&seconds)));
    }
}
