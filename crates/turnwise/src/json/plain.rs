//! Finding what is not plain in a string: the one loop that every byte of a JSON document goes through.

/// Bytes looked at in one step, which is what one vector register holds.
const STEP: usize = 16;

/// Number of bytes before the first that needs a look: a quote, a backslash or a control character.
#[inline]
pub(crate) fn plain(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    while let Some((step, after)) = rest.split_first_chunk() {
        if let Some(place) = special(step) {
            return bytes.len().wrapping_sub(rest.len()).wrapping_add(place);
        }
        rest = after;
    }
    bytes.len().wrapping_sub(rest.len()).wrapping_add(plain_of_few(rest))
}

/// Copies what is plain to `out`; gives the rest, which is empty or begins with a byte that needs a look.
///
/// Whole steps are copied, and what was too much is taken back: that is faster than to copy as much as there is.
#[inline(always)]
pub(crate) fn copy<'a>(bytes: &'a [u8], out: &mut Vec<u8>) -> &'a [u8] {
    let mut rest = bytes;
    while let Some((step, after)) = rest.split_first_chunk() {
        out.extend_from_slice(step);
        if let Some(place) = special(step) {
            out.truncate(out.len().wrapping_sub(STEP).wrapping_add(place));
            return rest.get(place..).unwrap_or_default();
        }
        rest = after;
    }
    let (plain, rest) = rest.split_at_checked(plain_of_few(rest)).unwrap_or_default();
    out.extend_from_slice(plain);
    rest
}

/// The same for fewer bytes than a step has.
fn plain_of_few(bytes: &[u8]) -> usize {
    bytes.iter().position(|&byte| is_special(byte)).unwrap_or(bytes.len())
}

/// Whether a byte needs a look: one of three numbers is zero, which vectors tell faster than one of three conditions.
#[inline(always)]
fn is_special(byte: u8) -> bool {
    (byte ^ b'"').min(byte ^ b'\\').min(byte.saturating_sub(0x1F)) == 0
}

/// Place of the first byte that needs a look.
///
/// Whether there is one is asked in a way that the compiler makes a dozen vector instructions of. Only where there is
/// one, words of eight bytes say where: a byte is below `n` (at most 128) where the high bit of `(word - n) & !word`
/// is set; a borrow can set others, but only after the first.
#[inline(always)]
fn special(step: &[u8; STEP]) -> Option<usize> {
    if !step.iter().fold(false, |any, &byte| any | is_special(byte)) {
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
