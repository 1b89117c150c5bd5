//! Times and sizes as people read them.

use std::time::SystemTime;

use chrono::{DateTime, FixedOffset, Utc};
use maud::{Markup, html};

/// Hours and minutes, with the offset where that is not UTC; the whole time is its title.
pub(super) fn clock(time: &DateTime<FixedOffset>) -> Markup {
    html! { time datetime=(machine(time)) title=(whole(time)) { (time.format("%H:%M:%S")) (offset(time, "")) } }
}

/// How long ago something was stored, in milliseconds since 1970; the whole time is its title.
pub(super) fn stamp(milliseconds: i64) -> Markup {
    match DateTime::from_timestamp_millis(milliseconds).map(|time| time.fixed_offset()) {
        Some(time) => {
            let seconds = DateTime::<Utc>::from(SystemTime::now()).signed_duration_since(time).num_seconds();
            html! { time datetime=(machine(&time)) title=(whole(&time)) { (ago(&time, seconds)) } }
        }
        None => html! { "unknown" },
    }
}

/// When something was stored, in milliseconds since 1970.
pub(super) fn exact(milliseconds: i64) -> Markup {
    match DateTime::from_timestamp_millis(milliseconds).map(|time| time.fixed_offset()) {
        Some(time) => html! { time datetime=(machine(&time)) { (whole(&time)) } },
        None => html! { "unknown" },
    }
}

/// In words where it is recent, else the date.
fn ago(time: &DateTime<FixedOffset>, seconds: i64) -> String {
    let count = |of: i64, what: &str| format!("{} ago", counted(seconds.div_euclid(of).unsigned_abs(), what));
    match seconds {
        ..60 => "just now".to_owned(),
        60..3_600 => count(60, "minute"),
        3_600..86_400 => count(3_600, "hour"),
        86_400..604_800 => count(86_400, "day"),
        _ => time.format("%-d %b %Y").to_string(),
    }
}

/// The day, as it stands between messages of two days.
pub(super) fn day(time: &DateTime<FixedOffset>) -> String {
    time.format("%A, %-d %B %Y").to_string()
}

/// A number with a comma after every three digits.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join(",")
}

/// "1 message", "2 messages".
pub(super) fn counted(number: u64, one: &str) -> String {
    format!("{} {one}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// A size in bytes, kB or MB.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => counted(bytes, "byte"),
        1_000..1_000_000 => format!("{} kB", bytes.div_euclid(1_000)),
        _ => format!("{} MB", bytes.div_euclid(1_000_000)),
    }
}

/// A time taken, given in milliseconds.
pub(super) fn duration(milliseconds: u64) -> String {
    match milliseconds {
        0..1_000 => format!("{milliseconds} ms"),
        _ => format!(
            "{}.{} s",
            grouped(milliseconds.div_euclid(1_000)),
            milliseconds.rem_euclid(1_000).div_euclid(100)
        ),
    }
}

fn machine(time: &DateTime<FixedOffset>) -> String {
    time.to_rfc3339()
}

fn whole(time: &DateTime<FixedOffset>) -> String {
    time.format("%-d %b %Y, %H:%M:%S").to_string() + &offset(time, " UTC")
}

fn offset(time: &DateTime<FixedOffset>, utc: &str) -> String {
    match time.offset().local_minus_utc() {
        0 => utc.to_owned(),
        _ => format!(" {}", time.format("%:z")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        let time = DateTime::parse_from_rfc3339("2025-01-20T14:30:05Z").expect("a time");
        assert_eq!(whole(&time), "20 Jan 2025, 14:30:05 UTC");
        assert_eq!(day(&time), "Monday, 20 January 2025");
        assert_eq!(
            clock(&time).into_string(),
            "<time datetime=\"2025-01-20T14:30:05+00:00\" title=\"20 Jan 2025, 14:30:05 UTC\">14:30:05</time>",
        );
        let time = DateTime::parse_from_rfc3339("2025-01-20T14:30:05-03:30").expect("a time");
        assert_eq!(whole(&time), "20 Jan 2025, 14:30:05 -03:30");
    }

    #[test]
    fn how_long_ago() {
        let time = DateTime::parse_from_rfc3339("2025-01-20T14:30:05Z").expect("a time");
        let shown = [0, 59, 60, 3_599, 7_200, 90_000, 700_000].map(|seconds| ago(&time, seconds));
        let expected = [
            "just now",
            "just now",
            "1 minute ago",
            "59 minutes ago",
            "2 hours ago",
            "1 day ago",
            "20 Jan 2025",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn numbers() {
        let grouped: Vec<_> = [0, 999, 1_000, 12_345, 1_234_567].map(grouped).into();
        assert_eq!(grouped, ["0", "999", "1,000", "12,345", "1,234,567"]);
        assert_eq!([counted(1, "message"), counted(0, "message")], ["1 message", "0 messages"]);
        assert_eq!([duration(0), duration(999), duration(1_340)], ["0 ms", "999 ms", "1.3 s"]);
        assert_eq!([size(1), size(12_900), size(3_000_000)], ["1 byte", "12 kB", "3 MB"]);
    }
}
