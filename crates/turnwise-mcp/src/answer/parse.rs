//! What the tools for transcripts answer.

use super::{Count, Finding, Findings, ReadAs, rounded};
use rmcp::schemars::{self, JsonSchema};
use serde::Serialize;
use serde_json::{Map, Value};
use turnwise::Detection;

/// What `normalize_transcript` answers.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Normalized {
    #[serde(flatten)]
    pub(crate) read: ReadAs,
    /// Messages in the whole input.
    pub(crate) messages: Count,
    /// The conversations, in input order, in canonical JSON; the resource `turnwise://schema/conversation` describes it.
    #[schemars(with = "Vec<Map<String, Value>>")]
    pub(crate) conversations: Vec<Value>,
    #[serde(flatten)]
    pub(crate) findings: Findings,
    /// Where to go on if the answer was cut: call again with this as `skip_messages`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_message: Option<Count>,
    /// What was cut from the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
}

/// What `check_transcript` answers.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Checked {
    /// Whether there is no warning and no error.
    pub(crate) clean: bool,
    #[serde(flatten)]
    pub(crate) read: ReadAs,
    /// Conversations in the input.
    pub(crate) conversations: Count,
    /// Messages in the input.
    pub(crate) messages: Count,
    #[serde(flatten)]
    pub(crate) findings: Findings,
}

/// What `convert_transcript` answers.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Converted {
    #[serde(flatten)]
    pub(crate) read: ReadAs,
    /// The format that was written.
    pub(crate) to: &'static str,
    /// A document for each conversation, exactly as it is to be stored.
    pub(crate) documents: Vec<String>,
    /// Conversations in the input.
    pub(crate) conversations: Count,
    /// What the new format has no place for, and so was left out or changed.
    pub(crate) losses: Vec<Finding>,
    #[serde(flatten)]
    pub(crate) findings: Findings,
    /// What was cut from the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
}

/// What `detect_format` answers.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Detected {
    /// The likeliest format first; none where the text is no conversation.
    pub(crate) formats: Vec<Candidate>,
}

/// A format that an input may be in.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Candidate {
    /// The format's name.
    pub(crate) format: &'static str,
    /// How sure that is, from 0 to 1.
    pub(crate) confidence: f64,
    /// What speaks for it.
    pub(crate) evidence: Vec<String>,
}

impl From<Detection> for Candidate {
    fn from(found: Detection) -> Self {
        let Detection { format, confidence, evidence } = found;
        Self { format: format.name(), confidence: rounded(confidence), evidence }
    }
}
