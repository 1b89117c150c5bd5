//! From segments to messages, one after the other.

use std::sync::Arc;

use super::{
    Segment, SegmentKind, Speaker, Turn,
    segments::{Iter, Message as Said},
    timestamp::Resolver,
};
use crate::{
    diagnostic::{Code, Diagnostic},
    format::Format,
    model::{Conversation, Message, Part},
    parse::{Parsed, Parser},
    source::Span,
};

/// Builds a conversation.
pub(super) struct Builder<'a> {
    input: &'a str,
    /// How many messages there may be.
    limit: usize,
    /// Must have seen all times before the first message that has one.
    pub(super) resolver: Resolver,
    pub(super) diagnostics: Vec<Diagnostic>,
    conversation: Conversation,
    confidence: f32,
    nobody: Speaker,
    /// Where the first message begins.
    first: Option<usize>,
    /// Where the first message begins that is one too many.
    beyond: Option<usize>,
}

impl<'a> Builder<'a> {
    /// For about so many messages.
    pub(super) fn new(parser: &Parser, input: &'a str, messages: usize) -> Self {
        let mut conversation = Conversation::default();
        conversation.messages.reserve_exact(messages.min(parser.limits.messages));
        Self {
            input,
            limit: parser.limits.messages,
            resolver: Resolver::default(),
            diagnostics: Vec::new(),
            conversation,
            confidence: 1.0,
            nobody: Speaker::default(),
            first: None,
            beyond: None,
        }
    }

    /// Takes what stands before the first message; later calls say nothing.
    pub(super) fn preamble(&mut self, segments: Iter<'_>) {
        if self.first.is_none() {
            let before = segments.filter(|segment| segment.kind == SegmentKind::Preamble);
            let text: String = before.map(|segment| segment.span.of(self.input)).collect();
            self.conversation.preamble = (!text.is_empty()).then_some(text);
        }
    }

    /// Adds a message.
    pub(super) fn add(&mut self, segments: Iter<'_>, turn: &Turn, speakers: &[Speaker]) {
        let start = segments.clone().next().map_or(self.input.len(), |segment| segment.span.start);
        if !self.takes(start, turn.confidence()) {
            return;
        }
        let speaker = turn.speaker().and_then(|speaker| speakers.get(speaker)).unwrap_or(&self.nobody);
        let (text, span) = said(self.input, segments);
        let mut message = message(speaker, text, span);
        if let Some(model) = &speaker.model {
            message.details_mut().model = Some(Arc::clone(model));
        }
        if let Some(time) = turn.time() {
            let resolved = self.resolver.resolve(self.input, time, &mut self.diagnostics);
            message.timestamp = resolved.timestamp;
            if resolved.keep_text {
                message.details_mut().time = Some(time.of(self.input).into());
            }
        }
        self.conversation.messages.push(message);
    }

    /// Adds messages of which all is known.
    #[inline]
    pub(super) fn say(
        &mut self,
        mut said: impl Iterator<Item = Said>,
        speakers: &[Speaker],
        confidence: f32,
    ) {
        let messages = said.by_ref().take(self.limit).map(|said| {
            let speaker = speakers.get(said.speaker).unwrap_or(&self.nobody);
            let content = Span::new(said.from, said.to).of(self.input);
            message(speaker, content.to_owned(), Span::new(said.start, said.to))
        });
        self.conversation.messages.extend(messages);
        self.beyond = said.next().map(|said| said.start);
        self.first = Some(0);
        if self.limit > 0 {
            self.confidence = confidence;
        }
    }

    /// Whether there may be one more message, which begins at `start`.
    fn takes(&mut self, start: usize, confidence: f32) -> bool {
        self.first.get_or_insert(start);
        if self.conversation.messages.len() >= self.limit {
            self.beyond.get_or_insert(start);
            return false;
        }
        self.confidence = self.confidence.min(confidence);
        true
    }

    /// What was built.
    pub(super) fn finish(mut self, format: Format) -> Parsed {
        self.keep_what_is_beyond();
        let Self { input, mut diagnostics, conversation, .. } = self;
        let preamble = conversation.preamble.as_ref().is_some_and(|text| !text.trim().is_empty());
        match self.first {
            None => diagnostics.push(Diagnostic::new(Code::NotAConversation, Span::new(0, input.len()))),
            Some(first) if preamble => {
                diagnostics.push(Diagnostic::new(Code::Preamble, Span::new(0, first)));
            }
            Some(_) => {}
        }
        Parsed {
            conversations: vec![conversation],
            format: self.first.map(|_| format),
            confidence: self.first.map_or(0.0, |_| self.confidence),
            diagnostics,
            omitted: 0,
        }
    }

    /// What follows the last allowed message stays part of it.
    fn keep_what_is_beyond(&mut self) {
        let Some(start) = self.beyond else { return };
        let rest = Span::new(start, self.input.len());
        match self.conversation.messages.last_mut() {
            Some(last) => {
                if let Some(Part::Text(text)) = last.parts.last_mut() {
                    text.text.push('\n');
                    text.text.push_str(rest.of(self.input));
                }
                last.span.end = rest.end;
            }
            None => self.conversation.preamble = Some(self.input.to_owned()),
        }
        let finding = Diagnostic::new(Code::TooManyMessages, rest);
        self.diagnostics.push(finding.with("limit", &self.limit.to_string()));
    }
}

/// A message of one part, which is there even where it is empty.
fn message(speaker: &Speaker, text: String, span: Span) -> Message {
    Message {
        role: speaker.role.clone(),
        label: speaker.label.clone(),
        name: speaker.name.clone(),
        parts: Part::text(text).into(),
        timestamp: None,
        span,
        details: None,
    }
}

/// The content of a message; and where the message stands: with its label, without the separator after it.
fn said(input: &str, segments: Iter<'_>) -> (String, Span) {
    let (mut whole, mut outer): (Option<Span>, Option<Span>) = (None, None);
    let mut text = String::new();
    for Segment { kind, span } in segments {
        let up_to_here =
            |from: Option<Span>| Some(Span::new(from.map_or(span.start, |from| from.start), span.end));
        whole = up_to_here(whole);
        match kind {
            SegmentKind::Separator => continue,
            // Nearly always the only one: it gets no more room than it needs.
            SegmentKind::Content if text.is_empty() => text = span.of(input).to_owned(),
            SegmentKind::Content => text.push_str(span.of(input)),
            _ => {}
        }
        outer = up_to_here(outer);
    }
    (text, outer.or(whole).unwrap_or_default())
}
