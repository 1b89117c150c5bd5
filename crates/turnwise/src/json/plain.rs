//! Finding what is not plain in a string: the one loop that every byte of a JSON document goes through.

/// Bytes looked at in one step, which is what one vector register holds.
const STEP: usize = 16;

/// Number of bytes before the first that needs a look: a quote, a backslash or a control character.
#[inline]
pub(crate) fn plain(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    loop {
        let found = special(step(rest, &mut [0; STEP]));
        match (found, rest.get(found.unwrap_or(STEP)..)) {
            (None, Some(after)) => rest = after,
            (_, after) => return bytes.len().wrapping_sub(after.map_or(0, <[u8]>::len)),
        }
    }
}

/// Copies what is plain to `out`; gives the rest, which is empty or begins with a byte that needs a look.
///
/// Whole steps are copied, and what was too much is taken back: that is faster than to copy as much as there is.
#[inline(always)]
pub(crate) fn copy<'a>(bytes: &'a [u8], out: &mut Vec<u8>) -> &'a [u8] {
    let mut rest = bytes;
    loop {
        let last = &mut [0; STEP];
        let step = step(rest, last);
        out.extend_from_slice(step);
        if let Some(place) = special(step) {
            out.truncate(out.len().wrapping_sub(STEP).wrapping_add(place));
            return rest.get(place..).unwrap_or_default();
        }
        rest = rest.get(STEP..).unwrap_or_default();
    }
}

/// The first bytes. Where there are few they are put into `last`, before zeros, which are special.
#[inline(always)]
fn step<'a>(bytes: &'a [u8], last: &'a mut [u8; STEP]) -> &'a [u8; STEP] {
    bytes.first_chunk().unwrap_or_else(|| {
        last.iter_mut().zip(bytes).for_each(|(last, byte)| *last = *byte);
        last
    })
}

/// Place of the first byte that needs a look.
///
/// Whether there is one is asked in a way that the compiler makes a dozen vector instructions of: three numbers a byte
/// of which one is zero where it is special. Only where there is one, words of eight bytes say where: a byte is below
/// `n` (at most 128) where the high bit of `(word - n) & !word` is set; a borrow can set others, but only after the
/// first.
#[inline(always)]
fn special(step: &[u8; STEP]) -> Option<usize> {
    let zero = |byte: u8| (byte ^ b'"').min(byte ^ b'\\').min(byte.saturating_sub(0x1F)) == 0;
    if !step.iter().fold(false, |any, &byte| any | zero(byte)) {
        return None;
    }
    const ONES: u64 = u64::MAX / 0xFF;
    const HIGH: u64 = ONES << 7;
    let below = |word: u64, n: u8| word.wrapping_sub(ONES.wrapping_mul(n.into())) & !word;
    let equal = |word: u64, byte: u8| below(word ^ ONES.wrapping_mul(byte.into()), 1);
    let place = |word: &[u8; 8]| {
        let word = u64::from_le_bytes(*word);
        let hits = (below(word, 0x20) | equal(word, b'"') | equal(word, b'\\')) & HIGH;
        (hits.trailing_zeros() / u8::BITS) as usize
    };
    let (first, second) = (step.first_chunk()?, step.last_chunk()?);
    Some(match place(first) {
        8 => place(second).wrapping_add(8),
        place => place,
    })
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
    fn what_is_plain_is_copied() {
        for special in [b'"', b'\\', 0, 0x1F] {
            for (place, len) in (0..40).flat_map(|len| (0..=len).map(move |place| (place, len))) {
                let mut text: Vec<u8> = (b'a'..).take(len).collect();
                text.insert(place, special);
                let mut out = b"before".to_vec();
                let rest = copy(&text, &mut out);
                assert_eq!((&out[..], rest), (&[b"before", &text[..place]].concat()[..], &text[place..]));
            }
        }
        let mut out = Vec::new();
        assert_eq!((copy(&[b'x'; 40], &mut out), out), (&b""[..], vec![b'x'; 40]));
    }
}
