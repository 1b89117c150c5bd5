//! The command line: what there is to call, and what calling it gives.

use crate::{
    commands::{
        agents, check, completions, convert, detect, explain, formats, get, insights, list, normalize,
        outbox, schema, send,
    },
    exit::{Exit, Failure},
    output::say,
};
use clap::{Parser, Subcommand};

/// Turns chat transcripts and chat JSON into one canonical form, shows every doubt with its place, and ships them.
///
/// It reads labelled text, captions and chat logs; requests, responses, streams, traces and data sets of model
/// providers in JSON; and files of many conversations, as JSON Lines or as an array.
/// Results go to standard output, everything else to standard error.
#[derive(Parser)]
#[command(name = "turnwise", version, arg_required_else_help = true, after_help = AFTER_HELP)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Examples:
  turnwise normalize chat.txt                  the conversation as JSON
  turnwise check chats/*.txt                   what is wrong with them, with places
  turnwise convert --to openai request.json    from any format that is read
  turnwise detect export.json                  which format it is in, and why
  turnwise explain ambiguous-boundary          what a finding means
  turnwise send --agent \"Support Bot\" chat.txt    to the server

`turnwise COMMAND --help` has more on each command. All of them end with
exit code 0 (success), 1 (findings) or 2 (wrong usage or I/O); those that
talk to the server also with 3 (still in the outbox) or 4 (refused).";

#[derive(Subcommand)]
enum Command {
    Normalize(normalize::Args),
    Convert(convert::Args),
    Check(check::Args),
    Detect(detect::Args),
    Formats(formats::Args),
    Explain(explain::Args),
    Schema(schema::Args),
    Send(Box<send::Args>),
    List(list::Args),
    Get(get::Args),
    Agents(agents::Args),
    Insights(insights::Args),
    Outbox(outbox::Args),
    Completions(completions::Args),
}

/// Does what the command line asks.
pub(crate) fn run() -> Exit {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(answer) => {
            // Help that nobody reads to its end is no failure.
            let _ = answer.print();
            return if answer.use_stderr() { Exit::Failure } else { Exit::Success };
        }
    };
    cli.command.run().unwrap_or_else(|failure| {
        if failure.is_broken_pipe() {
            return Exit::Success;
        }
        say(&format!("turnwise: {failure}"));
        Exit::Failure
    })
}

impl Command {
    fn run(&self) -> Result<Exit, Failure> {
        match self {
            Self::Normalize(args) => normalize::run(args),
            Self::Convert(args) => convert::run(args),
            Self::Check(args) => check::run(args),
            Self::Detect(args) => detect::run(args),
            Self::Formats(args) => formats::run(args),
            Self::Explain(args) => explain::run(args),
            Self::Schema(args) => schema::run(args),
            Self::Send(args) => send::run(args),
            Self::List(args) => list::run(args),
            Self::Get(args) => get::run(args),
            Self::Agents(args) => agents::run(args),
            Self::Insights(args) => insights::run(args),
            Self::Outbox(args) => outbox::run(args),
            Self::Completions(args) => completions::run(args),
        }
    }
}

/// The help text after the options: examples, then the exit codes, of which 1 has a meaning for each command.
pub(crate) fn after_help(examples: &[&str], findings: &str) -> String {
    format!(
        "Examples:\n  {}\n\nExit codes:\n  0  success\n  1  {findings}\n  \
         2  wrong usage, or a file could not be read or written",
        examples.join("\n  ")
    )
}
