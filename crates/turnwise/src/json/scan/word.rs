//! Words: numbers, `true`, `false` and `null`; and what a value starts with.

use super::Kind;

/// Whether a byte can be part of a word. Bytes of no valid word are among them, so that `NaN` or `01` is one word too.
pub(super) const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'_')
}

/// Whether a value can start with a byte.
#[inline(always)]
pub(super) fn starts_value(byte: u8) -> bool {
    STARTS_VALUE.get(usize::from(byte)).copied().unwrap_or_default()
}

/// The answer for each byte, of which one is looked up for every member.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const STARTS_VALUE: [bool; 256] = {
    let mut answers = [false; 256];
    let mut byte = 0;
    while byte <= u8::MAX as usize {
        answers[byte] = matches!(byte as u8, b'{' | b'[' | b'"') || is_word(byte as u8);
        byte += 1;
    }
    answers
};

/// What a word is.
pub(super) fn kind(word: &str) -> Kind {
    match word {
        "null" => Kind::Null,
        "true" | "false" => Kind::Bool,
        _ if is_number(word) => Kind::Number,
        _ => Kind::Bad,
    }
}

/// Whether more letters could make a valid word of a bad one.
pub(super) fn is_begun(word: &str) -> bool {
    ["null", "true", "false"].iter().any(|whole| whole.starts_with(word)) || is_number(&format!("{word}0"))
}

/// `[ "-" ] ( "0" / digit1-9 *digit ) [ "." 1*digit ] [ ( "e" / "E" ) [ "+" / "-" ] 1*digit ]`
fn is_number(word: &str) -> bool {
    let word = word.as_bytes();
    let mut rest = match word.strip_prefix(b"-").unwrap_or(word) {
        [b'0', after @ ..] => after,
        [b'1'..=b'9', after @ ..] => after_digits(after),
        _ => return false,
    };
    if let [b'.', digits @ ..] = rest {
        rest = after_digits(digits);
        if rest.len() == digits.len() {
            return false;
        }
    }
    if let [b'e' | b'E', digits @ ..] = rest {
        let digits = match digits {
            [b'+' | b'-', digits @ ..] => digits,
            _ => digits,
        };
        rest = after_digits(digits);
        return rest.is_empty() && !digits.is_empty();
    }
    rest.is_empty()
}

fn after_digits(mut bytes: &[u8]) -> &[u8] {
    while let [b'0'..=b'9', rest @ ..] = bytes {
        bytes = rest;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_apart() {
        for number in ["0", "-0", "1.10", "1E5", "1e+05", "12345678901234567890123", "0.0e-0"] {
            assert_eq!(kind(number), Kind::Number, "{number}");
        }
        for bad in
            ["", "-", "01", "-01", "1.", ".5", "+1", "1e", "1e+", "0x1", "NaN", "True", "nul", "--1", "1.2.3"]
        {
            assert_eq!(kind(bad), Kind::Bad, "{bad}");
        }
        for begun in ["-", "1.", "1e", "1e+", "tr", "nul", "f"] {
            assert!(is_begun(begun), "{begun}");
        }
        for hopeless in ["01.", "True", "1..", "trues", "+"] {
            assert!(!is_begun(hopeless), "{hopeless}");
        }
    }
}
