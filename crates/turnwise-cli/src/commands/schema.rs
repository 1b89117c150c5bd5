//! `turnwise schema`: the JSON Schema of the canonical form.

use crate::{
    exit::{Exit, Failure},
    output::Output,
};

/// Print the JSON Schema that every line of `turnwise normalize` keeps to
#[derive(clap::Args)]
#[command(after_help = "Example:\n  turnwise schema > conversation.schema.json")]
pub(crate) struct Args {}

/// Runs the command.
pub(crate) fn run(_args: &Args) -> Result<Exit, Failure> {
    let mut output = Output::create(None)?;
    output.put(turnwise::json::canonical::schema().trim_end())?;
    output.put("\n")?;
    output.finish()?;
    Ok(Exit::Success)
}
