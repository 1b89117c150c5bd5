//! The tools, a file for each kind.

pub(crate) mod parse;
pub(crate) mod ship;
