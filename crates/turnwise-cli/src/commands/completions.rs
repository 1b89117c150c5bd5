//! `turnwise completions`: what makes the tab key work.

use crate::{
    cli::Cli,
    exit::{Exit, Failure},
    output::Output,
};
use clap::CommandFactory;
use clap_complete::Shell;

/// Print a script that lets a shell complete commands, options, formats and codes
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  turnwise completions bash > ~/.local/share/bash-completion/completions/turnwise"
)]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "turnwise", &mut script);
    let mut output = Output::create(None)?;
    output.put(script)?;
    output.finish()?;
    Ok(Exit::Success)
}
