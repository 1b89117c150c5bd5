//! A transcript as people and models write them, of any size, always the same.

/// Words of everyday length, some of which hold a colon.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "the", "order", "arrived", "yesterday", "without", "a", "receipt", "could", "you", "please",
    "check", "whether", "it", "was", "sent", "to", "my", "new", "address", "or", "still", "old", "one",
    "since", "I", "moved", "in", "spring", "the", "number", "4711", "(see", "below)",
    "https://example.org/a?b=c", "thanks,", "of", "course", "that", "user", "is", "no", "trouble", "at",
    "all", "first,", "open",
];

/// About `bytes` bytes of labelled text between a user and an assistant.
///
/// Lines have 60 to 100 bytes, a third of the messages have several lines, some lines open with a word and
/// a colon, and some messages hold a code fence.
pub fn transcript(bytes: usize) -> String {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let mut text = String::with_capacity(bytes.saturating_add(4096));
    let mut labels = ["User: ", "Assistant: "].iter().cycle();
    while text.len() < bytes {
        text.extend(labels.next().copied());
        line(&mut text, &mut random);
        if random.below(3) == 0 {
            body(&mut text, &mut random);
        }
    }
    text
}

/// One to six paragraphs or lines more, among them one after a blank line, a line with a colon early on, or a fence.
fn body(text: &mut String, random: &mut Random) {
    for _ in 0..=random.below(6) {
        match random.below(12) {
            0 => {
                text.push('\n');
                line(text, random);
            }
            1 => {
                text.push_str("Summary: ");
                line(text, random);
            }
            2 => {
                text.push_str(
                    "```rust\nlet total: u32 = parts.iter().sum();\nprintln!(\"user: {total}\");\n```\n",
                );
            }
            _ => line(text, random),
        }
    }
}

/// Words up to a length between 60 and 100 bytes, and a line end.
fn line(text: &mut String, random: &mut Random) {
    let end = text.len().saturating_add(60).saturating_add(random.below(40));
    while text.len() < end {
        text.extend(WORDS.get(random.below(WORDS.len())).copied());
        text.push(' ');
    }
    text.pop();
    text.push('\n');
}

/// Marsaglia's xorshift: the same numbers on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or_default().checked_rem(end).unwrap_or_default()
    }
}
