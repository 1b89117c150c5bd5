//! The Markdown log of an aider session (`.aider.chat.history.md`, <https://aider.chat>).
//!
//! ```text
//! log     = *("# aider chat started at " time line-end / prompt / notice / answer / blank-line)
//! prompt  = 1*("#### " text line-end)   ; what the user typed, a line each
//! notice  = 1*("> " text line-end)      ; what the program said
//! answer  = 1*(text line-end)           ; what the model said; a closed code fence hides the marks
//! ```

use super::{
    beginning,
    cutter::{Cutter, unless_labelled},
    fences::Fences,
    is_margin,
};
use crate::{
    format::{Detection, Format},
    model::Role,
    parse::Parser,
    text::{
        SegmentKind::{Content, Label, Markup},
        Segments, Speaker,
        lines::{Line, line_end, lines},
    },
};

const SESSION: &str = "# aider chat started at";
const PROMPT: &str = "####";
const NOTICE: &str = ">";

/// Looks for the line that opens a session, or for prompts together with what only aider says.
pub(crate) fn detect(_: &Parser, input: &str) -> Option<Detection> {
    const SAYINGS: [&str; 5] = ["> Aider v", "> Applied edit to ", "> Commit ", "> Tokens: ", "> $ aider"];
    let start = beginning(input).trim_start_matches(is_margin);
    if start.starts_with(SESSION) {
        let evidence = vec![format!("begins with `{SESSION}`")];
        return Some(Detection { format: Format::Aider, confidence: 1.0, evidence });
    }
    // Most inputs have no such mark at all, which is quick to see.
    let marks = start.get(memchr::memchr(b'#', start.as_bytes())?..)?;
    memchr::memmem::find(marks.as_bytes(), PROMPT.as_bytes())?;
    let prompt = start.lines().any(|line| after_mark(line, PROMPT).is_some());
    let saying = start.lines().any(|line| SAYINGS.iter().any(|saying| line.starts_with(saying)));
    let evidence = vec!["has `#### ` prompts and the notices of aider".to_owned()];
    let confidence = unless_labelled(0.8, start);
    (prompt && saying).then_some(Detection { format: Format::Aider, confidence, evidence })
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Session,
    Prompt,
    Notice,
    Answer,
    Blank,
}

fn kind(text: &str) -> Kind {
    if text.starts_with(SESSION) {
        Kind::Session
    } else if after_mark(text, PROMPT).is_some() {
        Kind::Prompt
    } else if after_mark(text, NOTICE).is_some() {
        Kind::Notice
    } else if text.trim_matches(is_margin).is_empty() {
        Kind::Blank
    } else {
        Kind::Answer
    }
}

/// What follows `mark` and one blank; the mark may also stand alone.
fn after_mark<'t>(text: &'t str, mark: &str) -> Option<&'t str> {
    let rest = text.strip_prefix(mark)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix(' ') }
}

/// Cuts a log into prompts, answers and notices.
pub(crate) fn segments(parser: &Parser, input: &str) -> Segments {
    let mut log = Log { cutter: Cutter::new(parser, input, Format::Aider), last: Kind::Blank, end: 0 };
    let mut fences = Fences::of(input);
    let mut begun = false;
    for line in lines(input, line_end(input)) {
        let text = input.get(line.start..line.end).unwrap_or_default();
        let kind = if fences.hide(line.start) { Kind::Answer } else { kind(text) };
        begun |= matches!(kind, Kind::Session | Kind::Prompt | Kind::Notice);
        if begun {
            log.line(line, kind, text);
        }
    }
    log.end_answer();
    log.cutter.finish()
}

struct Log<'a> {
    cutter: Cutter<'a>,
    /// The message that the next line may belong to.
    last: Kind,
    /// Where the last line of that message ends.
    end: usize,
}

impl Log<'_> {
    fn line(&mut self, line: Line, kind: Kind, text: &str) {
        match (self.last, kind) {
            (Kind::Answer, Kind::Blank) => return,
            (Kind::Answer, Kind::Answer) => {}
            (_, Kind::Answer) => self.begin(line.start, "assistant", Role::Assistant),
            (_, Kind::Blank) => {}
            (_, Kind::Session) => self.end_answer(),
            (_, Kind::Prompt) => self.marked(line, kind, text, PROMPT),
            (_, Kind::Notice) => self.marked(line, kind, text, NOTICE),
        }
        self.last = kind;
        self.end = line.end;
    }

    /// A line with a mark before its text, and two blanks after it that Markdown takes for a line end.
    fn marked(&mut self, line: Line, kind: Kind, text: &str, mark: &str) {
        let head = line.end.saturating_sub(after_mark(text, mark).unwrap_or_default().len());
        if self.last == kind {
            self.cutter.to(Markup, self.end);
            self.cutter.to(Content, line.start);
            self.cutter.to(Markup, head);
        } else {
            self.end_answer();
            match kind {
                Kind::Prompt => self.begin(line.start, "user", Role::User),
                _ => self.begin(line.start, "tool", Role::Tool),
            }
            self.cutter.to(Label, head);
        }
        let breaks = text.len().saturating_sub(text.strip_suffix("  ").unwrap_or(text).len());
        self.cutter.to(Content, line.end.saturating_sub(breaks));
    }

    fn begin(&mut self, start: usize, name: &'static str, role: Role) {
        self.cutter.gap(start);
        let speaker = self.cutter.speaker(name, |_| Speaker { role: Some(role), ..Speaker::default() });
        self.cutter.turn(Some(speaker), None, 1.0);
    }

    fn end_answer(&mut self) {
        if self.last == Kind::Answer {
            self.cutter.to(Content, self.end);
        }
    }
}
