//! A progress bar on standard error, for long work on a terminal.

use crate::{input::Input, output::say};
use indicatif::{ProgressBar, ProgressStyle};
use std::{
    io::{self, IsTerminal, Read},
    panic::resume_unwind,
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

/// So many inputs, or so many bytes, are long work.
const MANY_INPUTS: usize = 8;
const MANY_BYTES: u64 = 64 << 20;

/// So many bytes are long work where each conversation in them waits for a server.
const MANY_BYTES_SENT: u64 = 64 << 10;

/// So many records of an outbox are long work.
const MANY_RECORDS: u64 = 100;

/// How often a bar is drawn that somebody has to look after.
const REDRAW: Duration = Duration::from_millis(100);

/// A progress bar, or nothing where nobody would want one.
pub(crate) struct Progress(Option<ProgressBar>);

impl Progress {
    /// A bar for reading `inputs`; none if `results` go to the terminal, where a bar would be in the way.
    pub(crate) fn over(inputs: &[Input], results: bool) -> Self {
        let seen = io::stderr().is_terminal() && !(results && io::stdout().is_terminal());
        if !seen {
            return Self(None);
        }
        let length = inputs.iter().filter_map(Input::length).sum();
        if length == 0 || (inputs.len() < MANY_INPUTS && length < MANY_BYTES) {
            return Self(None);
        }
        Self::bar(length, "{bar:40} {bytes} of {total_bytes}, {eta} left")
    }

    /// No bar.
    pub(crate) fn none() -> Self {
        Self(None)
    }

    /// A bar for sending what is read of `inputs`, with a message beside it.
    pub(crate) fn sending(inputs: &[Input]) -> Self {
        let length = inputs.iter().filter_map(Input::length).sum();
        if !io::stderr().is_terminal() || (inputs.len() < MANY_INPUTS && length < MANY_BYTES_SENT) {
            return Self(None);
        }
        Self::bar(length, "{bar:40} {percent}% read; {msg}")
    }

    /// A bar for delivering so many records.
    pub(crate) fn delivering(records: u64) -> Self {
        if !io::stderr().is_terminal() || records < MANY_RECORDS {
            return Self(None);
        }
        Self::bar(records, "{bar:40} {pos} of {len} delivered")
    }

    /// Does `work`, and meanwhile shows on the bar, if there is one, how far `done` says that it is.
    pub(crate) fn during<T: Send>(&self, work: impl FnOnce() -> T + Send, done: impl Fn() -> u64) -> T {
        let Some(bar) = &self.0 else { return work() };
        thread::scope(|scope| {
            let (ending, ended) = mpsc::channel::<()>();
            let worker = scope.spawn(move || {
                let result = work();
                drop(ending);
                result
            });
            while ended.recv_timeout(REDRAW) == Err(RecvTimeoutError::Timeout) {
                bar.set_position(done());
            }
            worker.join().unwrap_or_else(|panic| resume_unwind(panic))
        })
    }

    fn bar(length: u64, template: &str) -> Self {
        let bar = ProgressBar::new(length);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self(Some(bar))
    }

    /// Shows a message beside the bar, if there is one.
    pub(crate) fn message(&self, text: impl FnOnce() -> String) {
        if let Some(bar) = &self.0 {
            bar.set_message(text());
        }
    }

    /// Does something that may write to the terminal, above the bar.
    pub(crate) fn aside<T>(&self, work: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(bar) => bar.suspend(work),
            None => work(),
        }
    }

    /// So many bytes more were dealt with.
    pub(crate) fn advance(&self, bytes: usize) {
        if let Some(bar) = &self.0 {
            bar.inc(u64::try_from(bytes).unwrap_or(u64::MAX));
        }
    }

    /// Says something on standard error, above the bar.
    pub(crate) fn say(&self, text: &str) {
        self.aside(|| say(text));
    }

    /// `reader`, with everything that is read of it counted.
    pub(crate) fn count<'a>(&'a self, reader: impl Read + Send + 'a) -> impl Read + Send + 'a {
        Counted { reader, progress: self }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

struct Counted<'a, R> {
    reader: R,
    progress: &'a Progress,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.progress.advance(read);
        Ok(read)
    }
}
