//! The walk over a document, and what was met on it that tells its format.

use std::ops::{Deref, DerefMut};

use super::{evidence::Evidence, pointers::Places, scan::Scanner};
use crate::{model::RawJson, parse::Parser};

/// A [`Scanner`] with the settings of the caller, and the evidence that was met.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    scan: Scanner<'a>,
    pub(crate) parser: &'a Parser,
    pub(crate) evidence: Evidence,
    /// Whether the content of an assistant's message was a list.
    pub(crate) listed: bool,
    /// Whether it was said that times have no offset, for which once is enough.
    pub(crate) assumed_utc: bool,
    /// Where messages stand.
    pub(crate) places: Places,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(parser: &'a Parser, input: &'a str) -> Self {
        Self {
            scan: Scanner::new(input, &parser.limits),
            parser,
            evidence: Evidence::default(),
            listed: false,
            assumed_utc: false,
            places: Places::default(),
        }
    }

    /// The scanner, for what it found.
    pub(crate) fn into_scanner(self) -> Scanner<'a> {
        self.scan
    }
}

impl<'a> Deref for Reader<'a> {
    type Target = Scanner<'a>;

    fn deref(&self) -> &Scanner<'a> {
        &self.scan
    }
}

impl<'a> DerefMut for Reader<'a> {
    fn deref_mut(&mut self) -> &mut Scanner<'a> {
        &mut self.scan
    }
}

/// Reads a value that was put away.
pub(crate) fn within<T>(value: &RawJson, read: impl FnOnce(&mut Reader<'_>) -> T) -> T {
    let parser = Parser::new();
    let mut scan = Reader::new(&parser, value.as_str());
    scan.document();
    read(&mut scan)
}
