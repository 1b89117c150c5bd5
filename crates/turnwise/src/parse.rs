//! The pipeline on one page: bytes, text, format, model, findings.

use crate::{
    check::check_up_to,
    detect::{choose, choose_text},
    diagnostic::{Code, Diagnostic},
    format::Format,
    json::regular,
    limits::Limits,
    model::{Conversation, Role},
    source::Span,
    text,
    utf8::{self, Decoded},
};

/// Reads any input with the default settings; it cannot fail.
///
/// ```
/// let parsed = turnwise::parse("User: hi\nAI: hello");
/// assert_eq!(parsed.conversations[0].messages[1].text(), "hello");
/// assert!(parsed.diagnostics.is_empty());
/// ```
pub fn parse(input: &str) -> Parsed {
    Parser::new().parse(input)
}

/// What was read from an input.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parsed {
    /// The conversations, in input order; never empty.
    pub conversations: Vec<Conversation>,
    /// The format they were read as; `None` where no messages were found.
    pub format: Option<Format>,
    /// How sure the reading is, from 0 to 1: for text, of what is least certain to begin a message, or not to.
    pub confidence: f32,
    /// What is doubtful or wrong: by conversation, then by place.
    pub diagnostics: Vec<Diagnostic>,
    /// Findings beyond [`Limits::diagnostics`] that were counted but not kept.
    pub omitted: usize,
}

/// Settings for reading; the default is to find everything out from the input.
///
/// ```
/// use turnwise::{Parser, Role};
/// let parser = Parser::new().label("Patient", Role::User).label("Dr. Wu", Role::Assistant);
/// let parsed = parser.parse("Patient: It hurts.\nDr. Wu: Where?");
/// assert_eq!(parsed.conversations[0].messages[0].role, Some(Role::User));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Parser {
    pub(crate) format: Option<Format>,
    pub(crate) strict: bool,
    pub(crate) labels: Vec<(String, Role)>,
    pub(crate) limits: Limits,
}

impl Parser {
    /// The default settings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the input as this format instead of finding it out.
    #[must_use]
    pub fn format(mut self, format: Format) -> Self {
        self.format = Some(format);
        self
    }

    /// Takes every listed label at the start of a line for a boundary, with no inference.
    #[must_use]
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Adds one spelling to the listed labels; the case of letters does not matter.
    #[must_use]
    pub fn label(mut self, spelling: impl Into<String>, role: Role) -> Self {
        self.labels.push((spelling.into(), role));
        self
    }

    /// Sets how much is read at most.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Reads text.
    pub fn parse(&self, input: &str) -> Parsed {
        let mut findings = Vec::new();
        let input = self.within_limit(input, &mut findings);
        if input.trim().is_empty() {
            findings.push(Diagnostic::new(Code::EmptyInput, Span::new(0, input.len())));
            return self.finish(Parsed { diagnostics: findings, ..unread(input) });
        }
        let (mut parsed, places) = choose(self, input).read(self, input);
        parsed.diagnostics.append(&mut findings);
        let mut parsed = self.finish(parsed);
        places.fill(&mut parsed.diagnostics);
        parsed
    }

    /// Reads a transcript that stands in a document; none where it is no transcript.
    pub(crate) fn transcript(&self, text: &str) -> Option<Parsed> {
        let parsed = (choose_text(self, text).info().read)(self, text);
        parsed.format.map(|_| parsed)
    }

    /// Reads bytes, which should be UTF-8; spans count bytes of `input` whatever it holds.
    ///
    /// Bytes that are not UTF-8 become U+FFFD with the finding `invalid-utf8`; data that is no text at all
    /// is kept as preamble with `binary-input`.
    pub fn parse_bytes(&self, input: &[u8]) -> Parsed {
        match utf8::decode(input) {
            Decoded::Text(text) => self.parse(text),
            Decoded::Repaired { text, repairs } => {
                let mut parsed = self.parse(&text);
                repairs.restore(&mut parsed);
                parsed.keep(self.limits.diagnostics);
                parsed
            }
            Decoded::Binary(text) => {
                let mut parsed = unread(&text);
                parsed.diagnostics.push(Diagnostic::new(Code::BinaryInput, Span::new(0, input.len())));
                parsed
            }
        }
    }

