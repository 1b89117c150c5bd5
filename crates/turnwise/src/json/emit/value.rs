//! What can be written as a JSON value.

use std::borrow::Cow;

use super::Emitter;
use crate::model::{Extra, RawJson};

/// What has a form in JSON.
pub(crate) trait Emit {
    /// Writes the value.
    fn emit(&self, json: &mut Emitter);
}

impl<T: Emit + ?Sized> Emit for &T {
    fn emit(&self, json: &mut Emitter) {
        (**self).emit(json);
    }
}

impl Emit for str {
    fn emit(&self, json: &mut Emitter) {
        json.precede();
        json.quote(self);
    }
}

impl Emit for String {
    fn emit(&self, json: &mut Emitter) {
        self.as_str().emit(json);
    }
}

impl Emit for Cow<'_, str> {
    fn emit(&self, json: &mut Emitter) {
        (**self).emit(json);
    }
}

impl Emit for u64 {
    fn emit(&self, json: &mut Emitter) {
        json.precede();
        json.display(self);
    }
}

impl Emit for bool {
    fn emit(&self, json: &mut Emitter) {
        json.precede();
        json.out.push_str(if *self { "true" } else { "false" });
    }
}

/// `null` where there is nothing.
impl<T: Emit> Emit for Option<T> {
    fn emit(&self, json: &mut Emitter) {
        match self {
            Some(value) => value.emit(json),
            None => {
                json.precede();
                json.out.push_str("null");
            }
        }
    }
}

/// The value as it was written.
impl Emit for RawJson {
    fn emit(&self, json: &mut Emitter) {
        json.precede();
        json.out.push_str(self.as_str());
    }
}

/// An object.
impl Emit for Extra {
    fn emit(&self, json: &mut Emitter) {
        json.object(|json| json.members(self));
    }
}

/// An array.
impl<T: Emit> Emit for [T] {
    fn emit(&self, json: &mut Emitter) {
        json.array(|json| self.iter().for_each(|item| json.value(item)));
    }
}
