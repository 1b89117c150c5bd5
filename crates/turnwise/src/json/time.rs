//! Times, as strings of RFC 3339 or near it, and as seconds or milliseconds since 1970.

use std::borrow::Cow;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDateTime, SecondsFormat};

use super::{
    reader::Reader,
    scan::{Key, Kind},
};
use crate::{diagnostic::Code, model::Extra};

/// A time, and how it is written where the canonical form has it in other words.
pub(crate) type Taken<'a> = (Option<DateTime<FixedOffset>>, Option<Cow<'a, str>>);

/// Takes a time. What is none is kept as text, with a finding.
pub(crate) fn take<'a>(scan: &mut Reader<'a>, key: Key<'a>, extra: &mut Extra) -> Taken<'a> {
    let mark = scan.mark();
    let (time, text) = match scan.kind() {
        Kind::String => {
            let text = scan.text();
            match DateTime::parse_from_rfc3339(&text) {
                Ok(time) => (Some(time), text),
                Err(_) => match without_offset(&text) {
                    Some(time) => {
                        if !std::mem::replace(&mut scan.assumed_utc, true) {
                            let span = scan.since(mark).span;
                            scan.report(Code::AssumedUtc, span, &[]);
                        }
                        (Some(time), text)
                    }
                    None => (None, text),
                },
            }
        }
        Kind::Number => {
            let text = scan.raw().text;
            (since_epoch(text), text.into())
        }
        _ => {
            scan.wrong(key, "a time", extra);
            return (None, None);
        }
    };
    if time.is_none() && !scan.is_stopped() {
        let span = scan.since(mark).span;
        scan.report(Code::InvalidTimestamp, span, &[("time", &text)]);
    }
    (time, Some(text).filter(|text| time.is_none_or(|time| *text != written(&time))))
}

/// A time in the form of RFC 3339, `Z` for UTC, with as many digits of a second as it needs (0, 3, 6 or 9).
pub(crate) fn written(time: &DateTime<FixedOffset>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Whether the value that comes next is a whole instant, not only a time of day.
pub(crate) fn is_whole(scan: &Reader<'_>) -> bool {
    match scan.kind() {
        Kind::String => {
            let text = scan.probe().text();
            DateTime::parse_from_rfc3339(&text).is_ok() || without_offset(&text).is_some()
        }
        kind => kind == Kind::Number,
    }
}

/// Whether the value that comes next is this time as the canonical form writes it.
pub(crate) fn is_next(scan: &Reader<'_>, time: &DateTime<FixedOffset>) -> bool {
    scan.kind() == Kind::String && scan.probe().text() == written(time)
}

/// A date and a time without an offset, taken as UTC.
fn without_offset(text: &str) -> Option<DateTime<FixedOffset>> {
    ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .map(|time| time.and_utc().fixed_offset())
}

/// Seconds since 1970, with a fraction or not; from the year 5138 on, milliseconds. RFC 3339 ends with the year 9999.
///
/// Before March 1973 nobody chatted: a smaller number is the time since a talk or a recording began.
fn since_epoch(text: &str) -> Option<DateTime<FixedOffset>> {
    const SECONDS_FROM: i64 = 100_000_000;
    const MILLISECONDS_FROM: i64 = 100_000_000_000;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole: i64 = whole.parse().ok()?;
    let time = if whole < SECONDS_FROM {
        return None;
    } else if whole >= MILLISECONDS_FROM {
        DateTime::from_timestamp_millis(whole)
    } else {
        let digits: String = fraction.chars().chain("000000000".chars()).take(9).collect();
        DateTime::from_timestamp(whole, digits.parse().ok()?)
    };
    time.filter(|time| (0..=9999).contains(&time.year())).map(|time| time.fixed_offset())
}
