//! Writing a conversation in any writable format, with a report of what did not fit.

mod compare;

use crate::{diagnostic::Diagnostic, format::Format, model::Conversation, parse::Parser};

/// A conversation as written, and what the format could not hold.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Written {
    /// The text.
    pub text: String,
    /// What was left out or changed.
    pub diagnostics: Vec<Diagnostic>,
}

/// Writes `conversation` as `format`, or gives `None` where that format is only read.
pub fn write(conversation: &Conversation, format: Format) -> Option<Written> {
    format.info().write.map(|write| write(conversation))
}

/// What was written, and all that reads back otherwise.
///
/// The report is made by reading, so it cannot forget what a writer forgot.
pub(crate) fn checked(conversation: &Conversation, format: Format, text: String) -> Written {
    let read = Parser::new().format(format).parse(&text);
    let diagnostics = compare::differences(conversation, &read.conversations, format);
    Written { text, diagnostics }
}
