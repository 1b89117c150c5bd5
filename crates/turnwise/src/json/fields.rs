//! Taking the fields that a format names; every other one goes to an `extra` as it is written.
//!
//! Each `take_` function follows [`Scanner::key`] and takes the value. A value of another kind than the field should
//! have is kept in `extra`, with a finding, and so is all but the first of several members of one name. `null` is
//! kept there without a finding: to say that there is nothing is not to say nothing.

use std::borrow::Cow;

use crate::{
    diagnostic::Code,
    json::scan::{Key, Kind, Raw, Scanner},
    model::Extra,
    source::Span,
};

impl<'a> Scanner<'a> {
    /// A string.
    pub(crate) fn take_text<S: From<Cow<'a, str>>>(
        &mut self,
        key: Key<'_>,
        slot: &mut Option<S>,
        extra: &mut Extra,
    ) {
        match (&slot, self.kind()) {
            (Some(_), _) => self.repeated(key, extra),
            (None, Kind::String) => *slot = Some(self.text().into()),
            (None, _) => self.wrong(key, "a string", extra),
        }
    }

    /// An identifier: a string, or a number, whose digits are kept.
    pub(crate) fn take_id(&mut self, key: Key<'_>, slot: &mut Option<String>, extra: &mut Extra) {
        if slot.is_none() && self.kind() == Kind::Number {
            *slot = Some(self.raw().text.to_owned());
        } else {
            self.take_text(key, slot, extra);
        }
    }

    /// A count: a whole number from 0 up.
    pub(crate) fn take_count(&mut self, key: Key<'_>, slot: &mut Option<u64>, extra: &mut Extra) {
        let mark = self.mark();
        match (&slot, self.kind()) {
            (Some(_), _) => self.repeated(key, extra),
            (None, Kind::Number) => match self.raw().text.parse() {
                Ok(count) => *slot = Some(count),
                Err(_) => {
                    let raw = self.since(mark);
                    let words = [("field", &*key.name), ("expected", "a count"), ("found", raw.text)];
                    self.report(Code::WrongType, raw.span, &words);
                    extra.push(key.name, raw.to_json());
                }
            },
            (None, _) => self.wrong(key, "a number", extra),
        }
    }

    /// `true` or `false`.
    pub(crate) fn take_flag(&mut self, key: Key<'_>, slot: &mut Option<bool>, extra: &mut Extra) {
        match (&slot, self.kind()) {
            (Some(_), _) => self.repeated(key, extra),
            (None, Kind::Bool) => *slot = Some(self.raw().text == "true"),
            (None, _) => self.wrong(key, "true or false", extra),
        }
    }

    /// An object whose members are kept as they are.
    pub(crate) fn take_members(&mut self, key: Key<'_>, slot: &mut Extra, extra: &mut Extra) {
        match self.kind() {
            _ if !slot.is_empty() => self.repeated(key, extra),
            Kind::Object => {
                let mark = self.mark();
                self.members(slot);
                if slot.is_empty() {
                    extra.push(key.name, self.since(mark).to_json());
                }
            }
            _ => self.wrong(key, "an object", extra),
        }
    }

    /// The `extra` of the canonical form, whose members join the others that have no place.
    pub(crate) fn take_extra(&mut self, key: Key<'_>, extra: &mut Extra) {
        match self.kind() {
            Kind::Object => self.members(extra),
            _ => self.wrong(key, "an object", extra),
        }
    }

    /// A field that the format does not name. Each name is reported once.
    pub(crate) fn keep(&mut self, key: Key<'_>, extra: &mut Extra) {
        if self.is_new_name(&key.name) {
            self.report(Code::UnknownField, key.span, &[("field", &key.name)]);
        }
        extra.push(key.name, self.raw().to_json());
    }

    /// A field whose name came before in the same object.
    pub(crate) fn repeated(&mut self, key: Key<'_>, extra: &mut Extra) {
        self.report(Code::DuplicateKey, key.span, &[("key", &key.name)]);
        extra.push(key.name, self.raw().to_json());
    }

    /// A field whose value is of another kind than it should be.
    pub(crate) fn wrong(&mut self, key: Key<'_>, expected: &str, extra: &mut Extra) {
        let raw = self.take_wrong(&key.name, expected);
        extra.push(key.name, raw.to_json());
    }

    /// Any value, where another was expected. `null` and broken values get no further finding.
    pub(crate) fn take_wrong(&mut self, field: &str, expected: &str) -> Raw<'a> {
        let kind = self.kind();
        let raw = self.raw();
        let (found, shown) = match kind {
            Kind::Object => ("an object", 1),
            Kind::Array => ("an array", 1),
            Kind::String => ("a string", raw.text.len()),
            Kind::Number => ("a number", raw.text.len()),
            Kind::Bool => ("true or false", raw.text.len()),
            Kind::Null | Kind::Bad | Kind::Nothing => return raw,
        };
        let span = Span::new(raw.span.start, raw.span.start.saturating_add(shown));
        self.report(Code::WrongType, span, &[("field", field), ("expected", expected), ("found", found)]);
        raw
    }

    /// All members of the object that comes next.
    pub(crate) fn members(&mut self, into: &mut Extra) {
        self.open();
        while let Some(key) = self.key() {
            into.push(key.name, self.raw().to_json());
        }
    }
}

/// Passes a `type` that is one of those expected, which says nothing new; any other is kept.
pub(crate) fn known_kind(scan: &mut Scanner<'_>, key: Key<'_>, kinds: &[&str], extra: &mut Extra) {
    let raw = scan.raw();
    let kind = raw.text.strip_prefix('"').and_then(|kind| kind.strip_suffix('"'));
    if !kind.is_some_and(|kind| kinds.contains(&kind)) {
        extra.push(key.name, raw.to_json());
    }
}