    /// Adds the canonical form of a JSON conversation to `out`, with a line end, straight from the bytes; tells whether
    /// it did.
    ///
    /// It does so where the messages have plain fields only, and there is nothing to be found: then the line is what
    /// [`parse_bytes`](Self::parse_bytes) and [`to_json`](crate::json::canonical::to_json) give, at a fraction of their
    /// time. Everywhere else `out` stays as it is, and those two are the way.
    ///
    /// ```
    /// let input = r#"[{"content": "hi", "role": "user"}, {"content": "hello", "role": "assistant"}]"#;
    /// let mut out = Vec::new();
    /// assert!(turnwise::Parser::new().copy_regular(input.as_bytes(), &mut out));
    /// let line = r#"{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"hello"}]}"#;
    /// assert_eq!(out, format!("{line}\n").as_bytes());
    /// assert!(!turnwise::Parser::new().copy_regular(b"User: hi", &mut out));
    /// ```
    pub fn copy_regular(&self, input: &[u8], out: &mut Vec<u8>) -> bool {
        let fits = self.format.is_none_or(Format::is_json) && input.len() <= self.most_bytes();
        fits && simdutf8::basic::from_utf8(input).is_ok_and(|text| regular::copy(text, &self.limits, out))
    }

    /// Cuts text into segments that tile it, without building the model; nothing is copied.
    ///
    /// JSON has no such segments: it is one stretch of preamble. What is beyond [`Limits::input_bytes`] has none.
    ///
    /// ```
    /// use turnwise::{Parser, text::SegmentKind};
    /// let segments = Parser::new().segments("User: hi\nAI: hello");
    /// assert_eq!(segments.turns.len(), 2);
    /// assert_eq!(segments.of(0).last().map(|segment| segment.kind), Some(SegmentKind::Separator));
    /// assert_eq!(segments.of(1).last().map(|segment| segment.kind), Some(SegmentKind::Content));
    /// ```
    pub fn segments(&self, input: &str) -> text::Segments {
        let mut findings = Vec::new();
        let input = self.within_limit(input, &mut findings);
        let mut found = match choose(self, input).segments() {
            Some(segments) => segments(self, input),
            None => text::whole(input),
        };
        found.diagnostics.append(&mut findings);
        found
    }

    /// How many bytes are read at most.
    fn most_bytes(&self) -> usize {
        // Segments are kept as offsets of 32 bits.
        self.limits.input_bytes.min(u32::MAX as usize)
    }

    /// The part of the input that may be read.
    fn within_limit<'a>(&self, input: &'a str, findings: &mut Vec<Diagnostic>) -> &'a str {
        let limit = self.most_bytes();
        if input.len() <= limit {
            return input;
        }
        let mut end = limit;
        while !input.is_char_boundary(end) {
            end = end.saturating_sub(1);
        }
        let finding = Diagnostic::new(Code::InputTooLarge, Span::new(end, input.len()));
        findings.push(finding.with("limit", &limit.to_string()));
        input.get(..end).unwrap_or_default()
    }

    /// Adds the findings of the rules.
    fn finish(&self, mut parsed: Parsed) -> Parsed {
        let limit = self.limits.diagnostics;
        for (index, conversation) in parsed.conversations.iter().enumerate() {
            let found = check_up_to(conversation, limit);
            parsed.omitted = parsed.omitted.saturating_add(found.omitted);
            let findings = found.kept.into_iter();
            parsed.diagnostics.extend(findings.map(|finding| Diagnostic { conversation: index, ..finding }));
        }
        parsed.keep(limit);
        parsed
    }
}

impl Parsed {
    /// Keeps the gravest findings where there are more than `limit`, and puts all in order.
    fn keep(&mut self, limit: usize) {
        if let Some(omitted) = self.diagnostics.len().checked_sub(limit) {
            self.omitted = self.omitted.saturating_add(omitted);
            self.diagnostics.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
            self.diagnostics.truncate(limit);
        }
        self.diagnostics.sort_by_key(|finding| (finding.conversation, finding.span, finding.code));
    }
}

/// What is left where nothing can be read: the text, kept as preamble.
fn unread(input: &str) -> Parsed {
    let preamble = (!input.is_empty()).then(|| input.to_owned());
    Parsed { conversations: vec![Conversation { preamble, ..Conversation::default() }], ..Parsed::default() }
}
