//! JSON objects, read and written member by member: values stay as they were written.

use std::fmt;

use chrono::{DateTime, FixedOffset};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;
use turnwise::Extra;

/// An object that was read: names, and values as written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Object(pub(crate) Vec<(String, Box<RawValue>)>);

impl Object {
    pub(crate) fn parse(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    /// The last value under `name`, as most readers have it; `null` counts as none.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().rfind(|(key, _)| key == name).map(|(_, value)| value.get());
        found.filter(|json| *json != "null")
    }

    /// The value under `name`, where it is of the kind that is asked for.
    pub(crate) fn read<'a, T: Deserialize<'a>>(&'a self, name: &str) -> Option<T> {
        serde_json::from_str(self.get(name)?).ok()
    }

    pub(crate) fn string(&self, name: &str) -> Option<String> {
        self.read(name)
    }

    /// A string, or a number as a string: an identifier may be either.
    pub(crate) fn id(&self, name: &str) -> Option<String> {
        let number = || self.read::<serde_json::Number>(name).map(|number| number.to_string());
        self.string(name).or_else(number).filter(|id| !id.is_empty())
    }

    pub(crate) fn object(&self, name: &str) -> Option<Self> {
        self.read(name)
    }

    pub(crate) fn time(&self, name: &str) -> Option<DateTime<FixedOffset>> {
        DateTime::parse_from_rfc3339(&self.string(name)?).ok()
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Object(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// An object that is being written, on one line.
#[derive(Debug, Clone)]
pub(crate) struct Writer(String);

impl Writer {
    pub(crate) fn new() -> Self {
        Self("{".into())
    }

    /// Writes a member whose value is JSON already.
    pub(crate) fn json(&mut self, name: &str, json: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push_str(&quoted(name));
        self.0.push(':');
        self.0.push_str(json);
    }

    pub(crate) fn string(&mut self, name: &str, value: &str) {
        self.json(name, &quoted(value));
    }

    /// Writes a member where there is a value for it: never a `null`.
    pub(crate) fn optional(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.string(name, value);
        }
    }

    /// Writes a member that is an object of these members, unless there are none.
    pub(crate) fn group(&mut self, name: &str, members: &Extra) {
        if !members.is_empty() {
            let mut inner = Self::new();
            inner.members(members);
            self.json(name, &inner.finish());
        }
    }

    pub(crate) fn members(&mut self, members: &Extra) {
        for (name, value) in &members.0 {
            self.json(name, value.as_str());
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.len() == 1
    }

    pub(crate) fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// A string as JSON.
pub(crate) fn quoted(text: &str) -> String {
    // A string can always be written.
    serde_json::to_string(text).unwrap_or_default()
}
