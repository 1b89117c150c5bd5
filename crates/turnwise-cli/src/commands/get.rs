//! `turnwise get`: one conversation that the server has.

use super::{MANY, note};
use crate::{
    exit::{Exit, Failure},
    output::Output,
    progress::Progress,
    reading::format_parser,
    remote::{self, ENVIRONMENT},
    table::json_line,
};
use turnwise::{Format, write};

/// Read a conversation back from the server
///
/// It is written as labelled text, or in the format that --to names; with --json as the object that the server has.
#[derive(clap::Args)]
#[command(after_help = after_help())]
pub(crate) struct Args {
    /// The conversation's id on the server
    id: String,

    /// The format to write
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = format_parser(|row| row.writable()))]
    to: Format,

    /// Write the object as the server has it, on one line
    #[arg(long, conflicts_with = "to")]
    json: bool,
}

fn after_help() -> String {
    format!(
        "Examples:\n  turnwise get conv_456\n  turnwise get conv_456 --to openai\n  turnwise get conv_456 --json\n\n\
         {ENVIRONMENT}\n\n{}",
        remote::EXITS
    )
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let stored = match remote::client()?.get(&args.id) {
        Ok(stored) => stored,
        Err(error) => return Ok(remote::tell(&error)),
    };
    let mut output = Output::create(None)?;
    let mut exit = Exit::Success;
    if args.json {
        output.put(json_line(&stored.raw))?;
    } else if let Some(conversation) = stored.conversation() {
        let written = write(&conversation, args.to).unwrap_or_default();
        output.put(written.text.trim_end().to_owned() + "\n")?;
        note(&args.id, b"", &written.diagnostics, 0, MANY, &Progress::none());
    } else {
        crate::output::say(&format!("turnwise: {}: the server shows no messages; see --json", args.id));
        exit = Exit::Findings;
    }
    output.finish()?;
    Ok(exit)
}
