//! Tools for transcripts: nothing leaves the machine, and no key is needed.

use crate::{
    answer::{
        Count, Findings, ReadAs,
        parse::{Candidate, Checked, Converted, Detected, Normalized},
        shown,
    },
    input::{How, Reading, Transcript, Writable},
    page::{messages, page, start_of},
    problem::Problem,
    server::Server,
};
use rmcp::{
    handler::server::wrapper::{Json, Parameters},
    schemars::{self, JsonSchema},
    tool, tool_router,
};
use serde::Deserialize;
use turnwise::{Diagnostic, Parsed, Severity, detect, write};

/// Arguments of `normalize_transcript`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Normalize {
    #[serde(flatten)]
    reading: Reading,
    /// Messages to pass over, counted through the whole input, to get the rest of an answer that was cut.
    #[serde(default)]
    skip_messages: Count,
}

/// Arguments of `convert_transcript`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Convert {
    #[serde(flatten)]
    reading: Reading,
    /// The format to write.
    to: Writable,
}

/// Arguments of `detect_format`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Detect {
    /// The text exactly as the user gave it; its first MiB decides.
    transcript: Transcript,
}

#[tool_router(router = parse_tools, vis = "pub(crate)")]
impl Server {
    /// Reads a chat transcript in any format and returns its messages as canonical JSON: who spoke, what, when, and
    /// calls of tools. Use it before anything else is done with a transcript that a user pasted: labels in the middle
    /// of a message, several lines, colons, code and pasted chats do not mislead it, and boundaries that were close calls
    /// are reported as findings. Long answers are cut between messages and say where to go on.
    #[tool(
        title = "Normalise a transcript",
        annotations(read_only_hint = true, idempotent_hint = true, open_world_hint = false)
    )]
    async fn normalize_transcript(
        &self,
        Parameters(Normalize { reading, skip_messages: Count(skip) }): Parameters<Normalize>,
    ) -> Result<Json<Normalized>, Problem> {
        let limits = self.limits();
        self.read(reading, move |source, parsed| {
            let page = page(&parsed.conversations, skip, limits.output_bytes);
            Normalized {
                read: ReadAs::from(&parsed),
                messages: Count(messages(&parsed.conversations)),
                findings: Findings::of(source, &parsed.diagnostics, parsed.omitted, limits.findings),
                next_message: page.next.map(Count),
                note: page.note(),
                conversations: page.conversations,
            }
        })
        .await
    }

    /// Checks a chat transcript and returns what is doubtful or wrong, each finding with line, column, a sentence and
    /// what to do: uncertain boundaries between messages, unknown labels, calls of tools without an answer, times that
    /// run backwards, broken JSON. Use it when the user asks whether a transcript is sound, before it is logged.
    #[tool(
        title = "Check a transcript",
        annotations(read_only_hint = true, idempotent_hint = true, open_world_hint = false)
    )]
    async fn check_transcript(
        &self,
        Parameters(reading): Parameters<Reading>,
    ) -> Result<Json<Checked>, Problem> {
        let most = self.limits().findings;
        self.read(reading, move |source, parsed| Checked {
            clean: parsed.diagnostics.iter().all(|found| found.severity < Severity::Warning),
            read: ReadAs::from(&parsed),
            conversations: Count(parsed.conversations.len()),
            messages: Count(messages(&parsed.conversations)),
            findings: Findings::of(source, &parsed.diagnostics, parsed.omitted, most),
        })
        .await
    }

    /// Writes a chat transcript in another format, such as `openai-chat`, `anthropic-messages`, `sharegpt`, `markdown`
    /// or `text`, and lists what the new format has no place for. The documents are exact: hand them to the user or
    /// store them as they are. `canonical` keeps every field.
    #[tool(
        title = "Convert a transcript",
        annotations(read_only_hint = true, idempotent_hint = true, open_world_hint = false)
    )]
    async fn convert_transcript(
        &self,
        Parameters(Convert { reading, to: Writable(to) }): Parameters<Convert>,
    ) -> Result<Json<Converted>, Problem> {
        let limits = self.limits();
        self.read(reading, move |source, parsed| {
            let (mut documents, mut losses, mut room) = (Vec::new(), Vec::new(), limits.output_bytes);
            for (index, conversation) in parsed.conversations.iter().enumerate() {
                let written = write(conversation, to).unwrap_or_default();
                let Some(left) = room.checked_sub(written.text.len()) else { break };
                room = left;
                documents.push(written.text);
                let lost = written.diagnostics.into_iter();
                losses.extend(lost.map(|found| Diagnostic { conversation: index, ..found }));
            }
            let (all, most) = (parsed.conversations.len(), limits.findings);
            let too_long = (documents.len() < all).then(|| {
                format!(
                    "{} of {all} documents are here, since the next one would make the answer longer than {} bytes; \
                     have the user run `turnwise convert --to {} FILE` for all of them",
                    documents.len(), limits.output_bytes, to.name(),
                )
            });
            let more = (losses.len() > most).then(|| format!("{} losses are not shown", losses.len().saturating_sub(most)));
            let notes: Vec<String> = too_long.into_iter().chain(more).collect();
            Converted {
                read: ReadAs::from(&parsed),
                to: to.name(),
                documents,
                conversations: Count(all),
                losses: shown(source, losses.iter().take(most)),
                findings: Findings::of(source, &parsed.diagnostics, parsed.omitted, most),
                note: (!notes.is_empty()).then(|| notes.join("; ")),
            }
        })
        .await
    }

    /// Says which format a text is in, how sure that is, and why; an empty list means that it is no conversation. The
    /// other tools find the format out themselves, so use this only when the format is the question.
    #[tool(
        title = "Detect the format",
        annotations(read_only_hint = true, idempotent_hint = true, open_world_hint = false)
    )]
    async fn detect_format(
        &self,
        Parameters(Detect { transcript: Transcript(mut text) }): Parameters<Detect>,
    ) -> Result<Json<Detected>, Problem> {
        /// Bytes that are looked at.
        const ENOUGH: usize = 1 << 20;
        self.work(move || {
            text.truncate(start_of(&text, ENOUGH).len());
            Detected { formats: detect(&text).into_iter().map(Candidate::from).collect() }
        })
        .await
        .map(Json)
    }
}

impl Server {
    /// Reads a transcript where it keeps nothing else waiting, and makes an answer of it there.
    async fn read<T: Send + 'static>(
        &self,
        reading: Reading,
        answer: impl FnOnce(&str, Parsed) -> T + Send + 'static,
    ) -> Result<Json<T>, Problem> {
        let Reading { transcript, how } = reading;
        self.parse(transcript, how, answer).await.map(Json)
    }

    /// Reads a transcript of at most [`Limits::input_bytes`](crate::Limits::input_bytes).
    pub(crate) async fn parse<T: Send + 'static>(
        &self,
        Transcript(source): Transcript,
        how: How,
        answer: impl FnOnce(&str, Parsed) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let (bytes, limit) = (source.len(), self.limits().input_bytes);
        if bytes > limit {
            return Err(Problem::TooLarge { bytes, limit });
        }
        self.work(move || answer(&source, how.parser().parse(&source))).await
    }
}
