//! Addresses of pages, escaped.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but the unreserved characters of RFC 3986.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The page of a conversation.
pub(super) fn address(id: &str) -> String {
    format!("/conversations/{}", utf8_percent_encode(id, ESCAPED))
}

/// A query, with its question mark.
pub(super) fn query<'a>(values: impl Iterator<Item = (&'a str, &'a String)>) -> String {
    let pairs: Vec<_> =
        values.map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, ESCAPED))).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}
