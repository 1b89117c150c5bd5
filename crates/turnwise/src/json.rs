//! JSON payloads: one reader for all formats, a file a format for what it adds, and writers.
//!
//! `scan` walks a document piece by piece and never gives up on what was readable; `fields` takes the fields that are
//! known and puts every other one into an `extra`, byte for byte. `read` finds the conversations in a document,
//! `envelope` the messages in an object, `message` and `part` what they say. A format is one file here: its `DIALECT`
//! says what it adds, and its `write` writes it.

pub mod canonical;

mod call;
mod chat_json;
mod content;
mod dialect;
mod envelope;
mod evidence;
mod fields;
mod message;
mod nested;
mod part;
pub(crate) mod raw;
mod read;
mod reader;
mod role;
mod scan;
mod shape;
mod time;
mod tools;
mod usage;

pub(crate) use read::{detect, read};
pub(crate) use shape::claims;
