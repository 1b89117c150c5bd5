//! Strings: finding where they end, and what their escapes stand for.

/// Number of bytes before the first that needs a look: a quote, a backslash or a control character.
///
/// Eight bytes are looked at in one step. A byte of `word` is below `n` (at most 128) where the high bit of
/// `(word - n) & !word` is set; a borrow can set others, but only after the first.
pub(super) fn plain(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 0xFF;
    const HIGH: u64 = ONES << 7;
    let below = |word: u64, n: u8| word.wrapping_sub(ONES.wrapping_mul(n.into())) & !word;
    let equal = |word: u64, byte: u8| below(word ^ ONES.wrapping_mul(byte.into()), 1);
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let hits = (below(word, 0x20) | equal(word, b'"') | equal(word, b'\\')) & HIGH;
        if hits != 0 {
            return index.wrapping_mul(8).wrapping_add(hits.trailing_zeros() as usize / 8);
        }
    }
    let special = |&byte: &u8| byte < 0x20 || byte == b'"' || byte == b'\\';
    bytes.len().saturating_sub(rest.len()).saturating_add(rest.iter().position(special).unwrap_or(rest.len()))
}

/// Resolves the escapes of `text`, what stands between the quotes.
///
/// What is no escape is kept as written. Half of a surrogate pair becomes U+FFFD, and `lone` gets its offset.
pub(super) fn unescape(text: &str, mut lone: impl FnMut(usize)) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) =
        memchr::memchr(b'\\', rest.as_bytes()).and_then(|at| rest.split_at_checked(at))
    {
        out.push_str(before);
        let after = after.strip_prefix('\\').unwrap_or_default();
        let offset = text.len().saturating_sub(after.len()).saturating_sub(1);
        rest = match unicode(after) {
            Some((high @ 0xD800..=0xDBFF, next)) => match next.strip_prefix('\\').and_then(unicode) {
                Some((low @ 0xDC00..=0xDFFF, next)) => {
                    out.extend(char::decode_utf16([high, low]).flatten());
                    next
                }
                _ => {
                    lone(offset);
                    out.push(char::REPLACEMENT_CHARACTER);
                    next
                }
            },
            Some((unit, next)) => {
                out.push(char::from_u32(unit.into()).unwrap_or_else(|| {
                    lone(offset);
                    char::REPLACEMENT_CHARACTER
                }));
                next
            }
            None => simple(after, &mut out),
        };
    }
    out.push_str(rest);
    out
}

/// `u` and four hexadecimal digits: the number they say, and what follows.
fn unicode(after: &str) -> Option<(u16, &str)> {
    let (digits, rest) = after.strip_prefix('u')?.split_at_checked(4)?;
    let valid = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    valid.then(|| u16::from_str_radix(digits, 16).ok()).flatten().map(|unit| (unit, rest))
}

/// Adds what one letter after a backslash stands for, and gives what follows.
fn simple<'a>(after: &'a str, out: &mut String) -> &'a str {
    let mut letters = after.chars();
    let resolved = match letters.next() {
        Some(same @ ('"' | '\\' | '/')) => same,
        Some('b') => '\u{8}',
        Some('f') => '\u{c}',
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        _ => {
            out.push('\\');
            return after;
        }
    };
    out.push(resolved);
    letters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_stops_at_the_first_special_byte() {
        let bytes: Vec<u8> = (0..=255).collect();
        for &byte in &bytes {
            for place in 0..20 {
                let mut text = vec![b'x'; 20];
                text[place] = byte;
                let special = byte < 0x20 || byte == b'"' || byte == b'\\';
                assert_eq!(plain(&text), if special { place } else { 20 }, "byte {byte} at {place}");
            }
        }
        assert_eq!(plain(b"\x80\xff!\"......"), 3);
    }

    #[test]
    fn escapes_are_resolved() {
        let read = |text| {
            let mut lone = Vec::new();
            (unescape(text, |at| lone.push(at)), lone)
        };
        assert_eq!(read(r#"a\n\"\\\/\u00e9\ud83d\ude00z"#), ("a\n\"\\/é😀z".to_owned(), vec![]));
        assert_eq!(read(r"a\ud83d!\udE00"), ("a\u{FFFD}!\u{FFFD}".to_owned(), vec![1, 8]));
        assert_eq!(read(r"\ud83d\u0041"), ("\u{FFFD}A".to_owned(), vec![0]));
        assert_eq!(read(r"\x \u12 \u+123 \"), (r"\x \u12 \u+123 \".to_owned(), vec![]));
    }
}
