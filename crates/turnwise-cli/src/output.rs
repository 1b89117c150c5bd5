//! Where results go: standard output, or a file that appears only when it is complete.

use crate::exit::Failure;
use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    process,
};

/// Standard output or a file.
pub(crate) struct Output {
    name: String,
    writer: BufWriter<Box<dyn Write + Send>>,
    replacement: Option<Replacement>,
}

/// A file that is written beside the one it will replace; it vanishes unless it is put in place.
struct Replacement {
    temporary: PathBuf,
    target: PathBuf,
}

impl Output {
    /// Opens `path` for writing; none, and `-`, are standard output.
    pub(crate) fn create(path: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = path.filter(|path| path.as_os_str() != "-") else {
            let writer: Box<dyn Write + Send> = Box::new(io::stdout());
            return Ok(Self {
                name: "standard output".to_owned(),
                writer: BufWriter::new(writer),
                replacement: None,
            });
        };
        let name = path.display().to_string();
        let (file, replacement) = open(path).map_err(|error| Failure::writing(&name, error))?;
        Ok(Self { name, writer: BufWriter::new(Box::new(file)), replacement })
    }

    /// Writes text.
    pub(crate) fn put(&mut self, text: impl AsRef<[u8]>) -> Result<(), Failure> {
        self.writer.write_all(text.as_ref()).map_err(|error| self.failure(error))
    }

    /// A failure to write here.
    pub(crate) fn failure(&self, error: io::Error) -> Failure {
        Failure::writing(&self.name, error)
    }

    /// Writes out what is still held back, and puts a file in its place.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        self.writer.flush().map_err(|error| self.failure(error))?;
        match &self.replacement {
            Some(Replacement { temporary, target }) => {
                fs::rename(temporary, target).map_err(|error| self.failure(error))
            }
            None => Ok(()),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        // Nothing is there any more once it was put in place; there is nobody to tell otherwise.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// Opens `path` itself if it is a pipe or a device, else a temporary file beside it.
fn open(path: &Path) -> io::Result<(File, Option<Replacement>)> {
    // A link stays a link: what it leads to is replaced.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let existing = target.metadata().ok();
    if existing.as_ref().is_some_and(fs::Metadata::is_dir) {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if existing.as_ref().is_some_and(|found| !found.is_file()) {
        return Ok((File::options().write(true).open(&target)?, None));
    }
    let mut name = OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name.push(format!(".{}.tmp", process::id()));
    let temporary = target.with_file_name(name);
    let file = File::options().write(true).create_new(true).open(&temporary)?;
    let replacement = Replacement { temporary, target };
    if let Some(existing) = existing {
        file.set_permissions(existing.permissions())?;
    }
    Ok((file, Some(replacement)))
}

/// Says something on standard error; that nobody listens is no reason to stop.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{}", printable(text));
}

/// `text` without control characters other than line breaks: the name of a file could steer the terminal.
pub(crate) fn printable(text: &str) -> String {
    text.replace(|c: char| c.is_control() && c != '\n', "\u{FFFD}")
}
