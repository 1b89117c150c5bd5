//! Text without labels.

use super::transcript;

/// About `bytes` bytes of lines as they stand in a transcript, of which none begins a message.
pub fn prose(bytes: usize) -> String {
    let text = transcript(bytes);
    let bare = |line| {
        let unlabelled = |label| str::strip_prefix(line, label);
        ["User: ", "Assistant: "].into_iter().find_map(unlabelled).unwrap_or(line)
    };
    text.split_inclusive('\n').map(bare).collect()
}
