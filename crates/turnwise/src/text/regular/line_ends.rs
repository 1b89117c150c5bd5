//! Finds line ends, 64 bytes at a time.
//!
//! Lines differ in length. Whoever asks memchr for one line end after the other makes the processor guess in every line
//! how far it is to the next, and it guesses wrong: in 10 MB that takes as long as all the comparing. Here it guesses for
//! 64 bytes whether a line ends in them, and no more.

/// How many bytes make up one mask.
const WIDTH: usize = u64::BITS as usize;

/// The places of the line feeds in a text, in order.
pub(super) struct LineEnds<'a> {
    /// What was not looked at yet.
    rest: &'a [u8],
    /// The line feeds not handed out yet, a bit each, of the bytes from `start`.
    mask: u64,
    start: usize,
    /// Where `rest` begins.
    next: usize,
}

impl<'a> LineEnds<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self { rest: text, mask: 0, start: 0, next: 0 }
    }
}

impl Iterator for LineEnds<'_> {
    type Item = usize;

    #[inline(always)]
    fn next(&mut self) -> Option<usize> {
        while self.mask == 0 {
            self.start = self.next;
            self.next = self.next.wrapping_add(WIDTH);
            if let Some((chunk, rest)) = self.rest.split_first_chunk() {
                self.mask = line_feeds(chunk);
                self.rest = rest;
            } else if self.rest.is_empty() {
                return None;
            } else {
                self.mask = line_feeds(&filled_up(self.rest));
                self.rest = &[];
            }
        }
        let place = self.start.wrapping_add(self.mask.trailing_zeros() as usize);
        self.mask &= self.mask.wrapping_sub(1);
        Some(place)
    }
}

/// `bytes` as the first of so many.
#[cold]
fn filled_up(bytes: &[u8]) -> [u8; WIDTH] {
    let mut chunk = [0; WIDTH];
    chunk.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    chunk
}

/// A bit for each line feed.
#[inline(always)]
fn line_feeds(chunk: &[u8; WIDTH]) -> u64 {
    // The compiler compares sixteen bytes a step here.
    let mut bits = [0_u8; WIDTH];
    for ((bit, byte), at) in bits.iter_mut().zip(chunk).zip(0..) {
        *bit = if *byte == b'\n' { 1 << (at % 8) } else { 0 };
    }
    // The bits of eight bytes meet in the highest byte of a product.
    let (eights, _) = bits.as_chunks();
    eights.iter().zip(0_u32..).fold(0, |mask, (&eight, at)| {
        let eight = u64::from_le_bytes(eight).wrapping_mul(0x0101_0101_0101_0101) >> 56;
        mask | eight << at.wrapping_mul(8)
    })
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::select};

    use super::LineEnds;

    proptest! {
        #[test]
        fn none_is_missed(text in prop::collection::vec(select(&b"\n\n\x0b\x8a\0x"[..]), 0..300)) {
            let expected: Vec<usize> = memchr::memchr_iter(b'\n', &text).collect();
            prop_assert_eq!(LineEnds::new(&text).collect::<Vec<_>>(), expected);
        }
    }
}
