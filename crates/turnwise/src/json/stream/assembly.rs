//! Answers one after another, each from the first of its chunks to the last, and what stands between them.

use super::{
    PROVIDERS, Provider, Stream,
    answer::Answer,
    node::{Members, Node},
};
use crate::{
    diagnostic::{Code, Diagnostic},
    source::Span,
};

/// A stream that is being put together.
pub(super) struct Assembly {
    stream: Stream,
    /// The answer that chunks are added to, or a value that is a chunk of no provider.
    open: Option<(Option<&'static Provider>, Answer)>,
    /// Lines after an answer: they belong to the next one, if there is any.
    waiting: Vec<Node>,
}

impl Assembly {
    pub(super) fn new(is_framed: bool) -> Self {
        Self { stream: Stream { is_framed, ..Stream::default() }, open: None, waiting: Vec::new() }
    }

    /// Adds a chunk, or a value that is a chunk of no provider.
    pub(super) fn chunk(&mut self, value: Members, text: String, span: Span) {
        let provider = PROVIDERS.iter().find(|provider| (provider.is_chunk)(&value));
        let goes_on = match (provider, &self.open) {
            (None, Some((of, _))) => of.is_some(),
            (Some(provider), Some((Some(of), answer))) => {
                std::ptr::eq(*of, provider) && !(provider.begins)(answer, &value)
            }
            _ => false,
        };
        if !goes_on {
            self.close();
        }
        let (_, answer) = self.open.get_or_insert_with(|| (provider, Answer::default()));
        answer.reach(span);
        self.waiting.drain(..).for_each(|line| answer.note("lines", line));
        match provider {
            Some(provider) => (provider.take)(answer, value),
            None if goes_on => answer.note("events", Node::Raw(text)),
            None => answer.be(text),
        }
    }

    /// Takes the answer for ended.
    pub(super) fn done(&mut self, span: Span) {
        if let Some((Some(_), answer)) = &mut self.open {
            answer.reach(span);
            answer.finished = true;
            answer.ended = true;
        }
    }

    /// Keeps a line that is no chunk.
    pub(super) fn line(&mut self, line: &str) {
        let line = Node::quoted(line);
        match &mut self.open {
            Some((_, answer)) if !answer.ended => answer.note("lines", line),
            _ => self.waiting.push(line),
        }
    }

    /// Keeps and tells what cannot be read.
    pub(super) fn broken(&mut self, line: &str, finding: Diagnostic) {
        self.stream.findings.push(finding);
        self.line(line);
    }

    /// Adds the answer that is open to the stream.
    fn close(&mut self) {
        let Some((provider, answer)) = self.open.take() else { return };
        let stream = &mut self.stream;
        let span = answer.span();
        if !answer.finished {
            stream.findings.push(Diagnostic::new(Code::CutStream, Span::new(span.end, span.end)));
        }
        if let Some(format) = provider.and_then(|provider| provider.format) {
            let what = if stream.is_framed { "server-sent events" } else { "chunks of a stream" };
            stream.evidence.decided(format, what);
        }
        stream.text.push_str(&answer.into_json());
        stream.text.push('\n');
        stream.places.push((stream.text.len(), span));
    }

    /// The stream, of which nothing more comes.
    pub(super) fn finish(mut self) -> Stream {
        if let Some((_, answer)) = &mut self.open {
            self.waiting.drain(..).for_each(|line| answer.note("lines", line));
        }
        self.close();
        self.stream
    }
}
