//! Bounds on what calls may cost.

use std::time::Duration;

/// How much a call may hand in, get back, and keep busy. What exceeds a bound is refused, or cut with a note; nothing fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of a transcript. Default: 8 MiB.
    pub input_bytes: usize,
    /// Bytes of conversations in an answer, as JSON. Default: 40 KiB, some ten thousand tokens.
    pub output_bytes: usize,
    /// Findings in an answer. Default: 30.
    pub findings: usize,
    /// Transcripts read at the same time; further calls wait. Default: 4.
    pub readers: usize,
    /// Requests over HTTP that are answered at the same time; further ones wait. Default: 32.
    pub requests: usize,
    /// How long a request over HTTP may take from its first byte to its answer. Default: 2 minutes.
    pub request_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            input_bytes: 8 << 20,
            output_bytes: 40 << 10,
            findings: 30,
            readers: 4,
            requests: 32,
            request_time: Duration::from_secs(120),
        }
    }
}

impl Limits {
    /// Bytes of a message of the protocol: a transcript of full size has room in it, escaped as JSON.
    pub const fn message_bytes(self) -> usize {
        self.input_bytes.saturating_mul(4)
    }
}
