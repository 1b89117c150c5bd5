//! Bounds on what one call may cost.

/// How much a call may hand in and get back. What exceeds a bound is refused, or cut with a note; nothing fails.
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
}

impl Default for Limits {
    fn default() -> Self {
        Self { input_bytes: 8 << 20, output_bytes: 40 << 10, findings: 30, readers: 4 }
    }
}

impl Limits {
    /// Bytes of a message of the protocol: a transcript of full size has room in it, escaped as JSON.
    pub const fn message_bytes(self) -> usize {
        self.input_bytes.saturating_mul(4)
    }
}
