//! `turnwise detect`: the format of an input, how sure that is, and why.

use super::each_input;
use crate::{
    cli::after_help,
    exit::{Exit, Failure},
    input::Input,
    output::{Output, printable},
    progress::Progress,
};
use serde::Serialize;
use std::{io::Read, path::PathBuf};
use turnwise::{Detection, detect};

/// Say which format inputs are in, and why
///
/// Formats come with how sure they are, from 0 to 1, the likeliest first. The first MiB of an input decides.
#[derive(clap::Args)]
#[command(after_help = after_help(EXAMPLES, "an input is in no known format"))]
pub(crate) struct Args {
    /// Files to look at, in this order; `-`, or none, is standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Write a JSON object a line, one for each input
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &[&str] =
    &["turnwise detect chat.txt export.json", "turnwise detect --json exports/* | jq -r .format"];

/// Bytes that are looked at.
const ENOUGH: u64 = 1 << 20;

/// What `--json` shows of an input: its likeliest format, then the others.
#[derive(Serialize)]
struct Detected<'a> {
    path: &'a str,
    #[serde(flatten)]
    first: Candidate<'a>,
    others: Vec<Candidate<'a>>,
}

#[derive(Serialize, Default)]
struct Candidate<'a> {
    format: Option<&'a str>,
    confidence: f32,
    evidence: &'a [String],
}

impl<'a> From<&'a Detection> for Candidate<'a> {
    fn from(found: &'a Detection) -> Self {
        Self { format: Some(found.format.name()), confidence: found.confidence, evidence: &found.evidence }
    }
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let mut output = Output::create(None)?;
    let inputs = Input::all(&args.files);
    let progress = Progress::over(&inputs, true);
    let exit = each_input(&inputs, &progress, |input| {
        let path = input.name();
        let mut source = Vec::new();
        let reader = progress.count(input.open()?.reader);
        reader.take(ENOUGH).read_to_end(&mut source).map_err(|error| Failure::reading(&path, error))?;
        let found = detect(&String::from_utf8_lossy(&source));
        output.put(if args.json { as_json(&path, &found) } else { printable(&as_text(&path, &found)) })?;
        Ok(if found.is_empty() { Exit::Findings } else { Exit::Success })
    })?;
    output.finish()?;
    Ok(exit)
}

fn as_json(path: &str, found: &[Detection]) -> String {
    let mut candidates = found.iter().map(Candidate::from);
    let first = candidates.next().unwrap_or_default();
    let detected = Detected { path, first, others: candidates.collect() };
    // Strings and numbers only: nothing here can fail to serialise.
    serde_json::to_string(&detected).unwrap_or_default() + "\n"
}

fn as_text(path: &str, found: &[Detection]) -> String {
    if found.is_empty() {
        return format!("{path}: no known format\n");
    }
    let line = |(index, found): (usize, &Detection)| {
        let alternative = if index == 0 { "" } else { "or " };
        let evidence = found.evidence.join("; ");
        format!("{path}: {alternative}{} ({:.2}): {evidence}\n", found.format.name(), found.confidence)
    };
    found.iter().enumerate().map(line).collect()
}
