//! `turnwise list`: conversations that the server has.

use crate::{
    exit::{Exit, Failure},
    output::{Output, say},
    remote::{self, ENVIRONMENT},
    table::{json_line, table},
};
use turnwise_client::{ListQuery, Stored};

/// The most that a page of the API holds.
const PAGE: u64 = 100;

/// List conversations that the server has
///
/// For each its id, status, time of creation, agent and title; with --json the whole object as the server has it.
#[derive(clap::Args)]
#[command(after_help = after_help())]
pub(crate) struct Args {
    /// Only those of this agent
    #[arg(long, value_name = "ID")]
    agent_id: Option<String>,

    /// Only those with this status
    #[arg(long)]
    status: Option<String>,

    /// How many at most
    #[arg(long, value_name = "NUMBER", default_value_t = 20)]
    limit: u64,

    /// How many to pass over
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    offset: u64,

    /// Write one JSON object a line, as the server has it
    #[arg(long)]
    json: bool,
}

fn after_help() -> String {
    format!(
        "Examples:\n  turnwise list\n  turnwise list --agent-id agent_123 --status completed --limit 100\n  \
         turnwise list --json | jq -r .id\n\n{ENVIRONMENT}\n\n{}",
        remote::EXITS
    )
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let client = remote::client()?;
    let mut output = Output::create(None)?;
    let (mut offset, mut left) = (args.offset, args.limit);
    while left > 0 {
        let query = ListQuery {
            agent_id: args.agent_id.clone(),
            status: args.status.clone(),
            limit: Some(left.min(PAGE)),
            offset: Some(offset),
        };
        let page = match client.list(&query) {
            Ok(page) => page,
            Err(error) => return Ok(remote::tell(&error)),
        };
        let found = u64::try_from(page.items.len()).unwrap_or(u64::MAX);
        (offset, left) = (offset.saturating_add(found), left.saturating_sub(found));
        output.put(if args.json {
            page.items.iter().map(|stored| json_line(&stored.raw)).collect()
        } else {
            table(&page.items.iter().map(row).collect::<Vec<_>>())
        })?;
        let over = page.total.map_or(found < PAGE, |total| offset >= total);
        if found == 0 || over {
            break;
        }
        if let Some(total) = page.total.filter(|_| left == 0) {
            say(&format!(
                "{} of {total}; --limit and --offset show more",
                offset.saturating_sub(args.offset)
            ));
        }
    }
    output.finish()?;
    Ok(Exit::Success)
}

fn row(stored: &Stored) -> [String; 5] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        stored.id.clone(),
        stored.status.as_ref().map(ToString::to_string).unwrap_or_default(),
        stored
            .created_at
            .map(|time| time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
            .unwrap_or_default(),
        text(&stored.agent_id),
        text(&stored.title),
    ]
}
