//! Answers that came as a stream: many chunks, each with a few characters.
//!
//! They are read as server-sent events, also in the body of a recorded response, and as the same chunks without that
//! frame, one a line or in an array:
//!
//! ```text
//! event: message
//! data: {"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"role":"assistant","content":"Hel"}}]}
//!
//! data: {"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"lo"},"finish_reason":"stop"}]}
//!
//! data: [DONE]
//! ```
//!
//! The chunks are put together to the answer that the provider would have given in one piece, a JSON document a line,
//! and that is read like any other. There is a file for the chunks of OpenAI Chat (and Ollama), Anthropic, OpenAI
//! Responses, Bedrock, Gemini and Cohere.
//!
//! - **Pieces are joined as they are written**, so that an escape or a pair of surrogates may be split between chunks.
//! - **What chunks say beside the answer** (their types, ids of items, padding, earlier values of a field that changes)
//!   is kept, every value once, in the field `stream`. Only the numbers that order the chunks are dropped.
//! - **A message stands** where its stream stands, from the first chunk to the last.
//! - **A chunk that is broken**, and what stands beside chunks, is reported and kept as text in `stream`; the others are
//!   not touched.
//! - **A stream that is cut off** gives what came, with the finding `cut-stream`.
//!
//! Specification: <https://html.spec.whatwg.org/multipage/server-sent-events.html>.

mod answer;
mod anthropic;
mod assembly;
mod bedrock;
mod cohere;
mod event;
mod gemini;
mod node;
mod openai_chat;
mod openai_responses;
mod opening;

use self::{
    answer::Answer,
    assembly::Assembly,
    event::Event,
    node::{Members, Node},
};
use super::evidence::Evidence;
use crate::{diagnostic::Diagnostic, format::Format, limits::Limits, parse::Parsed, source::Span};

pub(crate) use event::is_framed;

/// The answers of a stream, each a JSON document on a line of its own.
#[derive(Debug, Default)]
pub(crate) struct Stream {
    pub(crate) text: String,
    pub(crate) evidence: Evidence,
    /// Where each document ends in `text`, and where its chunks stand in the input.
    places: Vec<(usize, Span)>,
    pub(crate) findings: Vec<Diagnostic>,
    is_framed: bool,
}

/// What kind of chunks a stream has.
struct Provider {
    /// What it is evidence for, for those that have a format.
    format: Option<Format>,
    /// Whether this is one of its chunks.
    is_chunk: fn(&Members) -> bool,
    /// Whether one of them may also be a whole answer, so that a document which begins with it is no stream.
    is_whole: fn(&Members) -> bool,
    /// Whether a chunk begins another answer, given what is known of the last.
    begins: fn(&Answer, &Members) -> bool,
    /// Adds a chunk to the answer.
    take: fn(&mut Answer, Members),
}

const PROVIDERS: &[Provider] = &[
    openai_chat::PROVIDER,
    openai_chat::OLLAMA,
    anthropic::PROVIDER,
    openai_responses::PROVIDER,
    bedrock::PROVIDER,
    gemini::PROVIDER,
    cohere::PROVIDER,
];

/// Puts the chunks of a stream together, or gives `None` where the input is none.
pub(crate) fn assemble(input: &str, limits: &Limits) -> Option<Stream> {
    let is_framed = is_framed(input);
    if !is_framed && !opening::is_stream(input, is_chunk) {
        return None;
    }
    let mut assembly = Assembly::new(is_framed);
    for event in event::all(input, limits) {
        match event {
            Event::Chunk { value, text, span } => assembly.chunk(value, text, span),
            Event::Done(span) => assembly.done(span),
            Event::Line(line) => assembly.line(line),
            Event::Broken(line, finding) => assembly.broken(&line, finding),
        }
    }
    let stream = assembly.finish();
    (!stream.places.is_empty()).then_some(stream)
}

/// Whether this is a chunk that no whole answer begins with.
fn is_chunk(value: &Members) -> bool {
    PROVIDERS.iter().any(|of| (of.is_chunk)(value) && !(of.is_whole)(value))
}

/// Whether some provider has chunks of this `type`.
fn is_kind(kind: &str) -> bool {
    let kind = vec![("type".to_owned(), Node::quoted(kind))];
    [&anthropic::PROVIDER, &openai_responses::PROVIDER, &cohere::PROVIDER]
        .iter()
        .any(|of| (of.is_chunk)(&kind))
}

impl Stream {
    /// Gives what was read of the answers the places of their streams.
    pub(crate) fn place(self, parsed: &mut Parsed) {
        let place = |span: Span| {
            let index = self.places.partition_point(|(end, _)| *end <= span.start);
            self.places.get(index).or(self.places.last()).map_or(span, |(_, span)| *span)
        };
        for message in parsed.conversations.iter_mut().flat_map(|conversation| &mut conversation.messages) {
            message.span = place(message.span);
        }
        for finding in &mut parsed.diagnostics {
            finding.span = place(finding.span);
            finding.related.iter_mut().for_each(|(related, _)| *related = place(*related));
        }
        let starts: Vec<usize> = parsed
            .conversations
            .iter()
            .map(|conversation| conversation.messages.first().map_or(0, |message| message.span.start))
            .collect();
        for mut finding in self.findings {
            let before = starts.iter().rposition(|start| *start <= finding.span.start);
            finding.conversation = before.unwrap_or_default();
            parsed.diagnostics.push(finding);
        }
    }
}
