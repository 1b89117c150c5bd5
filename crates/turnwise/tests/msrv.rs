//! The compiler version that the workspace states is enough for everything it depends on.

#![allow(clippy::expect_used)]

use std::process::Command;

use serde_json::Value;

#[test]
fn no_dependency_needs_a_newer_compiler() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--all-features", "--locked"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    let packages = metadata["packages"].as_array().expect("a list of packages");

    let stated = version(env!("CARGO_PKG_RUST_VERSION"));
    let needs = |package: &Value| package["rust_version"].as_str().map(version);
    let newer: Vec<String> = packages
        .iter()
        .filter(|package| needs(package).is_some_and(|version| version > stated))
        .map(|package| {
            format!("{} {} needs {}", package["name"], package["version"], package["rust_version"])
        })
        .collect();
    assert!(packages.len() > 20, "the dependencies are listed");
    assert_eq!(newer, [] as [String; 0], "the stated version is {}", env!("CARGO_PKG_RUST_VERSION"));
}

/// `1.88` and `1.88.0` as numbers that compare.
fn version(written: &str) -> (u32, u32, u32) {
    let mut parts = written.split('.').map(|part| part.parse().expect("a number"));
    let mut next = || parts.next().unwrap_or_default();
    (next(), next(), next())
}
