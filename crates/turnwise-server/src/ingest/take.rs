//! Takes the fields of a body one by one, by any of their names; what is left are the caller's own.

use crate::{
    error::ApiError,
    fields::{STATUSES, Values},
};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::value::RawValue;

/// Characters of an identifier, a name or a key at most.
const WORD: usize = 255;

/// The fields of a body that were not taken yet.
pub(super) struct Take(Values);

impl Take {
    /// Reads the body as an object.
    pub(super) fn new(body: &str) -> Result<Self, ApiError> {
        match serde_json::from_str(body) {
            Ok(fields) => Ok(Self(fields)),
            Err(error) if error.is_data() => {
                Err(ApiError::Invalid("the body should be a JSON object".to_owned()))
            }
            Err(error) => Err(ApiError::Malformed(format!("the body is no sound JSON: {error}"))),
        }
    }

    /// The fields of these names that are there, and not `null`.
    fn take(&mut self, names: &[&str]) -> Vec<Box<RawValue>> {
        let found = names.iter().filter_map(|name| self.0.remove(*name));
        found.filter(|value| value.get() != "null").collect()
    }

    /// The same, read as values of a kind.
    fn typed<T: DeserializeOwned>(&mut self, names: &[&str], kind: &str) -> Result<Vec<T>, ApiError> {
        let values = self.take(names);
        let values: Result<_, _> = values.iter().map(|value| serde_json::from_str(value.get())).collect();
        values.map_err(|_| ApiError::Invalid(format!("`{}` should be {kind}", first(names))))
    }

    /// A string.
    pub(super) fn string(&mut self, names: &[&str]) -> Result<Option<String>, ApiError> {
        Ok(self.typed(names, "a string")?.into_iter().next())
    }

    /// A string that is an identifier, a name or a key.
    pub(super) fn word(&mut self, names: &[&str]) -> Result<Option<String>, ApiError> {
        let words: Vec<String> = self.typed(names, "a string")?;
        if words.iter().all(|word| (1..=WORD).contains(&word.chars().count())) {
            return Ok(words.into_iter().next());
        }
        Err(ApiError::Invalid(format!("`{}` should have from 1 to {WORD} characters", first(names))))
    }

    /// The status, one of [`STATUSES`].
    pub(super) fn status(&mut self) -> Result<Option<String>, ApiError> {
        let status = self.string(&["status"])?;
        match status {
            Some(status) if !STATUSES.contains(&status.as_str()) => {
                Err(ApiError::Invalid(format!("`status` should be one of {}", STATUSES.join(", "))))
            }
            status => Ok(status),
        }
    }

    /// An array, as written.
    pub(super) fn list(&mut self, names: &[&str]) -> Result<Option<Box<RawValue>>, ApiError> {
        let lists = self.take(names);
        if lists.iter().all(|list| list.get().starts_with('[')) {
            return Ok(lists.into_iter().next());
        }
        Err(ApiError::Invalid(format!("`{}` should be an array", first(names))))
    }

    /// An object.
    pub(super) fn object(&mut self, names: &[&str]) -> Result<Values, ApiError> {
        Ok(self.typed(names, "an object")?.into_iter().next().unwrap_or_default())
    }

    /// Refuses a field that is there and `null`, as the API does for this one.
    pub(super) fn present(&mut self, name: &str, other: &str) -> Result<(), ApiError> {
        let null =
            [name, other].iter().any(|name| self.0.get(*name).is_some_and(|value| value.get() == "null"));
        if null { Err(ApiError::Invalid(format!("`{name}` is null; leave it out instead"))) } else { Ok(()) }
    }

    /// What was not taken.
    pub(super) fn rest(self) -> Values {
        self.0
    }
}

/// The name of a field that is told to the author of a body.
fn first<'a>(names: &[&'a str]) -> &'a str {
    names.first().copied().unwrap_or_default()
}

/// How many messages there are. Each must be an object that says who speaks, if only by `null`.
pub(super) fn messages(list: &RawValue) -> Result<usize, ApiError> {
    let items: Vec<&RawValue> = serde_json::from_str(list.get())
        .map_err(|error| ApiError::Malformed(format!("`messages` is no sound JSON: {error}")))?;
    for (index, item) in items.iter().enumerate() {
        let wrong = |what: &str| ApiError::Invalid(format!("`messages[{index}]{what}"));
        let Ok(Head { role, content }) = serde_json::from_str(item.get()) else {
            return Err(wrong("` should be an object"));
        };
        let Some(role) = role else { return Err(wrong(".role` is missing")) };
        if !role.get().starts_with(['"', 'n']) {
            return Err(wrong(".role` should be a string"));
        }
        if content.is_some_and(|content| !content.get().starts_with(['"', '[', '{', 'n'])) {
            return Err(wrong(".content` should be a string, or an array of parts"));
        }
    }
    Ok(items.len())
}

/// What every message must have, as written.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow, default, deserialize_with = "as_written")]
    role: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "as_written")]
    content: Option<&'a RawValue>,
}

/// A field that is there, be it `null`.
fn as_written<'de, D: Deserializer<'de>>(from: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(from).map(Some)
}
