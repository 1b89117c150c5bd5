//! Findings: what is doubtful or wrong in an input, where, and what to do about it.
//!
//! [`CODES`] holds every code with every sentence a person reads; the rest of the crate says
//! `Diagnostic::new(Code::EmptyMessage, span)` and nothing more. How findings are shown lives in `render`.

use crate::source::Span;

mod codes;

pub use codes::{CODES, Code, CodeInfo};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing to do.
    Info,
    /// Doubtful, or against what the API's guide asks; the result may not be what was meant.
    Warning,
    /// Something could not be read or written.
    Error,
}

impl Severity {
    /// The word for it: `info`, `warning` or `error`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    /// What kind of finding; look it up with [`Code::info`].
    pub code: Code,
    /// How much it matters.
    pub severity: Severity,
    /// Where, in bytes of the input.
    pub span: Span,
    /// Where, as a JSON pointer (RFC 6901), for JSON input.
    pub pointer: Option<String>,
    /// Which conversation of the input, counted from 0.
    pub conversation: usize,
    /// What, in one sentence.
    pub message: String,
    /// Other places that explain the finding, each with a few words.
    pub related: Vec<(Span, String)>,
}

impl Diagnostic {
    /// A finding with the severity and sentence that [`CODES`] gives its code.
    pub fn new(code: Code, span: Span) -> Self {
        let info = code.info();
        Self {
            code,
            severity: info.severity,
            span,
            pointer: None,
            conversation: 0,
            message: info.message.to_owned(),
            related: Vec::new(),
        }
    }

    /// Fills the placeholder `{name}` of the code's sentence; long values are shortened.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        const SHOWN: usize = 80;
        let mut shown: String =
            value.chars().take(SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
        if value.chars().nth(SHOWN).is_some() {
            shown.push('…');
        }
        self.message = self.message.replace(&format!("{{{name}}}"), &shown);
        self
    }

    /// Adds a place that explains the finding.
    #[must_use]
    pub fn related(mut self, span: Span, words: impl Into<String>) -> Self {
        self.related.push((span, words.into()));
        self
    }

    /// Says where in the JSON document.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    /// What to do about it, if anything.
    pub fn help(&self) -> &'static str {
        self.code.info().help
    }
}
