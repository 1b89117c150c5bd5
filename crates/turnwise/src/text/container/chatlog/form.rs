//! The forms of a message's head, a function a form.

use crate::{
    source::Span,
    text::{
        container::{is_direction_mark, piece},
        timestamp::{self, Time},
    },
};

/// Names are no longer than this, in characters, and have no more words than [`MOST_WORDS`]; what is
/// longer is an event (`Ann changed the subject to ...`) or prose.
const LONGEST_NAME: usize = 60;
const MOST_WORDS: usize = 6;

/// How a program writes the head of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Bracket,
    Dash,
    Telegram,
    Teams,
    Headline,
    Slackdump,
    ZoomTab,
    ZoomFrom,
}

/// The head of a message; all places are in bytes of its line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Head {
    /// When.
    pub(super) time: Span,
    /// Whether the time names a day.
    pub(super) dated: bool,
    /// Who, where somebody is named.
    pub(super) name: Option<Span>,
    /// Where the text begins; `None` where it stands on the next line.
    pub(super) text: Option<usize>,
}

impl Form {
    const ALL: [Self; 8] = [
        Self::Bracket,
        Self::Dash,
        Self::Telegram,
        Self::Teams,
        Self::Headline,
        Self::Slackdump,
        Self::ZoomTab,
        Self::ZoomFrom,
    ];

    /// The form that `line` is a head of.
    pub(super) fn of(line: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.head(line).is_some())
    }

    /// The form in one line.
    pub(super) fn example(self) -> &'static str {
        match self {
            Self::Bracket => "[2019-12-24, 12:23] Jane Doe: text",
            Self::Dash => "24/12/2019, 12:23 - Jane Doe: text",
            Self::Telegram => "Jane Doe, [Dec 24, 2019 at 12:23:00 PM]",
            Self::Teams => "Jane Doe, 12/24/2019 12:23 PM: text",
            Self::Headline => "Jane Doe — Today at 12:23 PM",
            Self::Slackdump => "> Jane Doe [U123] @ 24/12/2019 12:23:00 Z:",
            Self::ZoomTab => "12:23:00\tJane Doe:\ttext",
            Self::ZoomFrom => "12:23:00 From Jane Doe to Everyone: text",
        }
    }

    /// Whether one line is enough to know the form, though its time names no day.
    pub(super) fn is_strict(self) -> bool {
        matches!(self, Self::ZoomTab | Self::ZoomFrom)
    }

    /// Reads the head of `line`, which has no line end.
    pub(super) fn head(self, line: &str) -> Option<Head> {
        let reader = Reader { line };
        let rest = line.trim_start_matches(|c| c == '\u{feff}' || is_direction_mark(c));
        match self {
            Self::Bracket => reader.bracket(rest),
            Self::Dash => reader.dash(rest),
            Self::Telegram => reader.telegram(rest),
            Self::Teams => reader.teams(rest),
            Self::Headline => reader.headline(rest),
            Self::Slackdump => reader.slackdump(rest),
            Self::ZoomTab => reader.zoom_tab(rest),
            Self::ZoomFrom => reader.zoom_from(rest),
        }
    }
}

/// Reads one line; what its functions are given are tails of it.
struct Reader<'a> {
    line: &'a str,
}

impl<'a> Reader<'a> {
    /// `[` time `]` [blank] (name `:` text / event) ; without a date only for Matrix names, `@ann:example.org`
    fn bracket(&self, input: &'a str) -> Option<Head> {
        let (time, kind, rest) = self.time(input.strip_prefix('[')?)?;
        let head = self.message(time, kind, rest.strip_prefix(']')?);
        let matrix = |name: Span| name.of(self.line).starts_with('@') && name.of(self.line).contains(':');
        (kind != Time::Clock && kind != Time::Date || head.name.is_some_and(matrix)).then_some(head)
    }

    /// time blanks `-` blank (name `:` text / event)
    fn dash(&self, input: &'a str) -> Option<Head> {
        let (time, kind, rest) = self.time(input)?;
        let rest = rest.trim_start_matches(' ').strip_prefix(['-', '–'])?;
        let dated = kind.is_dated() || kind == Time::Invalid;
        (dated && rest.starts_with(' ')).then(|| self.message(time, kind, rest))
    }

    /// name `, [` time `]`, alone on its line
    fn telegram(&self, input: &'a str) -> Option<Head> {
        let inner = input.trim_end().strip_suffix(']')?;
        let (name, time) = split_near(inner, ", [")?;
        self.headed(name, time)
    }

