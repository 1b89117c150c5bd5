//! JSON payloads: reading values with their places, taking known fields, keeping the rest.
//!
//! `scan` walks a document piece by piece and never gives up on what was readable; `fields` takes the fields
//! that a format names and puts every other one into an `extra`, byte for byte. A format is one file here.

pub mod canonical;
pub(crate) mod emit;
pub(crate) mod fields;
pub(crate) mod plain;
pub(crate) mod raw;
pub(crate) mod scan;
