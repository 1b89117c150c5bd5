//! `turnwise outbox`: what `send --outbox` has put into it.

use crate::{
    exit::{Exit, Failure},
    outbox::{Opened, exit, failed, summary},
    output::{Output, printable, say},
    remote::ENVIRONMENT,
    table::table,
};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use std::{path::PathBuf, time::Duration};
use turnwise_client::outbox::{Dead, Status};

/// Look into the outbox that `send --outbox` fills, deliver it, and see to what was refused
#[derive(clap::Args)]
#[command(after_help = after_help())]
pub(crate) struct Args {
    /// The file of the outbox, if it is not the usual one
    #[arg(long, value_name = "FILE", global = true)]
    path: Option<PathBuf>,

    /// Write JSON
    #[arg(long, global = true)]
    json: bool,

    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Show how many records there are, and why they are not delivered
    Status,
    /// Deliver what is there
    Flush {
        #[command(flatten)]
        wait: Wait,
    },
    /// Show what the server refused and was set aside, with the reasons
    Dead {
        /// How many at most
        #[arg(long, value_name = "NUMBER", default_value_t = 1000)]
        limit: usize,
    },
    /// Take what was set aside back in, and deliver it
    Retry {
        /// Only this record
        record: Option<i64>,

        #[command(flatten)]
        wait: Wait,
    },
    /// Drop a record that was set aside; what it holds back can then be delivered
    Discard {
        /// The number of the record
        record: i64,
    },
}

#[derive(clap::Args)]
struct Wait {
    /// Deliver for so many seconds at most; the rest stays in the outbox
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    wait: u64,
}

fn after_help() -> String {
    format!(
        "\
Examples:
  turnwise outbox status
  turnwise outbox flush --wait 300
  turnwise outbox dead --json | jq -r .reason
  turnwise outbox retry 17

A record is a conversation, or messages for one. One that the server refuses for good is set aside with its
bytes, and holds back the later ones of its conversation only.

{ENVIRONMENT}

Exit codes:
  0  nothing is left in the outbox
  2  wrong usage, or the outbox cannot be read or written
  3  something is still in the outbox
  4  the server refused something"
    )
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let open = |offline| Opened::existing(args.path.as_deref(), offline);
    match &args.action {
        Action::Status => status(args, &open(true)?),
        Action::Dead { limit } => dead(args, &open(true)?, *limit),
        Action::Flush { wait } => flush(args, open(false)?, wait),
        Action::Retry { record, wait } => {
            let opened = open(wait.wait == 0)?;
            let back = opened.outbox.retry(*record).map_err(failed)?;
            say(&format!("taken back in: {back}"));
            flush(args, opened, wait)
        }
        Action::Discard { record } => {
            let opened = open(true)?;
            let dropped = opened.outbox.discard(*record).map_err(failed)?;
            say(&format!("dropped: {dropped}"));
            status(args, &opened)
        }
    }
}

fn flush(args: &Args, opened: Opened, wait: &Wait) -> Result<Exit, Failure> {
    let path = opened.path.clone();
    let status = opened.deliver(Duration::from_secs(wait.wait))?;
    if args.json {
        put(&format!("{}\n", status_json(&status)))?;
    }
    say(&summary(&path, &status));
    Ok(exit(status.levels.dead, status.levels.remaining()))
}

fn status(args: &Args, opened: &Opened) -> Result<Exit, Failure> {
    let status = opened.outbox.status().map_err(failed)?;
    if args.json {
        put(&format!("{}\n", status_json(&status)))?;
    } else {
        let row = |name: &str, value: String| [name.to_owned(), value];
        let mut rows = vec![
            row("file", opened.path.display().to_string()),
            row("to be delivered", status.levels.remaining().to_string()),
            row("set aside", status.levels.dead.to_string()),
            row("open conversations", status.open_conversations.to_string()),
            row("bytes", status.bytes.to_string()),
        ];
        rows.extend(status.oldest.map(|oldest| row("oldest of", time(oldest))));
        rows.extend(status.next_due.map(|due| row("next attempt", time(due))));
        put(&table(&rows))?;
    }
    Ok(exit(status.levels.dead, status.levels.remaining()))
}

fn dead(args: &Args, opened: &Opened, limit: usize) -> Result<Exit, Failure> {
    let dead = opened.outbox.dead(limit).map_err(failed)?;
    if args.json {
        put(&dead.iter().map(|dead| format!("{}\n", dead_json(dead))).collect::<String>())?;
    } else {
        let row = |dead: &Dead| {
            [
                dead.record.to_string(),
                dead.op.as_str().to_owned(),
                time(dead.enqueued_at),
                dead.remote_id.clone().unwrap_or_else(|| dead.conversation.to_string()),
                printable(&dead.reason),
            ]
        };
        put(&table(&dead.iter().map(row).collect::<Vec<_>>()))?;
    }
    Ok(if dead.is_empty() { Exit::Success } else { Exit::Refused })
}

fn status_json(status: &Status) -> Value {
    let Status { levels, totals, open_conversations, bytes, oldest, next_due, .. } = status;
    json!({
        "queued": levels.queued, "sending": levels.sending, "waiting": levels.waiting, "dead": levels.dead,
        "remaining": levels.remaining(), "delivered": totals.delivered,
        "openConversations": open_conversations, "bytes": bytes,
        "oldest": oldest.map(time), "nextAttempt": next_due.map(time),
    })
}

fn dead_json(dead: &Dead) -> Value {
    let Dead { record, conversation, remote_id, op, attempts, enqueued_at, reason, blocks, body, .. } = dead;
    let body = serde_json::from_slice(body).unwrap_or_else(|_| json!(String::from_utf8_lossy(body)));
    json!({
        "record": record, "conversation": conversation.as_str(), "id": remote_id, "op": op.as_str(),
        "attempts": attempts, "queuedAt": time(*enqueued_at), "reason": reason, "blocks": blocks, "body": body,
    })
}

/// A time in milliseconds since 1970, as RFC 3339 has it.
fn time(milliseconds: i64) -> String {
    let time = DateTime::<Utc>::from_timestamp_millis(milliseconds).unwrap_or_default();
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn put(text: &str) -> Result<(), Failure> {
    let mut output = Output::create(None)?;
    output.put(text)?;
    output.finish()
}
