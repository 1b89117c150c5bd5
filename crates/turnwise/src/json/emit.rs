//! Writing JSON (RFC 8259) piece by piece, on one line or indented; what any JSON format is written with.
//!
//! The bytes are those that serde_json would write. There is nothing here that can fail: a string may hold anything,
//! and a value that is kept as written is valid by its type.
//!
//! ```ignore
//! let mut json = Emitter::compact();
//! json.object(|json| {
//!     json.member("role", "user");
//!     json.optional("name", name.as_deref());
//!     json.key("content").array(|json| json.value("hi"));
//! });
//! assert_eq!(json.finish(), r#"{"role":"user","content":["hi"]}"#);
//! ```

mod value;

use std::fmt::Write;

pub(crate) use self::value::Emit;
use crate::{
    json::plain::{copy, plain, walk},
    model::Extra,
};

/// Bytes with escapes that are put together before they are written.
const BLOCK: usize = 4096;

/// A JSON text that is being written.
///
/// Within [`Emitter::object`] every value follows its [`Emitter::key`]; within [`Emitter::array`], values follow each
/// other. Commas, colons and line ends come by themselves.
#[derive(Debug, Default)]
pub(crate) struct Emitter {
    out: String,
    pretty: bool,
    /// How many objects and arrays are open.
    depth: usize,
    /// Whether the innermost of them has something in it.
    begun: bool,
    /// Whether a key was written whose value comes next.
    keyed: bool,
    /// Text with escapes that was not written yet.
    escaped: Vec<u8>,
}

impl Emitter {
    /// Writes on one line, without blanks.
    pub(crate) fn compact() -> Self {
        Self::default()
    }

    /// Writes a member or an item a line, with an indent of two blanks; values kept as written stay on one line.
    pub(crate) fn pretty() -> Self {
        Self { pretty: true, ..Self::default() }
    }

    /// What was written.
    pub(crate) fn finish(self) -> String {
        self.out
    }

    /// Writes any value.
    pub(crate) fn value(&mut self, value: &(impl Emit + ?Sized)) {
        value.emit(self);
    }

    /// Writes an object, whose members `inside` writes.
    pub(crate) fn object(&mut self, inside: impl FnOnce(&mut Self)) {
        self.nest('{', inside, '}');
    }

    /// Writes an array, whose items `inside` writes.
    pub(crate) fn array(&mut self, inside: impl FnOnce(&mut Self)) {
        self.nest('[', inside, ']');
    }

    /// Writes the name of a member; its value comes next.
    pub(crate) fn key(&mut self, name: &str) -> &mut Self {
        self.separate();
        self.quote(name);
        self.out.push_str(if self.pretty { ": " } else { ":" });
        self.keyed = true;
        self
    }

    /// Writes a member of the object that is open.
    pub(crate) fn member(&mut self, name: &str, value: &(impl Emit + ?Sized)) {
        self.key(name).value(value);
    }

    /// Writes a member where there is a value for it.
    pub(crate) fn optional(&mut self, name: &str, value: Option<impl Emit>) {
        if let Some(value) = value {
            self.member(name, &value);
        }
    }

    /// Writes a member that is an object of these members, unless there are none.
    pub(crate) fn group(&mut self, name: &str, members: &Extra) {
        if !members.is_empty() {
            self.member(name, members);
        }
    }

    /// Writes all of `members` into the object that is open.
    pub(crate) fn members(&mut self, members: &Extra) {
        for (name, value) in &members.0 {
            self.member(name, value);
        }
    }

    fn nest(&mut self, opener: char, inside: impl FnOnce(&mut Self), closer: char) {
        self.precede();
        self.out.push(opener);
        self.depth = self.depth.saturating_add(1);
        self.begun = false;
        inside(self);
        self.depth = self.depth.saturating_sub(1);
        if self.begun {
            self.indent();
        }
        self.out.push(closer);
        self.begun = true;
    }

    /// Writes what stands between the value that comes next and what came before.
    fn precede(&mut self) {
        if self.keyed {
            self.keyed = false;
        } else if self.depth > 0 {
            self.separate();
        }
    }

