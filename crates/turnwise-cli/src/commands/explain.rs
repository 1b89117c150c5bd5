//! `turnwise explain`: what a finding means.

use crate::{
    exit::{Exit, Failure},
    output::Output,
};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use turnwise::{CODES, Code, CodeInfo};

/// Say what a finding means and what to do about it; without a code, list all codes
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  turnwise explain\n  turnwise explain ambiguous-boundary")]
pub(crate) struct Args {
    /// The code, such as ambiguous-boundary
    #[arg(value_name = "CODE", value_parser = codes(), hide_possible_values = true)]
    code: Option<&'static CodeInfo>,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let mut output = Output::create(None)?;
    match args.code {
        Some(row) => output.put(explanation(row))?,
        None => {
            let width = CODES.iter().map(|row| row.slug.len()).max().unwrap_or_default();
            for row in CODES {
                output.put(format!(
                    "{:width$}  {:7}  {}\n",
                    row.slug,
                    row.severity.as_str(),
                    row.summary()
                ))?;
            }
        }
    }
    output.finish()?;
    Ok(Exit::Success)
}

fn explanation(row: &CodeInfo) -> String {
    let CodeInfo { slug, severity, help, explanation, .. } = row;
    let message = row.summary();
    format!("{}[{slug}]: {message}\n\n{explanation}\n\nWhat to do: {help}.\n", severity.as_str())
}

fn codes() -> impl TypedValueParser<Value = &'static CodeInfo> {
    PossibleValuesParser::new(CODES.iter().map(|row| PossibleValue::new(row.slug).help(row.message)))
        .try_map(|slug| Code::from_slug(&slug).map(Code::info).ok_or("no such code"))
}
