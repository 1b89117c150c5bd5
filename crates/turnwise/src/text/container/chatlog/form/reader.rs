//! Reads a line as the head of a message, a function a form.

use super::Head;
use crate::{
    source::Span,
    text::{
        container::{is_direction_mark, piece},
        head,
        timestamp::{self, Time},
    },
};

/// Names are no longer than this, in characters, and have no more words than [`MOST_WORDS`]; what is
/// longer is an event (`Ann changed the subject to ...`) or prose.
const LONGEST_NAME: usize = 60;
const MOST_WORDS: usize = 6;

/// Reads one line; what its functions are given are tails of it.
pub(super) struct Reader<'a> {
    pub(super) line: &'a str,
}

impl<'a> Reader<'a> {
    /// `[` time `]` [blank] (name `:` text / event) ; without a date only for Matrix names, `@ann:example.org`
    pub(super) fn bracket(&self, input: &'a str) -> Option<Head> {
        let (time, kind, rest) = self.time(input.strip_prefix('[')?)?;
        let head = self.message(time, kind, rest.strip_prefix(']')?);
        let matrix = |name: Span| name.of(self.line).starts_with('@') && name.of(self.line).contains(':');
        (kind != Time::Clock && kind != Time::Date || head.name.is_some_and(matrix)).then_some(head)
    }

    /// `[` time `]` [blank] name [` (pinned)`], alone on its line
    pub(super) fn bracket_alone(&self, input: &'a str) -> Option<Head> {
        let (time, kind, rest) = self.time(input.strip_prefix('[')?)?;
        let name = rest.strip_prefix(']')?.trim_matches(is_blank);
        let name = name.strip_suffix(" (pinned)").unwrap_or(name);
        let fits = kind != Time::Date && is_name(name) && !name.contains(':');
        fits.then(|| Head { time, dated: kind.is_dated(), name: Some(self.span(name)), text: None })
    }

    /// `<` time `>` [blank] name `:` text
    pub(super) fn angle(&self, input: &'a str) -> Option<Head> {
        let (time, kind, rest) = self.time(input.strip_prefix('<')?)?;
        self.labelled(time, kind, rest.strip_prefix('>')?)
    }

    /// time blanks `-` blank (name `:` text / event)
    pub(super) fn dash(&self, input: &'a str) -> Option<Head> {
        let (time, kind, rest) = self.time(input)?;
        let rest = rest.trim_start_matches(' ').strip_prefix(['-', '–'])?;
        let dated = kind.is_dated() || kind == Time::Invalid;
        (dated && rest.starts_with(' ')).then(|| self.message(time, kind, rest))
    }

    /// name `, [` time `]`, alone on its line
    pub(super) fn telegram(&self, input: &'a str) -> Option<Head> {
        let inner = input.trim_end().strip_suffix(']')?;
        let (name, time) = split_near(inner, ", [")?;
        self.headed(name, time)
    }

    /// name ` — ` time, alone on its line
    pub(super) fn headline(&self, input: &'a str) -> Option<Head> {
        let (name, time) = split_near(input, " — ")?;
        self.headed(name, time.trim_end())
    }

    /// `> ` name ` [` identifier `] @ ` time `:`, alone on its line
    pub(super) fn slackdump(&self, input: &'a str) -> Option<Head> {
        let (sender, time) = split_near(input.strip_prefix("> ")?, "] @ ")?;
        let (name, _) = sender.rsplit_once(" [")?;
        self.headed(name, time.trim_end().strip_suffix(':')?)
    }

    /// A head that stands on a line of its own; `time` must be all of a time.
    fn headed(&self, name: &'a str, time: &'a str) -> Option<Head> {
        let (span, kind, rest) = self.time(time)?;
        let fits = rest.is_empty() && kind != Time::Date && is_name(name);
        fits.then(|| Head { time: span, dated: kind.is_dated(), name: Some(self.span(name)), text: None })
    }

    /// name `, ` date-time `:` text
    pub(super) fn teams(&self, input: &'a str) -> Option<Head> {
        let (name, time) = split_near(input, ", ")?;
        let (span, kind, rest) = self.time(time)?;
        let rest = rest.strip_prefix(':')?;
        let fits = kind.is_dated() && is_name(name) && (rest.is_empty() || rest.starts_with(is_blank));
        let rest = rest.strip_prefix(is_blank).unwrap_or(rest);
        fits.then(|| Head { time: span, dated: true, name: Some(self.span(name)), text: Some(self.at(rest)) })
    }

    /// clock TAB name `:` TAB text
    pub(super) fn zoom_tab(&self, input: &'a str) -> Option<Head> {
        let (time, _, rest) = self.time(input)?;
        let (name, text) = split_near(rest.strip_prefix('\t')?, ":\t")?;
        is_name(name).then(|| Head {
            time,
            dated: false,
            name: Some(self.span(name)),
            text: Some(self.at(text)),
        })
    }

