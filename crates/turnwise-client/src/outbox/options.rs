//! How large a queue may grow, and how patiently it is delivered.

use std::time::Duration;

/// How large a queue may grow, and how patiently it is delivered.
///
/// ```
/// use turnwise_client::outbox::Options;
/// let options = Options { quota_bytes: 64 << 20, ..Options::default() };
/// assert_eq!(options.senders, 8);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Most bytes that the queue file takes (1 GiB); beyond it a record is refused: [`Error::QueueFull`](super::Error).
    pub quota_bytes: u64,
    /// Most bytes of one record (10 MiB); beyond it a record is refused: [`Error::TooLarge`](super::Error).
    pub record_bytes: usize,
    /// Bytes on the device that are set aside (16 MiB), so that what was delivered can still be taken off the queue
    /// when the device is full. Should be larger than the largest record. 0 sets nothing aside.
    pub reserve_bytes: u64,
    /// How many requests are under way at a time (8); a conversation has one at most. With 0 nothing is delivered.
    pub senders: usize,
    /// Longest time between two attempts (1 hour) unless the server asks for more. There is no last attempt.
    pub longest_wait: Duration,
    /// Most that the server may ask to wait (1 hour).
    pub longest_retry_after: Duration,
    /// How long to leave an append alone of which nobody knows what came (5 seconds), before the server is asked: the
    /// request may still be under way, even if the program that sent it was killed.
    pub settle_after: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            quota_bytes: 1 << 30,
            record_bytes: 10 << 20,
            reserve_bytes: 16 << 20,
            senders: 8,
            longest_wait: Duration::from_secs(3600),
            longest_retry_after: Duration::from_secs(3600),
            settle_after: Duration::from_secs(5),
        }
    }
}
