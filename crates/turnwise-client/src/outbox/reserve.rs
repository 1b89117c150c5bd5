//! Space on the device that is set aside.
//!
//! Taking a delivered record off the queue is a write as well, so on a full device the queue could never shrink. A file of
//! ballast beside the queue is given up for that, and made again when there is space.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::PathBuf,
    time::{Duration, Instant},
};

/// Space on the device that is set aside.
pub(super) struct Reserve {
    path: PathBuf,
    bytes: u64,
    /// When making it failed last, or when it was given up.
    missing_since: Option<Instant>,
}

/// How often making it is tried.
const PAUSE: Duration = Duration::from_secs(1);

impl Reserve {
    /// Sets `bytes` aside in the file at `path`. Where there is no space for it, the reserve counts as given up.
    pub(super) fn new(path: PathBuf, bytes: u64) -> Self {
        let mut reserve = Self { path, bytes, missing_since: None };
        reserve.make();
        reserve
    }

    /// Whether it is there.
    pub(super) fn is_held(&self) -> bool {
        self.missing_since.is_none()
    }

    /// Gives it up. False: there was nothing to give.
    pub(super) fn give_up(&mut self) -> bool {
        let held = self.is_held() && self.bytes > 0 && fs::remove_file(&self.path).is_ok();
        if held {
            self.missing_since = Some(Instant::now());
        }
        held
    }

    /// Whether it is missing and making it is worth a try, which it is once a second.
    pub(super) fn is_due(&self) -> bool {
        self.missing_since.is_some_and(|since| since.elapsed() >= PAUSE)
    }

    /// Makes it again.
    pub(super) fn restore(&mut self) {
        self.make();
    }

    fn make(&mut self) {
        self.missing_since = match self.write() {
            Ok(()) => None,
            Err(error) => {
                tracing::warn!(%error, "no space can be set aside for the queue");
                let _ = fs::remove_file(&self.path);
                Some(Instant::now())
            }
        };
    }

    /// Writes real bytes, since a file of zeros may take no space.
    fn write(&self) -> io::Result<()> {
        if self.bytes == 0 || fs::metadata(&self.path).is_ok_and(|file| file.len() == self.bytes) {
            return Ok(());
        }
        let mut file = File::create(&self.path)?;
        let block = [0xA5; 1 << 14];
        let mut left = self.bytes;
        while left > 0 {
            let take = usize::try_from(left).unwrap_or(usize::MAX).min(block.len());
            file.write_all(block.get(..take).unwrap_or(&block))?;
            left = left.saturating_sub(take as u64);
        }
        file.sync_all()
    }
}
