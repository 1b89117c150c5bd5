//! Times as the queue file has them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970 UTC.
pub(super) fn now_ms() -> i64 {
    millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

/// A time in milliseconds.
pub(super) fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
