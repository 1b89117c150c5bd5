//! Whether times run backwards.

use chrono::{DateTime, FixedOffset};

use super::Findings;
use crate::{
    diagnostic::{Code, Diagnostic},
    model::{Conversation, Message},
};

/// Compares every message that has a time with the last one before it that has a time of the same kind.
pub(super) fn timestamps_backwards(conversation: &Conversation, findings: &mut Findings) {
    let mut last: Option<(&Message, Time)> = None;
    for message in &conversation.messages {
        let Some(time) = Time::of(message) else { continue };
        if let Some((before, earlier)) = last
            && time.is_before(earlier)
        {
            findings.add(|| {
                Diagnostic::new(Code::TimestampsBackwards, message.span)
                    .related(before.span, "the one before it")
            });
        }
        last = Some((message, time));
    }
}

/// When a message was said.
#[derive(Clone, Copy)]
enum Time {
    /// An instant.
    At(DateTime<FixedOffset>),
    /// A reading of a clock or of a recorder, in milliseconds, and its number of fields: `12:03` has two.
    Reading { milliseconds: u64, fields: usize },
}

impl Time {
    fn of(message: &Message) -> Option<Self> {
        if let Some(instant) = message.timestamp {
            return Some(Self::At(instant));
        }
        message.details.as_ref()?.time.as_deref().and_then(Self::reading)
    }

    /// `reading = field ":" field [":" field] ["." 1*3DIGIT]`, where a field has one to three digits.
    fn reading(written: &str) -> Option<Self> {
        let (clock, fraction) = written.trim().split_once(['.', ',']).unwrap_or((written.trim(), "0"));
        let mut seconds = 0_u64;
        let mut fields = 0_usize;
        for field in clock.split(':') {
            seconds = seconds.checked_mul(60)?.checked_add(digits(field)?)?;
            fields = fields.checked_add(1)?;
        }
        // Two fields are hours and minutes or minutes and seconds; both are counted as the longer,
        // so that half a day is half a day.
        let unit = match fields {
            2 => 60_000,
            3 => 1_000,
            _ => return None,
        };
        let thousandths = digits(fraction)?.checked_mul(match fraction.len() {
            1 => 100,
            2 => 10,
            _ => 1,
        })?;
        let milliseconds =
            seconds.checked_mul(unit)?.checked_add(thousandths.checked_mul(unit)?.checked_div(1_000)?)?;
        Some(Self::Reading { milliseconds, fields })
    }

    fn is_before(self, earlier: Self) -> bool {
        /// A clock that falls back by more than this has passed midnight.
        const HALF_A_DAY: u64 = 12 * 60 * 60 * 1_000;
        match (self, earlier) {
            (Self::At(now), Self::At(then)) => now < then,
            (
                Self::Reading { milliseconds: now, fields },
                Self::Reading { milliseconds: then, fields: same },
            ) if fields == same => now < then && then.saturating_sub(now) <= HALF_A_DAY,
            _ => false,
        }
    }
}

/// A number of one to three digits.
fn digits(written: &str) -> Option<u64> {
    let plain = (1..=3).contains(&written.len()) && written.bytes().all(|byte| byte.is_ascii_digit());
    written.parse().ok().filter(|_| plain)
}
