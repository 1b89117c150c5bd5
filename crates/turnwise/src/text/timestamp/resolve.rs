//! What the times of a document say together.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, Offset, Utc};

use super::{Numeric, Time, prefix};
use crate::{
    diagnostic::{Code, Diagnostic},
    source::Span,
};

/// A time as the model keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Resolved {
    /// The instant, where one is named.
    pub(crate) timestamp: Option<DateTime<FixedOffset>>,
    /// Whether the text must be kept, as the instant does not say all of it.
    pub(crate) keep_text: bool,
}

/// Reads the times of one document: [`see`](Self::see) every one first, then [`resolve`](Self::resolve) them.
///
/// Three numbers leave open whether the day or the month comes first. A number above 12 anywhere in the
/// document settles it for all; else the order under which no time runs backwards does; else the day is
/// taken to come first, and a finding says so.
#[derive(Debug, Clone, Default)]
pub(crate) struct Resolver {
    day_first: Evidence,
    month_first: Evidence,
    utc_reported: bool,
    order_reported: bool,
}

#[derive(Debug, Clone, Copy, Default)]
struct Evidence {
    /// Dates that exist in this order only.
    only: usize,
    /// Times earlier than the one before.
    backwards: usize,
    last: Option<NaiveDateTime>,
}

impl Evidence {
    fn see(&mut self, time: Option<NaiveDateTime>, other: Option<NaiveDateTime>) {
        if other.is_none() {
            self.only = self.only.saturating_add(1);
        }
        if time.is_some() {
            self.backwards = self.backwards.saturating_add(usize::from(time < self.last));
            self.last = time;
        }
    }
}

impl Numeric {
    fn day_first(self) -> Option<NaiveDateTime> {
        Some(NaiveDate::from_ymd_opt(self.year, self.second, self.first)?.and_time(self.time))
    }

    fn month_first(self) -> Option<NaiveDateTime> {
        Some(NaiveDate::from_ymd_opt(self.year, self.first, self.second)?.and_time(self.time))
    }
}

impl Resolver {
    /// Takes note of a time, as it is written.
    pub(crate) fn see(&mut self, text: &str) {
        if let Some((Time::Numeric(date), _)) = prefix(text) {
            let (day_first, month_first) = (date.day_first(), date.month_first());
            self.day_first.see(day_first, month_first);
            self.month_first.see(month_first, day_first);
        }
    }

    /// Says what the time at `span` of `input` names; what is doubtful about it goes to `findings`.
    pub(crate) fn resolve(&mut self, input: &str, span: Span, findings: &mut Vec<Diagnostic>) -> Resolved {
        let written = span.of(input);
        let text = Resolved { timestamp: None, keep_text: true };
        match prefix(written).map(|(time, _)| time) {
            Some(Time::Instant(timestamp)) => Resolved { timestamp: Some(timestamp), keep_text: false },
            Some(Time::Local(local)) => self.at(local, None, span, findings),
            Some(Time::Numeric(date)) => {
                let (local, certain) = self.order(date);
                if !certain && !self.order_reported {
                    self.order_reported = true;
                    findings.push(Diagnostic::new(Code::AmbiguousDate, span).with("time", written));
                }
                let resolved = local.map_or(text, |local| self.at(local, date.offset, span, findings));
                Resolved { keep_text: resolved.keep_text || !certain, ..resolved }
            }
            Some(Time::Invalid) => {
                findings.push(Diagnostic::new(Code::InvalidTimestamp, span).with("time", written));
                text
            }
            Some(Time::Date | Time::Clock | Time::Relative) | None => text,
        }
    }

    /// The date in the order of the document, and whether that order is certain.
    fn order(&self, date: Numeric) -> (Option<NaiveDateTime>, bool) {
        let (day_first, month_first) = (date.day_first(), date.month_first());
        let (day, month) = (self.day_first, self.month_first);
        let (prefer_month, certain) = match day.only.cmp(&month.only) {
            _ if date.dotted => (false, true),
            std::cmp::Ordering::Less => (true, true),
            std::cmp::Ordering::Greater => (false, true),
            std::cmp::Ordering::Equal if month.backwards == 0 && day.backwards > 0 => (true, true),
            std::cmp::Ordering::Equal => (false, day.backwards == 0 && month.backwards > 0),
        };
        let (first, second) = if prefer_month { (month_first, day_first) } else { (day_first, month_first) };
        // A date that exists in one order only, or is the same in both, is certain whatever the others are.
        let alike = day_first.is_none() || month_first.is_none() || day_first == month_first;
        (first.or(second), certain || alike)
    }

