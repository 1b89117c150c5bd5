//! Times beside labels: what they say, and in which order their numbers stand.
//!
//! [`prefix`] reads one time and is quick to refuse. [`Resolver`] has seen all times of a document, and so
//! can tell `13/07/2017` (the day first) from `01/20/19` (the month first).

mod grammar;
mod resolve;

use chrono::{DateTime, FixedOffset, NaiveDateTime, NaiveTime};

pub(crate) use resolve::Resolver;

/// A time as written beside a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Time {
    /// Date, time of day and offset from UTC: `2025-01-20T14:30:00+02:00`.
    Instant(DateTime<FixedOffset>),
    /// Date and time of day: `Apr 9, 2026 at 9:15:00 AM`.
    Local(NaiveDateTime),
    /// Date and time of day, with day and month in an order that the document must tell: `01/02/24, 12:23`.
    Numeric(Numeric),
    /// A date alone: `2019-12-24`.
    Date,
    /// A time of day, or the time since a recording began: `9:15 AM`, `00:03.608`.
    Clock,
    /// A time that counts from the day of writing: `Today at 9:15 AM`.
    Relative,
    /// The shape of a time, but no such time exists: `25:61`.
    Invalid,
}

impl Time {
    /// Whether it names a day as well as a time of day.
    pub(crate) fn is_dated(self) -> bool {
        matches!(self, Self::Instant(_) | Self::Local(_) | Self::Numeric(_) | Self::Relative)
    }
}

/// A date of three numbers whose year is known, day and month not yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Numeric {
    first: u32,
    second: u32,
    year: i32,
    time: NaiveTime,
    offset: Option<FixedOffset>,
    /// Dots between the numbers; nobody writes the month first with them.
    dotted: bool,
}

/// The time that `text` begins with, and how many bytes it takes.
///
/// ```text
/// time     = date [joint clock] / day-word joint clock / clock ["," date / until]
/// date     = year-first / numbers / month day ["," year] / day month [year] / yearless
/// clock    = 1*3DIGIT ":" 2DIGIT *2(":" 2DIGIT) [fraction] [meridiem] [offset]
/// until    = "-" clock
/// ```
///
/// A range is the time at which it begins.
pub(crate) fn prefix(text: &str) -> Option<(Time, usize)> {
    let first = text.as_bytes().first()?;
    let read = if first.is_ascii_digit() {
        may_begin_time(text.as_bytes()).then(|| grammar::number_first(text))?
    } else if first.is_ascii_alphabetic() {
        grammar::word_first(text)
    } else {
        return None;
    };
    let (rest, time) = read.ok()?;
    let mut next = rest.chars();
    let glued = match (next.next(), next.next()) {
        (Some(':'), Some(c)) => c.is_ascii_digit(),
        (Some('.' | '/' | '-'), Some(c)) => c.is_ascii_digit() && time == Time::Date,
        (Some(c), _) => c.is_alphanumeric(),
        (None, _) => false,
    };
    (!glued).then(|| (time, text.len().saturating_sub(rest.len())))
}

