//! Words: numbers, `true`, `false` and `null`.

use super::Kind;

/// Whether a byte can be part of a word. Bytes of no valid word are among them, so that `NaN` or `01` is one word too.
pub(super) const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'_')
}

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
    let word = word.strip_prefix('-').unwrap_or(word);
    let (mantissa, exponent) = match word.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (word, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(digits)
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
