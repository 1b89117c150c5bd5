//! Addresses in running text, which people expect to follow.

use maud::{Markup, html};

/// What may follow an address without being part of it.
const AFTER: &[char] = &['.', ',', ';', ':', '!', '?', ')', ']', '}', '\'', '"', '*', '_', '~', '|'];

/// Running text with its addresses as links.
pub(super) fn linked(text: &str) -> Markup {
    html! {
        @for piece in pieces(text) {
            @match piece {
                Piece::Words(words) => (words),
                Piece::Address(address) => a href=(address) { (address) },
            }
        }
    }
}

/// A stretch of a text.
#[derive(Debug, PartialEq)]
pub(super) enum Piece<'a> {
    Words(&'a str),
    Address(&'a str),
}

/// A text cut into addresses and what is between them.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut from, mut seen) = (0, 0);
    while let Some(found) = text.get(seen..).and_then(|rest| rest.find("http")) {
        let start = seen.saturating_add(found);
        let (before, rest) = text.split_at_checked(start).unwrap_or((text, ""));
        let length = address(before, rest);
        seen = start.saturating_add(length.max("http".len()));
        if length > 0 {
            pieces.push(Piece::Words(text.get(from..start).unwrap_or_default()));
            pieces.push(Piece::Address(rest.get(..length).unwrap_or_default()));
            from = seen;
        }
    }
    pieces.push(Piece::Words(text.get(from..).unwrap_or_default()));
    pieces.retain(|piece| *piece != Piece::Words(""));
    pieces
}

/// How many bytes of `rest` are an address.
fn address(before: &str, rest: &str) -> usize {
    let Some(host) = rest.strip_prefix("https://").or_else(|| rest.strip_prefix("http://")) else { return 0 };
    if before.ends_with(char::is_alphanumeric) || !host.starts_with(char::is_alphanumeric) {
        return 0;
    }
    let end =
        rest.find(|c: char| c.is_whitespace() || c.is_control() || "<>\"`".contains(c)).unwrap_or(rest.len());
    let mut found = rest.get(..end).unwrap_or_default();
    let (opened, mut closed) = (found.matches('(').count(), found.matches(')').count());
    while let Some(shorter) = found.strip_suffix(AFTER) {
        // A bracket that was opened within belongs to it.
        if found.ends_with(')') {
            if closed <= opened {
                break;
            }
            closed = closed.saturating_sub(1);
        }
        found = shorter;
    }
    found.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses() {
        for (text, expected) in [
            ("see https://a.example/b?c=d#e, or", "https://a.example/b?c=d#e"),
            ("(http://a.example)", "http://a.example"),
            ("https://a.example/b_(c).", "https://a.example/b_(c)"),
            ("\"https://a.example\"", "https://a.example"),
            ("<https://a.example>", "https://a.example"),
            ("https://é.example/ü!", "https://é.example/ü"),
        ] {
            let found: Vec<_> =
                pieces(text).into_iter().filter(|piece| matches!(piece, Piece::Address(_))).collect();
            assert_eq!(found, [Piece::Address(expected)], "{text}");
        }
        for text in
            ["http", "https://", "xhttps://a.example", "javascript:https//a", "http:/a", "https://)", ""]
        {
            assert!(!pieces(text).iter().any(|piece| matches!(piece, Piece::Address(_))), "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_lost(text in "(https?://|http|[a-z]|é| |[().,<>\"]){0,30}") {
            let words = |piece: &Piece<'_>| match *piece {
                Piece::Words(text) | Piece::Address(text) => text.to_owned(),
            };
            prop_assert_eq!(pieces(&text).iter().map(words).collect::<String>(), text);
        }
    }
}
