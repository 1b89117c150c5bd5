//! Findings as people and tools read them: pure functions from findings to text, a file an output format.
//!
//! [`OUTPUT_FORMATS`] is the table of them. [`Renderer`] writes input after input, so that no more
//! than one source has to be in memory.

use crate::diagnostic::Diagnostic;

mod concise;
mod excerpt;
mod full;
mod github;
mod json;
mod place;
mod sarif;

use place::{Finding, locate};

/// One input, and what was found in it.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// The path or other name to show for the input.
    pub path: &'a str,
    /// The bytes that were read; the spans of the findings count them.
    pub source: &'a [u8],
    /// What was found, shown in this order. Any span is fine: one that does not fit the source
    /// is shown at the nearest place that does.
    pub diagnostics: &'a [Diagnostic],
}

/// Where a source begins that is only a part of the input: the default is the input's own beginning.
///
/// ```
/// let mut start = turnwise::render::Start::default();
/// start.advance(b"one\ntwo");
/// assert_eq!((start.offset, start.line, start.column), (7, 2, 4));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start {
    /// Offset in bytes.
    pub offset: usize,
    /// Line number from 1.
    pub line: usize,
    /// Column in characters from 1.
    pub column: usize,
}

impl Default for Start {
    fn default() -> Self {
        Self { offset: 0, line: 1, column: 1 }
    }
}

impl Start {
    /// Moves past `bytes`, which should not end between the two bytes of a line end.
    pub fn advance(&mut self, bytes: &[u8]) {
        *self = place::after(*self, bytes);
    }
}

/// One row of the table: a way to show findings.
pub struct OutputFormat {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is for, in a few words.
    pub summary: &'static str,
    head: fn() -> String,
    finding: fn(&Finding<'_>, bool) -> String,
    between: &'static str,
    foot: &'static str,
}

/// Every output format, the one for people first.
pub const OUTPUT_FORMATS: &[OutputFormat] = &[
    OutputFormat {
        name: "full",
        summary: "for people: the source line, a caret and what to do",
        head: String::new,
        finding: full::finding,
        between: "\n",
        foot: "",
    },
    OutputFormat {
        name: "concise",
        summary: "a line a finding: path:line:column: severity[code] message",
        head: String::new,
        finding: concise::finding,
        between: "",
        foot: "",
    },
    OutputFormat {
        name: "json",
        summary: "one JSON array of all findings",
        head: || "[\n".to_owned(),
        finding: json::finding,
        between: ",\n",
        foot: "\n]\n",
    },
    OutputFormat {
        name: "jsonl",
        summary: "a JSON object a line, one for each finding",
        head: String::new,
        finding: json::finding_line,
        between: "",
        foot: "",
    },
    OutputFormat {
        name: "github",
        summary: "workflow commands that GitHub shows as annotations",
        head: String::new,
        finding: github::finding,
        between: "",
        foot: "",
    },
    OutputFormat {
        name: "sarif",
        summary: "SARIF 2.1.0, for code scanning services",
        head: sarif::head,
        finding: sarif::finding,
        between: ",\n",
        foot: sarif::FOOT,
    },
];

impl OutputFormat {
    /// The output format of that name.
    pub fn from_name(name: &str) -> Option<&'static Self> {
        OUTPUT_FORMATS.iter().find(|row| row.name == name)
    }

    /// Shows all findings at once, in terminal colours if `color`.
    ///
    /// ```
    /// use turnwise::{Code, Diagnostic, Span, render::{OutputFormat, Report}};
    ///
    /// let found = [Diagnostic::new(Code::EmptyMessage, Span::new(9, 12))];
    /// let report = Report { path: "chat.txt", source: b"User: hi\nAI:\n", diagnostics: &found };
    /// let concise = OutputFormat::from_name("concise").ok_or("no such format")?;
    /// let shown = concise.render(&[report], false);
    /// assert_eq!(shown, "chat.txt:2:1: warning[empty-message] this message says nothing\n");
    /// # Ok::<(), &str>(())
    /// ```
    pub fn render(&'static self, reports: &[Report<'_>], color: bool) -> String {
        let mut renderer = Renderer::new(self, color);
        let mut text = renderer.head();
        text.extend(reports.iter().map(|report| renderer.report(report)));
        text + renderer.foot()
    }
}

/// Shows the findings of one input after the other: [`head`](Self::head), then
/// [`report`](Self::report) for each, then [`foot`](Self::foot); the texts follow each other.
pub struct Renderer {
    format: &'static OutputFormat,
    color: bool,
    begun: bool,
}

impl Renderer {
    /// A renderer for `format`, in terminal colours if `color` and the format has any.
    pub fn new(format: &'static OutputFormat, color: bool) -> Self {
        Self { format, color, begun: false }
    }

    /// What comes before the findings.
    pub fn head(&self) -> String {
        (self.format.head)()
    }

    /// The findings of one input; time is linear in the source and in their number.
    pub fn report(&mut self, report: &Report<'_>) -> String {
        self.report_from(report, Start::default())
    }

    /// The same for an input of which `report` has a part; its findings have their places in the whole input.
    pub fn report_from(&mut self, report: &Report<'_>, start: Start) -> String {
        let mut text = String::new();
        for finding in locate(report, start) {
            if self.begun {
                text.push_str(self.format.between);
            }
            self.begun = true;
            text.push_str(&(self.format.finding)(&finding, self.color));
        }
        text
    }

    /// What comes after the findings.
    pub fn foot(&self) -> &'static str {
        self.format.foot
    }
}

#[cfg(test)]
mod tests;