    fn at(
        &mut self,
        local: NaiveDateTime,
        offset: Option<FixedOffset>,
        span: Span,
        findings: &mut Vec<Diagnostic>,
    ) -> Resolved {
        if offset.is_none() && !self.utc_reported {
            self.utc_reported = true;
            findings.push(Diagnostic::new(Code::AssumedUtc, span));
        }
        let timestamp = local.and_local_timezone(offset.unwrap_or(Utc.fix())).single();
        Resolved { timestamp, keep_text: offset.is_none() || timestamp.is_none() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(times: &[&str]) -> (Vec<String>, Vec<&'static str>) {
        let input = times.concat();
        let mut resolver = Resolver::default();
        times.iter().for_each(|time| resolver.see(time));
        let (mut findings, mut at) = (Vec::new(), 0);
        let shown = times.iter().map(|time| {
            let span = Span::new(at, at.saturating_add(time.len()));
            at = span.end;
            let resolved = resolver.resolve(&input, span, &mut findings);
            let instant = resolved.timestamp.map_or("-".to_owned(), |time| time.to_rfc3339());
            if resolved.keep_text { format!("{instant} kept") } else { instant }
        });
        let shown = shown.collect();
        (shown, findings.iter().map(|finding| finding.code.slug()).collect())
    }

    #[test]
    fn the_document_decides_the_order() {
        let (day, findings) = resolve(&["1/2/24, 10:00", "13/2/24, 10:00"]);
        assert_eq!(day, ["2024-02-01T10:00:00+00:00 kept", "2024-02-13T10:00:00+00:00 kept"]);
        assert_eq!(findings, ["assumed-utc"]);
        let (month, _) = resolve(&["1/2/24, 10:00", "2/13/24, 10:00"]);
        assert_eq!(month[0], "2024-01-02T10:00:00+00:00 kept");
        let (forwards, findings) = resolve(&["11/1/24, 10:00", "11/2/24, 10:00", "12/1/24, 9:00"]);
        assert_eq!(forwards[0], "2024-11-01T10:00:00+00:00 kept");
        assert_eq!(findings, ["assumed-utc"]);
        let (open, findings) = resolve(&["1/2/24, 10:00", "3/2/24, 10:00"]);
        assert_eq!(open[0], "2024-02-01T10:00:00+00:00 kept");
        assert_eq!(findings, ["ambiguous-date", "assumed-utc"]);
        let (twice, findings) =
            resolve(&["11/1/24, 10:00", "11/1/24, 10:00", "11/2/24, 10:00", "12/1/24, 9:00"]);
        assert_eq!((twice[0].as_str(), findings), ("2024-11-01T10:00:00+00:00 kept", vec!["assumed-utc"]));
        let (day, findings) = resolve(&["1/11/24, 10:00", "2/11/24, 10:00", "1/12/24, 9:00"]);
        assert_eq!((day[0].as_str(), findings), ("2024-11-01T10:00:00+00:00 kept", vec!["assumed-utc"]));
        let (each, findings) = resolve(&["13/2/24, 10:00", "2/14/24, 10:00"]);
        assert_eq!(each, ["2024-02-13T10:00:00+00:00 kept", "2024-02-14T10:00:00+00:00 kept"]);
        assert_eq!(findings, ["assumed-utc"], "each says its own order");
        let (dots, findings) = resolve(&["1.2.24, 10:00"]);
        assert_eq!((dots[0].as_str(), findings[0]), ("2024-02-01T10:00:00+00:00 kept", "assumed-utc"));
    }

    #[test]
    fn what_is_kept_as_written() {
        let (shown, findings) = resolve(&[
            "2025-01-20T14:30:00+02:00",
            "9:15 AM",
            "Today at 9:15 AM",
            "25:61",
            "1/2/2024 10:00:00 Z",
            "985_2395",
        ]);
        assert_eq!(
            shown,
            [
                "2025-01-20T14:30:00+02:00",
                "- kept",
                "- kept",
                "- kept",
                "2024-02-01T10:00:00+00:00 kept",
                "- kept"
            ]
        );
        assert_eq!(findings, ["invalid-timestamp", "ambiguous-date"]);
    }
}
