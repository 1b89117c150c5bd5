//! A stream in blocks, worked on by several threads, with the results in the order of the input.
//!
//! A worker locks the reader, takes a block of whole lines or documents and a ticket, works on the block, and waits
//! for its ticket to be called to write what came of it. Memory holds a block for each worker, or the longest document.

use std::{
    io::{self, Read, Write},
    iter,
    panic::resume_unwind,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};
use turnwise::{
    render::Start,
    stream::{Document, Splitter},
};

/// Bytes asked of the reader at once: large enough to be cheap, small enough to stay in the cache.
pub(crate) const BLOCK: usize = 256 * 1024;

/// A line without its line end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    pub(crate) bytes: &'a [u8],
    /// Counted from 1.
    pub(crate) number: usize,
}

/// Where a stream may be cut.
pub(crate) enum Cut {
    /// Behind every line; of one with more bytes than this, only so many are kept.
    Lines(usize),
    /// Behind every document.
    Documents(Splitter),
}

/// What ended the reading early.
#[derive(Debug)]
pub(crate) enum Ended {
    Reading(io::Error),
    Writing(io::Error),
}

/// Calls `work` for every block of `reader`, on `threads` threads, and `write` for what came of it, in the order of
/// the blocks. `work` gets the last result of its thread to use again, and can also gather something in a place that
/// each thread has for itself.
pub(crate) fn each_block<R: Default, S: Default + Send>(
    threads: usize,
    cut: Cut,
    reader: impl Read + Send,
    write: impl FnMut(&Block, &R) -> io::Result<()> + Send,
    work: impl Fn(&Block, &mut R, &mut S) + Sync,
) -> (Vec<S>, Result<(), Ended>) {
    let blocks = Mutex::new(Blocks {
        reader,
        cut,
        chunk: vec![0; BLOCK].into_boxed_slice(),
        rest: Vec::new(),
        ticket: 0,
        start: Start::default(),
        ended: false,
        error: None,
    });
    let turns = Turns {
        state: Mutex::new(Writing { write, next: 0, stopped: false, error: None }),
        called: Condvar::new(),
    };
    let worker = || {
        let _guard = StopOnPanic(|| turns.stop());
        let (mut gathered, mut block, mut result) = (S::default(), Block::default(), R::default());
        while lock(&blocks).next(&mut block) {
            work(&block, &mut result, &mut gathered);
            if !turns.write(block.ticket, |write| write(&block, &result)) {
                break;
            }
        }
        gathered
    };
    let gathered = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(worker)).collect();
        let mut gathered = vec![worker()];
        let join = |other: thread::ScopedJoinHandle<'_, S>| {
            other.join().unwrap_or_else(|panic| resume_unwind(panic))
        };
        gathered.extend(others.into_iter().map(join));
        gathered
    });
    let (read, written) = (lock(&blocks).error.take(), lock(&turns.state).error.take());
    let result = match (written, read) {
        (Some(error), _) => Err(Ended::Writing(error)),
        (None, Some(error)) => Err(Ended::Reading(error)),
        (None, None) => Ok(()),
    };
    (gathered, result)
}

/// Calls `work` for every line of `reader`, and writes what it adds to the buffer.
pub(crate) fn each_line<S: Default + Send>(
    threads: usize,
    longest: usize,
    reader: impl Read + Send,
    writer: &mut (impl Write + Send),
    work: impl Fn(Line<'_>, &mut Vec<u8>, &mut S) + Sync,
) -> (Vec<S>, Result<(), Ended>) {
    let write = |_: &Block, results: &Vec<u8>| put(writer, results);
    each_block(threads, Cut::Lines(longest), reader, write, |block, results, gathered| {
        results.clear();
        block.lines().for_each(|line| work(line, results, gathered));
    })
}

/// Writes what came of a block, and holds nothing back: who waits for it may wait to send more.
pub(crate) fn put(writer: &mut impl Write, results: &[u8]) -> io::Result<()> {
    writer.write_all(results).and_then(|()| writer.flush())
}

/// Whole lines or documents, and when it is their turn.
#[derive(Default)]
pub(crate) struct Block {
    pub(crate) bytes: Vec<u8>,
    /// The documents in it, where the stream is cut into documents.
    pub(crate) documents: Vec<Document>,
    /// Where it begins in the input.
    pub(crate) start: Start,
    pub(crate) ticket: u64,
}

impl Block {
    fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let mut rest = self.bytes.as_slice();
        let lines = iter::from_fn(move || {
            let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let (line, after) = rest.split_at_checked(end).filter(|_| !rest.is_empty())?;
            rest = after.strip_prefix(b"\n").unwrap_or(after);
            Some(line.strip_suffix(b"\r").unwrap_or(line))
        });
        lines.zip(self.start.line..).map(|(bytes, number)| Line { bytes, number })
    }

    /// The bytes of a document of the block.
    pub(crate) fn bytes_of(&self, document: &Document) -> &[u8] {
        self.bytes.get(document.range.clone()).unwrap_or_default()
    }
}

