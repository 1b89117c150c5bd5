//! Every file under `testdata` is a case: what it reads as stands beside it, in `NAME.expect`.
//!
//! `TURNWISE_UPDATE=1 cargo test --test cases --all-features` writes what is read now into the `.expect`
//! files; the diff is then to be read by a person. A file `NAME.args` holds options, one a line, as the
//! command takes them: `--strict`, `--from FORMAT`, `--label "Patient=user"`.

#![allow(clippy::arithmetic_side_effects, clippy::expect_used)]

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use libtest_mimic::{Arguments, Failed, Trial};
use turnwise::{
    FORMATS, Format, Parsed, Parser, Role, Severity,
    json::canonical::to_json_pretty,
    render::{OutputFormat, Report},
};

mod promises;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let cases = folders().flat_map(|(format, folder)| cases(format, &folder));
    let mut trials = vec![Trial::test("every format has cases", every_format_has_cases)];
    trials.extend(cases.map(|case| Trial::test(case.name.clone(), move || case.run())));
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata")
}

/// The two folders that every row of the table of formats must have.
fn folders() -> impl Iterator<Item = (Format, PathBuf)> {
    let rows = FORMATS.iter().flat_map(|row| [(row, "ok"), (row, "err")]);
    rows.map(|(row, kind)| (row.format, testdata().join(row.name).join(kind)))
}

fn every_format_has_cases() -> Result<(), Failed> {
    for (format, folder) in folders() {
        if cases(format, &folder).is_empty() {
            return Err(format!("{} holds no case", folder.display()).into());
        }
    }
    Ok(())
}

/// A file, and what should be known of it.
struct Case {
    name: String,
    path: PathBuf,
    format: Format,
    ok: bool,
}

/// The cases of one folder, by name.
fn cases(format: Format, folder: &Path) -> Vec<Case> {
    let files =
        fs::read_dir(folder).into_iter().flatten().map(|entry| entry.expect("a readable folder").path());
    let inputs = files.filter(|path| !["expect", "args"].map(Some).contains(&extension(path)));
    let mut cases: Vec<Case> = inputs
        .map(|path| Case {
            name: path.strip_prefix(testdata()).expect("under testdata").display().to_string(),
            ok: folder.ends_with("ok"),
            format,
            path,
        })
        .collect();
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}

fn extension(path: &Path) -> Option<&str> {
    path.extension().and_then(|extension| extension.to_str())
}

impl Case {
    fn run(&self) -> Result<(), Failed> {
        let input = fs::read(&self.path)?;
        let parser = self.parser()?;
        let parsed = parser.parse_bytes(&input);
        self.compare(&shown(&self.name, &input, &parsed))?;
        self.judge(&parsed)?;
        parsed.conversations.iter().for_each(promises::canonical);
        promises::copies(&input);
        if let Ok(text) = str::from_utf8(&input)
            && parsed.conversations.len() == 1
            && parsed.format.is_some_and(|format| format != Format::Canonical)
            // JSON may hold several.
            && parsed.conversations.len() == 1
        {
            promises::read_text(&parser, text);
        }
        Ok(())
    }

    fn parser(&self) -> Result<Parser, Failed> {
        let options = fs::read_to_string(self.path.with_extension("args")).unwrap_or_default();
        options.lines().try_fold(Parser::new(), |parser, option| {
            if option == "--strict" {
                return Ok(parser.strict(true));
            }
            if let Some(format) = option.strip_prefix("--from ").and_then(Format::from_name) {
                return Ok(parser.format(format));
            }
            if let Some((label, role)) = option.strip_prefix("--label ").and_then(|pair| pair.split_once('='))
            {
                return Ok(parser.label(label.trim_matches('"'), Role::from_name(role.trim_matches('"'))));
            }
            Err(format!("unknown option {option:?}").into())
        })
    }

    /// Compares with the `.expect` file, or writes it when asked to.
    fn compare(&self, actual: &str) -> Result<(), Failed> {
        const ADVICE: &str = "TURNWISE_UPDATE=1 writes it; then read the diff";
        let path = self.path.with_extension("expect");
        if std::env::var_os("TURNWISE_UPDATE").is_some_and(|value| value == "1") {
            return Ok(fs::write(path, actual)?);
        }
        let Ok(expected) = fs::read_to_string(&path) else {
            return Err(format!("{} is missing: {ADVICE}\n{actual}", path.display()).into());
        };
        if expected == actual {
            return Ok(());
        }
        let same = expected.lines().zip(actual.lines()).take_while(|(a, b)| a == b).count();
        let (was, is) = (expected.lines().nth(same), actual.lines().nth(same));
        let place = format!("{}:{}", path.display(), same + 1);
        Err(format!("{place} differs: {ADVICE}\nexpected {was:?}\n     got {is:?}\n\n{actual}").into())
    }

    /// What the folder says of its cases.
    fn judge(&self, parsed: &Parsed) -> Result<(), Failed> {
        let worst = parsed.diagnostics.iter().map(|finding| finding.severity).max();
        let forced = self.path.with_extension("args").exists();
        if self.ok && worst == Some(Severity::Error) {
            return Err("a case under `ok` has an error".into());
        }
        if !self.ok && worst < Some(Severity::Warning) {
            return Err("a case under `err` has no warning and no error".into());
        }
        if self.ok && !forced && parsed.format != Some(self.format) {
            return Err(format!("read as {:?}", parsed.format).into());
        }
        Ok(())
    }
}

/// All that was read: the conversations in canonical JSON, a line `---`, then the findings.
fn shown(name: &str, input: &[u8], parsed: &Parsed) -> String {
    let mut text = String::new();
    for conversation in &parsed.conversations {
        text.push_str(&to_json_pretty(conversation));
        text.push('\n');
    }
    text.push_str("---\n");
    let concise = OutputFormat::from_name("concise").expect("the format for one line a finding");
    let report = Report { path: name, source: input, diagnostics: &parsed.diagnostics };
    text.push_str(&concise.render(&[report], false));
    if parsed.omitted > 0 {
        writeln!(text, "and {} more", parsed.omitted).expect("writing to a string");
    }
    text
}
