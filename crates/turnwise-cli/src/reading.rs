//! The options of every command that reads transcripts.

use crate::input::Input;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use std::path::PathBuf;
use turnwise::{FORMATS, Format, FormatInfo, Parser, Role};

/// Files, and how to read them.
#[derive(clap::Args)]
pub(crate) struct Reading {
    /// Files to read, in this order; `-`, or none, is standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Read the input as this format, instead of finding it out
    #[arg(long, value_name = "FORMAT", value_parser = format_parser(|_| true))]
    from: Option<Format>,

    /// Name one more label and its role: system, developer, user, assistant or tool (repeatable)
    #[arg(long = "label", value_name = "LABEL=ROLE", value_parser = label)]
    labels: Vec<(String, Role)>,
}

impl Reading {
    /// The inputs, in order.
    pub(crate) fn inputs(&self) -> Vec<Input> {
        Input::all(&self.files)
    }

    /// A parser with these settings.
    pub(crate) fn parser(&self, strict: bool) -> Parser {
        let mut parser = Parser::new().strict(strict);
        if let Some(format) = self.from {
            parser = parser.format(format);
        }
        self.labels.iter().cloned().fold(parser, |parser, (spelling, role)| parser.label(spelling, role))
    }
}

/// Takes the names of those formats that `fits` lets through, and what else they go by.
pub(crate) fn format_parser(fits: fn(&FormatInfo) -> bool) -> impl TypedValueParser<Value = Format> {
    let names = FORMATS.iter().filter(|row| fits(row));
    PossibleValuesParser::new(
        names.map(|row| PossibleValue::new(row.name).aliases(row.aliases).help(row.summary)),
    )
    .try_map(|name| Format::from_name(&name).ok_or("no such format"))
}

/// Reads `Patient=user`.
fn label(text: &str) -> Result<(String, Role), String> {
    let (spelling, role) = text.rsplit_once('=').ok_or("write it as LABEL=ROLE, such as Patient=user")?;
    let spelling = spelling.trim();
    if spelling.is_empty() {
        return Err("the label before `=` is empty".to_owned());
    }
    match Role::from_name(role.trim()) {
        Role::Other(role) => {
            Err(format!("`{role}` is no role; take one of system, developer, user, assistant, tool"))
        }
        role => Ok((spelling.to_owned(), role)),
    }
}