    /// clock blanks `From` blanks name [blanks `to` blanks name] blanks `:` text ; the text may stand below
    pub(super) fn zoom_from(&self, input: &'a str) -> Option<Head> {
        let (time, _, rest) = self.time(input)?;
        let rest = rest.trim_start_matches(is_blank).strip_prefix("From ")?.trim_start_matches(is_blank);
        let (both, text) = split_near(rest, ":")?;
        let to = [" to ", " To "].iter().find_map(|to| both.split_once(to));
        let name = to.map_or(both, |(from, _)| from).trim_end();
        let below = text.trim_matches(is_blank).is_empty();
        let text = text.strip_prefix(is_blank).unwrap_or(text);
        is_name(name).then(|| Head {
            time,
            dated: false,
            name: Some(self.span(name)),
            text: (!below).then(|| self.at(text)),
        })
    }

    /// date-time blanks name `:` text ; the date begins with a word and has a year
    pub(super) fn month_first(&self, input: &'a str) -> Option<Head> {
        let (time, kind, rest) = self.time(input)?;
        let dated = kind.is_dated() && kind != Time::Relative;
        let fits = dated && input.starts_with(char::is_alphabetic) && rest.starts_with(is_blank);
        if fits { self.labelled(time, kind, rest) } else { None }
    }

    /// name `:` blanks clock, alone on its line
    pub(super) fn time_below(&self, input: &'a str) -> Option<Head> {
        let (name, time) = split_near(input, ":")?;
        let (time, kind, rest) = self.time(time.trim_start_matches(is_blank))?;
        let alone = kind == Time::Clock && rest.trim_matches(is_blank).is_empty();
        let fits = alone && is_name(name) && head::is_label(name);
        fits.then(|| Head { time, dated: false, name: Some(self.span(name)), text: None })
    }

    /// time [`]` / `)`], alone on its line; [name `:`] text on the line `below` it
    pub(super) fn above(&self, input: &'a str, bracketed: bool, below: &'a str) -> Option<Head> {
        let (time, kind, rest) = self.time(input)?;
        let rest = if bracketed { rest.strip_prefix([']', ')'])? } else { rest };
        let alone = rest.trim_matches(is_blank).is_empty() && !matches!(kind, Time::Date | Time::Invalid);
        // With an arrow it is a cue of captions.
        let fits = alone && !input.contains("-->");
        let said = sender(below).filter(|(name, _)| head::is_label(name));
        let (name, text) = said.map(|(name, text)| (self.span(name), self.at(text))).unzip();
        fits.then_some(Head { time, dated: kind.is_dated(), name, text })
    }

    /// What follows the time where it must be the name of somebody, and a text.
    fn labelled(&self, time: Span, kind: Time, input: &'a str) -> Option<Head> {
        let head = self.message(time, kind, input);
        head.name.is_some_and(|name| head::is_label(name.of(self.line))).then_some(head)
    }

    /// What follows the time: a name and a text, or the text of an event.
    fn message(&self, time: Span, kind: Time, input: &'a str) -> Head {
        let unmarked = |text: &'a str| text.trim_start_matches(is_direction_mark);
        let input = unmarked(unmarked(input).trim_start_matches(is_blank));
        let (name, text) = match sender(input) {
            Some((name, text)) => (Some(self.span(name.trim_matches(is_direction_mark))), unmarked(text)),
            None => (None, input),
        };
        Head { time, dated: kind.is_dated(), name, text: Some(self.at(text)) }
    }

    /// The time that `input` begins with, and what follows it.
    fn time(&self, input: &'a str) -> Option<(Span, Time, &'a str)> {
        let (kind, length) = timestamp::prefix(input)?;
        let (text, rest) = input.split_at_checked(length)?;
        Some((self.span(text), kind, rest))
    }

    /// Where `rest` begins.
    fn at(&self, rest: &str) -> usize {
        self.span(rest).start
    }

    /// Where `part` of the line, or of the line below it, stands.
    fn span(&self, part: &str) -> Span {
        piece(self.line, part)
    }
}

/// Splits at the first `mark` that a name can stand before.
fn split_near<'a>(input: &'a str, mark: &str) -> Option<(&'a str, &'a str)> {
    let window = input.char_indices().nth(LONGEST_NAME.saturating_mul(2)).map_or(input.len(), |(at, _)| at);
    let at = input.get(..window)?.find(mark)?;
    let (before, rest) = input.split_at_checked(at)?;
    Some((before, rest.strip_prefix(mark)?))
}

/// name `:` (blank text / end / `.` end), the name without quotation marks.
///
/// A message whose picture was shown once is written as a dot right after the colon.
fn sender(input: &str) -> Option<(&str, &str)> {
    let mut colons = input.char_indices().take(LONGEST_NAME.saturating_add(1)).filter(|&(_, c)| c == ':');
    colons.find_map(|(at, _)| {
        let (name, rest) = input.split_at_checked(at)?;
        let text = rest.strip_prefix(':')?;
        let ends = text.is_empty() || text == "." || text.starts_with(is_blank);
        (ends && is_name(name)).then(|| (name, text.strip_prefix(is_blank).unwrap_or(text)))
    })
}

fn is_name(text: &str) -> bool {
    let quoted = |c: char| matches!(c, '"' | '“' | '”' | '„' | '«' | '»');
    !text.trim_matches(is_direction_mark).trim().is_empty()
        && !text.starts_with(is_blank)
        && !text.contains(quoted)
        && text.chars().nth(LONGEST_NAME).is_none()
        && text.split_whitespace().nth(MOST_WORDS).is_none()
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{a0}' | '\u{202f}')
}
