//! `turnwise insights`: what the analysis of a conversation found.

use crate::{
    exit::{Exit, Failure},
    output::{Output, printable, say},
    remote::{self, ENVIRONMENT},
    table::{json_line, table},
};
use turnwise_client::{Insights, Lifecycle, Report};

/// Show what the analysis of a conversation found, or how far it is
#[derive(clap::Args)]
#[command(after_help = after_help())]
pub(crate) struct Args {
    /// The conversation's id on the server
    id: String,

    /// Write the object as the server has it, on one line
    #[arg(long)]
    json: bool,
}

fn after_help() -> String {
    format!(
        "Examples:\n  turnwise insights conv_456\n  turnwise insights conv_456 --json\n\n{ENVIRONMENT}\n\n{}\n  \
         1  there are none: still to come, skipped or failed",
        remote::EXITS
    )
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let (state, lifecycle) = match remote::client()?.insights(&args.id) {
        Ok(Insights::Ready(report)) => {
            let mut output = Output::create(None)?;
            output.put(if args.json { json_line(&report.raw) } else { text(&report) })?;
            output.finish()?;
            return Ok(Exit::Success);
        }
        Ok(Insights::Pending(lifecycle)) => ("pending", lifecycle),
        Ok(Insights::Skipped(lifecycle)) => ("skipped", lifecycle),
        Ok(Insights::Failed(lifecycle)) => ("failed", lifecycle),
        Ok(_) => ("unknown", Lifecycle::default()),
        Err(error) => return Ok(remote::tell(&error)),
    };
    let words = [lifecycle.code, lifecycle.message, lifecycle.reason, lifecycle.next_retry_at];
    let words = words.into_iter().flatten().map(|words| format!(", {words}")).collect::<String>();
    say(&format!("turnwise: {}: {state}{words}", args.id));
    Ok(Exit::Findings)
}

fn text(report: &Report) -> String {
    let mut text = String::new();
    for part in [&report.title, &report.summary].into_iter().flatten() {
        text.push_str(&format!("{}\n\n", printable(part)));
    }
    let rows: Vec<[String; 3]> = report
        .metrics
        .iter()
        .map(|(name, metric)| {
            let benchmark = metric.benchmark.map(|benchmark| format!("benchmark {benchmark}"));
            [name.clone(), metric.value.to_string(), benchmark.unwrap_or_default()]
        })
        .collect();
    text.push_str(&table(&rows));
    if !report.keywords.is_empty() {
        text.push_str(&format!("\n{}\n", printable(&report.keywords.join(", "))));
    }
    text
}
