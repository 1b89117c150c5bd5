//! Reading and writing JSON with serde_json and simd-json.

use std::{hint::black_box, rc::Rc};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use simd_json::prelude::Writable;

use crate::Subject;

/// What is read or written with derived types of one format.
pub(crate) struct Typed {
    pub(crate) read: fn(&Rc<Vec<u8>>) -> Subject,
    pub(crate) write: fn(&[u8]) -> Subject,
    pub(crate) normalise: fn(&Rc<Vec<u8>>) -> Subject,
}

impl Typed {
    pub(crate) const fn of<T: Serialize + DeserializeOwned + 'static>() -> Self {
        Self {
            read: |json| Subject::new("typed", json, |json| one_if(serde_json::from_slice::<T>(json).ok())),
            write: |json| {
                let document = Rc::new(serde_json::from_slice::<T>(json).ok());
                Subject::new("typed", &document, |document| document.as_ref().map_or(0, written))
            },
            normalise: |json| {
                Subject::new("typed", json, |json| {
                    serde_json::from_slice::<T>(json).map_or(0, |document| written(&document))
                })
            },
        }
    }
}

/// Reads a document: into a tree of serde_json, derived types, a tree of simd-json.
pub(crate) fn readers(json: &Rc<Vec<u8>>, typed: &Typed) -> [Subject; 3] {
    [
        Subject::new("Value", json, |json| one_if(serde_json::from_slice::<Value>(json).ok())),
        (typed.read)(json),
        Subject::new("simd-json", json, |json| {
            let mut copy = json.clone();
            one_if(simd_json::to_borrowed_value(&mut copy).ok())
        }),
    ]
}

/// Writes what a document holds, from the same three.
pub(crate) fn writers(json: &[u8], typed: &Typed) -> [Subject; 3] {
    let value = Rc::new(serde_json::from_slice::<Value>(json).unwrap_or_default());
    let tree = Rc::new(simd_json::to_owned_value(&mut json.to_vec()).unwrap_or_default());
    [
        Subject::new("Value", &value, written),
        (typed.write)(json),
        Subject::new("simd-json", &tree, |tree| black_box(tree.encode()).len()),
    ]
}

/// Reads a document and writes it, with the same three.
pub(crate) fn normalisers(json: &Rc<Vec<u8>>, typed: &Typed) -> [Subject; 3] {
    [
        Subject::new("Value", json, |json| {
            serde_json::from_slice::<Value>(json).map_or(0, |value| written(&value))
        }),
        (typed.normalise)(json),
        Subject::new("simd-json", json, |json| {
            let mut copy = json.clone();
            simd_json::to_borrowed_value(&mut copy).map_or(0, |tree| black_box(tree.encode()).len())
        }),
    ]
}

fn written<T: Serialize>(value: &T) -> usize {
    black_box(serde_json::to_string(value)).map_or(0, |json| json.len())
}

fn one_if<T>(read: Option<T>) -> usize {
    usize::from(black_box(read).is_some())
}
