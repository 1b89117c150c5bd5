//! Input that is not what it should be: a clear word on standard error, the right exit code, and nothing lost.

use crate::{CHAT, Folder, messages, turnwise};

const READERS: [&str; 3] = ["normalize", "check", "detect"];

#[test]
fn missing_file() {
    for command in READERS {
        let run = turnwise(&[command, "missing.txt"], "");
        assert_eq!(run.code, 2, "{command}");
        assert!(run.err.starts_with("turnwise: missing.txt: no such file or directory\n"), "{}", run.err);
    }
}

#[test]
fn folder() {
    let folder = Folder::new("folder");
    for command in READERS {
        let run = turnwise(&[command, &folder.path("")], "");
        assert_eq!(run.code, 2, "{command}");
        assert!(
            run.err.starts_with(&format!("turnwise: {}: is a directory\n", folder.path(""))),
            "{}",
            run.err
        );
    }
}

#[test]
fn not_utf8() {
    let run = turnwise(&["normalize", "--diagnostics"], b"User: caf\xe9\nAssistant: ol\xe9, se\xf1or");
    assert_eq!(run.code, 1);
    assert!(run.err.starts_with("<stdin>:1:10: error[invalid-utf8] "), "{}", run.err);
    let found = run.json_lines();
    assert_eq!(messages(&found[0]), [("user", "caf\u{FFFD}"), ("assistant", "ol\u{FFFD}, se\u{FFFD}or")]);
    assert_eq!(found[0]["diagnostics"][0]["span"]["start"], 9);
}

#[test]
fn empty() {
    for nothing in ["", "  \n\n"] {
        let run = turnwise(&["normalize"], nothing);
        assert_eq!(run.code, 1);
        assert!(run.err.contains("error[empty-input]"), "{}", run.err);
        let found = run.json_lines();
        assert_eq!(found.len(), 1);
        assert_eq!(messages(&found[0]), []);
    }
}

#[test]
fn binary() {
    let bytes: Vec<u8> = (0..=255).cycle().take(10_000).collect();
    let run = turnwise(&["normalize"], &bytes);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("error[binary-input]"), "{}", run.err);
    assert_eq!(messages(&run.json_lines()[0]), []);
    let run = turnwise(&["check", "--output-format", "concise"], &bytes);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("error[binary-input]"), "{}", run.out);
    assert!(!run.out.contains(|c: char| c.is_control() && c != '\n'));
}

#[test]
fn prose() {
    let run = turnwise(&["normalize"], "Dear all,\nplease note: nothing here was said by anyone.\n");
    assert_eq!(run.code, 1);
    assert!(run.err.contains("error[not-a-conversation]"), "{}", run.err);
    assert!(run.out.contains("please note: nothing here"), "the text is kept: {}", run.out);
}

#[test]
fn one_long_line() {
    let long = format!("User: {}\nAssistant: ok\n", "all on one line ".repeat(1 << 18));
    let run = turnwise(&["normalize"], &long);
    assert_eq!(run.code, 0, "{}", run.err);
    let found = run.json_lines();
    assert_eq!(messages(&found[0])[0].1.len(), long.len() - "User: \nAssistant: ok\n".len());
    let run = turnwise(&["check"], long.replace("ok", ""));
    assert!(run.out.len() < 5000, "{} bytes of findings", run.out.len());
}

#[test]
fn wrong_usage() {
    for args in [
        &[][..],
        &["transmogrify"],
        &["normalize", "--from", "nonsense"],
        &["normalize", "--field", "text"],
        &["normalize", "--pretty", "--lines"],
        &["convert"],
        &["convert", "--to", "nonsense"],
        &["check", "--output-format", "nonsense"],
        &["explain", "nonsense"],
        &["completions", "nonsense"],
    ] {
        let run = turnwise(args, CHAT);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{args:?}");
        assert!(!run.err.is_empty(), "{args:?}");
    }
}
