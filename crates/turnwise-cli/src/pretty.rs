//! JSON with line breaks and indents, its values byte for byte as they are.

/// Lays out one valid JSON value over several lines; numbers, strings and the order of keys stay as written.
pub(crate) fn pretty(json: &str) -> String {
    let mut out =
        Layout { text: String::with_capacity(json.len().saturating_mul(2)), depth: 0, opened: false };
    let mut rest = json;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => string_length(rest),
            ' ' | '\t' | '\r' | '\n' | ',' | ':' | '{' | '}' | '[' | ']' => 1,
            _ => rest.find([' ', '\t', '\r', '\n', ',', ':', '{', '}', '[', ']', '"']).unwrap_or(rest.len()),
        };
        let Some((token, after)) = rest.split_at_checked(length) else { break };
        rest = after;
        out.token(token);
    }
    out.text
}

/// The length of the string that `json` starts with, quotes included.
fn string_length(json: &str) -> usize {
    let mut escaped = true;
    let end = json.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        // The opening quote is passed over as if it were escaped.
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.map_or(json.len(), |end| end.saturating_add(1))
}

struct Layout {
    text: String,
    depth: usize,
    /// The last token opened an array or an object, which may still turn out to be empty.
    opened: bool,
}

impl Layout {
    fn token(&mut self, token: &str) {
        match token {
            " " | "\t" | "\r" | "\n" => return,
            "}" | "]" => {
                self.depth = self.depth.saturating_sub(1);
                if !self.opened {
                    self.new_line();
                }
                self.text.push_str(token);
                self.opened = false;
                return;
            }
            _ if self.opened => self.new_line(),
            _ => {}
        }
        self.text.push_str(token);
        self.opened = matches!(token, "{" | "[");
        match token {
            "{" | "[" => self.depth = self.depth.saturating_add(1),
            "," => self.new_line(),
            ":" => self.text.push(' '),
            _ => {}
        }
    }

    fn new_line(&mut self) {
        self.text.push('\n');
        // Indents stop growing at a depth nobody reads, so that nesting cannot make the output quadratic.
        self.text.push_str(&"  ".repeat(self.depth.min(64)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layout() {
        let json = r#"{"a":[1.10,{"b" : "x,\"y\\"}],"e":{},"f":[ ],"é":123456789012345678901}"#;
        let wanted = r#"{
  "a": [
    1.10,
    {
      "b": "x,\"y\\"
    }
  ],
  "e": {},
  "f": [],
  "é": 123456789012345678901
}"#;
        assert_eq!(pretty(json), wanted);
        assert_eq!(pretty(wanted), wanted);
    }

    /// Whatever comes in, nothing but blanks outside of strings is added or taken.
    #[test]
    fn only_blanks_change() {
        for json in ["", "\"", "\"\\", "[[[", "]]}", "nul l", "é,é", "\"a b\" :"] {
            let bare = |text: &str| text.replace([' ', '\n'], "");
            assert_eq!(bare(&pretty(json)), bare(json));
        }
    }
}
