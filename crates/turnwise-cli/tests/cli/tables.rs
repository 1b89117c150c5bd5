//! The commands that show what there is: formats, codes, the schema, completions, help; and `detect`.

use crate::{CHAT, Folder, turnwise};
use serde_json::Value;
use turnwise::{CODES, FORMATS};

#[test]
fn formats() {
    let run = turnwise(&["formats"], "");
    assert_eq!((run.code, run.out.lines().count()), (0, FORMATS.len()));
    let run = turnwise(&["formats", "--json"], "");
    let rows: Vec<Value> = serde_json::from_str(&run.out).expect("an array");
    for (row, format) in rows.iter().zip(FORMATS) {
        assert_eq!(row["name"], format.name);
        assert_eq!(row["aliases"], serde_json::json!(format.aliases));
        assert_eq!(row["write"], format.writable());
    }
    assert_eq!(rows.len(), FORMATS.len());
}

#[test]
fn a_format_goes_by_its_other_names() {
    let list = turnwise(&["formats"], "").out;
    for format in FORMATS {
        for alias in format.aliases {
            let row = list.lines().find(|row| row.starts_with(format.name)).expect("its row");
            assert!(row.contains(alias), "{row} tells of {alias}");
            let run = turnwise(&["normalize", "--from", alias], CHAT);
            assert_ne!(run.code, 2, "{alias}: {}", run.err);
            if format.writable() {
                let run = turnwise(&["convert", "--to", alias], CHAT);
                assert_eq!(run.out, turnwise(&["convert", "--to", format.name], CHAT).out, "{alias}");
                assert_eq!(run.code, 0, "{alias}: {}", run.err);
            }
        }
    }
}

#[test]
fn every_code_is_explained() {
    let list = turnwise(&["explain"], "");
    assert_eq!((list.code, list.out.lines().count()), (0, CODES.len()));
    for row in CODES {
        let run = turnwise(&["explain", row.slug], "");
        assert_eq!(run.code, 0, "{}", row.slug);
        for part in [row.slug, row.severity.as_str(), &row.summary(), row.explanation, row.help] {
            assert!(run.out.contains(part), "{}: {}", row.slug, run.out);
        }
    }
}

#[test]
fn an_unknown_code_is_answered_with_the_nearest() {
    let run = turnwise(&["explain", "ambigous-boundary"], "");
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.contains("a similar value exists: 'ambiguous-boundary'"), "{}", run.err);
}

#[test]
fn schema() {
    let run = turnwise(&["schema"], "");
    let schema: Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(run.code, 0);
    assert!(schema["$schema"].is_string());
    assert!(schema["properties"]["messages"].is_object(), "{schema}");
}

#[test]
fn completions_for_all_shells() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = turnwise(&["completions", shell], "");
        assert_eq!(run.code, 0, "{shell}");
        for word in ["turnwise", "normalize", "completions", "output-format"] {
            assert!(run.out.contains(word), "{shell} completes {word}");
        }
    }
}

#[test]
fn detect() {
    let folder = Folder::new("detect");
    let (chat, prose) = (folder.file("chat", CHAT), folder.file("prose", "nothing of the kind"));
    let run = turnwise(&["detect", &chat], "");
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.starts_with(&format!("{chat}: text (")), "{}", run.out);
    let run = turnwise(&["detect", "--json", &chat, &prose], "");
    assert_eq!(run.code, 1);
    let found = run.json_lines();
    assert_eq!(found[0]["format"], "text");
    assert!(found[0]["confidence"].as_f64() > Some(0.5));
    assert!(found[0]["evidence"].as_array().is_some_and(|evidence| !evidence.is_empty()));
    assert_eq!((&found[1]["path"], &found[1]["format"]), (&Value::from(prose), &Value::Null));
}

#[test]
fn help_teaches() {
    let commands = ["normalize", "convert", "check", "detect", "formats", "explain", "schema", "completions"];
    let top = turnwise(&["--help"], "");
    assert_eq!(top.code, 0);
    for command in commands {
        assert!(top.out.contains(&format!("\n  {command}")), "{command} is listed");
        let help = turnwise(&[command, "--help"], "");
        assert_eq!(help.code, 0, "{command}");
        assert!(help.out.contains("Example"), "{command} has examples");
        assert!(help.out.contains(&format!("\n  turnwise {command}")), "{command}: {}", help.out);
    }
    let version = turnwise(&["--version"], "");
    assert_eq!(
        (version.code, version.out),
        (0, concat!("turnwise ", env!("CARGO_PKG_VERSION"), "\n").to_owned())
    );
}
