//! Which part of a text became which message: the text in lines, each cut where something changes.

use std::ops::Range;

use turnwise::{
    Diagnostic, Message, Parsed, Parser, Severity, Span,
    text::{SegmentKind, Segments},
};

use super::short::floor;

/// Bytes of a text that are shown.
const BYTES: usize = 512 * 1024;
/// Lines of a text that are shown.
const LINES: usize = 5_000;

/// A text, and what was read from it.
pub(super) struct Reading<'a> {
    pub(super) text: &'a str,
    pub(super) parsed: Parsed,
    segments: Segments,
    /// Messages before the first one.
    before: usize,
}

/// One line of a text.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Line<'a> {
    /// From 1.
    pub(super) number: usize,
    pub(super) pieces: Vec<Piece<'a>>,
    /// The messages that begin here, or the block that goes on.
    pub(super) owner: Option<Owner<'a>>,
    /// Whether a message begins here.
    pub(super) begins: bool,
    /// Findings about this line, as places in [`Parsed::diagnostics`].
    pub(super) findings: Vec<usize>,
}

/// A stretch of a line that is one thing.
#[derive(Debug, PartialEq)]
pub(super) struct Piece<'a> {
    pub(super) text: &'a str,
    /// What it is, in labelled text and captions; JSON has no such kinds.
    pub(super) kind: Option<SegmentKind>,
    /// The message that it belongs to.
    pub(super) owner: Option<Owner<'a>>,
    /// The gravest finding about it.
    pub(super) mark: Option<Severity>,
}

/// Messages that stand in one place: one, unless a JSON string held a transcript.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Owner<'a> {
    span: Span,
    /// Number of the first message in its conversation, from 1.
    pub(super) first: usize,
    /// Number of the last one.
    pub(super) last: usize,
    pub(super) message: &'a Message,
}

impl<'a> Reading<'a> {
    pub(super) fn new(parser: &Parser, text: &'a str) -> Self {
        Self { text, parsed: parser.parse(text), segments: parser.segments(text), before: 0 }
    }

    /// Counts messages on from those that came before.
    pub(super) fn after(self, before: usize) -> Self {
        Self { before, ..self }
    }

    /// The lines to show, and how many there are.
    pub(super) fn lines(&self) -> (Vec<Line<'_>>, usize) {
        let all = line_ranges(self.text);
        let count = all.len();
        let shown: Vec<_> = all.into_iter().take(LINES).take_while(|line| line.start < BYTES).collect();
        let owners = self.owners();
        let marks = self.marks(&shown);
        let cuts = self.cuts(&owners, &marks);
        let mut lines: Vec<_> = (1..)
            .zip(&shown)
            .map(|(number, range)| {
                let range = range.start..range.end.min(floor(self.text, BYTES.max(range.start)));
                self.line(number, range, &owners, &marks, &cuts)
            })
            .collect();
        for (index, finding) in self.parsed.diagnostics.iter().enumerate() {
            let line = shown.partition_point(|line| line.start <= finding.span.start).saturating_sub(1);
            if let Some(line) = lines.get_mut(line) {
                line.findings.push(index);
            }
        }
        (lines, count)
    }

