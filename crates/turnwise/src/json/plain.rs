//! Finding what is not plain in a string: the one loop that every byte of a JSON document goes through.

use wide::u8x16;

/// Bytes looked at in one step: as many as a word has bits.
pub(crate) const STEP: usize = 64;

/// What a vector register holds, which is enough for most of the strings that have nothing special.
const VECTOR: usize = 16;

/// Number of bytes before the first that needs a look: a quote, a backslash or a control character.
#[inline]
pub(crate) fn plain(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    while let Some((vector, after)) = rest.split_first_chunk() {
        let marks = special(vector);
        if marks != 0 {
            return bytes.len().wrapping_sub(rest.len()).wrapping_add(marks.trailing_zeros() as usize);
        }
        rest = after;
    }
    let few =
        rest.iter().position(|&byte| byte < 0x20 || byte == b'"' || byte == b'\\').unwrap_or(rest.len());
    bytes.len().wrapping_sub(rest.len()).wrapping_add(few)
}

/// The same for a text that is short: no more than two vector registers are looked at.
#[inline(always)]
pub(crate) fn short(bytes: &[u8; VECTOR * 2]) -> usize {
    let vectors = bytes.as_chunks().0.iter().rev();
    let marks = vectors.fold(0_u32, |marks, vector| marks << VECTOR | special(vector));
    marks.trailing_zeros() as usize
}

/// Calls `look` with the place of each byte that needs a look; it gives the place from which to go on, at most a
/// step further, or none to stop there. Gives the place where it stopped, or the number of bytes.
///
/// All such bytes of a step are found at once, so that the next one need not wait for what is done with the one before.
#[inline(always)]
pub(crate) fn walk(bytes: &[u8], mut look: impl FnMut(usize) -> Option<usize>) -> usize {
    let (mut base, mut from, mut rest) = (0_usize, 0_usize, bytes);
    while !rest.is_empty() {
        let padded;
        let (step, after) = match rest.split_first_chunk() {
            Some(split) => split,
            None => {
                padded = last(rest);
                (&padded, [].as_slice())
            }
        };
        let mut marks = beyond(marks(step), from.wrapping_sub(base));
        while marks != 0 {
            let at = base.wrapping_add(marks.trailing_zeros() as usize);
            let Some(next) = look(at) else { return at };
            from = next;
            marks = beyond(marks, from.wrapping_sub(base));
        }
        base = base.wrapping_add(STEP);
        from = from.max(base);
        rest = after;
    }
    bytes.len()
}

/// Adds what is plain to `out`: the first `len` of these bytes.
///
/// Whole blocks are copied, and what was too much is taken back: that is faster than to copy as much as there is.
#[inline(always)]
pub(crate) fn copy(bytes: &[u8], len: usize, out: &mut Vec<u8>) {
    const BLOCK: usize = VECTOR * 2;
    let end = out.len().wrapping_add(len);
    let mut rest = bytes;
    while out.len() < end {
        let Some((block, after)) = rest.split_first_chunk::<BLOCK>() else {
            out.extend_from_slice(rest);
            break;
        };
        out.extend_from_slice(block);
        rest = after;
    }
    out.truncate(end);
}

/// The last bytes, with blanks behind them.
#[cold]
pub(crate) fn last<const LEN: usize>(bytes: &[u8]) -> [u8; LEN] {
    let mut last = [b' '; LEN];
    last.iter_mut().zip(bytes).for_each(|(place, byte)| *place = *byte);
    last
}

/// A bit for every byte that needs a look, that of the first byte lowest.
#[inline(always)]
pub(crate) fn marks(step: &[u8; STEP]) -> u64 {
    let vectors = step.as_chunks().0.iter().rev();
    vectors.fold(0, |marks, vector| marks << VECTOR | u64::from(special(vector)))
}

/// The same for a vector register.
#[inline(always)]
fn special(vector: &[u8; VECTOR]) -> u32 {
    let bytes = u8x16::new(*vector);
    // With this bit turned round, the quote comes right after the control characters.
    let turned = bytes ^ u8x16::splat(b'"' ^ b' ');
    let low = turned.min(u8x16::splat(b' ')).simd_eq(turned);
    (low | bytes.simd_eq(u8x16::splat(b'\\'))).to_bitmask()
}

/// The marks from `place` on.
#[inline(always)]
pub(crate) fn beyond(marks: u64, place: usize) -> u64 {
    marks & u64::MAX.checked_shl(place as u32).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_stops_at_the_first_special_byte() {
        for byte in 0..=255 {
            for place in 0..40 {
                let mut text = [b'x'; 40];
                text[place] = byte;
                let special = byte < 0x20 || byte == b'"' || byte == b'\\';
                assert_eq!(plain(&text), if special { place } else { 40 }, "byte {byte} at {place}");
            }
        }
        assert_eq!(plain(b"\x80\xff!\"......"), 3);
        assert_eq!(plain(b""), 0);
    }

    #[test]
    fn every_special_byte_is_met_once() {
        let text: Vec<u8> = b"\\\"\n a\x1F \\".iter().copied().cycle().take(100).collect();
        for len in 0..text.len() {
            let expected: Vec<usize> =
                (0..len).filter(|&at| text[at] < 0x20 || b"\"\\".contains(&text[at])).collect();
            let mut met = Vec::new();
            let end = walk(&text[..len], |at| {
                met.push(at);
                Some(at + 1)
            });
            assert_eq!((met, end), (expected, len));
        }
    }

    #[test]
    fn what_is_plain_is_copied() {
        let text: Vec<u8> = (b'a'..).take(40).collect();
        for len in 0..=40 {
            let mut out = b"before".to_vec();
            copy(&text, len, &mut out);
            assert_eq!(out, [b"before", &text[..len]].concat());
        }
    }

    #[test]
    fn what_is_passed_is_not_met() {
        for passed in 1..=STEP {
            let mut met = Vec::new();
            walk(&[b'"'; 100], |at| {
                met.push(at);
                Some(at + passed)
            });
            assert_eq!(met, (0..100).step_by(passed).collect::<Vec<_>>());
        }
    }
}
