//! Finding what is not plain in a string: the one loop that every byte of a JSON document goes through.

/// Bytes looked at in one step, which is what one vector register holds.
const STEP: usize = 16;

/// Number of bytes before the first that needs a look: a quote, a backslash or a control character.
pub(crate) fn plain(bytes: &[u8]) -> usize {
    let (steps, rest) = bytes.as_chunks::<STEP>();
    for (index, step) in steps.iter().enumerate() {
        if let Some(place) = special(step) {
            return index.wrapping_mul(STEP).wrapping_add(place);
        }
    }
    let mut last = [b' '; STEP];
    last.iter_mut().zip(rest).for_each(|(last, byte)| *last = *byte);
    let before = bytes.len().wrapping_sub(rest.len());
    before.wrapping_add(special(&last).unwrap_or(rest.len()))
}

/// Place of the first byte that needs a look.
///
/// Written so that the compiler makes a dozen vector instructions of it: every byte becomes a flag, the flags are
/// folded into one, and only where that is set are they read as a number whose zeros say the place.
#[inline(always)]
fn special(step: &[u8; STEP]) -> Option<usize> {
    let mut flags = [0_u8; STEP];
    for (flag, &byte) in flags.iter_mut().zip(step) {
        *flag = if byte < 0x20 || byte == b'"' || byte == b'\\' { 0xFF } else { 0 };
    }
    let any = flags.iter().fold(0, |any, flag| any | flag) != 0;
    any.then(|| (u128::from_le_bytes(flags).trailing_zeros() / u8::BITS) as usize)
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
}
