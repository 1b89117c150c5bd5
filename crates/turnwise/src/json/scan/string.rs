//! Strings: finding where they end, and what their escapes stand for.

use crate::json::plain::walk;

/// Length of a string without faults, from after its first quote to before its last, and whether it has escapes.
///
/// Where anything is to be said against it, or it does not end, the answer is `None`.
pub(super) fn sound(bytes: &[u8]) -> Option<(usize, bool)> {
    let mut escaped = false;
    let end = walk(bytes, |at| {
        let escape = bytes.get(at..)?;
        let [b'\\', letter, ..] = escape else { return None };
        escaped = true;
        let len = if simple(*letter).is_some() { 2 } else { unicode(escape)?.1 };
        Some(at.wrapping_add(len))
    });
    ends(bytes, end).map(|len| (len, escaped))
}

/// Length of a string whose escapes are those that JSON is written with here; none where one is not, or there is a fault.
pub(super) fn written(bytes: &[u8]) -> Option<usize> {
    let end = walk(bytes, |at| match bytes.get(at..)? {
        [b'\\', b'"' | b'\\' | b'n' | b'r' | b't' | b'b' | b'f', ..] => Some(at.wrapping_add(2)),
        _ => None,
    });
    ends(bytes, end)
}

/// The place, if a string ends there.
fn ends(bytes: &[u8], place: usize) -> Option<usize> {
    (bytes.get(place) == Some(&b'"')).then_some(place)
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
        let letter = from.as_bytes().get(1).copied().and_then(simple).map(|byte| (byte.into(), 2));
        let (resolved, len) = match (letter.or_else(|| unicode(from.as_bytes())), unit(from.as_bytes())) {
            (Some(resolved), _) => resolved,
            (None, Some(_)) => {
                lone(text.len().saturating_sub(from.len()));
                (char::REPLACEMENT_CHARACTER, UNIT)
            }
            (None, None) => ('\\', 1),
        };
        out.push(resolved);
        rest = from.get(len..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// What a letter after a backslash stands for.
#[inline(always)]
pub(super) fn simple(letter: u8) -> Option<u8> {
    SIMPLE.get(usize::from(letter)).copied().filter(|&byte| byte != 0)
}

/// What each letter after a backslash stands for, zero for nothing: a look costs less than a jump.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const SIMPLE: [u8; 256] = {
    let mut bytes = [0; 256];
    bytes[b'"' as usize] = b'"';
    bytes[b'\\' as usize] = b'\\';
    bytes[b'/' as usize] = b'/';
    bytes[b'b' as usize] = 8;
    bytes[b'f' as usize] = 12;
    bytes[b'n' as usize] = b'\n';
    bytes[b'r' as usize] = b'\r';
    bytes[b't' as usize] = b'\t';
    bytes
};

/// Length of `\uD800`.
const UNIT: usize = 6;

/// What the `\u0000` or `\uD800\uDC00` stands for that comes first, and its length; half of such a pair is none.
#[cold]
pub(super) fn unicode(escape: &[u8]) -> Option<(char, usize)> {
    let first = unit(escape)?;
    if let Some(resolved) = char::from_u32(first.into()) {
        return Some((resolved, UNIT));
    }
    let second = unit(escape.get(UNIT..)?)?;
    let resolved = char::decode_utf16([first, second]).next()?.ok()?;
    Some((resolved, UNIT.wrapping_mul(2)))
}

/// The number that `\u` and four hexadecimal digits say.
fn unit(escape: &[u8]) -> Option<u16> {
    let digits = escape.strip_prefix(b"\\u")?.first_chunk::<4>()?;
    digits.iter().try_fold(0_u16, |unit, &digit| {
        let digit = char::from(digit).to_digit(16)?;
        Some(unit << 4 | u16::try_from(digit).ok()?)
    })
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
