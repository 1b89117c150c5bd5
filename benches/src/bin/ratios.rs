//! Prints how many times as fast every layer is as what one would use instead, as a Markdown table; with `--write`, puts
//! it into the README, between its two markers. Arguments are names of layers, or how they begin; without any, all are
//! measured.
//!
//! ```sh
//! cargo run --release -p turnwise-benches --bin ratios -- --write
//! ```

use std::{
    env,
    fmt::Write as _,
    fs,
    io::{self, Write as _},
    process::ExitCode,
    time::Duration,
};

use turnwise_benches::{
    Layer, Subject,
    layers::{RIVALS, layers},
    timing::ratios,
};

/// How long one row takes.
const BUDGET: Duration = Duration::from_secs(3);
const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md");
const MARKERS: [&str; 2] = ["<!-- ratios -->\n", "<!-- /ratios -->"];

fn main() -> io::Result<ExitCode> {
    let (flags, names): (Vec<String>, Vec<String>) = env::args().skip(1).partition(|it| it.starts_with('-'));
    let write = flags == ["--write"] && names.is_empty();
    if !write && !flags.is_empty() {
        eprintln!("usage: ratios --write | ratios [LAYER]...");
        return Ok(ExitCode::from(2));
    }
    let asked = |layer: &Layer| names.is_empty() || names.iter().any(|name| layer.name.starts_with(name));
    let mut table = format!("| | input | {} |\n", cells(|rival| format!("`{rival}`")));
    let _ = writeln!(table, "| --- | --- | {} |", cells(|_| "---".to_owned()));
    io::stdout().write_all(table.as_bytes())?;
    for layer in layers().iter().filter(|layer| asked(layer)) {
        for &bytes in layer.sizes {
            let row = row(layer, bytes);
            io::stdout().write_all(row.as_bytes())?;
            table.push_str(&row);
        }
    }
    if write {
        let readme = fs::read_to_string(README)?;
        let readme = replaced(&readme, &table).ok_or_else(|| io::Error::other("README.md has no markers"))?;
        fs::write(README, readme)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn row(layer: &Layer, bytes: usize) -> String {
    let subjects = layer.subjects(bytes);
    let ratios = ratios(&subjects, BUDGET);
    let cell = |rival: &&str| {
        let of = |(subject, ratio): (&Subject, &f64)| (subject.name == *rival).then(|| short(*ratio));
        subjects.iter().zip(&ratios).find_map(of).unwrap_or_default()
    };
    format!("| `{}` | {} | {} |\n", layer.name, size(bytes), cells(cell))
}

/// The digits that mean something.
fn short(ratio: f64) -> String {
    match ratio {
        ..0.095 => format!("{ratio:.3}"),
        ..9.95 => format!("{ratio:.2}"),
        _ => format!("{ratio:.0}"),
    }
}

fn size(bytes: usize) -> String {
    match bytes.div_euclid(1000) {
        thousands @ ..1000 => format!("{thousands} KB"),
        thousands => format!("{} MB", thousands.div_euclid(1000)),
    }
}

/// The README with another table between its markers.
fn replaced(readme: &str, table: &str) -> Option<String> {
    let [begin, end] = MARKERS;
    let (before, rest) = readme.split_once(begin)?;
    let (_, after) = rest.split_once(end)?;
    Some(format!("{before}{begin}{table}{end}{after}"))
}

/// The cells of a row, one a rival.
fn cells(cell: impl FnMut(&&str) -> String) -> String {
    RIVALS.iter().map(cell).collect::<Vec<_>>().join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_has_a_place_for_the_table() {
        let readme = fs::read_to_string(README).unwrap();
        let replaced = replaced(&readme, "| a table |\n").unwrap();
        assert!(replaced.contains("<!-- ratios -->\n| a table |\n<!-- /ratios -->"));
    }
}
