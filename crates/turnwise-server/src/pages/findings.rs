//! The findings about a text, each with its line.

use maud::{Markup, Render, html};
use turnwise::{Diagnostic, LineIndex, Message, Position, Span};

use super::{reading::floor, source::sign, when};

/// Characters shown before and after a place.
const AROUND: usize = 160;
/// Findings that are shown.
const SHOWN: usize = 200;

/// A list of findings.
pub(super) struct Findings<'a> {
    /// The text that their spans count.
    pub(super) text: &'a str,
    pub(super) found: Vec<&'a Diagnostic>,
    /// The messages that were read from it, from the first one on.
    pub(super) messages: &'a [Message],
    /// Where the text of each request stands in it, in order.
    pub(super) requests: Vec<Span>,
}

impl Render for Findings<'_> {
    fn render(&self) -> Markup {
        let index = LineIndex::new(self.text);
        let left = self.found.len().saturating_sub(SHOWN);
        html! {
            ul.findings {
                @for finding in self.found.iter().take(SHOWN) {
                    li.(finding.severity.as_str()) { (self.finding(finding, &index)) }
                }
            }
            @if left > 0 { p.hint { "… and " (when::counted(left as u64, "more finding")) "." } }
        }
    }
}

impl Findings<'_> {
    fn finding(&self, finding: &Diagnostic, index: &LineIndex<'_>) -> Markup {
        let Excerpt { before, marked, after } = Excerpt::new(self.text, finding.span);
        html! {
            p.what { span.sign { (sign(finding)) ":" } " " (finding.message) }
            pre.excerpt tabindex="0" {
                span.place { (self.place(finding.span, index)) }
                "\n" (before) mark.(finding.severity.as_str()) { (marked) } (after)
            }
            details {
                summary { "What to do (" code { (finding.code.slug()) } ")" }
                p { b { "Help: " } (finding.help()) "." }
                p { (finding.code.info().explanation) }
                @if let Some(pointer) = &finding.pointer { p { "In the JSON: " code { (pointer) } } }
            }
        }
    }

    fn place(&self, at: Span, index: &LineIndex<'_>) -> Markup {
        let request = (1..).zip(&self.requests).find(|(_, span)| at.start <= span.end);
        let first = index.position(request.map_or(0, |(_, span)| span.start)).line;
        let Position { line, column } = index.position(at.start);
        html! {
            @if let Some((number, _)) = request.filter(|_| self.requests.len() > 1) {
                "request " (number) ", "
            }
            "line " (line.saturating_sub(first).saturating_add(1)) ", column " (column)
            @if let Some(index) = message_at(self.messages, at) {
                @let number = index.saturating_add(1);
                " · " a href={ "#m" (number) } { "message " (number) }
            }
        }
    }
}

/// The message that a place is in, the first where several are in one place.
pub(super) fn message_at(messages: &[Message], at: Span) -> Option<usize> {
    let after = messages.partition_point(|message| message.span.start <= at.start);
    let span = messages.get(after.checked_sub(1)?)?.span;
    let first = messages.partition_point(|message| message.span.start < span.start);
    (at.start < span.end).then_some(first)
}

/// The part of a line that a finding is about.
#[derive(Debug, PartialEq)]
struct Excerpt<'a> {
    before: &'a str,
    marked: &'a str,
    after: &'a str,
}

impl<'a> Excerpt<'a> {
    fn new(text: &'a str, span: Span) -> Self {
        let ends = ['\n', '\r'];
        let start = floor(text, span.start);
        let (head, tail) = text.split_at_checked(start).unwrap_or((text, ""));
        let line = tail.split(ends).next().unwrap_or_default();
        let length = floor(line, span.end.saturating_sub(start).min(AROUND));
        let (marked, after) = line.split_at_checked(length).unwrap_or((line, ""));
        let before = head.rsplit(ends).next().unwrap_or_default();
        let from = before.len().saturating_sub(floor(before, AROUND));
        let before = before.get(floor(before, from)..).unwrap_or_default();
        Self { before, marked, after: after.get(..floor(after, AROUND)).unwrap_or_default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_line_around_a_place() {
        let text = "one\ntwo three four\nfive";
        let excerpt = Excerpt::new(text, Span::new(8, 13));
        assert_eq!(excerpt, Excerpt { before: "two ", marked: "three", after: " four" });
        let excerpt = Excerpt::new(text, Span::new(8, 22));
        assert_eq!(excerpt, Excerpt { before: "two ", marked: "three four", after: "" });
        let excerpt = Excerpt::new(text, Span::new(99, 120));
        assert_eq!(excerpt, Excerpt { before: "five", marked: "", after: "" });
    }

    proptest! {
        #[test]
        fn any_place_has_a_short_excerpt(text in "([a-z]|é|🙂|\n|\r){0,600}", start in 0..3000usize, length in 0..900usize) {
            let Excerpt { before, marked, after } = Excerpt::new(&text, Span::new(start, start + length));
            prop_assert!([before, marked, after].iter().all(|piece| piece.len() <= AROUND + 3));
            let shown = [before, marked, after].concat();
            prop_assert!(text.contains(&shown));
        }
    }
}
