//! Chats as IRC programs keep them: a message a line, the nickname between angle brackets.
//!
//! ```text
//! line   = [stamp] (said / acted / event)
//! stamp  = "[" time "]" blank / time blank
//! said   = "<" [mode] nick ">" blank text           ; a nick holds a letter
//! acted  = [blank] "* " nick blank text
//! event  = ("=== " / "*** " / "-!- " / "--> " / "<-- " / "--- ") text
//! ```

use super::{
    beginning,
    cutter::{Cutter, unless_labelled},
    is_margin, piece,
};
use crate::{
    format::{Detection, Format},
    parse::Parser,
    source::Span,
    text::{
        SegmentKind::{Content, Label},
        Segments,
        lines::{line_end, lines},
        timestamp,
    },
};

const EVENTS: [&str; 6] = ["=== ", "*** ", "-!- ", "--> ", "<-- ", "--- "];
/// Networks allow nicknames of 9 to 32 characters; bridges to other chats put longer names there.
const LONGEST_NICK: usize = 64;

/// Looks at the first lines: at least two are messages, and most are of this format.
pub(crate) fn detect(_: &Parser, input: &str) -> Option<Detection> {
    const LOOKED_AT: usize = 50;
    const FIRST: usize = 5;
    let (mut all, mut ours, mut said) = (0_usize, 0_usize, 0_usize);
    let filled = beginning(input).lines().filter(|line| !line.trim_matches(is_margin).is_empty());
    for line in filled.take(LOOKED_AT) {
        all = all.saturating_add(1);
        // A tag alone on its line looks like a nickname that says nothing.
        if let Some(head) = head(line).filter(|head| head.text < line.len()) {
            // A nickname with a closing tag is an element of HTML or XML.
            let tag = head.nick.filter(|_| head.said).map(|nick| format!("</{}>", nick.of(line)));
            if tag.is_some_and(|tag| beginning(input).contains(&tag)) {
                return None;
            }
            ours = ours.saturating_add(1);
            said = said.saturating_add(usize::from(head.said));
        } else if ours == 0 && all >= FIRST {
            return None;
        }
    }
    let evidence =
        vec![format!("{said} of the first {all} lines begin with a nickname, as in `<nick> text`")];
    let most = ours.saturating_mul(2) > all;
    let confidence = unless_labelled(0.95, beginning(input));
    (said >= 2 && most).then_some(Detection { format: Format::Irc, confidence, evidence })
}

/// The head of a line; places are in bytes of the line.
struct Head {
    time: Option<Span>,
    nick: Option<Span>,
    /// Where the text begins.
    text: usize,
    /// Whether it is `<nick> text`.
    said: bool,
}

fn head(line: &str) -> Option<Head> {
    let rest = line.trim_start_matches('\u{feff}');
    let (time, rest) = stamp(rest).map_or((None, rest), |(time, rest)| (Some(piece(line, time)), rest));
    let found = said(rest).or_else(|| acted(rest)).or_else(|| event(rest));
    // Whatever else has a stamp is an event: somebody joins, the topic is changed.
    let (nick, text) = found.or_else(|| time.map(|_| (None, rest)))?;
    let text = line.len().saturating_sub(text.len());
    Some(Head {
        time,
        nick: nick.map(|nick| piece(line, nick)),
        text,
        said: rest.starts_with('<') && nick.is_some(),
    })
}

/// stamp = "[" time "]" blanks / time blanks ; gives the time and what follows
fn stamp(input: &str) -> Option<(&str, &str)> {
    let inner = input.strip_prefix('[').unwrap_or(input);
    let (_, length) = timestamp::prefix(inner)?;
    let (time, rest) = inner.split_at_checked(length)?;
    let rest = if inner.len() < input.len() { rest.strip_prefix(']')? } else { rest };
    let after = rest.trim_start_matches([' ', '\t']);
    (after.len() < rest.len()).then_some((time, after))
}

/// Who, if anybody, and the text.
type Line<'a> = (Option<&'a str>, &'a str);

/// said = "<" [mode] nick ">" blank text
fn said(input: &str) -> Option<Line<'_>> {
    let rest = input.strip_prefix('<')?;
    let rest = rest.strip_prefix(['@', '+', '%', '~', '&', ' ']).unwrap_or(rest);
    let (nick, text) = rest.split_once('>')?;
    let plain =
        !nick.contains(char::is_whitespace) && !nick.starts_with('/') && nick.contains(char::is_alphabetic);
    let fits = plain && (1..=LONGEST_NICK).contains(&nick.len());
    fits.then_some((Some(nick), one_blank_less(text)?))
}

/// acted = [blank] "* " nick blank text
fn acted(input: &str) -> Option<Line<'_>> {
    let rest = input.strip_prefix(' ').unwrap_or(input).strip_prefix("* ")?;
    let (nick, text) = rest.split_once(' ')?;
    (1..=LONGEST_NICK).contains(&nick.len()).then_some((Some(nick), text))
}

fn event(input: &str) -> Option<Line<'_>> {
    EVENTS.iter().find_map(|mark| input.strip_prefix(mark)).map(|text| (None, text))
}

/// `text` after its first blank; a message may also be empty.
fn one_blank_less(text: &str) -> Option<&str> {
    if text.is_empty() { Some(text) } else { text.strip_prefix([' ', '\t']) }
}

/// Cuts a chat into messages.
pub(crate) fn segments(parser: &Parser, input: &str) -> Segments {
    let mut cutter = Cutter::new(parser, input, Format::Irc);
    let mut end = 0;
    for line in lines(input, line_end(input)) {
        let text = input.get(line.start..line.end).unwrap_or_default();
        let shift = |at: usize| at.saturating_add(line.start);
        let whole = |span: Span| Span::new(shift(span.start), shift(span.end));
        if let Some(head) = head(text) {
            cutter.to(Content, end);
            cutter.gap(line.start);
            let speaker = head.nick.map(|nick| cutter.named(nick.of(text)));
            cutter.turn(speaker, head.time.map(whole), 1.0);
            cutter.to(Label, shift(head.text));
            end = line.end;
        } else if end > 0 && !text.trim().is_empty() {
            end = line.end;
        }
    }
    cutter.to(Content, end);
    cutter.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads() {
        for (line, time, nick, text) in [
            ("<ann> hi: you", None, Some("ann"), "hi: you"),
            ("<@ann> hi", None, Some("ann"), "hi"),
            ("[05:59] <szx0> I'm curious", Some("05:59"), Some("szx0"), "I'm curious"),
            ("05:59 < ann>  two", Some("05:59"), Some("ann"), " two"),
            ("2024-01-02 05:59:01 <ann>", Some("2024-01-02 05:59:01"), Some("ann"), ""),
            (" * ann waves", None, Some("ann"), "waves"),
            ("05:59  * ann waves", Some("05:59"), Some("ann"), "waves"),
            ("=== ann is now known as bea", None, None, "ann is now known as bea"),
            ("05:59 -!- ann [~a@e.x] has joined #x", Some("05:59"), None, "ann [~a@e.x] has joined #x"),
            ("[05:59] ann has quit", Some("05:59"), None, "ann has quit"),
        ] {
            let head = head(line).unwrap();
            let found = (
                head.time.map(|time| time.of(line)),
                head.nick.map(|nick| nick.of(line)),
                line.get(head.text..).unwrap(),
            );
            assert_eq!(found, (time, nick, text), "{line:?}");
        }
        for line in ["", "hi", "<two words> hi", "<09:05> ann: hi", "</b> x", "<b>bold</b>", "05:59", "* x"] {
            assert!(head(line).is_none(), "{line:?}");
        }
    }
}
