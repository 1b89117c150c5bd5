//! Every conversation of an input with its place, one by one and in order.

use crate::{
    blocks::Ended,
    commands::{MANY, note},
    exit::Failure,
    input::Input,
    progress::Progress,
    source::{self, Source},
    streamed::{self, Place},
};
use std::cell::Cell;
use turnwise::{Code, Conversation, Diagnostic, Parser, Severity, stream::Document};

/// What was read at a place.
pub(crate) struct Found {
    /// The file and where in it, for people.
    pub(crate) place: String,
    /// The conversation; `None` where there should be one and is none, or one without a message.
    pub(crate) conversation: Option<Conversation>,
    /// Whether an error was found in it.
    pub(crate) faulty: bool,
}

/// What is no fault in a part of a conversation: the rest may have the question, the answer or the call.
const OF_WHOLE_CONVERSATIONS: [Code; 3] = [Code::NoQuestion, Code::NoAnswer, Code::OrphanToolResult];

/// Gives every conversation of `input` to `take`, and says on standard error what was found in them.
///
/// With `parts`, they are parts of conversations.
pub(crate) fn each(
    input: &Input,
    parser: &Parser,
    parts: bool,
    progress: &Progress,
    take: &mut (dyn FnMut(Found) + Send),
) -> Result<(), Failure> {
    let name = input.name();
    let keep = |found: &Diagnostic| !(parts && OF_WHOLE_CONVERSATIONS.contains(&found.code));
    match source::open(input, parser, progress)? {
        Source::Whole(source) => {
            let mut parsed = parser.parse_bytes(&source);
            parsed.diagnostics.retain(keep);
            note(&name, &source, &parsed.diagnostics, parsed.omitted, MANY, progress);
            let several = parsed.conversations.len() > 1;
            let place = |conversation: Option<&Conversation>| {
                let first = conversation.and_then(|conversation| conversation.messages.first());
                match first.filter(|_| several).and_then(|first| source.get(..first.span.start)) {
                    Some(before) => {
                        let line = memchr::memchr_iter(b'\n', before).count().saturating_add(1);
                        format!("{name}:{line}")
                    }
                    None => name.clone(),
                }
            };
            found(parsed.conversations, &parsed.diagnostics, place).for_each(take);
            Ok(())
        }
        Source::Stream(stream, reader) => {
            let work = |place: Place, bytes: &[u8], document: &Document, results: &mut Cell<Vec<Found>>| {
                let place = |_: Option<&Conversation>| match place {
                    Place::Line(line) => format!("{name}:{line}"),
                    Place::Item(index) => format!("{name}, item {index}"),
                };
                let mut parsed = stream.parse(bytes, document);
                parsed.diagnostics.retain(keep);
                results.get_mut().extend(found(parsed.conversations, &parsed.diagnostics, place));
                parsed.diagnostics
            };
            let write = |results: &Cell<Vec<Found>>| {
                results.take().into_iter().for_each(&mut *take);
                Ok(())
            };
            let begin = |results: &mut Cell<Vec<Found>>| results.get_mut().clear();
            let (_, result) = streamed::each(&name, &stream, reader, progress, write, begin, work);
            result.map_err(|(Ended::Reading(error) | Ended::Writing(error))| Failure::reading(&name, error))
        }
    }
}

/// What there is of a document: its conversations, or that there should be one.
fn found(
    conversations: Vec<Conversation>,
    findings: &[Diagnostic],
    place: impl Fn(Option<&Conversation>) -> String,
) -> impl Iterator<Item = Found> {
    let faulty = |index| {
        let errors = findings.iter().filter(|found| found.severity == Severity::Error);
        errors.into_iter().any(|found| found.conversation == index)
    };
    // What stands between documents and is no error either needs no mention.
    let missing = conversations.is_empty() && faulty(0);
    let missing = missing.then(|| Found { place: place(None), conversation: None, faulty: true });
    let found = conversations.into_iter().enumerate().map(move |(index, conversation)| Found {
        place: place(Some(&conversation)),
        faulty: faulty(index),
        conversation: Some(conversation).filter(|conversation| !conversation.messages.is_empty()),
    });
    missing.into_iter().chain(found)
}
