//! What tools answer: the types that output schemas are made from. Here is what they share.

pub(crate) mod parse;
pub(crate) mod ship;

use rmcp::schemars::{self, JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use turnwise::{Diagnostic, LineIndex, Parsed, Severity};

/// How many of something there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Count(pub(crate) usize);

impl JsonSchema for Count {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Count".into()
    }

    // Validators do not know the format `uint`, which a usize would have.
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": 0 })
    }
}

/// As what an input was read.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ReadAs {
    /// The format it was read as; null where no messages were found.
    pub(crate) format: Option<&'static str>,
    /// How sure the reading is, from 0 to 1: for text, of its least certain boundary between messages.
    pub(crate) confidence: f64,
}

impl From<&Parsed> for ReadAs {
    fn from(parsed: &Parsed) -> Self {
        Self { format: parsed.format.map(|format| format.name()), confidence: rounded(parsed.confidence) }
    }
}

/// What is doubtful or wrong.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(crate) struct Findings {
    /// How many errors there are: something could not be read.
    pub(crate) errors: Count,
    /// How many warnings there are: the result may not be what was meant.
    pub(crate) warnings: Count,
    /// The findings, gravest first.
    pub(crate) findings: Vec<Finding>,
    /// Findings that are not shown.
    pub(crate) findings_omitted: Count,
}

/// One finding, with its place.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Finding {
    /// Its kind; the resource `turnwise://codes/CODE` explains it.
    pub(crate) code: &'static str,
    /// `error`, `warning` or `info`.
    pub(crate) severity: &'static str,
    /// What was found, in a sentence.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) help: &'static str,
    /// Line of the input, from 1.
    pub(crate) line: Count,
    /// Column in characters, from 1.
    pub(crate) column: Count,
    /// What stands there.
    pub(crate) text: String,
    /// Place in JSON input, as a JSON pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pointer: Option<String>,
    /// Which conversation of the input, from 0.
    pub(crate) conversation: Count,
}

impl Findings {
    /// The gravest findings about `source`, `most` of them; `omitted` others were not even kept.
    pub(crate) fn of(source: &str, diagnostics: &[Diagnostic], omitted: usize, most: usize) -> Self {
        let count = |severity| Count(diagnostics.iter().filter(|found| found.severity == severity).count());
        let mut gravest: Vec<&Diagnostic> = diagnostics.iter().collect();
        gravest.sort_by_key(|found| std::cmp::Reverse(found.severity));
        gravest.truncate(most);
        let hidden = diagnostics.len().saturating_sub(gravest.len()).saturating_add(omitted);
        Self {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            findings: shown(source, gravest),
            findings_omitted: Count(hidden),
        }
    }
}

/// Findings about `source` with their places as people name them.
pub(crate) fn shown<'a>(source: &str, found: impl IntoIterator<Item = &'a Diagnostic>) -> Vec<Finding> {
    let index = LineIndex::new(source);
    let finding = |found: &Diagnostic| {
        let place = index.position(found.span.start);
        Finding {
            code: found.code.slug(),
            severity: found.severity.as_str(),
            message: found.message.clone(),
            help: found.help(),
            line: Count(place.line),
            column: Count(place.column),
            text: excerpt(found.span.of(source)),
            pointer: found.pointer.clone(),
            conversation: Count(found.conversation),
        }
    };
    found.into_iter().map(finding).collect()
}

/// The first line of `text`, or as much of it as tells which one it is.
fn excerpt(text: &str) -> String {
    const SHOWN: usize = 80;
    let line = text.lines().next().unwrap_or_default();
    let mut shown: String = line.chars().take(SHOWN).collect();
    if shown.len() < text.trim_end().len() {
        shown.push('…');
    }
    shown
}

/// A confidence with two digits; more of them would say nothing.
fn rounded(confidence: f32) -> f64 {
    (f64::from(confidence) * 100.0).round() / 100.0
}
