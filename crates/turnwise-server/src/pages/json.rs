//! JSON as people read it: indented, every token as it was written.

/// Levels that are indented; deeper ones stand at the last, so that the result stays in proportion.
const LEVELS: usize = 16;

/// Indents valid JSON; any other text stays as it is.
pub(super) fn pretty(json: &str) -> String {
    if serde_json::from_str::<serde::de::IgnoredAny>(json).is_err() {
        return json.to_owned();
    }
    let mut out = String::with_capacity(json.len().saturating_mul(2));
    let mut depth: usize = 0;
    let (mut quoted, mut escaped) = (false, false);
    let mut tokens = json.chars().filter(|c| !c.is_control()).peekable();
    while let Some(c) = tokens.next() {
        if quoted {
            out.push(c);
            quoted = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        match c {
            ' ' => {}
            '"' => {
                quoted = true;
                out.push(c);
            }
            '{' | '[' => {
                out.push(c);
                while tokens.next_if_eq(&' ').is_some() {}
                if let Some(close) = tokens.next_if(|next| matches!(next, '}' | ']')) {
                    out.push(close);
                } else {
                    depth = depth.saturating_add(1);
                    line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push(c);
            }
            ',' => {
                out.push(c);
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            _ => out.push(c),
        }
    }
    out
}

/// A JSON string without its quotes and escapes; any other value indented.
pub(super) fn words(json: &str) -> String {
    serde_json::from_str::<String>(json).unwrap_or_else(|_| pretty(json))
}

fn line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth.min(LEVELS)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn indented_as_written() {
        let shown = pretty(r#"{"a":[1.10,"x\"],{"],"b":{},"c":[ ], "d":12345678901234567890}"#);
        assert_eq!(
            shown,
            "{\n  \"a\": [\n    1.10,\n    \"x\\\"],{\"\n  ],\n  \"b\": {},\n  \"c\": [],\n  \"d\": 12345678901234567890\n}",
        );
        assert_eq!(pretty("{broken"), "{broken");
        assert_eq!(pretty(&pretty(r#"{"a":[1,{"b":[]}]}"#)), pretty(r#"{"a":[1,{"b":[]}]}"#));
        assert_eq!(words(r#""a\nb""#), "a\nb");
    }

    #[test]
    fn depth_costs_no_more_than_its_length() {
        let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
        assert!(pretty(&deep).len() < 8_000);
    }

    fn values() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            any::<i64>().prop_map(Into::into),
            "\\PC{0,6}".prop_map(Into::into),
            Just(serde_json::Value::Null)
        ];
        leaf.prop_recursive(4, 20, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
                prop::collection::btree_map("[\"\\\\a{}, :]{0,4}", inner, 0..4)
                    .prop_map(|map| map.into_iter().collect::<serde_json::Map<_, _>>().into()),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_value_stays(value in values()) {
            let shown = pretty(&value.to_string());
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).expect("JSON"), value);
        }
    }
}
