//! `turnwise agents`: the agents that the server has.

use crate::{
    exit::{Exit, Failure},
    output::Output,
    remote::{self, ENVIRONMENT},
    table::{json_line, table},
};
use turnwise_client::{Agent, Error, ListQuery};

/// List the agents that the server has, or show one with its system prompt
#[derive(clap::Args)]
#[command(after_help = after_help())]
pub(crate) struct Args {
    /// Show this agent
    id: Option<String>,

    /// How many to list at most
    #[arg(long, value_name = "NUMBER", default_value_t = 100, conflicts_with = "id")]
    limit: u64,

    /// How many to pass over
    #[arg(long, value_name = "NUMBER", default_value_t = 0, conflicts_with = "id")]
    offset: u64,

    /// Write one JSON object a line, as the server has it
    #[arg(long)]
    json: bool,
}

fn after_help() -> String {
    format!("Examples:\n  turnwise agents\n  turnwise agents agent_123\n\n{ENVIRONMENT}\n\n{}", remote::EXITS)
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let shown = match shown(args, &remote::client()?) {
        Ok(shown) => shown,
        Err(error) => return Ok(remote::tell(&error)),
    };
    let mut output = Output::create(None)?;
    output.put(shown)?;
    output.finish()?;
    Ok(Exit::Success)
}

fn shown(args: &Args, client: &turnwise_client::blocking::Client) -> Result<String, Error> {
    let agents = match &args.id {
        Some(id) => vec![client.agent(id)?],
        None => {
            let (limit, offset) = (Some(args.limit), Some(args.offset));
            client.agents(&ListQuery { limit, offset, ..ListQuery::default() })?.items
        }
    };
    if args.json {
        return Ok(agents.iter().map(|agent| json_line(&agent.raw)).collect());
    }
    let mut text = table(&agents.iter().map(row).collect::<Vec<_>>());
    if let (Some(_), [Agent { content: Some(prompt), .. }]) = (&args.id, agents.as_slice()) {
        text.push_str(&format!("\n{}\n", crate::output::printable(prompt)));
    }
    Ok(text)
}

fn row(agent: &Agent) -> [String; 4] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let count = agent.conversation_count.map(|count| format!("{count} conversations"));
    [agent.id.clone(), text(&agent.status), text(&agent.name), count.unwrap_or_default()]
}