/// Whether the number that `text` begins with can be the first of a time, told by what stands behind it: `4711 pieces`
/// are none.
fn may_begin_time(text: &[u8]) -> bool {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match text.get(digits) {
        Some(b':') => digits <= 3,
        Some(b'/' | b'-' | b'.') => matches!(digits, 1 | 2 | 4),
        Some(_) => digits <= 2,
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match prefix(text) {
            None => "none".to_owned(),
            Some((time, length)) => {
                let time = match time {
                    Time::Instant(time) => time.to_rfc3339(),
                    Time::Local(time) => time.to_string(),
                    Time::Numeric(n) => format!("{} {} {} {}", n.first, n.second, n.year, n.time),
                    other => format!("{other:?}"),
                };
                format!("{time} | {}", text.get(length..).unwrap())
            }
        }
    }

    #[test]
    fn abbreviations_of_zones() {
        for (hours, zones) in [
            (-8, "PST"),
            (-7, "MST PDT"),
            (-6, "CST MDT"),
            (-5, "EST CDT"),
            (-4, "EDT"),
            (0, "WET UTC"),
            (1, "WEST BST CET"),
            (2, "CEST EET"),
            (3, "EEST"),
        ] {
            for zone in zones.split(' ') {
                assert_eq!(
                    shown(&format!("2024-03-15 09:00 {zone}")),
                    format!("2024-03-15T09:00:00{hours:+03}:00 | ")
                );
            }
        }
    }

    #[test]
    fn forms() {
        for (text, expected) in [
            ("2025-01-20T14:30:00Z] x", "2025-01-20T14:30:00+00:00 | ] x"),
            ("2025-01-20T14:30:00.250+02:00 x", "2025-01-20T14:30:00.250+02:00 |  x"),
            ("2025-01-20 14:30:05 -0530 x", "2025-01-20T14:30:05-05:30 |  x"),
            ("2025-01-20T14:30+02", "2025-01-20T14:30:00+02:00 | "),
            ("2026-02-10 21:49:42Z", "2026-02-10T21:49:42+00:00 | "),
            ("2024-03-15 09:00:00 UTC)", "2024-03-15T09:00:00+00:00 | )"),
            ("2024-03-15 09:00 GMT+1:00)", "2024-03-15T09:00:00+01:00 | )"),
            ("2024-03-15 09:00:00 EST] x", "2024-03-15T09:00:00-05:00 | ] x"),
            ("2024-07-15 09:00 CEST", "2024-07-15T09:00:00+02:00 | "),
            ("9:00 AM EST): hi", "Clock | ): hi"),
            ("9:00 EST, x", "Clock | , x"),
            ("9:00 ESTA", "Clock |  ESTA"),
            ("2016-12-31 23:59:60Z", "2016-12-31T23:59:60+00:00 | "),
            ("2019-12-24, 12:23] J", "2019-12-24 12:23:00 | ] J"),
            ("2024/01/31, 11:25 - J", "2024-01-31 11:25:00 |  - J"),
            ("2024-03-15 9:00 PM", "2024-03-15 21:00:00 | "),
            ("2024-03-15 12:03 Zoe", "2024-03-15 12:03:00 |  Zoe"),
            ("2024-03-15: x", "Date | : x"),
            ("13/07/2017, 22:35 - J", "13 7 2017 22:35:00 |  - J"),
            ("01/20/19 11:23] J", "1 20 2019 11:23:00 | ] J"),
            ("13.07.17, 09:12:05", "13 7 2017 09:12:05 | "),
            ("13-07-2017 09:12", "13 7 2017 09:12:00 | "),
            ("9:15 AM, 3/15/2024] A", "3 15 2024 09:15:00 | ] A"),
            ("09:15, 15.3.24] A", "15 3 2024 09:15:00 | ] A"),
            ("09:15, 2024-03-15] A", "2024-03-15 09:15:00 | ] A"),
            ("09:15, 31/31/2024] A", "Invalid | ] A"),
            ("09:15, 3 apples", "Clock | , 3 apples"),
            ("15-Mar-24 09:15 AM] A", "2024-03-15 09:15:00 | ] A"),
            ("15-Mar-99", "Date | "),
            ("15-Mar-69 09:15", "2069-03-15 09:15:00 | "),
            ("15-Mar-70 09:15", "1970-03-15 09:15:00 | "),
            ("13/07/2017 à 09:12 - J", "13 7 2017 09:12:00 |  - J"),
            ("1/4/23, 7:02\u{202f}PM - J", "1 4 2023 19:02:00 |  - J"),
            ("1/4/23, 7:02\u{a0}a.\u{a0}m. - J", "1 4 2023 07:02:00 |  - J"),
            ("12/31/23, 12:05 am]", "12 31 2023 00:05:00 | ]"),
            ("02/01/2006 15:04:05 Z:", "2 1 2006 15:04:05 | :"),
            ("Apr 9, 2026 at 9:15:00 AM]", "2026-04-09 09:15:00 | ]"),
            ("September 9th 2026, 21:15", "2026-09-09 21:15:00 | "),
            ("9 Apr 2026 09:15", "2026-04-09 09:15:00 | "),
            ("9. April 2026 um 09:15 x", "2026-04-09 09:15:00 |  x"),
            ("Apr 9 at 9:15 AM", "Relative | "),
            ("Today at 9:15 AM", "Relative | "),
            ("Yesterday, 21:15 x", "Relative |  x"),
            ("Monday at 9:15", "Relative | "),
            ("Tue 9:15", "Relative | "),
            ("3/15, 9:15 AM] A", "Relative | ] A"),
            ("15/3 09:15", "Relative | "),
            ("9:15 AM", "Clock | "),
            ("12:30 PM", "Clock | "),
            ("1/4/23, 12:30 PM", "1 4 2023 12:30:00 | "),
            ("9:15/2", "Clock | /2"),
            ("09:15 amber", "Clock |  amber"),
            ("17:36.", "Clock | ."),
            ("00:03.608)", "Clock | )"),
            ("00:00:03,608 --> 00", "Clock |  --> 00"),
            ("75:10 x", "Clock |  x"),
            ("00:00:00:04]", "Clock | ]"),
            ("00:00:01 - 00:00:04] A", "Clock | ] A"),
            ("00:01.000 --> 00:04.000 A", "Clock |  A"),
            ("0:01–0:04) A", "Clock | ) A"),
            ("9:00 - 10:00: breakfast", "Clock |  - 10:00: breakfast"),
            ("00:00:01 - 10 apples", "Clock |  - 10 apples"),
            ("9:00 - 10:00:30 x", "Clock |  - 10:00:30 x"),
            ("9:00:30 - 10:00 x", "Clock |  - 10:00 x"),
            ("75:59", "Clock | "),
            ("75:60", "Invalid | "),
            ("25:61]", "Invalid | ]"),
            ("13:75:00", "Invalid | "),
            ("13:00 AM", "Invalid | "),
            ("2024-02-30T10:00:00Z", "Invalid | "),
            ("31/31/2024, 10:00", "Invalid | "),
            ("2024-01-01 24:30", "Invalid | "),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }

    #[test]
    fn no_time_is_refused_by_its_first_number() {
        let numbers = ["1", "12", "123", "2024", "12345"];
        let behind = ["", ":", "/", "-", ".", " ", ",", "x", "\u{a0}", "1", ")", "T"];
        let rests = [
            "",
            "03",
            "03:12",
            "3/24",
            "03-15",
            "3.2024",
            "Mar 2024",
            " Mar 2024",
            "/15 09:15",
            "30",
            ". Mar 24",
        ];
        for (number, behind) in numbers.iter().flat_map(|number| behind.map(|behind| (number, behind))) {
            for rest in rests {
                let text = format!("{number}{behind}{rest}");
                let refused = !may_begin_time(text.as_bytes());
                assert!(!refused || grammar::number_first(&text).is_err(), "{text:?}");
            }
        }
    }

    #[test]
    fn no_times() {
        for text in [
            "",
            "User: hi",
            "1. User",
            "12 apples",
            "10.20.30.40",
            "1.2.34 notes",
            "12:34:56:78:90:12",
            "12:3",
            "10:30x",
            "Mayor: hi",
            "March on",
            "May 1st",
            "Today is",
            "Augustus",
            "3/4 cup",
            "24/7",
            "24/30 10:00",
            "٣:١٥",
            "2024",
            "2024-03-15/2",
            "Mond 9:15",
            "99999:00",
            "2024-1",
            "Sun: hot",
            "mon ami: oui",
        ] {
            assert_eq!(prefix(text), None, "{text:?}");
        }
    }
}
