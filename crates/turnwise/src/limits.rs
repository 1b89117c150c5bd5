//! How much is read at most.

/// Bounds on one input; exceeding one is a finding of its own, never a panic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of input read. Default: 4 GiB on 64-bit machines, else 1 GiB.
    pub input_bytes: usize,
    /// Bytes of a line without its line end. In labelled text a longer one begins no message, and its words stay in
    /// the message that it stands in. Where an input holds many JSON documents, such as JSON Lines, a longer document
    /// is passed over, and the others are read. Default: as for `input_bytes`.
    pub line_bytes: usize,
    /// Bytes of a label in labelled text; what is longer is prose. Default: 96. A name or a model in parentheses after
    /// a label has 96 bytes at most, whatever this is.
    pub label_bytes: usize,
    /// Messages read in a conversation, where one that holds answers of tools counts as several. Default: 1,000,000.
    pub messages: usize,
    /// Nesting of JSON values that are looked into. Default: 128.
    pub depth: usize,
    /// Findings kept for an input; the rest is counted only. Default: 1,000.
    pub diagnostics: usize,
}

impl Default for Limits {
    fn default() -> Self {
        let input_bytes = if usize::BITS >= 64 { u32::MAX as usize } else { 1 << 30 };
        Self {
            input_bytes,
            line_bytes: input_bytes,
            label_bytes: 96,
            messages: 1_000_000,
            depth: 128,
            diagnostics: 1_000,
        }
    }
}
