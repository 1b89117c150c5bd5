//! Where results go: files that appear complete or not at all, and pipes that nobody reads to the end.

use crate::{CHAT, Folder, command, turnwise};
use std::{fs, io::Read, process::Stdio};

#[test]
fn to_a_file() {
    let folder = Folder::new("to_a_file");
    let target = folder.path("out.jsonl");
    let run = turnwise(&["normalize", "-o", &target], CHAT);
    assert_eq!((run.code, run.out.as_str()), (0, ""));
    assert_eq!(fs::read_to_string(&target).expect("the file"), turnwise(&["normalize"], CHAT).out);
    assert_eq!(folder.names(), ["out.jsonl"], "nothing else is left");
    assert_eq!(turnwise(&["normalize", "-o", "-"], CHAT).out, turnwise(&["normalize"], CHAT).out);
}

/// The file that is read can be the one that is written.
#[test]
fn in_place() {
    let folder = Folder::new("in_place");
    let file = folder.file("chat", CHAT);
    let run = turnwise(&["normalize", &file, "--output", &file], "");
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(fs::read_to_string(&file).expect("the file"), turnwise(&["normalize"], CHAT).out);
}

#[cfg(unix)]
#[test]
fn keeps_permissions_and_links() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::new("permissions");
    let (file, link) = (folder.file("file", "old"), folder.path("link"));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("permissions");
    symlink(&file, &link).expect("a link");
    assert_eq!(turnwise(&["normalize", "-o", &link], CHAT).code, 0);
    assert!(fs::symlink_metadata(&link).expect("the link").is_symlink());
    let written = fs::metadata(&file).expect("the file");
    assert_eq!(written.permissions().mode() & 0o777, 0o600);
    assert!(written.len() > 3);
}

#[test]
fn nowhere_to_write() {
    let folder = Folder::new("nowhere");
    let target = folder.path("no/such/folder/out");
    let run = turnwise(&["normalize", "-o", &target], CHAT);
    assert_eq!(run.code, 2);
    assert_eq!(run.err, format!("turnwise: {target}: no such file or directory\n"));
    let run = turnwise(&["normalize", "-o", &folder.path("")], CHAT);
    assert_eq!(run.code, 2);
    assert!(run.err.ends_with("is a directory\n"), "{}", run.err);
    assert_eq!(folder.names(), [""; 0]);
}

/// A device is written to, not replaced; one that is full is a failure, told in one line.
#[cfg(target_os = "linux")]
#[test]
fn devices() {
    use std::os::unix::fs::FileTypeExt;
    assert_eq!(turnwise(&["normalize", "-o", "/dev/null"], CHAT).code, 0);
    assert!(fs::metadata("/dev/null").expect("the device").file_type().is_char_device());
    let run = turnwise(&["normalize", "-o", "/dev/full"], CHAT);
    assert_eq!((run.code, run.err.lines().count()), (2, 1), "{}", run.err);
    assert!(run.err.starts_with("turnwise: /dev/full: "), "{}", run.err);
    let full = fs::File::options().write(true).open("/dev/full").expect("the device");
    for args in [&["normalize"][..], &["check"], &["explain"], &["completions", "bash"], &["schema"]] {
        let mut child = command(args);
        let child =
            child.stdin(Stdio::null()).stdout(full.try_clone().expect("a handle")).stderr(Stdio::piped());
        let output = child.output().expect("the command ends");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
        assert!(said.contains("turnwise: standard output: "), "{args:?}: {said}");
    }
}

/// `turnwise ... | head -1` is a success, without a word about the pipe.
#[test]
fn broken_pipe() {
    let folder = Folder::new("broken_pipe");
    let many = folder.file("many", "User: hi\n".repeat(10_000));
    let long = folder.file("long", format!("User: hi\nAssistant: {}\n", "hello ".repeat(100)).repeat(1000));
    for args in [
        &["normalize", "--lines", &many][..],
        &["normalize", "--pretty", &long],
        &["convert", "--to", "text", &long],
        &["check", "--output-format", "json", &long],
        &["explain"],
        &["completions", "zsh"],
    ] {
        let pipe = Stdio::piped;
        let mut child =
            command(args).stdin(Stdio::null()).stdout(pipe()).stderr(pipe()).spawn().expect("a start");
        let mut first = [0];
        child.stdout.take().expect("a pipe").read_exact(&mut first).expect("a first byte");
        // The pipe is closed now, with most of the output still to come where there is much.
        let output = child.wait_with_output().expect("the command ends");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!said.contains("standard output") && !said.contains("panicked"), "{args:?}: {said}");
        assert!(output.status.success(), "{args:?}: {:?} {said}", output.status);
    }
}
