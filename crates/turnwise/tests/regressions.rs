//! Replays the inputs that once broke a fuzz target; see `fuzz/README.md`.

use std::{collections::BTreeSet, fs, path::PathBuf};

#[allow(unreachable_pub)]
#[path = "../../../fuzz/src/lib.rs"]
mod fuzz;

fn fuzz_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

#[test]
fn old_crashes_stay_mended() {
    let folders = fs::read_dir(fuzz_folder().join("regressions")).unwrap().map(Result::unwrap);
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
fn every_target_reads_the_seeds() {
    let formats = turnwise::FORMATS.iter().flat_map(|row| [(row.name, "ok"), (row.name, "err")]);
    for (format, folder) in formats {
        for file in
            fs::read_dir(fuzz_folder().join("../testdata").join(format).join(folder)).into_iter().flatten()
        {
            let path = file.unwrap().path();
            let seed = fs::read(&path).unwrap();
            for (name, target) in fuzz::TARGETS {
                println!("{name} reads {}", path.display());
                target(&seed);
            }
        }
    }
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
