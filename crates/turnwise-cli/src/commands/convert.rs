//! `turnwise convert`: from any format that is read to any that is written.

use super::{each_input, note};
use crate::{
    cli::after_help,
    exit::{Exit, Failure},
    output::Output,
    progress::Progress,
    reading::{Reading, format_parser},
    source::{self, Source},
    streamed,
};
use std::path::PathBuf;
use turnwise::{Code, Diagnostic, Format, Parsed, Severity, Span, stream::Document, write};

/// Write transcripts in another format, and say what did not fit
///
/// What is written is read back and compared; what is lost or changed is told on standard error. JSON formats
/// are written one conversation a line, and many conversations in one input are written as they are read.
#[derive(clap::Args)]
#[command(after_help = after_help(EXAMPLES, "an error was found, or with --strict something would be lost"))]
pub(crate) struct Args {
    #[command(flatten)]
    reading: Reading,

    /// The format to write
    #[arg(long, value_name = "FORMAT", value_parser = format_parser(|row| row.writable()))]
    to: Format,

    /// Write nothing, and end with exit code 1, if anything would be lost
    #[arg(long)]
    strict: bool,

    /// Write to FILE, which appears only when it is complete
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

const EXAMPLES: &[&str] = &[
    "turnwise convert --to text conversation.json",
    "turnwise convert --to openai anthropic-request.json",
    "turnwise convert --to sharegpt < conversations.jsonl > training.jsonl",
    "turnwise convert --to text --strict conversation.json    fail rather than lose a field",
];

/// What is lost by converting is shown nowhere else, so all of it is shown.
const ALL: usize = 1_000;

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let parser = args.reading.parser(false);
    let inputs = args.reading.inputs();
    let mut output = Output::create(args.output.as_deref())?;
    let progress = Progress::over(&inputs, args.output.is_none());
    let (mut lost, mut first) = (false, true);
    // With --strict, nothing is written before it is certain that everything fits.
    let mut held_back = Vec::new();
    let exit = each_input(&inputs, &progress, |input| {
        // A stream can be written as it is read, unless something must be known of all of it first.
        let streams = holds_many(args.to) && !args.strict;
        let source = if streams {
            source::open(input, &parser, &progress)?
        } else {
            Source::Whole(input.read(&progress)?)
        };
        let source = match source {
            Source::Whole(source) => source,
            Source::Stream(stream, reader) => {
                first = false;
                let work = |bytes: &[u8], document: &Document, results: &mut Vec<u8>| {
                    stream_out(args.to, stream.parse(bytes, document), document.offset, results)
                };
                return streamed::convert(&input.name(), &stream, reader, &mut output, &progress, work);
            }
        };
        let mut parsed = parser.parse_bytes(&source);
        let mut texts = Vec::new();
        for (index, conversation) in parsed.conversations.iter().enumerate() {
            let written = write(conversation, args.to).unwrap_or_default();
            let mut findings = written.diagnostics;
            if !first && !holds_many(args.to) {
                let begin = conversation.messages.first().map(|message| message.span);
                findings.push(unseparated(args.to, begin.unwrap_or_default()));
            }
            lost |= findings.iter().any(|finding| finding.severity >= Severity::Warning);
            let findings = findings.into_iter().map(|finding| Diagnostic { conversation: index, ..finding });
            parsed.diagnostics.extend(findings);
            texts.push(apart(args.to, written.text, first));
            first = false;
        }
        if args.strict {
            held_back.append(&mut texts);
        }
        texts.iter().try_for_each(|text| output.put(text))?;
        Ok(note(&input.name(), &source, &parsed.diagnostics, parsed.omitted, ALL, &progress))
    })?;
    if args.strict && lost {
        // The output is dropped unfinished, so that not even an empty file is left.
        return Ok(exit.max(Exit::Findings));
    }
    held_back.iter().try_for_each(|text| output.put(text))?;
    output.finish()?;
    Ok(exit)
}

/// Adds each conversation of the document at `offset` to `results`; gives the findings, with what did not fit.
fn stream_out(to: Format, parsed: Parsed, offset: usize, results: &mut Vec<u8>) -> Vec<Diagnostic> {
    let Parsed { conversations, mut diagnostics, .. } = parsed;
    for (index, conversation) in conversations.iter().enumerate() {
        let written = write(conversation, to).unwrap_or_default();
        diagnostics.extend(written.diagnostics.into_iter().map(|finding| {
            // What is lost of the conversation itself has no place of its own.
            let nowhere = finding.span == Span::default();
            let span = if nowhere { Span::new(offset, offset) } else { finding.span };
            Diagnostic { conversation: index, span, ..finding }
        }));
        results.extend_from_slice(apart(to, written.text, false).as_bytes());
    }
    diagnostics
}

/// Whether a file of this format can hold several conversations, which JSON does, one a line.
fn holds_many(format: Format) -> bool {
    !matches!(format, Format::Text | Format::Markdown)
}

/// The text of a conversation as it stands among others: JSON a line each, else a blank line between.
fn apart(format: Format, text: String, first: bool) -> String {
    if holds_many(format) {
        return text.trim_end().to_owned() + "\n";
    }
    if first { text } else { format!("\n\n{text}") }
}

/// The finding that a reader will not see where one conversation ends and the next begins.
fn unseparated(format: Format, begin: Span) -> Diagnostic {
    Diagnostic::new(Code::NotRepresentable, begin)
        .with("format", format.name())
        .with("what", "where a new conversation begins")
}
