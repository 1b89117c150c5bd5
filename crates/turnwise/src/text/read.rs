//! From segments to messages.

use std::sync::Arc;

use super::{
    Segment, SegmentKind, Segments, Speaker, Tiles, Turn, cut, exact, infer, segments::Iter,
    timestamp::Resolver,
};
use crate::{
    diagnostic::{Code, Diagnostic},
    format::{Detection, Format},
    model::{Conversation, Message, Part, Parts},
    parse::{Parsed, Parser},
    source::Span,
};

/// How sure it is that a document is labelled text, and why.
pub(crate) fn detect(parser: &Parser, input: &str) -> Option<Detection> {
    if exact::says_so(input) {
        let evidence = vec!["the first line says so".to_owned()];
        return Some(Detection { format: Format::Text, confidence: 1.0, evidence });
    }
    let (scan, decision) = infer::infer(parser, input);
    let decision = decision?;
    let mut labels: Vec<&str> = Vec::new();
    for candidate in scan.at(&decision.kept) {
        let label = scan.word(candidate).label.word;
        if !labels.contains(&label) && labels.len() < 8 {
            labels.push(label);
        }
    }
    let evidence =
        vec![format!("{} labelled messages", decision.kept.len()), format!("labels: {}", labels.join(", "))];
    Some(Detection { format: Format::Text, confidence: decision.confidence, evidence })
}

/// Cuts labelled text into segments.
pub(crate) fn segments(parser: &Parser, input: &str) -> Segments {
    if exact::says_so(input) {
        return exact::segments(parser, input);
    }
    let (scan, decision) = infer::infer(parser, input);
    match decision {
        Some(decision) => cut::cut(&scan, &decision),
        None => cut::whole(input),
    }
}

/// Reads labelled text.
pub(crate) fn read(parser: &Parser, input: &str) -> Parsed {
    from_segments(parser, input, segments(parser, input))
}

/// Builds the conversation that the segments of `input` make up.
pub(crate) fn from_segments(parser: &Parser, input: &str, found: Segments) -> Parsed {
    let Segments { format, segments, turns, speakers, mut diagnostics } = found;
    let mut conversation =
        Conversation { preamble: preamble(input, &segments, &turns), ..Conversation::default() };
    let mut resolver = Resolver::default();
    for time in turns.iter().filter_map(Turn::time) {
        resolver.see(time.of(input));
    }
    let limit = parser.limits.messages;
    let nobody = Speaker::default();
    let mut confidence = 1.0_f32;
    conversation.messages.reserve_exact(turns.len().min(limit));
    for (turn, next) in turns.iter().zip(1..).take(limit) {
        let end = turns.get(next).map_or(segments.len(), Turn::segment);
        confidence = if turn.confidence() < confidence { turn.confidence() } else { confidence };
        let speaker = turn.speaker().and_then(|speaker| speakers.get(speaker)).unwrap_or(&nobody);
        let (parts, span) = said(input, segments.range(turn.segment()..end));
        let mut message = Message {
            role: speaker.role.clone(),
            label: speaker.label.clone(),
            name: speaker.name.clone(),
            parts,
            timestamp: None,
            span,
            details: None,
        };
        if let Some(model) = &speaker.model {
            message.details_mut().model = Some(Arc::clone(model));
        }
        if let Some(time) = turn.time() {
            let resolved = resolver.resolve(input, time, &mut diagnostics);
            message.timestamp = resolved.timestamp;
            if resolved.keep_text {
                message.details_mut().time = Some(time.of(input).into());
            }
        }
        conversation.messages.push(message);
    }
    beyond_limit(input, &segments, &turns, limit, &mut conversation, &mut diagnostics);
    if turns.is_empty() && !input.is_empty() {
        diagnostics.push(Diagnostic::new(Code::NotAConversation, Span::new(0, input.len())));
    } else if conversation.preamble.as_ref().is_some_and(|text| !text.trim().is_empty()) {
        let end =
            turns.first().and_then(|turn| segments.get(turn.segment())).map_or(input.len(), |s| s.span.start);
        diagnostics.push(Diagnostic::new(Code::Preamble, Span::new(0, end)));
    }
    let found = !turns.is_empty();
    Parsed {
        conversations: vec![conversation],
        format: found.then_some(format),
        confidence: if found { confidence } else { 0.0 },
        diagnostics,
        omitted: 0,
    }
}

fn preamble(input: &str, segments: &Tiles, turns: &[Turn]) -> Option<String> {
    let end = turns.first().map_or(segments.len(), Turn::segment);
    let before = segments.range(0..end).filter(|segment| segment.kind == SegmentKind::Preamble);
    let text: String = before.map(|segment| segment.span.of(input)).collect();
    (!text.is_empty()).then_some(text)
}

/// The content of a message, which is one part even where it is empty; and where the message stands: with its label,
/// without the separator after it.
fn said(input: &str, segments: Iter<'_>) -> (Parts, Span) {
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
    (Part::text(text).into(), outer.or(whole).unwrap_or_default())
}

/// What follows the last allowed message stays part of it.
fn beyond_limit(
    input: &str,
    segments: &Tiles,
    turns: &[Turn],
    limit: usize,
    conversation: &mut Conversation,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Some(place) = turns.get(limit).and_then(|turn| segments.get(turn.segment())) else { return };
    let rest = Span::new(place.span.start, input.len());
    match conversation.messages.last_mut() {
        Some(last) => {
            if let Some(Part::Text(text)) = last.parts.last_mut() {
                text.text.push('\n');
                text.text.push_str(rest.of(input));
            }
            last.span.end = rest.end;
        }
        None => conversation.preamble = Some(input.to_owned()),
    }
    diagnostics.push(Diagnostic::new(Code::TooManyMessages, rest).with("limit", &limit.to_string()));
}
