//! Opening a queue file, whatever state it is in.
//!
//! A file that is damaged is moved aside and kept, a new one takes its place, and what can still be read goes into it.
//! Opening takes time in proportion to the size of the file and never waits for anything.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use rusqlite::{Connection, ErrorCode, MAIN_DB, OpenFlags, config::DbConfig};

use super::{
    check::check,
    clock::millis,
    error::Error,
    files::{io_error, quarantine},
    options::Options,
    salvage,
    schema::{self, Identity},
    store::Store,
};

/// What was done about a queue file that was damaged.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recovery {
    /// Where the damaged file is now, byte for byte.
    pub aside: PathBuf,
    /// What was wrong with it.
    pub reason: String,
    /// Records that were read and are in the queue again.
    pub salvaged: u64,
    /// Records that were found and could not be read, or not be trusted. Where whole pages are gone there may be more
    /// that left no trace.
    pub unreadable: u64,
}

/// Why a file could not be opened.
enum Fault {
    /// It is damaged.
    Damaged(String),
    /// Something else.
    Other(Error),
}

/// How every SQLite file begins.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// How long reading a damaged file may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Opens the queue at `path`, makes it where there is none, and replaces it where it is damaged. Nothing in it counts
/// as under way any more.
pub(super) fn open(path: &Path, options: &Options, now: i64) -> Result<(Store, Option<Recovery>), Error> {
    let reason = match open_sound(path, options, now) {
        Ok(store) => return Ok((store, None)),
        Err(Fault::Other(error)) => return Err(error),
        Err(Fault::Damaged(reason)) => reason,
    };
    let aside = quarantine(path, now)?;
    tracing::error!(%reason, aside = %aside.display(), "the queue file is damaged; it was moved aside");
    let replaced = open_sound(path, options, now).and_then(|mut store| {
        let found = salvage::salvage(&aside, &mut store, now).map_err(fault)?;
        Ok((store, found))
    });
    let (store, found) = match replaced {
        Ok(replaced) => replaced,
        Err(Fault::Other(error)) => return Err(error),
        Err(Fault::Damaged(reason)) => return Err(Error::Broken(reason)),
    };
    tracing::warn!(salvaged = found.salvaged, unreadable = found.unreadable, "read what could be read of it");
    let recovery = Recovery { aside, reason, salvaged: found.salvaged, unreadable: found.unreadable };
    Ok((store, Some(recovery)))
}

/// Opens a file in which nothing is wrong.
fn open_sound(path: &Path, options: &Options, now: i64) -> Result<Store, Fault> {
    if fs::metadata(path).is_ok_and(|file| !file.is_file()) {
        let source = io::Error::new(io::ErrorKind::InvalidInput, "not a file");
        return Err(Fault::Other(io_error(path)(source)));
    }
    if !begins_well(path).map_err(|error| Fault::Other(io_error(path)(error)))? {
        return Err(Fault::Damaged("it does not begin as an SQLite file does".into()));
    }
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut db = Connection::open_with_flags(path, flags).map_err(fault)?;
    guard(&mut db).map_err(fault)?;
    match schema::identify(&db).map_err(fault)? {
        Identity::Empty => {}
        Identity::Queue => {
            if let Some(flaw) = check(&db).map_err(fault)? {
                return Err(Fault::Damaged(flaw));
            }
        }
        Identity::Later(version) => return Err(Fault::Other(Error::Later { path: path.into(), version })),
        Identity::Foreign => return Err(Fault::Other(Error::Foreign { path: path.into() })),
        Identity::Altered => return Err(Fault::Damaged("its tables are not as they were made".into())),
    }
    if db.is_readonly(MAIN_DB).map_err(fault)? && OpenOptions::new().append(true).open(path).is_ok() {
        return Err(Fault::Damaged("its header forbids to write it".into()));
    }
    // Only a file without tables takes this.
    db.pragma_update(None, "auto_vacuum", "incremental").map_err(fault)?;
    settle_in(&db, options).map_err(fault)?;
    if schema::identify(&db).map_err(fault)? == Identity::Empty {
        schema::create(&db).map_err(fault)?;
        // Pages that such a file claims to have are in use now.
        if let Some(flaw) = check(&db).map_err(fault)? {
            return Err(Fault::Damaged(flaw));
        }
    }
    db.progress_handler(0, None::<fn() -> bool>).map_err(fault)?;
    let mut store = Store::new(db).map_err(fault)?;
    let settled_by = now.saturating_add(millis(options.settle_after));
    let longest = now.saturating_add(millis(options.longest_wait.max(options.longest_retry_after)));
    store.transaction(|store| store.reclaim(settled_by, longest)).map_err(fault)?;
    Ok(store)
}

