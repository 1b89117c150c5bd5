//! The files of a queue: their names, and who may use them.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
};

use super::error::Error;

/// The queue file with something added to its name.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

/// What is wrong with a file.
pub(super) fn io_error(path: &Path) -> impl Fn(io::Error) -> Error + '_ {
    |source| Error::Io { path: path.into(), source }
}

/// Takes the lock that keeps every other process and handle out, until the file is dropped or the process ends.
pub(super) fn lock(path: &Path) -> Result<File, Error> {
    let name = beside(path, ".lock");
    let file =
        OpenOptions::new().create(true).truncate(false).write(true).open(&name).map_err(io_error(&name))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::InUse { path: path.into() }),
        Err(TryLockError::Error(source)) => Err(Error::Io { path: name, source }),
    }
}

/// Moves a damaged queue aside, with the files that SQLite keeps beside it, and gives its new name.
pub(super) fn quarantine(path: &Path, now: i64) -> Result<PathBuf, Error> {
    let aside = (0..1000)
        .map(|number| beside(path, &format!(".damaged-{now}-{number}")))
        .find(|name| fs::symlink_metadata(name).is_err())
        .ok_or_else(|| io_error(path)(io::ErrorKind::AlreadyExists.into()))?;
    // The logs go first: were the process to end in between, a new file must not find an old log.
    for suffix in ["-wal", "-shm", "-journal", ""] {
        match fs::rename(beside(path, suffix), beside(&aside, suffix)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io_error(path)(error)),
            _ => {}
        }
    }
    Ok(aside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_is_moved_aside_with_its_log_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("queue");
        for suffix in ["", "-wal"] {
            fs::write(beside(&path, suffix), suffix).unwrap();
        }
        let in_the_way = beside(&path, ".damaged-7-0-wal");
        fs::create_dir(&in_the_way).unwrap();
        assert!(matches!(quarantine(&path, 7), Err(Error::Io { .. })));
        assert!(path.exists() && beside(&path, "-wal").exists());

        fs::remove_dir(in_the_way).unwrap();
        fs::write(beside(&path, ".damaged-7-0"), "").unwrap();
        let aside = quarantine(&path, 7).unwrap();
        assert_eq!(aside, beside(&path, ".damaged-7-1"));
        assert!(aside.exists() && beside(&aside, "-wal").exists());
        assert!(!path.exists() && !beside(&path, "-wal").exists());
    }
}
