//! Takes the fields of a body one by one, by any of their names; what is left are the caller's own.

use crate::{
    error::ApiError,
    fields::{STATUSES, Values},
};
use serde::de::DeserializeOwned;
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

    /// The field under the first of its names that is there; `null` is like a field that is not there.
    fn take(&mut self, names: &[&str]) -> Option<Box<RawValue>> {
        // All are taken, so that none is left for the caller's own.
        let taken: Vec<_> = names.iter().filter_map(|name| self.0.remove(*name)).collect();
        taken.into_iter().find(|value| value.get() != "null")
    }

    fn typed<T: DeserializeOwned>(&mut self, names: &[&str], kind: &str) -> Result<Option<T>, ApiError> {
        let name = names.first().copied().unwrap_or_default();
        let wrong = |_| ApiError::Invalid(format!("`{name}` should be {kind}"));
        self.take(names).map(|value| serde_json::from_str(value.get()).map_err(wrong)).transpose()
    }

    /// A string.
    pub(super) fn string(&mut self, names: &[&str]) -> Result<Option<String>, ApiError> {
        self.typed(names, "a string")
    }

    /// A string that is an identifier, a name or a key.
    pub(super) fn word(&mut self, names: &[&str]) -> Result<Option<String>, ApiError> {
        let name = names.first().copied().unwrap_or_default();
        let word = self.string(names)?;
        match word.as_deref().map(|word| (word.trim().is_empty(), word.chars().count() > WORD)) {
            Some((true, _)) => Err(ApiError::Invalid(format!("`{name}` is empty"))),
            Some((_, true)) => Err(ApiError::Invalid(format!("`{name}` has more than {WORD} characters"))),
            _ => Ok(word),
        }
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
        let name = names.first().copied().unwrap_or_default();
        match self.take(names) {
            Some(value) if !value.get().starts_with('[') => {
                Err(ApiError::Invalid(format!("`{name}` should be an array")))
            }
            value => Ok(value),
        }
    }

    /// An object.
    pub(super) fn object(&mut self, names: &[&str]) -> Result<Values, ApiError> {
        Ok(self.typed(names, "an object")?.unwrap_or_default())
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

/// How many messages there are; each must be an object.
pub(super) fn messages(list: &RawValue) -> Result<usize, ApiError> {
    let items: Vec<&RawValue> = serde_json::from_str(list.get())
        .map_err(|error| ApiError::Malformed(format!("`messages` is no sound JSON: {error}")))?;
    match items.iter().position(|item| !item.get().starts_with('{')) {
        Some(index) => Err(ApiError::Invalid(format!("`messages[{index}]` should be an object"))),
        None => Ok(items.len()),
    }
}
