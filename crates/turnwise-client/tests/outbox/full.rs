//! Promise: a full device is told, what was taken in is delivered all the same, and goes on once there is space.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use turnwise_client::{
    Status,
    outbox::{Cause, Delivered, Error, Options, Outbox},
};

use crate::common::{Memory, PATIENCE, conversation, large, options};

/// A small file system in memory, for as long as this lives.
struct Device(tempfile::TempDir);

impl Device {
    /// `None` where this process may not mount.
    fn mount(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", size, "none"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .status();
        mounted.is_ok_and(|status| status.success()).then(|| Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Takes all space that is left.
    fn fill(&self) -> PathBuf {
        let path = self.path().join("filler");
        let mut file = File::create(&path).unwrap();
        for block in [1 << 16, 1 << 12, 1] {
            while file.write_all(&vec![1; block]).is_ok() {}
        }
        path
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

fn down() -> Option<Delivered> {
    let reason = "down".to_owned();
    Some(Delivered::Later { cause: Cause::Trouble, unknown: false, wait: None, reason })
}

#[test]
fn a_full_device_is_told_and_delivery_goes_on() {
    let Some(device) = Device::mount("size=8m") else {
        println!("skipped: this process may not mount a file system; the quota has a test of its own");
        return;
    };
    let path = device.path().join("queue");
    let up = Arc::new(AtomicBool::new(false));
    let rule = up.clone();
    let server = Memory::new(move |_| if rule.load(Ordering::SeqCst) { None } else { down() });
    let options = Options { reserve_bytes: 3 << 20, ..options() };
    let outbox = Outbox::open_with(&path, server.clone(), options.clone()).unwrap();

    let mut taken = 0;
    let full = loop {
        match outbox.enqueue(&large(&taken.to_string(), 50_000)) {
            Ok(_) => taken += 1,
            Err(error) => break error,
        }
        assert!(taken < 10_000, "the device has room for everything");
    };
    assert!(matches!(full, Error::StorageFull), "{full}");
    assert!(taken > 10, "{taken}");
    let filler = device.fill();
    let full = outbox.enqueue(&large("one more", 50_000));
    assert!(matches!(full, Err(Error::StorageFull)), "{full:?}");

    up.store(true, Ordering::SeqCst);
    let flushed = outbox.flush(PATIENCE).unwrap();
    assert_eq!((flushed.remaining, flushed.dead), (0, 0), "it is delivered while the device is full");
    assert_eq!(server.count(), taken);

    fs::remove_file(filler).unwrap();
    let start = Instant::now();
    while let Err(error) = outbox.enqueue(&conversation("there is space again", Status::Completed)) {
        assert!(matches!(error, Error::StorageFull) && start.elapsed() < PATIENCE, "{error}");
        thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(outbox.close(PATIENCE).unwrap().remaining, 0);
    assert_eq!(server.count(), taken + 1);
    let again = Outbox::offline(&path, options).unwrap();
    assert_eq!(again.recovery(), None, "the file is sound");
    assert_eq!(again.status().unwrap().levels.remaining(), 0);
}

#[test]
fn a_device_that_is_full_from_the_start_is_told() {
    let Some(device) = Device::mount("size=1m") else {
        println!("skipped: this process may not mount a file system");
        return;
    };
    device.fill();
    let path = device.path().join("queue");
    match Outbox::offline(&path, options()) {
        Err(Error::StorageFull | Error::Io { .. }) => {}
        Err(error) => panic!("{error}"),
        Ok(outbox) => {
            let refused = outbox.enqueue(&conversation("a", Status::Completed));
            assert!(matches!(refused, Err(Error::StorageFull)), "{refused:?}");
        }
    }
}

#[test]
fn as_much_is_set_aside_as_there_is_space_for() {
    // By halves of 16 MiB; and what is too little to be of use is left to the queue.
    for (size, held) in [("size=3m", 2 << 20), ("size=48k", 0)] {
        let Some(device) = Device::mount(size) else {
            println!("skipped: this process may not mount a file system");
            return;
        };
        let path = device.path().join("queue");
        let outbox = Outbox::offline(&path, Options { reserve_bytes: 16 << 20, ..options() });
        let reserve = fs::metadata(device.path().join("queue.reserve")).unwrap();
        assert_eq!(reserve.len(), held, "{size}");
        if held > 0 {
            let outbox = outbox.unwrap();
            assert!(outbox.status().unwrap().storage_full);
            let refused = outbox.enqueue(&conversation("a", Status::Completed));
            assert!(matches!(refused, Err(Error::StorageFull)), "{refused:?}");
        }
    }
}
