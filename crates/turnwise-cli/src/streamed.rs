//! A stream of conversations to a stream of results, on all cores.

use crate::{
    blocks::{Block, Cut, Ended, each_block, put},
    commands::{MANY, say_how_many},
    exit::{Exit, Failure},
    output::Output,
    progress::Progress,
    tally::Tally,
};
use std::{
    io::{self, Read},
    num::NonZero,
    thread,
};
use turnwise::{
    Diagnostic, Severity,
    render::{OutputFormat, Renderer, Report},
    stream::{Document, Stream},
};

/// As many threads as there are cores.
pub(crate) fn threads() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// Writes what `work` makes of every document of `stream`, in the order of the input; then says what was found.
///
/// `work` gets a document and its bytes, adds its results to those of the block, and gives its findings.
pub(crate) fn convert(
    name: &str,
    stream: &Stream,
    reader: impl Read + Send,
    output: &mut Output,
    progress: &Progress,
    work: impl Fn(&[u8], &Document, &mut Vec<u8>) -> Vec<Diagnostic> + Sync,
) -> Result<Exit, Failure> {
    let write = |results: &Vec<u8>| put(output, results);
    let begin = Vec::clear;
    let (exit, result) = each(name, stream, reader, progress, write, begin, |_, bytes, document, results| {
        work(bytes, document, results)
    });
    finish(name, output, result).map(|()| exit)
}

/// Reads every document of `stream`. `begin` gets a result ready for a block, `work` adds to it what it makes of a
/// document, whose line is counted from 1, and `write` takes it, in the order of the input. Then says what was found.
pub(crate) fn each<R: Default>(
    name: &str,
    stream: &Stream,
    reader: impl Read + Send,
    progress: &Progress,
    mut write: impl FnMut(&R) -> io::Result<()> + Send,
    begin: impl Fn(&mut R) + Sync,
    work: impl Fn(Place, &[u8], &Document, &mut R) -> Vec<Diagnostic> + Sync,
) -> (Exit, Result<(), Ended>) {
    let cut = Cut::Documents(stream.splitter());
    let write = |_: &Block, results: &R| write(results);
    let (found, result) = each_block(threads(), cut, reader, write, |block, results, found: &mut Found| {
        begin(results);
        let (mut line, mut counted) = (block.start.line, 0);
        for document in &block.documents {
            let before = block.bytes.get(counted..document.range.start).unwrap_or_default();
            line = line.saturating_add(memchr::memchr_iter(b'\n', before).count());
            counted = document.range.start;
            let place = document.index.map_or(Place::Line(line), Place::Item);
            let findings = work(place, block.bytes_of(document), document, results);
            found.add(name, block, document, &findings);
        }
    });
    let mut all = Found::default();
    found.into_iter().for_each(|found| all.merge(found));
    all.tell(name, stream, progress);
    (all.tally.exit(), result)
}

/// Where a document of a stream begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// On this line, counted from 1.
    Line(usize),
    /// It is this item of an array, counted from 0.
    Item(usize),
}

/// What became of the whole stream.
pub(crate) fn finish(name: &str, output: &Output, result: Result<(), Ended>) -> Result<(), Failure> {
    result.map_err(|ended| match ended {
        Ended::Writing(error) => output.failure(error),
        Ended::Reading(error) => Failure::reading(name, error),
    })
}

/// What was found in a stream: all of it as long as that is little, else how much.
#[derive(Default)]
struct Found {
    tally: Tally,
    /// The first findings, ready to be shown, each with the ticket of its block.
    shown: Vec<(u64, String)>,
}

impl Found {
    fn add(&mut self, path: &str, block: &Block, document: &Document, findings: &[Diagnostic]) {
        for finding in findings.iter().filter(|finding| finding.severity >= Severity::Warning) {
            let line = || {
                let before = finding.span.start.saturating_sub(block.start.offset);
                let lines = memchr::memchr_iter(b'\n', block.bytes.get(..before).unwrap_or_default()).count();
                block.start.line.saturating_add(lines)
            };
            self.tally.add(finding, || Some(document.index.unwrap_or_else(line)));
            if self.shown.len() <= MANY
                && let Some(concise) = OutputFormat::from_name("concise")
            {
                let report =
                    Report { path, source: &block.bytes, diagnostics: std::slice::from_ref(finding) };
                let shown = Renderer::new(concise, false).report_from(&report, block.start);
                self.shown.push((block.ticket, shown));
            }
        }
    }

    fn merge(&mut self, other: Self) {
        self.tally.merge(other.tally);
        self.shown.extend(other.shown);
    }

    /// Says on standard error what a reader of the results should know.
    fn tell(&mut self, name: &str, stream: &Stream, progress: &Progress) {
        if self.shown.len() > MANY {
            let place = if stream.is_array() { "in item" } else { "on line" };
            say_how_many(name, &self.tally, place, 0, progress);
        } else if !self.shown.is_empty() {
            self.shown.sort_by_key(|&(ticket, _)| ticket);
            let shown: String = self.shown.drain(..).map(|(_, shown)| shown).collect();
            progress.say(shown.trim_end());
        }
    }
}