/// The reader, cut into blocks.
struct Blocks<R> {
    reader: R,
    cut: Cut,
    chunk: Box<[u8]>,
    /// What was read of the line or document that the next block begins with.
    rest: Vec<u8>,
    ticket: u64,
    start: Start,
    ended: bool,
    error: Option<io::Error>,
}

impl<R: Read> Blocks<R> {
    /// Puts the next lines or documents into `block`, and tells whether there are any.
    fn next(&mut self, block: &mut Block) -> bool {
        let Block { bytes, documents, .. } = block;
        bytes.clear();
        documents.clear();
        bytes.append(&mut self.rest);
        while !self.ended {
            let old = bytes.len();
            self.read(bytes);
            if let Some(end) = self.cut.end(bytes, old, self.ended, documents) {
                self.rest.extend_from_slice(bytes.get(end..).unwrap_or_default());
                bytes.truncate(end);
                break;
            }
        }
        (block.ticket, block.start) = (self.ticket, self.start);
        self.ticket = self.ticket.saturating_add(1);
        match self.cut {
            Cut::Lines(_) => {
                let lines = memchr::memchr_iter(b'\n', bytes).count();
                self.start.line = self.start.line.saturating_add(lines);
            }
            Cut::Documents(_) => self.start.advance(bytes),
        }
        !bytes.is_empty() || !documents.is_empty()
    }

    /// Adds to `bytes` what the reader gives at once, so that lines of a slow pipe do not wait for more.
    fn read(&mut self, bytes: &mut Vec<u8>) {
        let read = loop {
            match self.reader.read(&mut self.chunk) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => break result,
            }
        };
        let read = read.unwrap_or_else(|error| {
            self.error = Some(error);
            0
        });
        self.ended = read == 0;
        bytes.extend_from_slice(self.chunk.get(..read).unwrap_or_default());
    }
}

impl Cut {
    /// Where a block can end in `bytes`, of which those from `old` on are new.
    fn end(
        &mut self,
        bytes: &mut Vec<u8>,
        old: usize,
        ended: bool,
        documents: &mut Vec<Document>,
    ) -> Option<usize> {
        match self {
            Self::Lines(longest) => {
                let fresh = bytes.get(old..).unwrap_or_default();
                let first = memchr::memchr(b'\n', fresh).unwrap_or(fresh.len()).saturating_add(old);
                if first > *longest {
                    bytes.drain(*longest..first);
                }
                let searched = old.min(*longest);
                let last = memchr::memrchr(b'\n', bytes.get(searched..).unwrap_or_default());
                last.map(|last| searched.saturating_add(last).saturating_add(1))
            }
            Self::Documents(splitter) => {
                documents.extend(iter::from_fn(|| splitter.next(bytes, ended)));
                Some(splitter.pass()).filter(|&end| end > 0)
            }
        }
    }
}

/// What takes results in the order of their tickets.
struct Turns<W> {
    state: Mutex<Writing<W>>,
    called: Condvar,
}

struct Writing<W> {
    write: W,
    next: u64,
    stopped: bool,
    error: Option<io::Error>,
}

impl<W> Turns<W> {
    /// Waits for the turn of `ticket`, writes, and tells whether to go on.
    fn write(&self, ticket: u64, put: impl FnOnce(&mut W) -> io::Result<()>) -> bool {
        let mut state = lock(&self.state);
        while state.next != ticket && !state.stopped {
            state = self.called.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.stopped {
            return false;
        }
        let written = put(&mut state.write);
        state.next = state.next.saturating_add(1);
        state.stopped = written.is_err();
        state.error = written.err();
        self.called.notify_all();
        !state.stopped
    }

    /// Lets nobody wait any longer.
    fn stop(&self) {
        lock(&self.state).stopped = true;
        self.called.notify_all();
    }
}

/// Keeps the other workers from waiting for ever for one that has died.
struct StopOnPanic<F: Fn()>(F);

impl<F: Fn()> Drop for StopOnPanic<F> {
    fn drop(&mut self) {
        if thread::panicking() {
            (self.0)();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