    fn line<'s>(
        &'s self,
        number: usize,
        range: Range<usize>,
        owners: &[Owner<'s>],
        marks: &[(Span, Severity)],
        cuts: &[usize],
    ) -> Line<'s> {
        let inside =
            cuts.partition_point(|&cut| cut <= range.start)..cuts.partition_point(|&cut| cut < range.end);
        let ends = cuts.get(inside).unwrap_or_default().iter().copied().chain([range.end]);
        let mut pieces = Vec::new();
        let mut from = range.start;
        for end in ends {
            let text = Span::new(from, end).of(self.text).trim_end_matches(['\n', '\r']);
            if !text.is_empty() {
                let (kind, owner, mark) = (self.kind(from), owner_at(owners, from), mark_at(marks, from));
                pieces.push(Piece { text, kind, owner, mark });
            }
            from = end;
        }
        let first = owners.partition_point(|owner| owner.span.start < range.start);
        let begun = owners.get(first).filter(|owner| owner.span.start < range.end).copied();
        let owner = begun.or_else(|| owner_at(owners, range.start));
        Line { number, pieces, owner, begins: begun.is_some(), findings: Vec::new() }
    }

    /// The places of messages, in order; those in one place are one.
    fn owners(&self) -> Vec<Owner<'_>> {
        let mut owners: Vec<Owner<'_>> = Vec::new();
        for conversation in &self.parsed.conversations {
            for (number, message) in (self.before.saturating_add(1)..).zip(&conversation.messages) {
                match owners.last_mut() {
                    Some(last) if last.span == message.span => last.last = number,
                    _ => owners.push(Owner { span: message.span, first: number, last: number, message }),
                }
            }
        }
        owners.sort_by_key(|owner| (owner.span.start, std::cmp::Reverse(owner.span.end)));
        owners
    }

    /// The findings' places, no longer than the line they begin on, in order.
    fn marks(&self, lines: &[Range<usize>]) -> Vec<(Span, Severity)> {
        let mark = |finding: &Diagnostic| {
            let start = finding.span.start;
            let line = lines.get(lines.partition_point(|line| line.start <= start).checked_sub(1)?)?;
            let span = Span::new(start, finding.span.end.min(line.end));
            (!span.is_empty()).then_some((span, finding.severity))
        };
        let mut marks: Vec<_> = self.parsed.diagnostics.iter().filter_map(mark).collect();
        marks.sort_unstable();
        marks
    }

    /// Where something changes, in order.
    fn cuts(&self, owners: &[Owner<'_>], marks: &[(Span, Severity)]) -> Vec<usize> {
        let segments = self.segments.segments.iter().map(|segment| segment.span);
        let spans =
            segments.chain(owners.iter().map(|owner| owner.span)).chain(marks.iter().map(|mark| mark.0));
        let mut cuts: Vec<_> = spans.flat_map(|span| [span.start, span.end]).collect();
        cuts.sort_unstable();
        cuts.dedup();
        cuts.retain(|&cut| self.text.is_char_boundary(cut));
        cuts
    }

    fn kind(&self, at: usize) -> Option<SegmentKind> {
        if self.segments.turns.is_empty() {
            return None;
        }
        let segments = &self.segments.segments;
        // Binary search: the segments are in order and leave no gap.
        let (mut low, mut high) = (0, segments.len());
        while low < high {
            let middle = low.midpoint(high);
            match segments.get(middle) {
                Some(segment) if segment.span.end <= at => low = middle.saturating_add(1),
                _ => high = middle,
            }
        }
        segments.get(low).map(|segment| segment.kind)
    }
}

/// The innermost message that covers `at`.
fn owner_at<'a>(owners: &[Owner<'a>], at: usize) -> Option<Owner<'a>> {
    /// Messages that may stand within another, such as answers of tools.
    const NESTED: usize = 64;
    let after = owners.partition_point(|owner| owner.span.start <= at);
    let before = owners.get(..after).unwrap_or_default().iter().rev().take(NESTED);
    before.into_iter().find(|owner| at < owner.span.end).copied()
}

/// The gravest finding that covers `at`, where all marks of a line follow each other.
fn mark_at(marks: &[(Span, Severity)], at: usize) -> Option<Severity> {
    /// Findings about one place that are looked at.
    const MANY: usize = 64;
    let after = marks.partition_point(|(span, _)| span.start <= at);
    let before = marks.get(..after).unwrap_or_default().iter().rev().take(MANY);
    before.filter(|(span, _)| at < span.end).map(|(_, severity)| *severity).max()
}

