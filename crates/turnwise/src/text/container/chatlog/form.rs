//! The forms of a message's head.

mod reader;

use crate::{source::Span, text::container::is_direction_mark};
use reader::Reader;

/// How a program writes the head of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Bracket,
    BracketAlone,
    Angle,
    Dash,
    Telegram,
    Teams,
    Headline,
    Slackdump,
    ZoomTab,
    ZoomFrom,
    MonthFirst,
    TimeBelow,
    BracketAbove,
    TimeAbove,
}

/// The head of a message; all places are in bytes from the start of its line.
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
    /// All forms. Where the first message fits several, the first that the whole document speaks for is taken.
    pub(super) const ALL: [Self; 14] = [
        Self::Bracket,
        Self::BracketAlone,
        Self::Angle,
        Self::Dash,
        Self::Telegram,
        Self::Teams,
        Self::Headline,
        Self::Slackdump,
        Self::ZoomTab,
        Self::ZoomFrom,
        Self::MonthFirst,
        Self::TimeBelow,
        Self::BracketAbove,
        Self::TimeAbove,
    ];

    /// The form, with `/` for a line end.
    pub(super) fn example(self) -> &'static str {
        match self {
            Self::Bracket => "[2019-12-24, 12:23] Jane Doe: text",
            Self::BracketAlone => "[24-Dec-19 12:23 PM] Jane Doe / text",
            Self::Angle => "<12:23> Jane Doe: text",
            Self::Dash => "24/12/2019, 12:23 - Jane Doe: text",
            Self::Telegram => "Jane Doe, [Dec 24, 2019 at 12:23:00 PM] / text",
            Self::Teams => "Jane Doe, 12/24/2019 12:23 PM: text",
            Self::Headline => "Jane Doe — Today at 12:23 PM / text",
            Self::Slackdump => "> Jane Doe [U123] @ 24/12/2019 12:23:00 Z: / text",
            Self::ZoomTab => "12:23:00\tJane Doe:\ttext",
            Self::ZoomFrom => "12:23:00 From Jane Doe to Everyone: text",
            Self::MonthFirst => "Dec 24, 2019 12:23 PM Jane Doe: text",
            Self::TimeBelow => "Jane Doe: 00:12:23 / text",
            Self::BracketAbove => "[00:12:23] / Jane Doe: text",
            Self::TimeAbove => "00:12:23 / Jane Doe: text",
        }
    }

    /// Whether one line is enough to know the form, though its time names no day.
    pub(super) fn is_strict(self) -> bool {
        matches!(self, Self::ZoomTab | Self::ZoomFrom)
    }

    /// Whether labelled text has heads of this form too.
    pub(super) fn is_labelled_text(self) -> bool {
        matches!(
            self,
            Self::Bracket | Self::Dash | Self::Telegram | Self::Teams | Self::Headline | Self::ZoomTab
        )
    }

    /// Whether other texts have lines of this form too, so that the whole document must speak for it.
    pub(super) fn is_loose(self) -> bool {
        !self.is_labelled_text() && !matches!(self, Self::Slackdump | Self::ZoomFrom)
    }

    /// How much of `text`, which follows a head that stands alone, belongs to the form: a tab in Zoom, a blank
    /// line below a time.
    pub(super) fn gap(self, text: &str) -> usize {
        let gaps: &[&str] = match self {
            Self::ZoomFrom => &["\t"],
            Self::TimeBelow => &["\r\n", "\n"],
            _ => &[],
        };
        gaps.iter().find(|gap| text.starts_with(**gap)).map_or(0, |gap| gap.len())
    }

    /// Reads the head that begins with `line`; `below` is the line after it in the same input. Neither has a
    /// line end.
    pub(super) fn head(self, line: &str, below: &str) -> Option<Head> {
        let reader = Reader { line };
        let rest = line.trim_start_matches(|c| c == '\u{feff}' || is_direction_mark(c));
        match self {
            Self::Bracket => reader.bracket(rest),
            Self::BracketAlone => reader.bracket_alone(rest),
            Self::Angle => reader.angle(rest),
            Self::Dash => reader.dash(rest),
            Self::Telegram => reader.telegram(rest),
            Self::Teams => reader.teams(rest),
            Self::Headline => reader.headline(rest),
            Self::Slackdump => reader.slackdump(rest),
            Self::ZoomTab => reader.zoom_tab(rest),
            Self::ZoomFrom => reader.zoom_from(rest),
            Self::MonthFirst => reader.month_first(rest),
            Self::TimeBelow => reader.time_below(rest),
            Self::BracketAbove => reader.above(rest.strip_prefix(['[', '('])?, true, below),
            Self::TimeAbove => reader.above(rest, false, below),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Form, time, name and text of a head, by the first form that reads it.
    fn shown(text: &str) -> String {
        let (line, below) = text.split_once('\n').unwrap_or((text, ""));
        let found = Form::ALL.into_iter().find_map(|form| Some((form, form.head(line, below)?)));
        let Some((form, head)) = found else { return "none".to_owned() };
        let name = head.name.map_or("-", |name| name.of(text));
        let said = head.text.map_or("below", |at| text.get(at..).unwrap());
        format!("{form:?} | {} | {name} | {said}", head.time.of(text))
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
            ("[9:15 AM, 3/15/2024] Ann: hey", "Bracket | 9:15 AM, 3/15/2024 | Ann | hey"),
            ("[3/15, 9:15 AM] Ann: hey", "Bracket | 3/15, 9:15 AM | Ann | hey"),
            ("[15-Mar-24 09:15 AM] Ann#1234", "Bracket | 15-Mar-24 09:15 AM | - | Ann#1234"),
            ("[9:15 AM] Ann Lee (pinned)", "BracketAlone | 9:15 AM | Ann Lee | below"),
            ("[2024-03-15] Ann", "none"),
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
            ("<09:05> Ann: hi", "Angle | 09:05 | Ann | hi"),
            ("<ann> hi: you", "none"),
            ("Mar 15, 2024 9:05:01 AM Ann Lee: hi", "MonthFirst | Mar 15, 2024 9:05:01 AM | Ann Lee | hi"),
            ("Mar 15 09:05:01 host sshd[123]: hi", "none"),
            ("Mar 15 09:05:01 host kernel: hi", "none"),
            ("Ann Lee: 00:00:07", "TimeBelow | 00:00:07 | Ann Lee | below"),
            ("Ann: 00:00:07 is when", "none"),
            ("[00:00:00:04]\nCDR: Roger. Clock.", "BracketAbove | 00:00:00:04 | CDR | Roger. Clock."),
            ("(0:01 - 0:04)\nAnn:", "BracketAbove | 0:01 - 0:04 | Ann | "),
            ("0:01\n[Music]", "TimeAbove | 0:01 | - | below"),
            ("0:01\nAnn: hi", "TimeAbove | 0:01 | Ann | hi"),
            ("00:01.000 --> 00:02.000\nAnn: hi", "none"),
            ("User: hi", "none"),
            ("", "none"),
        ] {
            assert_eq!(shown(line), expected, "{line:?}");
        }
    }
}
