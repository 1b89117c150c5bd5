//! The words seen last, to be had without a hash: a document has few labels and repeats them, and the table's hash
//! takes longer than all else that is done with a label.

/// How many words are remembered.
const RECENT: usize = 64;

/// A word that was seen, with its index if words of its kind are wanted.
#[derive(Clone, Copy)]
struct Recent<'a> {
    text: &'a str,
    word: Option<u32>,
    /// It is made of letters only.
    letters: bool,
}

/// The last words, each in the place that its first two bytes give it: so a line finds its own before it is known
/// where its first word ends.
pub(super) struct Memory<'a>([Option<Recent<'a>>; RECENT]);

impl Default for Memory<'_> {
    fn default() -> Self {
        Self([None; RECENT])
    }
}

impl<'a> Memory<'a> {
    /// What may be remembered of a word that `text` is, or begins with.
    #[inline]
    fn place(&self, text: &[u8]) -> Option<&Recent<'a>> {
        self.0.get(Self::index(text))?.as_ref()
    }

    fn index(text: &[u8]) -> usize {
        match text {
            [first, second, ..] => usize::from(first.wrapping_mul(4) ^ second) % RECENT,
            _ => 0,
        }
    }

    /// The word that is `text`, if it is remembered, and if words of its kind are wanted.
    pub(super) fn get(&self, text: &str) -> Option<Option<u32>> {
        self.place(text.as_bytes()).filter(|recent| recent.text == text).map(|recent| recent.word)
    }

    /// The word before the colon that ends the first word of `line`, and where it ends.
    #[inline]
    pub(super) fn label_of(&self, line: &[u8]) -> Option<(u32, usize)> {
        let recent = self.place(line).filter(|recent| recent.letters)?;
        let rest = line.strip_prefix(recent.text.as_bytes())?;
        let [b':', rest @ ..] = rest else { return None };
        let code = matches!(rest, [b'/' | b':' | b'=', ..]);
        if code { None } else { Some((recent.word?, recent.text.len())) }
    }

    pub(super) fn put(&mut self, text: &'a str, word: Option<u32>) {
        let letters = text.bytes().all(|byte| byte.is_ascii_alphabetic());
        if let Some(place) = self.0.get_mut(Self::index(text.as_bytes())) {
            *place = Some(Recent { text, word, letters });
        }
    }
}
