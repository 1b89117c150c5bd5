//! Tells prose from labels by bytes alone, so that the grammar of `head` sees few lines.

use super::{head, label};

/// The words of a decorated line that tell whether it may hold a label stand within this many bytes.
const WINDOW: usize = 96;

/// Whether the head of a decorated line can hold a listed label, told by its words of letters.
pub(super) fn may_hold_label(bytes: &[u8]) -> bool {
    const WORDS: usize = 8;
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
    let numbered = matches!(head.first(), Some(b'(' | b'0'..=b'9'));
    if numbered && !may_end(bytes) {
        return false;
    }
    // A time before the label has words of its own, such as a month.
    let timed = matches!(head.first(), Some(b'[' | b'(' | b'0'..=b'9' | b'*' | b'_'));
    let fits = if timed {
        words.any(label::may_begin_label)
    } else {
        words.next().is_some_and(label::may_begin_label)
    };
    fits || !head.is_ascii()
}

/// Whether a line that begins with a number or a parenthesis holds anything without which `head` finds no label in it: a
/// colon, a mark around the label, or a time after it, which has digits.
// Of all bytes at once: that takes less than a look at the first words.
fn may_end(line: &[u8]) -> bool {
    let any =
        |bytes: &[u8], wanted: fn(u8) -> bool| bytes.iter().fold(false, |any, &byte| any | wanted(byte));
    let from = line.iter().position(u8::is_ascii_alphabetic).unwrap_or(line.len());
    any(line, |byte| matches!(byte, b':' | b'#' | b'*' | b'_' | b'[' | 0x80..))
        || any(line.get(from..).unwrap_or_default(), |byte| byte.is_ascii_digit())
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
    // With those of a time after the label, up to its first number: `Monday at`.
    const MOST_WITH_TIME: usize = 7;
    let perhaps = |words: usize| if words > MOST_WITH_TIME { Plain::Never } else { Plain::Perhaps };
    // Words that a blank follows.
    let mut ended = 0_usize;
    let mut last = b'a';
    for &byte in bytes {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'-' | b'.' | b'\'' | b',' | b'/' | b'&' | b'+' | b'@' => {}
            b' ' => ended = ended.saturating_add(usize::from(last != b' ')),
            b'0'..=b'9' if last == b' ' => return perhaps(ended),
            b'0'..=b'9' => {}
            b'(' | b'[' | b'#' | b'\t' | 0x80.. => return perhaps(ended.saturating_add(1)),
            _ => return Plain::Never,
        }
        last = byte;
    }
    let words = ended.saturating_add(usize::from(last != b' '));
    match last {
        b' ' | b',' | b'-' => perhaps(words),
        _ if words > head::MOST_WORDS => Plain::Never,
        _ => Plain::Label,
    }
}

/// How many ASCII letters `bytes` begin with.
pub(super) fn letters(bytes: &[u8]) -> usize {
    let mut at: usize = 0;
    while let Some(eight) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let others = others(u64::from_le_bytes(*eight));
        if others != 0 {
            return at.wrapping_add(others.trailing_zeros() as usize / 8);
        }
        at = at.wrapping_add(8);
    }
    let rest = bytes.get(at..).unwrap_or_default();
    at.wrapping_add(rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count())
}

/// Which of eight bytes are no ASCII letters, told for all at once by their highest bits.
#[inline(always)]
pub(super) fn others(eight: u64) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    // Sums of seven bits stay within their byte: the eighth says whether a bound is reached.
    let lower = (eight | (EACH * 0x20)) & (EACH * 0x7f);
    let from_a = lower.wrapping_add(EACH * (0x80 - 0x61));
    let past_z = lower.wrapping_add(EACH * (0x80 - 0x7b));
    (!(from_a & !past_z) | eight) & (EACH * 0x80)
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
    use proptest::{prelude::*, sample::select};

    use super::{head, letters, may_end, others};

    #[test]
    fn letters_are_counted() {
        for byte in 0..=u8::MAX {
            for length in 0..20 {
                let text = [&b"abyzABYZmnopqrstuvwx"[..length], &[byte], b"aaaaaaaaaa"].concat();
                let expected = text.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(text.len());
                assert_eq!(letters(&text), expected, "{text:?}");
                assert_eq!(letters(&text[..length]), length);
                let eight = text.first_chunk().copied().unwrap_or_default();
                let first = others(u64::from_le_bytes(eight)).trailing_zeros() as usize / 8;
                assert_eq!(first, letters(&eight));
            }
        }
    }

    /// Pieces of lines with a number before a label, or a time on one side of it.
    const PIECES: &[&str] = &[
        "1",
        "12",
        "2024",
        "4711",
        ".",
        ")",
        "(",
        "]",
        " ",
        " ",
        " ",
        "-",
        "/",
        ",",
        "user",
        "User",
        "Bot",
        "a",
        "Mar",
        "Today",
        "am",
        "12:03",
        "2024-03-15",
        "3/15/24",
        "15 Mar 2024",
        ":",
        "[",
        "*",
        "#",
        "_",
        "é",
        "\u{a0}",
        "：",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_cannot_end_is_no_head(
            first in select(&["1", "4711", "(", "2024-03-15 ", "1. ", "(12"][..]),
            rest in prop::collection::vec(select(PIECES), 0..8),
        ) {
            let line = first.to_owned() + &rest.concat();
            prop_assert!(may_end(line.as_bytes()) || head::parse(&line, 96).is_none(), "{:?}", line);
        }
    }
}
