//! What one would use instead of this crate.

pub(crate) mod json;
pub(crate) mod labels;
pub(crate) mod typed;
