//! The words seen last, to be had without a hash: a document has few labels and repeats them, and the table's hash
//! takes longer than all else that is done with a label.

/// How many words are remembered.
const RECENT: usize = 32;

/// A word that was seen, with its index if words of its kind are wanted.
#[derive(Clone, Copy)]
pub(super) struct Recent<'a> {
    text: &'a str,
    pub(super) word: Option<u32>,
    /// It is made of letters only.
    pub(super) letters: bool,
}

/// The last words, each in the place that its length and two of its bytes give it.
#[derive(Default)]
pub(super) struct Memory<'a>([Option<Recent<'a>>; RECENT]);

impl<'a> Memory<'a> {
    /// Where a word is remembered.
    fn place(text: &[u8]) -> usize {
        let ends = match text {
            [first, .., last] => first.wrapping_add(last << 2),
            _ => 0,
        };
        text.len().wrapping_add(usize::from(ends)) % RECENT
    }

    /// What is remembered of a word.
    #[inline]
    pub(super) fn get(&self, text: &[u8]) -> Option<Recent<'a>> {
        let recent = self.0.get(Self::place(text)).copied().flatten();
        recent.filter(|recent| recent.text.as_bytes() == text)
    }

    pub(super) fn put(&mut self, text: &'a str, word: Option<u32>) {
        let letters = text.bytes().all(|byte| byte.is_ascii_alphabetic());
        if let Some(slot) = self.0.get_mut(Self::place(text.as_bytes())) {
            *slot = Some(Recent { text, word, letters });
        }
    }
}
