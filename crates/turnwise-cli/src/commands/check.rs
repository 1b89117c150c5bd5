//! `turnwise check`: what is doubtful or wrong, for people and for tools.

use super::each_input;
use crate::{
    blocks::{Block, Cut, each_block, put},
    cli::after_help,
    exit::{Exit, Failure},
    output::Output,
    progress::Progress,
    reading::Reading,
    source::{self, Source},
    streamed::{finish, threads},
};
use anstream::{AutoStream, ColorChoice};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use std::io;
use turnwise::{
    Diagnostic, Parsed, Severity,
    render::{OUTPUT_FORMATS, OutputFormat, Renderer, Report},
    stream::Stream,
};

/// Show what is doubtful or wrong in transcripts, each finding with its place
#[derive(clap::Args)]
#[command(after_help = after_help(EXAMPLES, "a warning or an error was found"))]
pub(crate) struct Args {
    #[command(flatten)]
    reading: Reading,

    /// Take every known label at the start of a line as a new message, without weighing the whole text
    #[arg(long)]
    strict: bool,

    /// How to show what was found
    #[arg(long, value_name = "FORMAT", default_value = "full", value_parser = output_formats())]
    output_format: &'static OutputFormat,

    /// Whether to colour the full output; `auto` colours it on a terminal, unless NO_COLOR is set
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: When,

    /// End with exit code 0 even if something was found
    #[arg(long)]
    exit_zero: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

const EXAMPLES: &[&str] = &[
    "turnwise check chat.txt",
    "turnwise check --output-format concise chats/*.txt",
    "turnwise check --output-format sarif chats/*.txt > findings.sarif",
    "turnwise check --output-format github --exit-zero chats/*.txt",
];

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let parser = args.reading.parser(args.strict);
    let inputs = args.reading.inputs();
    let color = match args.color {
        When::Always => true,
        When::Never => false,
        When::Auto => AutoStream::choice(&io::stdout()) != ColorChoice::Never,
    };
    let mut renderer = Renderer::new(args.output_format, color);
    let mut output = Output::create(None)?;
    let progress = Progress::over(&inputs, true);
    let (mut counts, mut files) = (Counts::default(), 0_usize);
    output.put(renderer.head())?;
    let exit = each_input(&inputs, &progress, |input| {
        let path = input.name();
        let omitted = match source::open(input, &parser, &progress)? {
            Source::Whole(source) => {
                let Parsed { diagnostics, omitted, .. } = parser.parse_bytes(&source);
                counts.add(&diagnostics);
                output.put(renderer.report(&Report {
                    path: &path,
                    source: &source,
                    diagnostics: &diagnostics,
                }))?;
                omitted
            }
            Source::Stream(stream, reader) => {
                let mut findings = Findings { path: &path, renderer: &mut renderer, counts: &mut counts };
                findings.of_stream(&stream, reader, &mut output)?
            }
        };
        if omitted > 0 {
            progress.say(&format!("turnwise: {path}: {omitted} findings more are not shown"));
        }
        files = files.saturating_add(1);
        Ok(Exit::Success)
    })?;
    let Counts { errors, warnings } = counts;
    output.put(renderer.foot())?;
    output.finish()?;
    if args.output_format.name == "full" {
        progress.say(&format!("errors: {errors}, warnings: {warnings}, files: {files}"));
    }
    let found = errors.saturating_add(warnings) > 0 && !args.exit_zero;
    Ok(exit.max(if found { Exit::Findings } else { Exit::Success }))
}

/// How many findings there were.
#[derive(Default)]
struct Counts {
    errors: usize,
    warnings: usize,
}

impl Counts {
    fn add(&mut self, findings: &[Diagnostic]) {
        let count = |severity| findings.iter().filter(|found| found.severity == severity).count();
        self.errors = self.errors.saturating_add(count(Severity::Error));
        self.warnings = self.warnings.saturating_add(count(Severity::Warning));
    }
}

/// Where findings of an input go.
struct Findings<'a> {
    path: &'a str,
    renderer: &'a mut Renderer,
    counts: &'a mut Counts,
}

/// What was read of a block of documents.
#[derive(Default)]
struct Read {
    findings: Vec<Diagnostic>,
    conversations: usize,
    omitted: usize,
}

impl Findings<'_> {
    /// Shows the findings of every document as they come, and tells how many are not shown.
    fn of_stream(
        &mut self,
        stream: &Stream,
        reader: impl io::Read + Send,
        output: &mut Output,
    ) -> Result<usize, Failure> {
        let (path, mut before, mut omitted) = (self.path, 0_usize, 0_usize);
        let write = |block: &Block, read: &Read| {
            // A finding between documents belongs to the one before.
            let last = before.saturating_add(read.conversations).saturating_sub(1);
            let number = |found: &Diagnostic| found.conversation.saturating_add(before).min(last);
            let findings = read.findings.iter();
            let diagnostics: Vec<_> =
                findings.map(|found| Diagnostic { conversation: number(found), ..found.clone() }).collect();
            before = before.saturating_add(read.conversations);
            omitted = omitted.saturating_add(read.omitted);
            self.counts.add(&diagnostics);
            let report = Report { path, source: &block.bytes, diagnostics: &diagnostics };
            put(output, self.renderer.report_from(&report, block.start).as_bytes())
        };
        let work = |block: &Block, read: &mut Read, (): &mut ()| {
            *read = Read::default();
            for document in &block.documents {
                let parsed = stream.parse(block.bytes_of(document), document);
                let first = read.conversations;
                read.findings.extend(parsed.diagnostics.into_iter().map(|found| {
                    let conversation = found.conversation.saturating_add(first);
                    Diagnostic { conversation, ..found }
                }));
                read.conversations = first.saturating_add(parsed.conversations.len());
                read.omitted = read.omitted.saturating_add(parsed.omitted);
            }
        };
        let cut = Cut::Documents(stream.splitter());
        let (_, result) = each_block(threads(), cut, reader, write, work);
        finish(path, output, result)?;
        Ok(omitted)
    }
}

fn output_formats() -> impl TypedValueParser<Value = &'static OutputFormat> {
    let names = OUTPUT_FORMATS.iter().map(|row| PossibleValue::new(row.name).help(row.summary));
    PossibleValuesParser::new(names).try_map(|name| OutputFormat::from_name(&name).ok_or("no such format"))
}
