//! Space on the device that is set aside.
//!
//! Taking a delivered record off the queue is a write as well, so on a full device the queue could never shrink. A file of
//! ballast beside the queue is given up for that, and made again at once, so that nobody else takes its space.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::PathBuf,
    time::{Duration, Instant},
};

/// Space on the device that is set aside.
pub(super) struct Reserve {
    path: PathBuf,
    /// How large it should be.
    bytes: u64,
    /// How large it is.
    held: u64,
    /// When making it whole was tried last.
    tried: Instant,
}

/// How often making it whole is tried.
const PAUSE: Duration = Duration::from_secs(1);
/// Less than this is of no use, where more was asked for.
const LEAST: u64 = 64 << 10;

impl Reserve {
    /// Sets `bytes` aside in the file at `path`, or as much of them as there is space for.
    pub(super) fn new(path: PathBuf, bytes: u64, now: Instant) -> Self {
        let mut reserve = Self { path, bytes, held: 0, tried: now };
        reserve.take(now);
        reserve
    }

    /// Whether it is as large as it should be.
    pub(super) fn is_whole(&self) -> bool {
        self.held == self.bytes
    }

    /// Whether it is not, and making it so is worth a try, which it is once a second.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        !self.is_whole() && now.saturating_duration_since(self.tried) >= PAUSE
    }

    /// Gives up the space. False: there was none.
    pub(super) fn give_up(&mut self) -> bool {
        let given = fs::remove_file(&self.path).is_ok();
        if given {
            self.held = 0;
        }
        given
    }

    /// Takes as much space as there is, by halves: what is left free is for the queue to work with.
    pub(super) fn take(&mut self, now: Instant) {
        self.tried = now;
        let (mut bytes, least) = (self.bytes, LEAST.min(self.bytes));
        while self.held < bytes && bytes >= least {
            match self.write(bytes) {
                Ok(()) => self.held = bytes,
                Err(error) => {
                    tracing::warn!(%error, bytes, "no space can be set aside for the queue");
                    bytes /= 2;
                }
            }
        }
    }

    /// Makes the file so long. It holds real bytes, since a file of zeros may take no space. What is there already stays,
    /// whatever happens.
    fn write(&self, bytes: u64) -> io::Result<()> {
        let mut file = OpenOptions::new().create(true).append(true).open(&self.path)?;
        let before = file.metadata()?.len();
        let written = fill(&mut file, bytes.saturating_sub(before)).and_then(|()| file.set_len(bytes));
        if written.is_err() {
            file.set_len(before.min(self.held))?;
        }
        written.and_then(|()| file.sync_all())
    }
}

fn fill(file: &mut File, mut bytes: u64) -> io::Result<()> {
    let block = [0xA5; 1 << 14];
    while bytes > 0 {
        let take = usize::try_from(bytes).unwrap_or(usize::MAX).min(block.len());
        file.write_all(block.get(..take).unwrap_or(&block))?;
        bytes = bytes.saturating_sub(take as u64);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_as_large_as_was_asked_for_until_it_is_given_up() {
        for bytes in [0, 1, 1000, 65_535, 65_536, 100_000] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("reserve");
            let length = || fs::metadata(&path).map_or(0, |file| file.len());
            let now = Instant::now();
            let mut reserve = Reserve::new(path.clone(), bytes, now);
            assert_eq!((length(), reserve.is_whole()), (bytes, true));
            assert!(!reserve.is_due(now + PAUSE), "{bytes}: there is nothing to do");
            assert_eq!([reserve.give_up(), reserve.give_up()], [bytes > 0, false]);
            assert_eq!((length(), reserve.is_whole()), (0, bytes == 0));
            reserve.take(now);
            assert_eq!((length(), reserve.is_whole()), (bytes, true));
        }
    }

    #[test]
    fn where_there_is_none_it_is_tried_once_a_pause() {
        let folder = tempfile::tempdir().unwrap();
        let now = Instant::now();
        let mut reserve = Reserve::new(folder.path().join("no such folder/reserve"), 1 << 20, now);
        assert!(!reserve.is_whole() && !reserve.give_up());
        let due = [now, now + PAUSE - Duration::from_nanos(1), now + PAUSE].map(|at| reserve.is_due(at));
        assert_eq!(due, [false, false, true]);
        reserve.take(now + PAUSE);
        assert!(!reserve.is_due(now + PAUSE));
    }
}
