//! The outbox of the command: where its file is, and how it is opened and emptied.

use crate::{
    exit::{Exit, Failure},
    output::say,
    progress::Progress,
    remote::{self, KEY},
};
use std::{
    env, fs,
    io::{self, Read},
    path::{Path, PathBuf},
    time::Duration,
};
use turnwise_client::outbox::{Options, Outbox, Recovery, Status};

/// What a file of SQLite begins with.
const SQLITE: &[u8] = b"SQLite format 3\0";

/// An outbox that is open.
pub(crate) struct Opened {
    pub(crate) outbox: Outbox,
    pub(crate) path: PathBuf,
}

/// The file that is used where none is named.
pub(crate) fn default_path() -> Result<PathBuf, Failure> {
    let folder = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = folder("XDG_STATE_HOME")
        .or_else(|| folder("HOME").map(|home| home.join(".local").join("state")))
        .or_else(|| folder("LOCALAPPDATA"));
    let state = state.ok_or_else(|| failed("there is no home folder to keep it in; name a file"))?;
    Ok(state.join("turnwise").join("outbox.queue"))
}

impl Opened {
    /// Opens the file, made if there is none. It delivers at once, unless that is `offline` or there is no key.
    pub(crate) fn make(path: Option<&Path>, offline: bool) -> Result<Self, Failure> {
        let path = match path {
            Some(path) => path.to_owned(),
            None => {
                let path = default_path()?;
                make_folder(path.parent())
                    .map_err(|error| Failure::writing(path.display().to_string(), error))?;
                path
            }
        };
        Self::open(path, offline)
    }

    /// Opens a file that is there.
    pub(crate) fn existing(path: Option<&Path>, offline: bool) -> Result<Self, Failure> {
        let path = path.map_or_else(default_path, |path| Ok(path.to_owned()))?;
        if !path.exists() {
            let error = io::Error::other("there is no outbox yet; `turnwise send --outbox` makes one");
            return Err(Failure::reading(path.display().to_string(), error));
        }
        Self::open(path, offline)
    }

    fn open(path: PathBuf, offline: bool) -> Result<Self, Failure> {
        if !may_be_outbox(&path).map_err(|error| Failure::reading(path.display().to_string(), error))? {
            let error = io::Error::other("not an outbox; it was left as it is");
            return Err(Failure::reading(path.display().to_string(), error));
        }
        let outbox = if offline || !remote::has_key() {
            Outbox::offline(&path, Options::default())
        } else {
            Outbox::open(&path, remote::config()?, Options::default())
        };
        let outbox = outbox.map_err(failed)?;
        if let Some(recovery) = outbox.recovery() {
            say(&recovered(recovery));
        }
        Ok(Self { outbox, path })
    }

    /// Delivers for so long at most, closes the file, and gives how it stood at the end.
    pub(crate) fn deliver(self, within: Duration) -> Result<Status, Failure> {
        let within = if remote::has_key() || within.is_zero() {
            within
        } else {
            say(&format!("turnwise: {KEY}: not set, so nothing is delivered now"));
            Duration::ZERO
        };
        let before = self.outbox.status().map_err(failed)?;
        let progress = Progress::delivering(before.levels.remaining());
        let delivered = || self.outbox.status().map_or(0, |now| now.totals.delivered);
        let first = before.totals.delivered;
        let flushed = progress.during(|| self.outbox.flush(within), || delivered().saturating_sub(first));
        flushed.map_err(failed)?;
        drop(progress);
        let status = self.outbox.status().map_err(failed)?;
        self.outbox.close(Duration::ZERO).map_err(failed)?;
        if let Some(holding) = status.holding.as_ref().filter(|_| status.levels.remaining() > 0) {
            say(&format!("turnwise: {holding}"));
        }
        Ok(status)
    }
}

/// The exit code for an outbox in which so many records are set aside, and so many still to be delivered.
pub(crate) fn exit(dead: u64, remaining: u64) -> Exit {
    match (dead, remaining) {
        (1.., _) => Exit::Refused,
        (_, 1..) => Exit::Queued,
        _ => Exit::Success,
    }
}

/// What became of everything, in one line.
pub(crate) fn summary(path: &Path, status: &Status) -> String {
    let Status { levels, totals, .. } = status;
    let mut text = format!("delivered: {}", totals.delivered);
    for (count, what) in
        [(levels.remaining(), "still in the outbox"), (levels.dead, "set aside because refused")]
    {
        if count > 0 {
            text.push_str(&format!(", {what}: {count}"));
        }
    }
    if levels.remaining() > 0 {
        text.push_str(&format!("\n`turnwise outbox flush` goes on; the outbox is {}", path.display()));
    }
    if levels.dead > 0 {
        text.push_str("\n`turnwise outbox dead` shows what was refused");
    }
    text
}

/// What is to be said where a file was damaged.
fn recovered(recovery: &Recovery) -> String {
    let Recovery { aside, reason, salvaged, unreadable, .. } = recovery;
    format!(
        "turnwise: the outbox was damaged ({reason}) and is now {}; records taken over: {salvaged}, unreadable: \
         {unreadable}",
        aside.display()
    )
}

/// A failure of the outbox.
pub(crate) fn failed(error: impl ToString) -> Failure {
    Failure::reading("outbox", io::Error::other(error.to_string()))
}

/// Whether a file may become an outbox, or is one. The library would move a damaged outbox aside, and somebody who
/// mistypes a name does not want that to happen to a transcript.
fn may_be_outbox(path: &Path) -> io::Result<bool> {
    let mut head = Vec::new();
    match fs::File::open(path) {
        Ok(file) => file.take(SQLITE.len() as u64).read_to_end(&mut head)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error),
    };
    let mut lock = path.as_os_str().to_owned();
    lock.push(".lock");
    Ok(head.is_empty() || head == SQLITE || Path::new(&lock).exists())
}

/// Makes a folder that only its owner can look into: conversations are private.
fn make_folder(folder: Option<&Path>) -> io::Result<()> {
    let Some(folder) = folder else { return Ok(()) };
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}
