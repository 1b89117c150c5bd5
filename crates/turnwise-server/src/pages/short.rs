//! Texts that are shown in part, since there is no end to how long they may be.

/// Bytes of one text that are shown.
pub(super) const BYTES: usize = 64 * 1024;

/// The first line of a text, shortened.
pub(super) fn first_line(text: &str) -> String {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    shorten(line.trim(), 90)
}

/// At most `most` characters of a text.
pub(super) fn shorten(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// At most `most` bytes of a text, and how many bytes are left.
pub(super) fn cut(text: &str, most: usize) -> (&str, usize) {
    let shown = text.get(..floor(text, most)).unwrap_or_default();
    (shown, text.len().saturating_sub(shown.len()))
}

/// The nearest place at or before `at` where `text` may be cut.
pub(super) fn floor(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (at.saturating_sub(3)..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_between_characters() {
        assert_eq!(cut("aé", 2), ("a", 2));
        assert_eq!(cut("aé", 3), ("aé", 0));
        assert_eq!(shorten("éé", 2), "éé");
        assert_eq!(shorten("ééé", 2), "éé…");
        assert_eq!(first_line("\n  a \nb"), "a");
        assert_eq!(first_line(""), "");
    }
}