/// Whether a file is missing, empty, or begins as all SQLite files do: SQLite itself would write over a single byte.
fn begins_well(path: &Path) -> io::Result<bool> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error),
    };
    let mut head = Vec::new();
    file.by_ref().take(MAGIC.len() as u64).read_to_end(&mut head)?;
    Ok(head.is_empty() || head == MAGIC)
}

/// Lets nothing in a file run or last that should not.
pub(super) fn guard(db: &mut Connection) -> rusqlite::Result<()> {
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    db.pragma_update(None, "cell_size_check", true)?;
    let end = Instant::now().checked_add(PATIENCE);
    db.progress_handler(100_000, Some(move || end.is_some_and(|end| Instant::now() >= end)))
}

/// How the file is written: a log that is on the disk before a transaction counts as done, and kept short.
fn settle_in(db: &Connection, options: &Options) -> rusqlite::Result<()> {
    db.pragma_update(None, "journal_mode", "wal")?;
    db.pragma_update(None, "synchronous", "full")?;
    db.pragma_update(None, "wal_autocheckpoint", 512)?;
    db.pragma_update(None, "journal_size_limit", i64::try_from(options.reserve_bytes / 2).unwrap_or(i64::MAX))
}

/// Whether an error speaks of a damaged file: whatever the system, the disk and other programs have no part in.
fn fault(error: rusqlite::Error) -> Fault {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => Fault::Other(Error::StorageFull),
        Some(
            ErrorCode::DatabaseCorrupt
            | ErrorCode::NotADatabase
            | ErrorCode::OperationInterrupted
            | ErrorCode::ConstraintViolation
            | ErrorCode::TypeMismatch
            | ErrorCode::TooBig
            // Such as a format that is not known; our own statements are right.
            | ErrorCode::Unknown,
        )
        // A value of the wrong type, or no row: the file is well-formed, and its content is not.
        | None => Fault::Damaged(error.to_string()),
        Some(_) => Fault::Other(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_committed_is_on_the_disk_and_the_log_stays_short() {
        let folder = tempfile::tempdir().unwrap();
        for reserve_bytes in [0, 1, 1 << 20, u64::MAX] {
            let options = Options { reserve_bytes, ..Options::default() };
            let (store, _) = open(&folder.path().join("queue"), &options, 0).unwrap();
            let text: String = store.db().pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
            let number =
                |name| -> i64 { store.db().pragma_query_value(None, name, |row| row.get(0)).unwrap() };
            let full = 2;
            assert_eq!((text.as_str(), number("synchronous")), ("wal", full));
            assert_eq!(number("wal_autocheckpoint"), 512);
            let half = i64::try_from(reserve_bytes / 2).unwrap();
            assert_eq!(number("journal_size_limit"), half);
        }
    }

    #[test]
    fn nothing_in_a_file_runs_and_reading_it_may_take_its_time() {
        let mut db = Connection::open_in_memory().unwrap();
        guard(&mut db).unwrap();
        for (config, expected) in [
            (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
            (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        ] {
            assert_eq!(db.db_config(config).unwrap(), expected);
        }
        assert!(db.pragma_query_value(None, "cell_size_check", |row| row.get::<_, bool>(0)).unwrap());
        // Many times as many steps as pass between two looks at the clock.
        let long = "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n LIMIT 200000) SELECT count(*) FROM n";
        assert_eq!(db.query_row(long, [], |row| row.get::<_, i64>(0)).unwrap(), 200_000);
    }
}
