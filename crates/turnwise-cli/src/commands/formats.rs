//! `turnwise formats`: the table of formats.

use crate::{
    exit::{Exit, Failure},
    output::Output,
};
use serde::Serialize;
use turnwise::FORMATS;

/// List the formats, what else they go by, and whether they are only read or also written
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  turnwise formats\n  turnwise formats --json")]
pub(crate) struct Args {
    /// Write one JSON array
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Row {
    name: &'static str,
    aliases: &'static [&'static str],
    summary: &'static str,
    read: bool,
    write: bool,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let rows: Vec<Row> = FORMATS
        .iter()
        .map(|row| Row {
            name: row.name,
            aliases: row.aliases,
            summary: row.summary,
            read: true,
            write: row.writable(),
        })
        .collect();
    let mut output = Output::create(None)?;
    if args.json {
        // Strings and truth values only: nothing here can fail to serialise.
        output.put(serde_json::to_string(&rows).unwrap_or_default() + "\n")?;
    } else {
        let width = rows.iter().map(|row| row.name.len()).max().unwrap_or_default();
        for Row { name, aliases, summary, write, .. } in rows {
            let access = if write { "read, write" } else { "read" };
            let also =
                if aliases.is_empty() { String::new() } else { format!("; also {}", aliases.join(", ")) };
            output.put(format!("{name:width$}  {access:11}  {summary}{also}\n"))?;
        }
    }
    output.finish()?;
    Ok(Exit::Success)
}
