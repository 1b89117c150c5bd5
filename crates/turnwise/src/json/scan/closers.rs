//! The closing brackets of what is open, a bit each, so that no usual document needs memory for them.

/// Brackets in a word.
const WORD: usize = u64::BITS as usize;

/// Closing brackets, the one that comes first on top.
#[derive(Debug, Default)]
pub(super) struct Closers {
    /// Those on top; a bit is set for `}`.
    top: u64,
    /// Full words of those below.
    below: Vec<u64>,
    len: usize,
}

impl Closers {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(super) fn push(&mut self, closer: u8) {
        if self.len > 0 && self.len.is_multiple_of(WORD) {
            self.below.push(self.top);
        }
        self.top = self.top << 1 | u64::from(closer == b'}');
        self.len = self.len.saturating_add(1);
    }

    #[inline]
    pub(super) fn pop(&mut self) -> Option<u8> {
        self.len = self.len.checked_sub(1)?;
        let closer = if self.top & 1 == 1 { b'}' } else { b']' };
        self.top >>= 1;
        if self.len.is_multiple_of(WORD) {
            self.top = self.below.pop().unwrap_or_default();
        }
        Some(closer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_close_in_turn() {
        let opened: Vec<u8> = b"}}]}]]".iter().copied().cycle().take(WORD * 3 + 5).collect();
        for len in 0..=opened.len() {
            let mut closers = Closers::default();
            for closer in &opened[..len] {
                closers.push(b'}');
                assert_eq!(closers.pop(), Some(b'}'));
                closers.push(*closer);
            }
            assert_eq!(closers.len(), len);
            let closed: Vec<u8> = std::iter::from_fn(|| closers.pop()).collect();
            assert!(closed.iter().eq(opened[..len].iter().rev()));
        }
    }
}
