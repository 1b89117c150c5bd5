//! What is wrong, and what becomes of the document then.

use super::{Scanner, place};
use crate::{
    diagnostic::{Code, Diagnostic},
    json::raw,
    source::Span,
};

/// Findings, no more than a limit of them.
#[derive(Debug)]
pub(super) struct Findings {
    list: Vec<Diagnostic>,
    limit: usize,
    /// Those beyond the limit.
    omitted: usize,
    /// The conversation that findings belong to.
    conversation: usize,
    /// Names of fields that were met.
    names: Vec<Box<str>>,
}

impl Findings {
    pub(super) fn new(limit: usize) -> Self {
        Self { list: Vec::new(), omitted: 0, conversation: 0, limit, names: Vec::new() }
    }
}

impl Scanner<'_> {
    /// A syntax error after which reading goes on.
    pub(super) fn invalid(&mut self, span: Span, problem: &str) {
        self.errors = self.errors.saturating_add(1);
        self.report(Code::InvalidJson, span, &[("problem", problem)]);
    }

    /// Ends the document where `problem` is, or where it is cut off; `lost` is where what was not handed out begins.
    pub(super) fn stop(&mut self, lost: usize, problem: &str) -> bool {
        if self.at == self.input.len() || self.starts_line() {
            let object = self.is_in_object();
            return self.cut(if object { "an object" } else { "an array" }, lost);
        }
        self.invalid(self.here(), problem);
        self.stopped = Some(lost);
        false
    }

    /// Ends the document where it is cut off, in the middle of `what`.
    pub(super) fn cut(&mut self, what: &str, lost: usize) -> bool {
        let end = Span::new(0, self.at).of(self.input).trim_end_matches(raw::is_blank).len();
        self.errors = self.errors.saturating_add(1);
        self.report(Code::TruncatedJson, Span::new(end, end), &[("what", what)]);
        self.stopped = Some(lost);
        false
    }

    /// Adds a finding at the place that the walk has reached; `words` fill its sentence.
    pub(crate) fn report(&mut self, code: Code, span: Span, words: &[(&str, &str)]) {
        if self.findings.list.len() >= self.findings.limit {
            self.findings.omitted = self.findings.omitted.saturating_add(1);
            return;
        }
        let mut finding = Diagnostic::new(code, span);
        for (name, value) in words {
            finding = finding.with(name, value);
        }
        finding.conversation = self.findings.conversation;
        finding.pointer = self.pointer();
        self.findings.list.push(finding);
    }

    /// The place that the walk has reached, as a JSON pointer.
    pub(crate) fn pointer(&self) -> Option<String> {
        let inner = self.open.filter(|_| self.levels() <= self.depth).map(|level| level.step);
        place::pointer(self.input, self.path.iter().copied().chain(inner))
    }

    /// Number of findings so far.
    pub(crate) fn found(&self) -> usize {
        self.findings.list.len()
    }

    /// Takes back findings of this code that are not among the first `from`.
    pub(crate) fn take_back(&mut self, code: Code, from: usize) {
        let mut index: usize = 0;
        self.findings.list.retain(|finding| {
            index = index.saturating_add(1);
            index <= from || finding.code != code
        });
    }

    /// Takes over what was found in a document within a string, which stands at `span`.
    pub(crate) fn adopt(&mut self, inner: Scanner<'_>, span: Span, pointer: Option<&str>) {
        let (findings, omitted) = inner.into_findings();
        self.findings.omitted = self.findings.omitted.saturating_add(omitted);
        findings.into_iter().for_each(|finding| self.adopt_finding(finding, span, pointer));
    }

    /// Takes over a finding in a string, which stands at `span`: its pointer goes on from the string's.
    pub(crate) fn adopt_finding(&mut self, finding: Diagnostic, span: Span, pointer: Option<&str>) {
        if self.findings.list.len() >= self.findings.limit {
            self.findings.omitted = self.findings.omitted.saturating_add(1);
            return;
        }
        let pointer = pointer.map(|outer| outer.to_owned() + finding.pointer.as_deref().unwrap_or_default());
        let conversation = self.findings.conversation;
        self.findings.list.push(Diagnostic { span, pointer, conversation, related: Vec::new(), ..finding });
    }

    /// Whether a field's name is met for the first time; of very many names, only the first count.
    pub(crate) fn is_new_name(&mut self, name: &str) -> bool {
        const REMEMBERED: usize = 50;
        let names = &mut self.findings.names;
        let new = names.len() < REMEMBERED && !names.iter().any(|known| **known == *name);
        if new {
            names.push(name.into());
        }
        new
    }

    /// Says which conversation the findings belong to from now on.
    pub(crate) fn set_conversation(&mut self, index: usize) {
        self.findings.conversation = index;
    }

    /// The findings, and how many more there were.
    pub(crate) fn into_findings(self) -> (Vec<Diagnostic>, usize) {
        (self.findings.list, self.findings.omitted)
    }

    /// The character that comes next.
    pub(super) fn here(&self) -> Span {
        let rest = Span::new(self.at, self.input.len()).of(self.input);
        Span::new(self.at, self.at.saturating_add(rest.chars().next().map_or(0, char::len_utf8)))
    }
}
