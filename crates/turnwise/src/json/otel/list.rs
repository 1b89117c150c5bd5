//! Attributes in a list of `{key, value}`, as OTLP has them.

use super::{attributes::opened, flat::is_message, side};
use crate::{
    json::{
        envelope::Envelope,
        raw,
        reader::Reader,
        scan::{Key, Kind, Scanner},
        shape::Shape,
    },
    model::{Extra, RawJson},
};

/// Whether the array that comes next has an attribute that holds messages.
pub(super) fn carries(scan: &Scanner<'_>) -> bool {
    let mut scan = scan.probe();
    scan.open();
    while scan.item() {
        if entry(&mut scan).is_some_and(|name| side(&name).is_some() || is_message(&name)) {
            return true;
        }
    }
    false
}

/// The name of the attribute that comes next in a list.
fn entry(scan: &mut Scanner<'_>) -> Option<String> {
    let mut name = None;
    if scan.kind() != Kind::Object {
        scan.raw();
        return None;
    }
    scan.open();
    while let Some(key) = scan.key() {
        if key.name == "key" && scan.kind() == Kind::String {
            name = Some(scan.text().into_owned());
        } else {
            scan.raw();
        }
    }
    name
}

/// Takes attributes in a list of `{key, value}`; as an object they would be a member each.
pub(super) fn take<'a>(scan: &mut Reader<'a>, key: Key<'a>, envelope: &mut Envelope) {
    if scan.kind() != Kind::Array || !carries(scan) {
        return envelope.carry(scan, key);
    }
    let mark = scan.mark();
    let mut members = Extra::default();
    scan.open();
    while scan.item() {
        let item = scan.mark();
        match attribute(scan) {
            Some((name, value)) => members.push(name, value),
            None => members.push("attribute", scan.since(item).to_json()),
        }
    }
    let (object, span) = (raw::object(&members), scan.since(mark).span);
    opened(scan, object.as_str(), span, envelope, |inner, envelope| {
        envelope.read_as(inner, &key.name, Shape::Conversation);
    });
}

/// The name and the value of the attribute that comes next: `{"key": "k", "value": {"stringValue": "v"}}`.
fn attribute(scan: &mut Reader<'_>) -> Option<(String, RawJson)> {
    let (mut name, mut value, mut others) = (None, None, false);
    if scan.kind() != Kind::Object {
        scan.raw();
        return None;
    }
    scan.open();
    while let Some(key) = scan.key() {
        match (&*key.name, scan.kind()) {
            ("key", Kind::String) => name = Some(scan.text().into_owned()),
            ("value", Kind::Object) => {
                scan.open();
                while let Some(kind) = scan.key() {
                    others |=
                        !matches!(&*kind.name, "stringValue" | "boolValue" | "doubleValue" | "intValue");
                    value = Some(scan.raw().to_json());
                }
            }
            _ => {
                others = true;
                scan.raw();
            }
        }
    }
    name.zip(value).filter(|_| !others)
}
