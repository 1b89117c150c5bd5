//! `turnwise check`: what is doubtful or wrong, for people and for tools.

use super::each_input;
use crate::{
    cli::after_help,
    exit::{Exit, Failure},
    output::Output,
    progress::Progress,
    reading::Reading,
};
use anstream::{AutoStream, ColorChoice};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use std::io;
use turnwise::{
    Severity,
    render::{OUTPUT_FORMATS, OutputFormat, Renderer, Report},
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
    let (mut errors, mut warnings, mut files) = (0_usize, 0_usize, 0_usize);
    output.put(renderer.head())?;
    let exit = each_input(&inputs, &progress, |input| {
        let (path, source) = (input.name(), input.read()?);
        let parsed = parser.parse_bytes(&source);
        output.put(renderer.report(&Report {
            path: &path,
            source: &source,
            diagnostics: &parsed.diagnostics,
        }))?;
        if parsed.omitted > 0 {
            progress.say(&format!("turnwise: {path}: {} findings more are not shown", parsed.omitted));
        }
        let count = |severity| parsed.diagnostics.iter().filter(|found| found.severity == severity).count();
        errors = errors.saturating_add(count(Severity::Error));
        warnings = warnings.saturating_add(count(Severity::Warning));
        files = files.saturating_add(1);
        progress.advance(source.len());
        Ok(Exit::Success)
    })?;
    output.put(renderer.foot())?;
    output.finish()?;
    if args.output_format.name == "full" {
        progress.say(&format!("errors: {errors}, warnings: {warnings}, files: {files}"));
    }
    let found = errors.saturating_add(warnings) > 0 && !args.exit_zero;
    Ok(exit.max(if found { Exit::Findings } else { Exit::Success }))
}

fn output_formats() -> impl TypedValueParser<Value = &'static OutputFormat> {
    let names = OUTPUT_FORMATS.iter().map(|row| PossibleValue::new(row.name).help(row.summary));
    PossibleValuesParser::new(names).try_map(|name| OutputFormat::from_name(&name).ok_or("no such format"))
}
