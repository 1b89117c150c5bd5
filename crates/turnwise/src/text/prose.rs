//! Tells prose from labels by bytes alone, so that the grammar of `head` sees few lines.

use super::{head, label};

/// A plain label ends within this many bytes, or its line is left to the grammar or taken for prose.
pub(super) const WINDOW: usize = 64;

/// Whether the head of a decorated line can hold a listed label, told by its words of letters.
pub(super) fn may_hold_label(bytes: &[u8]) -> bool {
    const WORDS: usize = 6;
    let head = bytes.get(..WINDOW).unwrap_or(bytes);
    let mut rest = head;
    let words = std::iter::from_fn(|| {
        let start = rest.iter().position(u8::is_ascii_alphabetic)?;
        let from = rest.get(start..)?;
        let (word, after) = from.split_at_checked(letters(from))?;
        rest = after;
        Some(word)
    });
    let mut words = words.take(WORDS);
    // A time before the label has words of its own, such as a month.
    let timed = matches!(head.first(), Some(b'[' | b'(' | b'0'..=b'9' | b'*' | b'_'));
    let fits = if timed {
        words.any(label::may_begin_label)
    } else {
        words.next().is_some_and(label::may_begin_label)
    };
    fits || !head.is_ascii()
}

/// What the bytes before a colon can be.
pub(super) enum Plain {
    /// A label as it stands.
    Label,
    /// A label with something around it; the grammar knows.
    Perhaps,
    /// Prose or code.
    Never,
}

/// Tells prose from labels by its bytes alone, as the grammar of `head` would: nearly all lines end here.
pub(super) fn plain_label(bytes: &[u8]) -> Plain {
    let perhaps = |blanks: u32| if blanks > head::MOST_WORDS as u32 { Plain::Never } else { Plain::Perhaps };
    let mut blanks = 0_u32;
    let mut last = b'a';
    for &byte in bytes {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'-' | b'.' | b'\'' | b',' | b'/' | b'&' | b'+' | b'@' => {}
            b'0'..=b'9' if last == b' ' => return perhaps(blanks),
            b'0'..=b'9' => {}
            b' ' => blanks = blanks.saturating_add(1),
            b'(' | b'[' | b'#' | b'\t' | 0x80.. => return perhaps(blanks),
            _ => return Plain::Never,
        }
        last = byte;
    }
    match last {
        _ if blanks >= head::MOST_WORDS as u32 => Plain::Never,
        b' ' | b',' | b'-' => Plain::Perhaps,
        _ => Plain::Label,
    }
}

/// How many ASCII letters `bytes` begin with.
pub(super) fn letters(bytes: &[u8]) -> usize {
    let mut at: usize = 0;
    while let Some(eight) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let others = others(*eight);
        if others != 0 {
            return at.wrapping_add(others.trailing_zeros() as usize / 8);
        }
        at = at.wrapping_add(8);
    }
    let rest = bytes.get(at..).unwrap_or_default();
    at.wrapping_add(rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count())
}

/// How many ASCII letters these begin with, told without a branch.
#[inline(always)]
pub(super) fn letters_of_sixteen(bytes: &[u8; 16]) -> usize {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = *bytes;
    let (first, second) = (others([a, b, c, d, e, f, g, h]), others([i, j, k, l, m, n, o, p]));
    (u128::from(first) | u128::from(second) << 64).trailing_zeros() as usize / 8
}

/// The bytes that are no ASCII letters, told for all at once by their highest bits.
#[inline(always)]
fn others(eight: [u8; 8]) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let eight = u64::from_le_bytes(eight);
    // Sums of seven bits stay within their byte: the eighth says whether a bound is reached.
    let lower = (eight | (EACH * 0x20)) & (EACH * 0x7f);
    let from_a = lower.wrapping_add(EACH * (0x80 - 0x61));
    let past_z = lower.wrapping_add(EACH * (0x80 - 0x7b));
    (!from_a | past_z | eight) & (EACH * 0x80)
}

/// Whether a word can end after one of these numbers of letters, a bit a number, told without a look at them all.
#[inline(always)]
pub(super) fn ends_at_one(bytes: &[u8], lengths: u32) -> bool {
    let mut rest = lengths;
    while rest != 0 {
        if !bytes.get(rest.trailing_zeros() as usize).is_some_and(u8::is_ascii_alphabetic) {
            return true;
        }
        rest &= rest.wrapping_sub(1);
    }
    false
}

/// A thematic break: three or more of one mark, and nothing else.
pub(super) fn is_rule(line: &str) -> bool {
    let line = line.trim_end();
    line.len() >= 3 && ["-", "*", "_", "="].iter().any(|mark| line.split(mark).all(str::is_empty))
}

#[cfg(test)]
mod tests {
    use super::{letters, letters_of_sixteen};

    #[test]
    fn letters_are_counted() {
        for byte in 0..=u8::MAX {
            for length in 0..20 {
                let text = [&b"abyzABYZmnopqrstuvwx"[..length], &[byte], b"aaaaaaaaaa"].concat();
                let expected = text.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(text.len());
                assert_eq!(letters(&text), expected, "{text:?}");
                assert_eq!(letters(&text[..length]), length);
                let sixteen =
                    text.iter().chain(b"a-------------------").copied().take(16).collect::<Vec<u8>>();
                let sixteen: [u8; 16] = sixteen.try_into().unwrap_or_default();
                assert_eq!(letters_of_sixteen(&sixteen), letters(&sixteen));
            }
        }
    }
}
