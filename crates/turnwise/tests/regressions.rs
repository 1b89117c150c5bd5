//! What is kept for the fuzz targets: old crashes, and what fuzzing starts from; see `fuzz/README.md`.

#![allow(clippy::expect_used, clippy::unwrap_used)]

use std::{collections::BTreeSet, fs, path::PathBuf};

#[allow(unreachable_pub)]
#[path = "../../../fuzz/src/lib.rs"]
mod fuzz;

fn fuzz_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

fn testdata() -> PathBuf {
    fuzz_folder().join("../testdata")
}

/// Gives every file that is kept for a target to it.
fn replay(folder: &str) {
    let folders = fs::read_dir(fuzz_folder().join(folder)).unwrap().map(Result::unwrap);
    for folder in folders.filter(|entry| entry.path().is_dir()) {
        let name = folder.file_name().into_string().unwrap();
        if fuzz::OTHERS.contains(&name.as_str()) {
            continue;
        }
        let (_, target) = fuzz::TARGETS.iter().find(|(target, _)| *target == name).expect("a target's name");
        for file in fs::read_dir(folder.path()).unwrap() {
            let path = file.unwrap().path();
            println!("replaying {}", path.display());
            target(&fs::read(path).unwrap());
        }
    }
}

#[test]
fn old_crashes_stay_mended() {
    replay("regressions");
}

#[test]
fn what_fuzzing_starts_from_holds() {
    replay("seeds");
}

#[test]
fn every_target_reads_the_cases() {
    for (name, target) in fuzz::TARGETS {
        let seeds = fuzz::seeds::seeds(&testdata(), name);
        assert!(seeds.len() >= 20, "{name} starts from {} inputs", seeds.len());
        for (seed, bytes) in seeds {
            println!("{name} reads {seed}");
            target(&bytes);
        }
    }
}

#[test]
fn the_dictionary_is_made_of_the_cases() {
    let made = fuzz::seeds::dictionary(&testdata());
    let path = fuzz_folder().join("dictionary");
    if std::env::var_os("TURNWISE_UPDATE").is_some() {
        fs::write(&path, &made).unwrap();
    }
    let kept = fs::read_to_string(path).unwrap();
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    let (made, kept) = (lines(&made), lines(&kept));
    let differ: Vec<&String> = made.symmetric_difference(&kept).collect();
    assert!(differ.is_empty(), "TURNWISE_UPDATE=1 writes it again: {differ:?}");
}

#[test]
fn targets_are_listed_everywhere() {
    let listed: BTreeSet<&str> =
        fuzz::TARGETS.iter().map(|(name, _)| *name).chain(fuzz::OTHERS.iter().copied()).collect();
    let manifest = fs::read_to_string(fuzz_folder().join("Cargo.toml")).unwrap();
    let readme = fs::read_to_string(fuzz_folder().join("README.md")).unwrap();
    for name in &listed {
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name} in Cargo.toml");
        assert!(readme.contains(&format!("| `{name}` |")), "{name} in README.md");
    }
    let files = fs::read_dir(fuzz_folder().join("fuzz_targets")).unwrap();
    let files: Vec<String> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(files.iter().filter_map(|file| file.strip_suffix(".rs")).collect::<BTreeSet<_>>(), listed);
}
