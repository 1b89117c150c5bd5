//! The findings about a text, each with its line.

use maud::{Markup, Render, html};
use turnwise::{Diagnostic, LineIndex, Message, Position, Span};

use super::{short::floor, source::sign, when};

/// Bytes shown before a place, and of it.
const AROUND: usize = 160;
/// Findings that are shown.
const SHOWN: usize = 200;
/// Places that explain a finding, shown for each.
const RELATED: usize = 4;

/// A list of findings.
pub(super) struct Findings<'a> {
    /// The text that their spans count.
    pub(super) text: &'a str,
    pub(super) found: Vec<&'a Diagnostic>,
    /// The messages that were read from it, from the first one on.
    pub(super) messages: &'a [Message],
    /// The requests that it came in, in order.
    pub(super) requests: Vec<Request>,
}

/// Where the text of a request stands in that of all.
pub(super) struct Request {
    pub(super) span: Span,
    /// Whether its lines are those that were sent; JSON was put together anew.
    pub(super) has_lines: bool,
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
        html! {
            p.what { span.sign { (sign(finding)) ":" } " " (sentence(&finding.message)) }
            pre.excerpt tabindex="0" {
                span.place { (self.place(finding, index)) } "\n"
                (excerpt(self.text, finding.span, finding.severity.as_str()))
                @for (span, words) in finding.related.iter().take(RELATED) {
                    "\n" span.place { (words) ", line " (index.position(span.start).line) } "\n"
                    (excerpt(self.text, *span, "related"))
                }
            }
            details {
                summary { "What to do (" code { (finding.code.slug()) } ")" }
                p { b { "Help: " } (sentence(finding.help())) "." }
                p { (sentence(finding.code.info().explanation)) }
            }
        }
    }

    fn place(&self, finding: &Diagnostic, index: &LineIndex<'_>) -> Markup {
        let at = finding.span;
        let request = (1..).zip(&self.requests).find(|(_, request)| at.start <= request.span.end);
        let number = request.filter(|_| self.requests.len() > 1).map(|(number, _)| number);
        let lines = request.is_none_or(|(_, request)| request.has_lines).then(|| {
            let first = index.position(request.map_or(0, |(_, request)| request.span.start)).line;
            let Position { line, column } = index.position(at.start);
            (line.saturating_sub(first).saturating_add(1), column)
        });
        let message = message_at(self.messages, at).map(|index| index.saturating_add(1));
        html! {
            @if let Some(number) = number { "request " (number) ", " }
            @if let Some((line, column)) = lines { "line " (line) ", column " (column) " " }
            @if let Some(pointer) = &finding.pointer { (pointer) " " }
            @if let Some(number) = message { a href={ "#m" (number) } { "message " (number) } }
        }
    }
}

/// A sentence with what stands between backticks as code.
pub(super) fn sentence(words: &str) -> Markup {
    html! {
        @for (index, piece) in words.split('`').enumerate() {
            @if index % 2 == 1 { code { (piece) } } @else { (piece) }
        }
    }
}

fn excerpt(text: &str, span: Span, class: &str) -> Markup {
    let Excerpt { before, marked, after } = Excerpt::new(text, span);
    html! { (before) mark.(class) { (marked) } (after) }
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
        // No more of a long line is looked at than is shown.
        let head = head.get(floor(head, head.len().saturating_sub(AROUND))..).unwrap_or_default();
        let tail = tail.get(..floor(tail, AROUND.saturating_mul(2))).unwrap_or_default();
        let before = head.rsplit(ends).next().unwrap_or_default();
        let line = tail.split(ends).next().unwrap_or_default();
        let length = floor(line, span.end.saturating_sub(start).min(AROUND));
        let (marked, after) = line.split_at_checked(length).unwrap_or((line, ""));
        Self { before, marked, after }
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
            let Excerpt { before, marked, after } = Excerpt::new(&text, Span::new(start, start.saturating_add(length)));
            prop_assert!([before, marked, after].iter().all(|piece| piece.len() <= 2 * AROUND));
            let shown = [before, marked, after].concat();
            prop_assert!(text.contains(&shown));
        }
    }
}
