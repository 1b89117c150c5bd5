//! The list of layers, from the lowest to the whole.

use std::{hint::black_box, rc::Rc};

mod formats;
mod json;
mod text;

/// A part of the parser, and what one would use instead.
pub struct Layer {
    /// What it is called, on the command line and in the table.
    pub name: String,
    /// About how many bytes the inputs have that it is measured on.
    pub sizes: &'static [usize],
    subjects: Box<dyn Fn(usize) -> Vec<Subject>>,
}

impl Layer {
    fn new(
        name: impl Into<String>,
        sizes: &'static [usize],
        subjects: impl Fn(usize) -> Vec<Subject> + 'static,
    ) -> Self {
        Self { name: name.into(), sizes, subjects: Box::new(subjects) }
    }

    /// What is measured on an input of about so many bytes, which is made now: ours first.
    pub fn subjects(&self, bytes: usize) -> Vec<Subject> {
        (self.subjects)(bytes)
    }
}

/// What is measured: ours, or what one would use instead.
pub struct Subject {
    /// What it is called: [`OURS`], or one of [`RIVALS`].
    pub name: &'static str,
    run: Box<dyn Fn() -> usize>,
}

/// The name of what is ours.
pub const OURS: &str = "turnwise";

/// What one would use instead, in the order of the table's columns.
///
/// - `memchr` visits line ends and does nothing else: the limit for whatever reads lines.
/// - `str` is the standard library: `lines`, `split_once`, `push_str`.
/// - `aho-corasick` and `regex` look for eight labels at line starts.
/// - `Value` and `typed` are serde_json with a tree, and with derived types that hold what these documents hold.
/// - `simd-json` is its borrowed tree. It writes into its input, so it works on a copy that is made each time.
pub const RIVALS: &[&str] = &["memchr", "str", "aho-corasick", "regex", "Value", "typed", "simd-json"];

impl Subject {
    pub(crate) fn new<T: ?Sized + 'static>(
        name: &'static str,
        input: &Rc<T>,
        run: impl Fn(&T) -> usize + 'static,
    ) -> Self {
        let input = Rc::clone(input);
        Self { name, run: Box::new(move || run(black_box(&input))) }
    }

    /// Does it once; tells how much was found or written.
    pub fn run(&self) -> usize {
        black_box((self.run)())
    }
}

/// Every layer, in the order of the table.
pub fn layers() -> Vec<Layer> {
    [text::layers(), json::layers(), formats::readers(), formats::writers()].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Speeds compare only where all read what there is.
    #[test]
    fn every_subject_finds_something() {
        for layer in layers() {
            let subjects = layer.subjects(20_000);
            assert_eq!(subjects[0].name, OURS, "{}", layer.name);
            for subject in &subjects {
                assert!(subject.name == OURS || RIVALS.contains(&subject.name), "{}", subject.name);
                assert!(subject.run() > 0, "{}: {}", layer.name, subject.name);
            }
        }
    }
}