    fn separate(&mut self) {
        if self.begun {
            self.out.push(',');
        }
        self.begun = true;
        self.indent();
    }

    fn indent(&mut self) {
        if self.pretty {
            self.out.push('\n');
            (0..self.depth).for_each(|_| self.out.push_str("  "));
        }
    }

    /// Writes a string: between quotes, with an escape for whatever cannot stand there itself.
    fn quote(&mut self, text: &str) {
        self.out.push('"');
        match text.split_at_checked(plain(text.as_bytes())) {
            Some((before, after)) if !after.is_empty() => {
                self.out.push_str(before);
                self.escape(after.as_bytes());
            }
            _ => self.out.push_str(text),
        }
        self.out.push('"');
    }

    /// Writes a text with escapes, by way of a list of bytes, to which it is quicker to add little by little.
    fn escape(&mut self, text: &[u8]) {
        let mut from = 0;
        walk(text, |at| {
            copy(text.get(from..)?, at.wrapping_sub(from), &mut self.escaped);
            let escape = match text.get(at)? {
                b'"' => b"\\\"".as_slice(),
                b'\\' => b"\\\\",
                b'\n' => b"\\n",
                b'\r' => b"\\r",
                b'\t' => b"\\t",
                8 => b"\\b",
                12 => b"\\f",
                other => {
                    self.escaped.extend_from_slice(format!("\\u{other:04x}").as_bytes());
                    b""
                }
            };
            self.escaped.extend_from_slice(escape);
            // No character is cut here, and the list stays small.
            if self.escaped.len() > BLOCK {
                self.flush();
            }
            from = at.wrapping_add(1);
            Some(from)
        });
        let rest = text.get(from..).unwrap_or_default();
        copy(rest, rest.len(), &mut self.escaped);
        self.flush();
    }

    /// Writes what was escaped. It is UTF-8, and to look once more is cheap; not to look would be `unsafe`.
    fn flush(&mut self) {
        self.out.push_str(simdutf8::basic::from_utf8(&self.escaped).unwrap_or_default());
        self.escaped.clear();
    }

    fn display(&mut self, shown: impl std::fmt::Display) {
        // Writing to memory does not fail.
        _ = write!(self.out, "{shown}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(value: &(impl Emit + ?Sized)) -> [String; 2] {
        [Emitter::compact(), Emitter::pretty()].map(|mut json| {
            json.value(value);
            json.finish()
        })
    }

    #[test]
    fn strings_are_written_as_serde_json_writes_them() {
        for byte in 0..=255_u8 {
            let text = format!("{}a", char::from(byte)).repeat(9);
            let expected = serde_json::to_string(&text).unwrap();
            assert_eq!(both(text.as_str()), [expected.clone(), expected]);
        }
    }

    #[test]
    fn layout_is_that_of_serde_json() {
        struct Sample;
        impl Emit for Sample {
            fn emit(&self, json: &mut Emitter) {
                json.object(|json| {
                    json.member("empty", &Extra::default());
                    json.key("none").array(|_| ());
                    json.key("list").array(|json| {
                        json.value(&1_u64);
                        json.object(|json| json.member("deep", &None::<bool>));
                        json.value(&[true, false][..]);
                    });
                    json.optional("absent", None::<&str>);
                    json.member("last", "\u{1}");
                });
            }
        }
        let value = serde_json::json!({"empty": {}, "none": [], "list": [1, {"deep": null}, [true, false]], "last": "\u{1}"});
        let [compact, pretty] = both(&Sample);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&compact).unwrap(), value);
        let ordered = r#"{"empty":{},"none":[],"list":[1,{"deep":null},[true,false]],"last":"\u0001"}"#;
        assert_eq!(compact, ordered);
        assert_eq!(
            pretty,
            "{\n  \"empty\": {},\n  \"none\": [],\n  \"list\": [\n    1,\n    {\n      \"deep\": null\n    },\n    [\n      true,\n      false\n    ]\n  ],\n  \"last\": \"\\u0001\"\n}"
        );
    }
}
