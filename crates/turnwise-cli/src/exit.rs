//! Exit codes, and the failures that end a command.

use std::{fmt, io, process::ExitCode};

/// What the command tells its caller, the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Nothing to complain about, or the reader of the output has gone away.
    Success,
    /// Not all was delivered, but what was not is safe in the outbox.
    Queued,
    /// `check`: a warning or an error; `normalize` and `convert`: an error; `detect`: no known format; `send`: an
    /// error, so that something was not sent; `insights`: there are none yet.
    Findings,
    /// The server refused something, and will refuse it again.
    Refused,
    /// Wrong usage, something could not be read or written, or the server could not be reached.
    Failure,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Success => 0,
            Exit::Findings => 1,
            Exit::Failure => 2,
            Exit::Queued => 3,
            Exit::Refused => 4,
        })
    }
}

/// An input that could not be read, or an output that could not be written.
#[derive(Debug)]
pub(crate) struct Failure {
    name: String,
    error: io::Error,
    of_output: bool,
}

impl Failure {
    /// An input that could not be read.
    pub(crate) fn reading(name: impl Into<String>, error: io::Error) -> Self {
        Self { name: name.into(), error, of_output: false }
    }

    /// An output that could not be written.
    pub(crate) fn writing(name: impl Into<String>, error: io::Error) -> Self {
        Self { name: name.into(), error, of_output: true }
    }

    /// Whether nothing more can be written, so that going on is of no use.
    pub(crate) fn is_of_output(&self) -> bool {
        self.of_output
    }

    /// Whether nobody reads the output any more, which is how `head` ends a pipe, and no failure.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        self.of_output && self.error.kind() == io::ErrorKind::BrokenPipe
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.name)?;
        match self.error.kind() {
            io::ErrorKind::NotFound => f.write_str("no such file or directory"),
            io::ErrorKind::IsADirectory => f.write_str("is a directory"),
            io::ErrorKind::PermissionDenied => f.write_str("permission denied"),
            _ => {
                let reason = self.error.to_string();
                f.write_str(reason.split_once(" (os error").map_or(reason.as_str(), |(reason, _)| reason))
            }
        }
    }
}
