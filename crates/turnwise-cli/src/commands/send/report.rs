//! What became of each conversation: told as it happens, and counted for the end.

use crate::{
    blocks,
    commands::MANY,
    exit::{Exit, Failure},
    output::Output,
    pretty::pretty,
    progress::Progress,
};
use serde::Serialize;
use serde_json::value::RawValue;
use std::fmt::Write;

/// What became of what stood at one place.
#[derive(Debug, Serialize)]
#[serde(tag = "outcome", rename_all = "lowercase")]
pub(crate) enum Outcome {
    /// The server has it.
    Delivered {
        /// The server's id of the conversation.
        id: String,
    },
    /// The outbox has it.
    Queued {
        /// The name that the outbox has for it.
        key: String,
    },
    /// It was not sent: an error was found in it.
    Faulty {
        /// What is to be said of that.
        error: &'static str,
    },
    /// The server refused it.
    Refused {
        /// Why.
        error: String,
    },
    /// It could not be delivered, or nobody can tell whether it was.
    Failed {
        /// Why.
        error: String,
    },
    /// It was not sent, because others before it could not be delivered.
    Untried,
    /// With --dry-run: it would be sent like this.
    Shown {
        /// The method of the request.
        method: &'static str,
        /// The address of the request.
        url: String,
        /// The body of the request.
        body: Box<RawValue>,
    },
}

/// An outcome, and where the conversation stood.
#[derive(Serialize)]
pub(crate) struct Line {
    pub(crate) place: String,
    #[serde(flatten)]
    pub(crate) outcome: Outcome,
}

/// Tells outcomes, in the order of the input.
pub(crate) struct Report<'a> {
    json: bool,
    progress: &'a Progress,
    output: Output,
    counts: Counts,
    /// Standard output fails only once; what is sent after that is sent all the same.
    failure: Option<Failure>,
}

/// How many conversations there were of each outcome.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    delivered: u64,
    queued: u64,
    faulty: u64,
    refused: u64,
    failed: u64,
    untried: u64,
    shown: u64,
}

impl<'a> Report<'a> {
    /// Tells on standard output, as JSON or for people, and on standard error.
    pub(crate) fn new(json: bool, progress: &'a Progress) -> Result<Self, Failure> {
        let output = Output::create(None)?;
        Ok(Self { json, progress, output, counts: Counts::default(), failure: None })
    }

    /// Takes in the next outcome.
    pub(crate) fn take(&mut self, line: &Line) {
        let Line { place, outcome } = line;
        self.counts.add(outcome);
        self.progress.message(|| self.counts.summary());
        if let Some(trouble) = outcome.trouble()
            && self.counts.troubles() <= MANY
        {
            self.progress.say(&format!("{place}: {trouble}"));
        }
        let text = if self.json {
            // Text and JSON only: nothing here can fail to serialise.
            Some(serde_json::to_string(line).unwrap_or_default())
        } else {
            outcome.text(place)
        };
        if let Some(text) = text.filter(|_| self.failure.is_none()) {
            let written = || blocks::put(&mut self.output, (text + "\n").as_bytes());
            self.failure = self.progress.aside(written).err().map(|error| self.output.failure(error));
        }
    }

    /// Says how much there was, ends the output, and gives the counts and the exit code for them.
    pub(crate) fn finish(self) -> Result<(Counts, Exit), Failure> {
        let exit = self.counts.exit();
        self.progress.say(&self.counts.summary());
        match self.failure {
            // Nobody reads the ids any more, which does not change what became of the conversations.
            Some(failure) if failure.is_broken_pipe() => {}
            Some(failure) => return Err(failure),
            None => self.output.finish()?,
        }
        Ok((self.counts, exit))
    }
}

impl Outcome {
    /// What stands on standard output: ids, or a request.
    fn text(&self, place: &str) -> Option<String> {
        match self {
            Self::Delivered { id } => Some(id.clone()),
            Self::Queued { key } => Some(key.clone()),
            Self::Shown { method, url, body } => {
                let headers = "Authorization: Bearer $CONVERRA_API_KEY\nContent-Type: application/json";
                Some(format!("# {place}\n{method} {url}\n{headers}\n\n{}\n", pretty(body.get())))
            }
            Self::Faulty { .. } | Self::Refused { .. } | Self::Failed { .. } | Self::Untried => None,
        }
    }

    /// What a person must know of it at once.
    fn trouble(&self) -> Option<String> {
        match self {
            Self::Faulty { error } => Some(format!("not sent: {error}")),
            Self::Refused { error } | Self::Failed { error } => Some(error.clone()),
            Self::Delivered { .. } | Self::Queued { .. } | Self::Untried | Self::Shown { .. } => None,
        }
    }
}

impl Counts {
    fn add(&mut self, outcome: &Outcome) {
        let count = match outcome {
            Outcome::Delivered { .. } => &mut self.delivered,
            Outcome::Queued { .. } => &mut self.queued,
            Outcome::Faulty { .. } => &mut self.faulty,
            Outcome::Refused { .. } => &mut self.refused,
            Outcome::Failed { .. } => &mut self.failed,
            Outcome::Untried => &mut self.untried,
            Outcome::Shown { .. } => &mut self.shown,
        };
        *count = count.saturating_add(1);
    }

    fn troubles(&self) -> usize {
        let Self { faulty, refused, failed, .. } = self;
        usize::try_from(faulty.saturating_add(*refused).saturating_add(*failed)).unwrap_or(usize::MAX)
    }

    /// Whether something was put into the outbox.
    pub(crate) fn is_queued(&self) -> bool {
        self.queued > 0
    }

    /// Whether something was neither delivered nor refused.
    pub(crate) fn is_undelivered(&self) -> bool {
        self.failed > 0 || self.untried > 0
    }

    /// All counts that are not 0, in one line.
    pub(crate) fn summary(&self) -> String {
        let Self { delivered, queued, faulty, refused, failed, untried, shown } = *self;
        let rest = [
            (faulty, "with errors and not sent"),
            (refused, "refused by the server"),
            (failed, "not delivered"),
            (untried, "not tried"),
        ];
        let mut text = match (shown, queued) {
            (1.., _) => format!("would send: {shown}"),
            (_, 1..) => format!("queued: {queued}"),
            _ => format!("delivered: {delivered}"),
        };
        for (count, what) in rest.into_iter().filter(|(count, _)| *count > 0) {
            // Writing to a string cannot fail.
            let _ = write!(text, ", {what}: {count}");
        }
        text
    }

    /// The worst of what happened; what is queued is judged by what becomes of it.
    pub(crate) fn exit(&self) -> Exit {
        let worst = [
            (self.failed.saturating_add(self.untried), Exit::Failure),
            (self.refused, Exit::Refused),
            (self.faulty, Exit::Findings),
        ];
        worst.into_iter().find(|(count, _)| *count > 0).map_or(Exit::Success, |(_, exit)| exit)
    }
}
