//! What an analysis found.

use crate::object::Object;

/// How far the analysis of a conversation is, and what it found.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Insights {
    /// It is done.
    Ready(Box<Report>),
    /// It is still to come.
    Pending(Lifecycle),
    /// The server will not analyse the conversation.
    Skipped(Lifecycle),
    /// It failed.
    Failed(Lifecycle),
}

/// What an analysis found.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Report {
    /// The conversation.
    pub conversation_id: Option<String>,
    /// A title for it.
    pub title: Option<String>,
    /// What happened, in a few sentences.
    pub summary: Option<String>,
    /// Figures by name, such as `qualityScore`.
    pub metrics: Vec<(String, Metric)>,
    /// What it is about.
    pub keywords: Vec<String>,
    /// The object as the server wrote it, with lists of issues and all other fields.
    pub raw: String,
}

/// One figure.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Metric {
    /// The figure.
    pub value: f64,
    /// What it is compared with.
    pub benchmark: Option<f64>,
}

/// Why there is no report.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Lifecycle {
    /// What the server says about it.
    pub message: Option<String>,
    /// A code, such as `INSIGHTS_GENERATION_FAILED`.
    pub code: Option<String>,
    /// The reason.
    pub reason: Option<String>,
    /// How often it was tried again.
    pub retry_count: Option<u64>,
    /// When it will be tried again, as the server wrote it.
    pub next_retry_at: Option<String>,
}

impl Insights {
    pub(crate) fn read(raw: &str) -> Option<Self> {
        let object = Object::parse(raw)?;
        if let Some(metrics) = object.object("metrics") {
            return Some(Self::Ready(report(&object, &metrics, raw).into()));
        }
        let lifecycle = || Lifecycle {
            message: object.string("message"),
            code: object.string("code"),
            reason: object.string("reason"),
            retry_count: object.read("retryCount"),
            next_retry_at: object.string("nextRetryAt"),
        };
        match object.string("status").as_deref() {
            Some("pending") => Some(Self::Pending(lifecycle())),
            Some("skipped") => Some(Self::Skipped(lifecycle())),
            Some("failed") => Some(Self::Failed(lifecycle())),
            // The older shape: figures beside the summary.
            _ if object.get("summary").is_some() || object.get("sentiment").is_some() => {
                Some(Self::Ready(report(&object, &object, raw).into()))
            }
            _ => None,
        }
    }
}

fn report(object: &Object, metrics: &Object, raw: &str) -> Report {
    let metrics = metrics.0.iter().filter_map(|(name, value)| Some((name.clone(), metric(value.get())?)));
    Report {
        conversation_id: object.id("conversationId"),
        title: object.string("title"),
        summary: object.string("executiveSummary").or_else(|| object.string("summary")),
        metrics: metrics.collect(),
        keywords: object.read("keywords").or_else(|| object.read("topics")).unwrap_or_default(),
        raw: raw.into(),
    }
}

/// A number, or an object with one.
fn metric(json: &str) -> Option<Metric> {
    if let Ok(value) = serde_json::from_str(json) {
        return Some(Metric { value, benchmark: None });
    }
    let object = Object::parse(json)?;
    Some(Metric { value: object.read("value")?, benchmark: object.read("benchmark") })
}
