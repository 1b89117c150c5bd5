//! Lines of a stream, worked on by several threads, with the results in the order of the lines.
//!
//! A worker locks the reader, takes a block of whole lines and a ticket, works on the block, and waits
//! for its ticket to be called to write what came of it. Memory holds a block for each worker, or the
//! longest line.

use std::{
    io::{self, Read, Write},
    iter,
    panic::resume_unwind,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

/// Bytes asked of the reader at once: large enough to be cheap, small enough to stay in the cache.
const BLOCK: usize = 256 * 1024;

/// A line without its line end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    pub(crate) bytes: &'a [u8],
    /// Counted from 1.
    pub(crate) number: u64,
}

/// What ended the reading early.
#[derive(Debug)]
pub(crate) enum Ended {
    Reading(io::Error),
    Writing(io::Error),
}

/// Calls `work` for every line of `reader`, on `threads` threads, and writes what it adds to the buffer,
/// in the order of the lines. `work` can also gather something: each thread has one of its own.
///
/// Of a line with more than `longest` bytes, only the first `longest` are kept.
pub(crate) fn each_line<S: Default + Send>(
    threads: usize,
    longest: usize,
    reader: impl Read + Send,
    writer: &mut (impl Write + Send),
    work: impl Fn(Line<'_>, &mut Vec<u8>, &mut S) + Sync,
) -> (Vec<S>, Result<(), Ended>) {
    let blocks = Mutex::new(Blocks {
        reader,
        longest,
        chunk: vec![0; BLOCK].into_boxed_slice(),
        rest: Vec::new(),
        ticket: 0,
        line: 1,
        ended: false,
        error: None,
    });
    let turns = Turns {
        state: Mutex::new(Writing { writer, next: 0, stopped: false, error: None }),
        called: Condvar::new(),
    };
    let worker = || {
        let _guard = StopOnPanic(|| turns.stop());
        let (mut gathered, mut block, mut results) = (S::default(), Block::default(), Vec::new());
        while lock(&blocks).next(&mut block) {
            results.clear();
            for line in block.lines() {
                work(line, &mut results, &mut gathered);
            }
            if !turns.write(block.ticket, &results) {
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

/// Whole lines, and when it is their turn.
#[derive(Default)]
struct Block {
    bytes: Vec<u8>,
    ticket: u64,
    first_line: u64,
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
        lines.zip(self.first_line..).map(|(bytes, number)| Line { bytes, number })
    }
}

/// The reader, cut into blocks.
struct Blocks<R> {
    reader: R,
    longest: usize,
    chunk: Box<[u8]>,
    /// What was read of the line that the next block begins with.
    rest: Vec<u8>,
    ticket: u64,
    line: u64,
    ended: bool,
    error: Option<io::Error>,
}

impl<R: Read> Blocks<R> {
    /// Puts the next lines into `block`, and tells whether there are any.
    fn next(&mut self, block: &mut Block) -> bool {
        let bytes = &mut block.bytes;
        bytes.clear();
        bytes.append(&mut self.rest);
        while !self.ended {
            let old = bytes.len();
            self.read(bytes);
            let fresh = bytes.get(old..).unwrap_or_default();
            let first = memchr::memchr(b'\n', fresh).unwrap_or(fresh.len()).saturating_add(old);
            if first > self.longest {
                bytes.drain(self.longest..first);
            }
            let searched = old.min(self.longest);
            if let Some(last) = memchr::memrchr(b'\n', bytes.get(searched..).unwrap_or_default()) {
                let end = searched.saturating_add(last).saturating_add(1);
                self.rest.extend_from_slice(bytes.get(end..).unwrap_or_default());
                bytes.truncate(end);
                break;
            }
        }
        (block.ticket, block.first_line) = (self.ticket, self.line);
        self.ticket = self.ticket.saturating_add(1);
        let lines = memchr::memchr_iter(b'\n', bytes).count();
        self.line = self.line.saturating_add(u64::try_from(lines).unwrap_or(u64::MAX));
        !bytes.is_empty()
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

/// The writer, which takes results in the order of their tickets.
struct Turns<'a, W> {
    state: Mutex<Writing<'a, W>>,
    called: Condvar,
}

struct Writing<'a, W> {
    writer: &'a mut W,
    next: u64,
    stopped: bool,
    error: Option<io::Error>,
}

impl<W: Write> Turns<'_, W> {
    /// Waits for the turn of `ticket`, writes, and tells whether to go on.
    fn write(&self, ticket: u64, results: &[u8]) -> bool {
        let mut state = lock(&self.state);
        while state.next != ticket && !state.stopped {
            state = self.called.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.stopped {
            return false;
        }
        let written = state.writer.write_all(results).and_then(|()| state.writer.flush());
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