    /// name ` — ` time, alone on its line
    fn headline(&self, input: &'a str) -> Option<Head> {
        let (name, time) = split_near(input, " — ")?;
        self.headed(name, time.trim_end())
    }

    /// `> ` name ` [` identifier `] @ ` time `:`, alone on its line
    fn slackdump(&self, input: &'a str) -> Option<Head> {
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
    fn teams(&self, input: &'a str) -> Option<Head> {
        let (name, time) = split_near(input, ", ")?;
        let (span, kind, rest) = self.time(time)?;
        let rest = rest.strip_prefix(':')?;
        let fits = kind.is_dated() && is_name(name) && (rest.is_empty() || rest.starts_with(is_blank));
        let rest = rest.strip_prefix(is_blank).unwrap_or(rest);
        fits.then(|| Head { time: span, dated: true, name: Some(self.span(name)), text: Some(self.at(rest)) })
    }

    /// clock TAB name `:` TAB text
    fn zoom_tab(&self, input: &'a str) -> Option<Head> {
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
    fn zoom_from(&self, input: &'a str) -> Option<Head> {
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

    /// Where `rest`, a tail of the line, begins.
    fn at(&self, rest: &str) -> usize {
        self.line.len().saturating_sub(rest.len())
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    /// Form, name and text of a line, or only its form for a head alone.
    fn shown(line: &str) -> String {
        let Some(form) = Form::of(line) else { return "none".to_owned() };
        let head = form.head(line).unwrap();
        let name = head.name.map_or("-", |name| name.of(line));
        let text = head.text.map_or("below", |text| line.get(text..).unwrap());
        format!("{form:?} | {} | {name} | {text}", head.time.of(line))
    }

    #[test]
    fn forms() {
        for (line, expected) in [
            ("[12/07/2017, 22:35:12] Ann Lee: hi: you", "Bracket | 12/07/2017, 22:35:12 | Ann Lee | hi: you"),
            (
                "\u{200e}[12/07/17, 22:35:12] Ann: \u{200e}image omitted",
                "Bracket | 12/07/17, 22:35:12 | Ann | image omitted",
            ),
            (
                "[1/4/23, 7:02:09\u{202f}PM] \u{202a}+1 123\u{202c}: hi",
                "Bracket | 1/4/23, 7:02:09\u{202f}PM | +1 123 | hi",
            ),
            (
                "[06/20/20 00:08] Bob created group \"a: b\"",
                "Bracket | 06/20/20 00:08 | - | Bob created group \"a: b\"",
            ),
            ("[18:37] @ann:example.org: hey", "Bracket | 18:37 | @ann:example.org | hey"),
            ("[18:37] Ann: hey", "none"),
            ("[18:37] see @b:c: hey", "none"),
            (
                "13/07/2017, 09:12 - Test: The time is 17:36.",
                "Dash | 13/07/2017, 09:12 | Test | The time is 17:36.",
            ),
            ("20/01/19, 11:23 - John Doe:.", "Dash | 20/01/19, 11:23 | John Doe | ."),
            ("20/01/19, 11:23 - John Doe:", "Dash | 20/01/19, 11:23 | John Doe | "),
            ("20/01/19, 11:23 - You were added", "Dash | 20/01/19, 11:23 | - | You were added"),
            ("20/01/19 - You were added", "none"),
            ("9:00 - 10:00: breakfast", "none"),
            (
                "Ann Lee, [Apr 9, 2026 at 9:15:00 AM]",
                "Telegram | Apr 9, 2026 at 9:15:00 AM | Ann Lee | below",
            ),
            ("Ann, [09.04.2026 9:15]", "Telegram | 09.04.2026 9:15 | Ann | below"),
            ("Ann, [see 9:15]", "none"),
            ("Ann, 3/15/2024 9:00 AM: hi", "Teams | 3/15/2024 9:00 AM | Ann | hi"),
            ("Ann — Today at 9:15 AM", "Headline | Today at 9:15 AM | Ann | below"),
            ("Ann — Today at 9:15 AM we met", "none"),
            ("> Ann [U123] @ 24/12/2019 12:23:00 Z:", "Slackdump | 24/12/2019 12:23:00 Z | Ann | below"),
            ("00:13:46\tAnn Lee:\tgm", "ZoomTab | 00:13:46 | Ann Lee | gm"),
            ("09:15:02\t From  Ann : hello", "ZoomFrom | 09:15:02 | Ann | hello"),
            ("09:15:02 From Ann to Everyone:", "ZoomFrom | 09:15:02 | Ann | below"),
            ("User: hi", "none"),
            ("", "none"),
        ] {
            assert_eq!(shown(line), expected, "{line:?}");
        }
    }
}
