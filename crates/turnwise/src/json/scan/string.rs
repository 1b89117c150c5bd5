//! Strings: finding where they end, and what their escapes stand for.

use crate::json::plain::plain;

/// What stands between the quotes of a string.
#[derive(Debug, Clone, Copy)]
pub(super) struct Inner {
    /// Number of its bytes.
    pub(super) len: usize,
    /// What was not handed out: all after the last escape, or the whole where there is none.
    pub(super) tail: usize,
}

/// Passes a string from after its first quote, as nearly every one is: without faults.
///
/// `say` is called at each escape, with what stands before it since the last one, and with what it stands for. Where
/// anything is to be said against the string, or it does not end, the answer is `None`.
#[inline(always)]
pub(super) fn sound(text: &str, mut say: impl FnMut(&str, char)) -> Option<Inner> {
    let bytes = text.as_bytes();
    let (mut len, mut tail) = (0_usize, 0);
    loop {
        len = len.wrapping_add(plain(bytes.get(len..)?));
        match bytes.get(len)? {
            b'"' => return Some(Inner { len, tail }),
            b'\\' => {
                let (resolved, after) = escape(text.get(len..)?)?;
                say(text.get(tail..len)?, resolved);
                len = text.len().wrapping_sub(after.len());
                tail = len;
            }
            _ => return None,
        }
    }
}

/// What the escape that `text` starts with stands for, and what follows; half of a surrogate pair stands for nothing.
fn escape(text: &str) -> Option<(char, &str)> {
    let after = text.strip_prefix('\\')?;
    simple(after).or_else(|| {
        let (unit, next) = unicode(after)?;
        match (char::from_u32(unit.into()), next.strip_prefix('\\').and_then(unicode)) {
            (Some(resolved), _) => Some((resolved, next)),
            (None, Some((low, next))) => {
                char::decode_utf16([unit, low]).next()?.ok().map(|resolved| (resolved, next))
            }
            (None, None) => None,
        }
    })
}

/// Resolves the escapes of `text`, what stands between the quotes.
///
/// What is no escape is kept as written. Half of a surrogate pair becomes U+FFFD, and `lone` gets its offset.
pub(super) fn unescape(text: &str, mut lone: impl FnMut(usize)) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from)) =
        memchr::memchr(b'\\', rest.as_bytes()).and_then(|at| rest.split_at_checked(at))
    {
        out.push_str(before);
        let after = from.strip_prefix('\\').unwrap_or_default();
        rest = match (escape(from), unicode(after)) {
            (Some((resolved, next)), _) => {
                out.push(resolved);
                next
            }
            (None, Some((_, next))) => {
                lone(text.len().saturating_sub(from.len()));
                out.push(char::REPLACEMENT_CHARACTER);
                next
            }
            (None, None) => {
                out.push('\\');
                after
            }
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

/// What one letter after a backslash stands for, and what follows.
fn simple(after: &str) -> Option<(char, &str)> {
    let resolved = match after.as_bytes().first()? {
        b'n' => '\n',
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'r' => '\r',
        b't' => '\t',
        _ => return None,
    };
    Some((resolved, after.get(1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

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
