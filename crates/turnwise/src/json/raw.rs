//! JSON values as text: on one line, quoted, put together.

use std::borrow::Cow;

use crate::{
    json::emit::{Emit, Emitter},
    model::{Extra, RawJson},
};

/// Whether a character stands between tokens without meaning (RFC 8259, `ws`).
pub(crate) const fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// Puts a valid value on one line: blanks between its tokens go, but only where it spans several lines.
pub(crate) fn one_line(json: &str) -> Cow<'_, str> {
    let json = json.trim_matches(is_blank);
    if memchr::memchr2(b'\n', b'\r', json.as_bytes()).is_none() {
        return json.into();
    }
    let (mut quoted, mut escaped) = (false, false);
    let kept = json.chars().filter(|&c| {
        let keep = quoted || !is_blank(c);
        quoted = if quoted { escaped || c != '"' } else { c == '"' };
        escaped = quoted && !escaped && c == '\\';
        keep
    });
    kept.collect::<String>().into()
}

/// The JSON string that says `text`.
pub(crate) fn quoted(text: &str) -> RawJson {
    written(text)
}

/// The JSON object with these members.
pub(crate) fn object(members: &Extra) -> RawJson {
    written(members)
}

fn written(value: &(impl Emit + ?Sized)) -> RawJson {
    let mut json = Emitter::compact();
    json.value(value);
    RawJson::trusted(&json.finish())
}

/// The JSON array with these items.
pub(crate) fn array(items: &[RawJson]) -> RawJson {
    let mut json = String::from("[");
    for (index, value) in items.iter().enumerate() {
        if index > 0 {
            json.push(',');
        }
        json.push_str(value.as_str());
    }
    json.push(']');
    RawJson::trusted(&json)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_lines_become_one() {
        assert_eq!(one_line(" {\"a\" : [1, 2]} "), "{\"a\" : [1, 2]}");
        assert_eq!(one_line("{\n  \"a b\\\" c\": [\r\n 1 ,\t2 ]\n}"), r#"{"a b\" c":[1,2]}"#);
        assert_eq!(one_line("[\n\"\\\\\", \"x y\"]"), r#"["\\","x y"]"#);
    }
}
