//! What a reader should know about the boundaries that were decided.

use super::{
    candidate::{Before, Candidate, Kind, Scan, Word},
    cost::Joiner,
    fence::State,
    infer::Decision,
    label::Strength,
    lines::{Carrier, lines},
};
use crate::{
    diagnostic::{Code, Diagnostic},
    source::Span,
};

/// Findings of one kind beyond this many say nothing new.
const MOST: usize = 100;

/// All findings about a decision.
pub(super) fn about(scan: &Scan<'_>, decision: &Decision) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if scan.carrier == Carrier::Quote {
        found.push(Diagnostic::new(Code::QuotedDocument, Span::new(0, scan.text.len())));
    }
    doubts(scan, decision, &mut found);
    fences(scan, decision, &mut found);
    speakers(scan, decision, &mut found);
    styles(scan, decision, &mut found);
    separators(scan, decision, &mut found);
    line_endings(scan, &mut found);
    found.extend_from_slice(scan.too_long.findings());
    found
}

fn span(candidate: &Candidate) -> Span {
    Span::new(candidate.line(), candidate.end())
}

fn doubts(scan: &Scan<'_>, decision: &Decision, found: &mut Vec<Diagnostic>) {
    for doubt in decision.doubtful.iter().take(MOST) {
        let Some(candidate) = scan.candidates.get(doubt.candidate as usize) else { continue };
        let opens = decision.kept.first().is_some_and(|(first, _)| *first == doubt.candidate);
        let reading = if opens {
            "is read as the start of the first message, but may belong to none"
        } else if doubt.kept {
            "is read as the start of a message, but may be part of the one before"
        } else {
            "is read as part of a message, but may start one"
        };
        let label = scan.word(candidate).label.word;
        found.push(
            Diagnostic::new(Code::AmbiguousBoundary, span(candidate))
                .with("label", label)
                .with("reading", reading),
        );
    }
}

/// Fences that a message leaves open, and labels that a fence hides although it does not begin with one: two
/// messages that each leave a fence open look like that.
fn fences(scan: &Scan<'_>, decision: &Decision, found: &mut Vec<Diagnostic>) {
    let mut marks = scan.fences.iter().peekable();
    let mut kept = decision.kept.iter().map(|&(index, _)| index).peekable();
    if decision.plain {
        return;
    }
    let own = decision.words(scan);
    let mut state = State::Clear;
    let mut opened: usize = 0;
    let mut told = false;
    for (index, candidate) in (0..).zip(&scan.candidates) {
        while let Some(mark) = marks.next_if(|mark| mark.is_before(candidate.line())) {
            if state == State::Clear {
                (opened, told) = (mark.at, false);
            }
            state = state.after(mark.kind);
        }
        let fenced = matches!(state, State::Fence { .. });
        if kept.next_if_eq(&index).is_some() {
            if fenced {
                found.push(Diagnostic::new(Code::UnclosedFence, line_at(scan.text, opened)));
            }
            state = State::Clear;
        } else if fenced && !told && own.get(candidate.word as usize) == Some(&true) {
            told = true;
            if line_at(scan.text, opened).end.saturating_add(1) < candidate.line() {
                let label = scan.word(candidate).label.word;
                let reading = "is read as part of a code block, but may start a message";
                let doubt = Diagnostic::new(Code::AmbiguousBoundary, span(candidate));
                found.push(doubt.with("label", label).with("reading", reading));
            }
        }
        if found.len() >= MOST {
            return;
        }
    }
}

/// The line that holds `offset`, from there on.
fn line_at(text: &str, offset: usize) -> Span {
    let rest = text.as_bytes().get(offset..).unwrap_or_default();
    let length = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
    Span::new(offset, offset.saturating_add(length))
}

fn speakers(scan: &Scan<'_>, decision: &Decision, found: &mut Vec<Diagnostic>) {
    for &word in decision.unlisted.iter().take(MOST) {
        let first = scan.at(&decision.kept).find(|c| c.word == word);
        let Some(candidate) = first else { continue };
        let label = scan.word_at(word).label.word;
        let assumed = decision.assumed(word);
        found.push(match assumed {
            Some(Some(role)) => Diagnostic::new(Code::AssumedRole, span(candidate))
                .with("label", label)
                .with("role", role.in_words()),
            _ => Diagnostic::new(Code::UnlistedSpeaker, span(candidate)).with("label", label),
        });
    }
}

/// Labels that are written otherwise than the first.
fn styles(scan: &Scan<'_>, decision: &Decision, found: &mut Vec<Diagnostic>) {
    let mut kept = scan.at(&decision.kept);
    let Some(first) = kept.next() else { return };
    let (style, case) = (scan.style(first), scan.word(first).case);
    let styles: Vec<bool> = scan.styles.iter().map(|other| other.distance(style) >= 2.0).collect();
    let other_case = |word: &Word<'_>| word.label.strength > Strength::Unlisted && !word.case.goes_with(case);
    let words: Vec<bool> = scan.words.iter().map(other_case).collect();
    let other = |kind: &Kind| {
        let style = styles.get(usize::from(kind.shape.style)) == Some(&true);
        style || words.get(kind.shape.word as usize) == Some(&true)
    };
    let kinds: Vec<bool> = scan.kinds.iter().map(other).collect();
    if !kinds.contains(&true) {
        return;
    }
    let differs = |c: &&Candidate| kinds.get(c.kind as usize) == Some(&true);
    for candidate in kept.filter(differs).take(MOST) {
        let (label, other) = (span(candidate).of(scan.text), span(first).of(scan.text));
        found.push(
            Diagnostic::new(Code::LabelMismatch, span(candidate))
                .with("label", label)
                .with("other", other)
                .related(span(first), "the first label"),
        );
    }
}

fn separators(scan: &Scan<'_>, decision: &Decision, found: &mut Vec<Diagnostic>) {
    let words = |before: Before| match before {
        Before::Start | Before::Line => "a line end",
        Before::Blank => "a blank line",
        Before::Rule => "a rule",
    };
    let usual = match decision.joiner {
        Joiner::Line => Before::Line,
        Joiner::Blank => Before::Blank,
        Joiner::Rule | Joiner::Exchange => return,
    };
    // One boundary is like all others.
    let kept = if decision.kept.len() > 2 { decision.kept.as_slice() } else { &[] };
    let kept = scan.at(kept).skip(1);
    for candidate in kept.filter(|c| c.before != usual).take(MOST) {
        found.push(
            Diagnostic::new(Code::InconsistentSeparators, span(candidate))
                .with("found", words(candidate.before))
                .with("usual", words(usual)),
        );
    }
}

/// The first line whose end is unlike most others'.
fn line_endings(scan: &Scan<'_>, found: &mut Vec<Diagnostic>) {
    let (with, all) = (scan.crlf_ends, scan.ends);
    if with == 0 || with == all {
        return;
    }
    let mostly = with.saturating_mul(2) >= all;
    let names = if mostly { ("LF", "CR LF") } else { ("CR LF", "LF") };
    let mut lines = lines(scan.text, scan.line_end);
    if let Some(odd) = lines.find(|line| (line.next.saturating_sub(line.end) == 2) != mostly) {
        found.push(
            Diagnostic::new(Code::InconsistentLineEndings, Span::new(odd.end, odd.next))
                .with("found", names.0)
                .with("usual", names.1),
        );
    }
}
