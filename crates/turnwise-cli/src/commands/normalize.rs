//! `turnwise normalize`: canonical JSON, one conversation a line.

use super::{MANY, each_input, note};
use crate::{
    blocks::{Line, each_line},
    cli::after_help,
    document::{self, Style},
    envelope,
    exit::{Exit, Failure},
    input::{Input, most_bytes},
    output::Output,
    progress::Progress,
    reading::Reading,
    source::{self, Source},
    streamed::{self, threads},
    tally::Tally,
};
use std::{borrow::Cow, path::PathBuf};
use turnwise::{Code, Conversation, Diagnostic, Parsed, Parser, Span, stream::Document};

/// Read transcripts, and write each conversation as one line of canonical JSON
///
/// The format of each input is found out, and conversations come in the order of the input. What is
/// doubtful or wrong is told on standard error; nothing that can be read is left out. Many conversations
/// in one input (JSON Lines, or an array) are read one by one, however many there are; the chunks of an
/// answer that came as a stream are put together.
#[derive(clap::Args)]
#[command(after_help = after_help(EXAMPLES, "an error was found: something could not be read as it should"))]
pub(crate) struct Args {
    #[command(flatten)]
    reading: Reading,

    /// Take every known label at the start of a line as a new message, without weighing the whole text
    #[arg(long)]
    strict: bool,

    /// Take every input line as a document of its own, and write exactly one line for it
    ///
    /// A line that cannot be read gives a conversation without messages, and is kept as its preamble.
    /// A document with several conversations gives an array of them.
    #[arg(long)]
    lines: bool,

    /// With --lines: each line is a JSON object, with the transcript in the string under NAME
    ///
    /// An `id` beside it becomes the id of the conversation, if that has none.
    #[arg(long, value_name = "NAME", requires = "lines")]
    field: Option<String>,

    /// Add to each conversation what was found in it, as "diagnostics"
    #[arg(long)]
    diagnostics: bool,

    /// Spread each conversation over several lines
    #[arg(long, conflicts_with = "lines")]
    pretty: bool,

    /// Write to FILE, which appears only when it is complete
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

const EXAMPLES: &[&str] = &[
    "turnwise normalize chat.txt",
    "turnwise normalize request.json",
    "turnwise normalize --pretty --diagnostics chat.txt",
    "turnwise normalize --label \"Patient=user\" --label \"Dr. Lee=assistant\" visit.txt",
    "turnwise normalize --lines --field text < transcripts.jsonl > conversations.jsonl",
];

impl Args {
    fn style(&self) -> Style {
        Style { findings: self.diagnostics, pretty: self.pretty }
    }

    /// Whether what is plainly regular can be copied, with no model in between.
    fn copies(&self) -> bool {
        !self.diagnostics && !self.pretty && self.field.is_none()
    }
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let parser = args.reading.parser(args.strict);
    let inputs = args.reading.inputs();
    let mut output = Output::create(args.output.as_deref())?;
    let progress = Progress::over(&inputs, args.output.is_none());
    let exit = each_input(&inputs, &progress, |input| {
        let normalize = if args.lines { by_lines } else { by_documents };
        normalize(args, &parser, input, &mut output, &progress)
    })?;
    output.finish()?;
    Ok(exit)
}

/// Normalises an input of one document, or of documents that are told apart.
fn by_documents(
    args: &Args,
    parser: &Parser,
    input: &Input,
    output: &mut Output,
    progress: &Progress,
) -> Result<Exit, Failure> {
    match source::open(input, parser, progress)? {
        Source::Stream(stream, reader) => {
            let work = |bytes: &[u8], document: &Document, results: &mut Vec<u8>| {
                if args.copies() && stream.copy_regular(bytes, document, results) {
                    return Vec::new();
                }
                let parsed = stream.parse(bytes, document);
                document::add_all(&parsed, args.style(), results);
                parsed.diagnostics
            };
            streamed::convert(&input.name(), &stream, reader, output, progress, work)
        }
        Source::Whole(source) => {
            let mut copy = Vec::new();
            if args.copies() && parser.copy_regular(&source, &mut copy) {
                return output.put(&copy).map(|()| Exit::Success);
            }
            let parsed = parser.parse_bytes(&source);
            let exit = note(&input.name(), &source, &parsed.diagnostics, parsed.omitted, MANY, progress);
            // The model has all of it; a large source need not stay while the results are written.
            drop(source);
            document::each(&parsed, args.style(), |json| output.put(json))?;
            Ok(exit)
        }
    }
}

/// Normalises an input whose every line is a document.
fn by_lines(
    args: &Args,
    parser: &Parser,
    input: &Input,
    output: &mut Output,
    progress: &Progress,
) -> Result<Exit, Failure> {
    let opened = input.open()?;
    // A thread is not worth its start for what another does at once.
    let small = opened.length.is_some_and(|length| length < 1 << 18);
    let threads = if small { 1 } else { threads() };
    let work = |line: Line<'_>, results: &mut Vec<u8>, tally: &mut Tally| {
        if args.copies() && parser.copy_regular(line.bytes, results) {
            return;
        }
        let parsed = match &args.field {
            Some(field) => in_envelope(parser, line.bytes, field),
            None => parser.parse_bytes(line.bytes),
        };
        parsed.diagnostics.iter().for_each(|finding| tally.add(finding, || Some(line.number)));
        document::add_line(&parsed, args.style(), results);
    };
    let (tallies, result) = each_line(threads, most_bytes(), progress.count(opened.reader), output, work);
    let mut tally = Tally::default();
    tallies.into_iter().for_each(|other| tally.merge(other));
    if let Some(summary) = tally.summary("on line") {
        let hint = if args.diagnostics { "" } else { "; --diagnostics shows them" };
        progress.say(&format!("{}: {summary}{hint}", input.name()));
    }
    streamed::finish(&input.name(), output, result).map(|()| tally.exit())
}

/// Reads the transcript in a field of the JSON object that `line` is.
fn in_envelope(parser: &Parser, line: &[u8], field: &str) -> Parsed {
    let line = String::from_utf8_lossy(line);
    let envelope = envelope::open(&line, field);
    let mut parsed = match &envelope.text {
        Ok(text) => parser.parse(text),
        Err(finding) => unread(&line, finding.clone()),
    };
    parsed.diagnostics.extend(envelope.findings);
    if let (Cow::Owned(_), Ok(text)) = (&line, &envelope.text) {
        // Only the line knows where the bytes stood; in the text, what was put for them tells the first.
        let at = text.find('\u{FFFD}').unwrap_or_default();
        parsed
            .diagnostics
            .push(Diagnostic::new(Code::InvalidUtf8, Span::new(at, at.saturating_add(3).min(text.len()))));
    }
    parsed.diagnostics.sort_by_key(|finding| (finding.conversation, finding.span));
    if let [conversation] = parsed.conversations.as_mut_slice()
        && conversation.id.is_none()
    {
        conversation.id = envelope.id;
    }
    parsed
}

/// What there is of a line in which no transcript was found: the line, kept as preamble.
fn unread(line: &str, finding: Diagnostic) -> Parsed {
    let preamble = Some(line.to_owned()).filter(|line| !line.is_empty());
    Parsed {
        conversations: vec![Conversation { preamble, ..Conversation::default() }],
        diagnostics: vec![finding],
        ..Parsed::default()
    }
}
