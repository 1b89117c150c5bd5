//! `turnwise send`: conversations of any readable format, to the server.

mod direct;
mod queue;

mod report;
mod what;

use self::{
    direct::{Direct, show},
    report::{Counts, Line, Outcome, Report},
    what::{Shipment, What},
};
use super::each_input;
use crate::{
    conversations::{self, Found},
    exit::{Exit, Failure},
    ordered::in_order,
    output::say,
    progress::Progress,
    reading::Reading,
    remote::{self, ENVIRONMENT},
};
use std::{io, path::PathBuf};

/// Read transcripts in any format, and send each conversation to the server
///
/// Each is read and checked as `turnwise check` does, and sent in structured form; one in which an error was
/// found is not sent. Its id on the server is written to standard output, in the order of the input; what
/// could not be sent is told on standard error with its file and line, and does not keep others from being sent.
#[derive(clap::Args)]
#[command(after_help = after_help())]
pub(crate) struct Args {
    #[command(flatten)]
    reading: Reading,

    /// Take every known label at the start of a line as a new message, without weighing the whole text
    #[arg(long)]
    strict: bool,

    #[command(flatten)]
    what: What,

    #[command(flatten)]
    how: How,
}

/// How it is done.
#[derive(clap::Args)]
#[command(next_help_heading = "How it is sent")]
struct How {
    /// Show the requests and send nothing; needs no key
    #[arg(long, conflicts_with = "outbox")]
    dry_run: bool,

    /// Put everything into the outbox first, where it is safe, and deliver from there
    ///
    /// The outbox is a file: PATH, by default turnwise/outbox.queue in $XDG_STATE_HOME or ~/.local/state. What is not
    /// delivered stays in it, even if the command is killed; `turnwise outbox flush` goes on.
    #[arg(long, value_name = "PATH", num_args = 0..=1, require_equals = true, conflicts_with = "conversation")]
    outbox: Option<Option<PathBuf>>,

    /// With --outbox: deliver for so many seconds at most; the rest stays in the outbox
    #[arg(long, value_name = "SECONDS", default_value_t = 60, requires = "outbox")]
    wait: u64,

    /// How many conversations are under way at once
    #[arg(long, value_name = "NUMBER", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=64))]
    jobs: u8,

    /// Write one JSON object a line for each conversation: place, outcome, and id, key or error
    #[arg(long)]
    json: bool,
}

fn after_help() -> String {
    format!(
        "\
Examples:
  turnwise send --agent \"Support Bot\" chat.txt
  turnwise send --agent-id agent_123 --status abandoned --company \"Acme Corp\" --field team=blue chats/*.txt
  turnwise send --agent-id agent_123 --idempotency content export.jsonl    may be repeated after a crash
  turnwise send --agent-id agent_123 --outbox export.jsonl                 queued first, then delivered
  turnwise send --conversation conv_456 --status completed last-turn.txt   appended
  turnwise send --agent-id agent_123 --dry-run chat.txt                    what would be sent

{ENVIRONMENT}

Exit codes, of which the first that applies:
  2  wrong usage, a file could not be read, or something was not delivered and is not queued
  4  the server refused something
  1  something was not sent because an error was found in it; --no-check sends it
  3  something is still in the outbox
  0  all was delivered"
    )
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let conversation = args.what.conversation();
    if args.how.dry_run {
        return each(args, 1, |shipment| show(shipment, conversation)).map(|(_, exit)| exit);
    }
    match &args.how.outbox {
        Some(path) => queue::run(args, path.as_deref()),
        None => {
            let direct = Direct::new(remote::client()?, conversation);
            let (counts, exit) = each(args, usize::from(args.how.jobs), |shipment| direct.send(shipment))?;
            if counts.is_undelivered() {
                say("turnwise: what was not delivered is not kept; --outbox keeps it and delivers it later");
            }
            Ok(exit)
        }
    }
}

/// Gives everything that is to be sent to `send`, on several threads, and tells what comes of it.
fn each(
    args: &Args,
    threads: usize,
    send: impl Fn(&Shipment) -> Outcome + Sync,
) -> Result<(Counts, Exit), Failure> {
    let inputs = args.reading.inputs();
    let parser = args.reading.parser(args.strict);
    let progress = Progress::sending(&inputs);
    let read = |take: &mut (dyn FnMut(Found) + Send)| {
        each_input(&inputs, &progress, |input| {
            conversations::each(input, &parser, args.what.goes_on(), &progress, take).map(|()| Exit::Success)
        })
    };
    let mut packer = args.what.packer();
    let mut reading = Ok(Exit::Success);
    let mut report = Report::new(args.how.json, &progress)?;
    let feed = |give: &mut (dyn FnMut(Piece) + Send)| {
        let mut take = |found: Found| give((found.place.clone(), packer.pack(found)));
        reading = if args.what.conversation().is_some() {
            one(read).map(|(exit, found)| {
                found.into_iter().for_each(take);
                exit
            })
        } else {
            read(&mut take)
        };
    };
    let work = |(place, shipment): Piece| {
        let failed = |error: turnwise_client::Error| Outcome::Failed { error: error.to_string() };
        Line { place, outcome: shipment.map_or_else(failed, |shipment| send(&shipment)) }
    };
    in_order(threads, feed, work, |line| report.take(&line));
    let (counts, exit) = report.finish()?;
    Ok((counts, exit.max(reading?)))
}

/// What is to be sent, and where it stood.
type Piece = (String, Result<Shipment, turnwise_client::Error>);

/// The only conversation of all inputs.
fn one(
    read: impl FnOnce(&mut (dyn FnMut(Found) + Send)) -> Result<Exit, Failure>,
) -> Result<(Exit, Option<Found>), Failure> {
    let (mut first, mut second) = (None, None);
    let exit = read(&mut |found: Found| {
        if first.is_none() {
            first = Some(found);
        } else {
            second.get_or_insert(found);
        }
    })?;
    match second {
        None => Ok((exit, first)),
        Some(Found { place, .. }) => {
            let error = "another conversation; --conversation takes one, and nothing was sent";
            Err(Failure::reading(place, io::Error::other(error)))
        }
    }
}