/// The lines of a text with their ends, which are LF, CRLF, or a CR that no LF follows.
pub(super) fn line_ranges(text: &str) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let next = at.saturating_add(1);
        if *byte == b'\n' || (*byte == b'\r' && bytes.get(next) != Some(&b'\n')) {
            lines.push(start..next);
            start = next;
        }
    }
    if start < text.len() || lines.is_empty() {
        lines.push(start..text.len());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use turnwise::LineIndex;

    /// `[kind!]text` for each piece; `>1` before a line where message 1 begins.
    fn shown(text: &str) -> Vec<String> {
        let reading = Reading::new(&Parser::new(), text);
        let line = |line: &Line<'_>| {
            let begin = line
                .owner
                .filter(|_| line.begins)
                .map_or(String::new(), |owner| format!(">{} ", owner.first));
            let pieces = line.pieces.iter().map(|piece| {
                let kind = piece.kind.map_or("-".to_owned(), |kind| format!("{kind:?}").to_lowercase());
                format!("[{kind}{}]{}", if piece.mark.is_some() { "!" } else { "" }, piece.text)
            });
            begin + &pieces.collect::<String>()
        };
        reading.lines().0.iter().map(line).collect()
    }

    #[test]
    fn labels_contents_and_separators() {
        assert_eq!(
            shown("Chat\n\nUser: hi\nthere\n\nAI: hello"),
            [
                "[preamble!]Chat",
                "",
                ">1 [label]User: [content]hi",
                "[content]there",
                "",
                ">2 [label]AI: [content]hello"
            ],
        );
    }

    #[test]
    fn doubts_are_marked_on_their_line() {
        let text = "User: see below\n```\nlet x = 1;\nAssistant: It is open.\nUser: Oh.\nAssistant: No harm.";
        let reading = Reading::new(&Parser::new(), text);
        let (lines, _) = reading.lines();
        let marked: Vec<_> =
            lines.iter().filter(|line| !line.findings.is_empty()).map(|line| line.number).collect();
        assert_eq!(marked, [2, 4, 5]);
        assert_eq!(lines[3].pieces[0].mark, Some(Severity::Warning));
    }

    #[test]
    fn json_shows_where_each_message_stands() {
        let text = "{\"messages\": [\n  {\"role\": \"user\", \"content\": \"hi\"},\n  {\"role\": \"assistant\", \"content\": \"yes\"}]}";
        assert_eq!(
            shown(text),
            [
                "[-]{\"messages\": [",
                ">1 [-]  [-]{\"role\": \"user\", \"content\": \"hi\"}[-],",
                ">2 [-]  [-]{\"role\": \"assistant\", \"content\": \"yes\"}[-]]}",
            ],
        );
    }

    #[test]
    fn a_transcript_in_a_string_is_one_place() {
        let text = r#"{"content": "User: hi\nAI: hello"}"#;
        let reading = Reading::new(&Parser::new(), text);
        let (lines, _) = reading.lines();
        let owner = lines[0].owner.expect("a message");
        assert_eq!((owner.first, owner.last), (1, 2));
    }

    #[test]
    fn long_texts_are_cut() {
        let text = "User: é\nAI: ü\n".repeat(10_000);
        let reading = Reading::new(&Parser::new(), &text);
        let (lines, count) = reading.lines();
        assert_eq!((lines.len(), count), (LINES, 20_000));
        let line = "é".repeat(BYTES);
        let reading = Reading::new(&Parser::new(), &line);
        let (lines, count) = reading.lines();
        assert_eq!((lines.len(), count), (1, 1));
        assert_eq!(lines[0].pieces.iter().map(|piece| piece.text.len()).sum::<usize>(), BYTES);
    }

    proptest! {
        /// Every character is shown once, in its line, whatever the text.
        #[test]
        fn nothing_is_lost(text in "((User: |AI: |[{]\"role\":\"user\",\"content\":\"|\"[}]|```|a|é|🙂| )|\n|\r|\r\n){0,40}") {
            let reading = Reading::new(&Parser::new(), &text);
            let (lines, count) = reading.lines();
            prop_assert_eq!(lines.len(), count);
            let index = LineIndex::new(&text);
            for (line, range) in lines.iter().zip(line_ranges(&text)) {
                prop_assert_eq!(line.number, index.position(range.start).line);
                let shown: String = line.pieces.iter().map(|piece| piece.text).collect();
                prop_assert_eq!(shown, text.get(range).unwrap_or_default().trim_end_matches(['\n', '\r']));
            }
            let findings: usize = lines.iter().map(|line| line.findings.len()).sum();
            prop_assert_eq!(findings, reading.parsed.diagnostics.len());
        }
    }
}
