//! Labelled text, and any other text of which segments are known: what it is, its segments, its messages.

use super::{
    Segments,
    build::Builder,
    cut, exact,
    infer::{self, Decision},
    regular::Regular,
};
use crate::{
    format::{Detection, Format},
    parse::{Parsed, Parser},
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
    match Regular::find(parser, input) {
        Some(regular) => regular.segments(),
        None => inferred_segments(parser, input),
    }
}

/// Cuts labelled text of any kind into segments.
pub(super) fn inferred_segments(parser: &Parser, input: &str) -> Segments {
    let (scan, decision) = infer::infer(parser, input);
    match decision {
        Some(decision) => cut::cut(&scan, &decision),
        None => cut::undecided(&scan),
    }
}

/// Reads labelled text.
pub(crate) fn read(parser: &Parser, input: &str) -> Parsed {
    if exact::says_so(input) {
        return from_segments(parser, input, exact::segments(parser, input));
    }
    match Regular::find(parser, input) {
        Some(regular) => regularly(parser, input, &regular),
        None => inferred(parser, input),
    }
}

/// Reads labelled text that is plainly regular.
fn regularly(parser: &Parser, input: &str, regular: &Regular) -> Parsed {
    let mut builder = Builder::new(parser, input, regular.len());
    builder.say(regular.messages(), regular.speakers(), Regular::confidence());
    builder.finish(Format::Text)
}

/// Reads labelled text of any kind.
pub(super) fn inferred(parser: &Parser, input: &str) -> Parsed {
    let (scan, decision) = infer::infer(parser, input);
    let Some(decision) = decision else {
        return from_segments(parser, input, cut::undecided(&scan));
    };
    if scan.styles.iter().any(|style| style.tells()) {
        // What a time says is known only when all times were seen.
        return as_sure(&decision, from_segments(parser, input, cut::cut(&scan, &decision)));
    }
    // A message is built as soon as it is cut, so that no segments are held beside the messages.
    let mut builder = Builder::new(parser, input, decision.kept.len());
    let mut diagnostics = cut::each(&scan, &decision, |tiles, turn, speakers| {
        builder.preamble(tiles.range(0..turn.segment()));
        builder.add(tiles.range(turn.segment()..tiles.len()), &turn, speakers);
        tiles.keep_last();
    });
    diagnostics.append(&mut builder.diagnostics);
    builder.diagnostics = diagnostics;
    as_sure(&decision, builder.finish(Format::Text))
}

/// A reading is no surer than its decision, in which a label that is taken for somebody's words may be doubtful, too.
fn as_sure(decision: &Decision, parsed: Parsed) -> Parsed {
    let has_messages = parsed.conversations.iter().any(|conversation| !conversation.messages.is_empty());
    let most = if has_messages { decision.confidence } else { parsed.confidence };
    Parsed { confidence: parsed.confidence.min(most), ..parsed }
}

/// Builds the conversation that the segments of `input` make up.
pub(crate) fn from_segments(parser: &Parser, input: &str, found: Segments) -> Parsed {
    let Segments { format, segments, turns, speakers, diagnostics } = found;
    let mut builder = Builder::new(parser, input, turns.len());
    builder.diagnostics = diagnostics;
    for time in turns.iter().filter_map(|turn| turn.time()) {
        builder.resolver.see(time.of(input));
    }
    let first = |index: usize| turns.get(index).map_or(segments.len(), |turn| turn.segment());
    builder.preamble(segments.range(0..first(0)));
    for (turn, next) in turns.iter().zip(1..) {
        builder.add(segments.range(turn.segment()..first(next)), &turn, &speakers);
    }
    builder.finish(format)
}
