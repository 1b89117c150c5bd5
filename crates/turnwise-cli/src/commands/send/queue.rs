//! Sending by way of the outbox: everything is made safe first, then delivered.

use super::{Args, each, report::Outcome, what::Shipment};
use crate::{
    exit::{Exit, Failure},
    outbox::{Opened, exit, failed, summary},
    output::say,
};
use std::{path::Path, time::Duration};

/// How many conversations wait for the disk at once; those that do share one wait.
const AT_ONCE: usize = 64;

/// Runs the command with --outbox.
pub(super) fn run(args: &Args, path: Option<&Path>) -> Result<Exit, Failure> {
    let opened = Opened::make(path, args.how.wait == 0)?;
    let dead_before = opened.outbox.status().map_err(failed)?.levels.dead;
    let queue = |shipment: &Shipment| match shipment {
        Shipment::Faulty(error) => Outcome::Faulty { error },
        Shipment::New(new) => match opened.outbox.enqueue(new) {
            Ok(key) => Outcome::Queued { key: key.as_str().to_owned() },
            Err(error) => Outcome::Failed { error: error.to_string() },
        },
        Shipment::More(_) => Outcome::Failed { error: "an append cannot be queued".to_owned() },
    };
    let (counts, reading) = each(args, AT_ONCE, queue)?;
    let path = opened.path.clone();
    let status = opened.deliver(Duration::from_secs(args.how.wait))?;
    let remaining = status.levels.remaining();
    if counts.is_queued() || remaining > 0 {
        say(&summary(&path, &status));
    }
    // What was refused earlier was told then.
    let dead = status.levels.dead.saturating_sub(dead_before);
    Ok(reading.max(exit(dead, remaining)))
}
