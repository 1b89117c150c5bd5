//! A module for each command: its options, and what it does.

pub(crate) mod agents;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod convert;
pub(crate) mod detect;
pub(crate) mod explain;
pub(crate) mod formats;
pub(crate) mod get;
pub(crate) mod insights;
pub(crate) mod list;
pub(crate) mod mcp;
pub(crate) mod normalize;
pub(crate) mod outbox;
pub(crate) mod schema;
pub(crate) mod send;
pub(crate) mod serve;

use crate::{
    exit::{Exit, Failure},
    input::Input,
    progress::Progress,
    tally::Tally,
};
use turnwise::{
    Diagnostic, Severity,
    render::{OutputFormat, Report},
};

/// Does `work` for each input in turn. One that cannot be read is told, and does not keep the others from being read.
fn each_input(
    inputs: &[Input],
    progress: &Progress,
    mut work: impl FnMut(&Input) -> Result<Exit, Failure>,
) -> Result<Exit, Failure> {
    let mut worst = Exit::Success;
    for input in inputs {
        let exit = match work(input) {
            Err(failure) if !failure.is_of_output() => {
                progress.say(&format!("turnwise: {failure}"));
                Exit::Failure
            }
            result => result?,
        };
        worst = worst.max(exit);
    }
    Ok(worst)
}

/// Findings of one input shown on standard error at most; where there are more, they are only counted.
pub(crate) const MANY: usize = 20;

/// Says how many findings there were, which are too many to show: of those in reading `check` shows each, of losses in
/// writing nothing does, so they are told kind by kind.
pub(crate) fn say_how_many(path: &str, tally: &Tally, place: &str, omitted: usize, progress: &Progress) {
    let more = if omitted > 0 { format!(", and {omitted} findings more") } else { String::new() };
    if let Some(summary) = tally.summary(place) {
        progress.say(&format!("{path}: {summary}{more}; `turnwise check` shows them"));
    }
    for loss in tally.losses(place) {
        progress.say(&format!("{path}: {loss}"));
    }
}

/// Says on standard error what a reader of the results should know, and gives the exit code.
///
/// More than `most` findings are only counted.
pub(crate) fn note(
    path: &str,
    source: &[u8],
    diagnostics: &[Diagnostic],
    omitted: usize,
    most: usize,
    progress: &Progress,
) -> Exit {
    let mut tally = Tally::default();
    for finding in diagnostics {
        tally.add(finding, || {
            let before = source.get(..finding.span.start).unwrap_or(source);
            Some(memchr::memchr_iter(b'\n', before).count().saturating_add(1))
        });
    }
    let notable: Vec<Diagnostic> = diagnostics
        .iter()
        .filter(|found| found.severity >= Severity::Warning)
        .take(most.saturating_add(1))
        .cloned()
        .collect();
    if notable.len() > most {
        say_how_many(path, &tally, "on line", omitted, progress);
    } else if let Some(concise) = OutputFormat::from_name("concise").filter(|_| !notable.is_empty()) {
        let shown = concise.render(&[Report { path, source, diagnostics: &notable }], false);
        progress.say(shown.trim_end());
    }
    tally.exit()
}
