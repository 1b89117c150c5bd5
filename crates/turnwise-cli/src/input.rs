//! Where transcripts come from: files, and standard input.

use crate::{exit::Failure, progress::Progress};
use std::{
    fs::File,
    io::{self, IsTerminal, Read},
    path::PathBuf,
};
use turnwise::Limits;

/// A file, or standard input.
pub(crate) enum Input {
    Stdin,
    File(PathBuf),
}

/// An input that is open for reading.
pub(crate) struct Opened {
    pub(crate) reader: Box<dyn Read + Send>,
    /// Its length in bytes, where that is known beforehand.
    pub(crate) length: Option<u64>,
}

impl Input {
    /// The inputs that `files` name; no file and `-` are standard input.
    pub(crate) fn all(files: &[PathBuf]) -> Vec<Self> {
        if files.is_empty() {
            return vec![Self::Stdin];
        }
        let input =
            |file: &PathBuf| if file.as_os_str() == "-" { Self::Stdin } else { Self::File(file.clone()) };
        files.iter().map(input).collect()
    }

    /// The name to show for it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Stdin => "<stdin>".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }

    /// The length in bytes of a regular file.
    pub(crate) fn length(&self) -> Option<u64> {
        match self {
            Self::Stdin => None,
            Self::File(path) => path.metadata().ok().filter(|found| found.is_file()).map(|found| found.len()),
        }
    }

    pub(crate) fn open(&self) -> Result<Opened, Failure> {
        self.try_open().map_err(|error| Failure::reading(self.name(), error))
    }

    fn try_open(&self) -> io::Result<Opened> {
        match self {
            Self::Stdin => {
                if io::stdin().is_terminal() {
                    crate::output::say(
                        "turnwise: reading from the terminal; Ctrl-D on a line of its own ends it",
                    );
                }
                Ok(Opened { reader: Box::new(io::stdin()), length: None })
            }
            Self::File(path) => {
                let file = File::open(path)?;
                if file.metadata()?.is_dir() {
                    return Err(io::ErrorKind::IsADirectory.into());
                }
                Ok(Opened { reader: Box::new(file), length: self.length() })
            }
        }
    }

    /// Everything in it, up to one byte more than the parser takes, so that the parser says where it stopped.
    pub(crate) fn read(&self, progress: &Progress) -> Result<Vec<u8>, Failure> {
        let Opened { reader, length } = self.open()?;
        let limit = most_bytes();
        let expected = length.and_then(|length| usize::try_from(length).ok()).unwrap_or_default();
        let mut bytes = Vec::with_capacity(expected.min(limit).saturating_add(1));
        progress
            .count(reader)
            .take(u64::try_from(limit).unwrap_or(u64::MAX))
            .read_to_end(&mut bytes)
            .map_err(|error| Failure::reading(self.name(), error))?;
        Ok(bytes)
    }
}

/// The most that is worth reading of one document.
pub(crate) fn most_bytes() -> usize {
    Limits::default().input_bytes.saturating_add(1)
}
