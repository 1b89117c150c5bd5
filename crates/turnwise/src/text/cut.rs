//! Cuts a document into segments at the boundaries that were decided.
//!
//! One blank after the colon and one joiner before the next label belong to the format; the rest is content.

use std::{collections::HashMap, sync::Arc};

use super::{
    Segment, SegmentKind, Segments, Speaker, Turn,
    cost::Joiner,
    head::{self, Head},
    infer::{Decision, most},
    label::{Label, Strength},
    lines::{Carrier, LineEnd, lines},
    scan::{Candidate, Follow, Scan, is_rule},
};
use crate::{
    diagnostic::{Code, Diagnostic},
    format::Format,
    model::Role,
    source::Span,
};

/// The segments of a document for which nothing was decided: all of it is preamble.
pub(crate) fn whole(text: &str) -> Segments {
    let mut cutter = Cutter::default();
    cutter.push(SegmentKind::Preamble, 0, text.len());
    cutter.finish()
}

/// The segments of a document.
pub(super) fn cut(scan: &Scan<'_>, decision: &Decision) -> Segments {
    let mut cutter = Cutter::default();
    cutter.escapes = escapes(scan, decision);
    let kept: Vec<(&Candidate, f32)> =
        decision.kept.iter().filter_map(|&(index, sure)| Some((scan.candidates.get(index)?, sure))).collect();
    let follow = most(kept.iter().map(|(c, _)| c.follow).filter(|&f| f != Follow::End)).unwrap_or(Follow::Blank);
    let mut speakers = Speakers { scan, decision, known: HashMap::new(), speakers: Vec::new() };
    let first = kept.first().map_or(scan.text.len(), |(c, _)| c.line);
    cutter.body(scan, SegmentKind::Preamble, 0, first);
    for (index, &(candidate, sure)) in kept.iter().enumerate() {
        let next = kept.get(index.saturating_add(1)).map(|(next, _)| next.line);
        let end = next.unwrap_or(scan.text.len());
        let head = (candidate.noted || speakers.style(candidate).tells())
            .then(|| scan.head(candidate))
            .flatten();
        let time = head.as_ref().and_then(|head| head.time.clone());
        cutter.turns.push(Turn {
            segment: cutter.segments.len(),
            speaker: Some(speakers.of(candidate, head.as_ref())),
            time: time.map(|time| shift(time, scan.carried(candidate))),
            confidence: sure,
        });
        let start = content_start(scan, candidate, follow, end);
        let stop = content_end(scan, decision.joiner, start, end, next.is_none());
        cutter.label(scan, candidate.line, start);
        cutter.body(scan, SegmentKind::Content, start, stop);
        cutter.separator(stop, end);
    }
    cutter.speakers = speakers.speakers;
    cutter.diagnostics = super::findings::about(scan, decision);
    cutter.finish()
}

fn shift(range: std::ops::Range<usize>, by: usize) -> Span {
    Span::new(range.start.saturating_add(by), range.end.saturating_add(by))
}

/// Where the content of a message starts: past what follows the colon in this document.
fn content_start(scan: &Scan<'_>, candidate: &Candidate, usual: Follow, end: usize) -> usize {
    let rest = scan.text.get(candidate.end..end).unwrap_or_default();
    let skipped = match candidate.follow {
        Follow::Blank | Follow::Tab if usual != Follow::Text => {
            rest.chars().next().filter(|&c| head::is_blank(c)).map_or(0, char::len_utf8)
        }
        Follow::Line | Follow::BlankLine if usual != Follow::Text => {
            let one = line_end_width(scan.line_end, rest);
            let second = rest.get(one..).map_or(0, |rest| line_end_width(scan.line_end, rest));
            if usual == Follow::BlankLine { one.saturating_add(second) } else { one }
        }
        _ => 0,
    };
    candidate.end.saturating_add(skipped).min(end)
}

/// Width of the line end at the start of `text`.
fn line_end_width(line_end: LineEnd, text: &str) -> usize {
    match line_end {
        LineEnd::Lf if text.starts_with("\r\n") => 2,
        LineEnd::Lf => usize::from(text.starts_with('\n')),
        LineEnd::Cr => usize::from(text.starts_with('\r')),
    }
}

/// `text` without the line end at its end.
fn without_line_end(line_end: LineEnd, text: &str) -> &str {
    match line_end {
        LineEnd::Lf => text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text)),
        LineEnd::Cr => text.strip_suffix('\r').unwrap_or(text),
    }
}

/// Where the content of a message ends: before what joins it to the next one.
fn content_end(scan: &Scan<'_>, joiner: Joiner, start: usize, end: usize, last: bool) -> usize {
    let text = scan.text.get(start..end).unwrap_or_default();
    let one = |text: &str| without_line_end(scan.line_end, text).len();
    let blank = |text: &str| {
        let body = without_line_end(scan.line_end, text);
        let stripped = body.trim_end_matches([' ', '\t', '>']);
        let whole = if stripped.ends_with(['\n', '\r']) { stripped } else { body };
        without_line_end(scan.line_end, whole).len()
    };
    let kept = match joiner {
        Joiner::Rule => rule_end(text).unwrap_or_else(|| if last { text.len() } else { blank(text) }),
        _ if last => text.len(),
        Joiner::Line => one(text),
        Joiner::Blank => blank(text),
    };
    start.saturating_add(kept)
}

/// Where the text before a closing rule ends, blank lines around the rule aside.
fn rule_end(text: &str) -> Option<usize> {
    let (before, rule) = text.trim_end().rsplit_once('\n')?;
    is_rule(rule.trim()).then(|| before.trim_end_matches(['\n', '\r']).len())
}

/// Places of backslashes that keep a line from reading as a label.
fn escapes(scan: &Scan<'_>, decision: &Decision) -> Vec<usize> {
    let mut words: Vec<u32> = decision.kept.iter().filter_map(|&(i, _)| Some(scan.candidates.get(i)?.word)).collect();
    words.sort_unstable();
    words.dedup();
    let escaped = scan.candidates.iter().filter(|c| c.escaped);
    let escaped = escaped.filter(|c| {
        scan.word(c).label.strength > Strength::Unlisted || words.binary_search(&c.word).is_ok()
    });
    escaped.map(|c| c.line).collect()
}

/// Collects segments; empty ones are left out.
#[derive(Default)]
pub(super) struct Cutter {
    pub(super) segments: Vec<Segment>,
    pub(super) turns: Vec<Turn>,
    pub(super) speakers: Vec<Speaker>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Places of escapes, in order.
    escapes: Vec<usize>,
    escape: usize,
}

impl Cutter {
    pub(super) fn push(&mut self, kind: SegmentKind, start: usize, end: usize) {
        if start < end {
            self.segments.push(Segment { kind, span: Span::new(start, end) });
        }
    }

    pub(super) fn finish(self) -> Segments {
        let Self { segments, turns, speakers, diagnostics, .. } = self;
        Segments { format: Format::Text, segments, turns, speakers, diagnostics }
    }

    /// A label, or an empty one where a turn has none: every turn has a first segment of its own.
    fn label(&mut self, _scan: &Scan<'_>, start: usize, end: usize) {
        self.push(SegmentKind::Label, start, end);
    }

    fn separator(&mut self, start: usize, end: usize) {
        self.push(SegmentKind::Separator, start, end);
    }

    /// Text with what belongs to the format taken out: prefixes that every line carries, and escapes.
    fn body(&mut self, scan: &Scan<'_>, kind: SegmentKind, start: usize, end: usize) {
        let mut from = start;
        if scan.carrier != Carrier::None {
            for line in lines(scan.text.get(start..end).unwrap_or_default(), scan.line_end) {
                let at = start.saturating_add(line.start);
                let begins = at == 0 || scan.text.as_bytes().get(at.saturating_sub(1)).is_some_and(|&b| b == b'\n' || b == b'\r');
                let text = scan.text.get(at..start.saturating_add(line.end)).unwrap_or_default();
                let width = if begins { scan.carrier.width(text) } else { 0 };
                self.plain(kind, from, at);
                self.push(SegmentKind::Markup, at, at.saturating_add(width));
                from = at.saturating_add(width);
            }
        }
        self.plain(kind, from, end);
    }

    fn plain(&mut self, kind: SegmentKind, start: usize, end: usize) {
        let mut from = start;
        while let Some(&at) = self.escapes.get(self.escape).filter(|&&at| at < end) {
            self.escape = self.escape.saturating_add(1);
            if at >= from {
                self.push(kind, from, at);
                self.push(SegmentKind::Markup, at, at.saturating_add(1));
                from = at.saturating_add(1);
                self.diagnostics.push(Diagnostic::new(Code::EscapedLabel, Span::new(at, from)));
            }
        }
        self.push(kind, from, end);
    }
}

struct Speakers<'s, 'a> {
    scan: &'s Scan<'a>,
    decision: &'s Decision,
    known: HashMap<(u32, Option<&'a str>), usize>,
    speakers: Vec<Speaker>,
}

impl<'a> Speakers<'_, 'a> {
    fn style(&self, candidate: &Candidate) -> super::style::Style {
        self.scan.styles.get(usize::from(candidate.style)).copied().unwrap_or_default()
    }

    fn of(&mut self, candidate: &Candidate, head: Option<&Head>) -> usize {
        let note = head.and_then(|head| head.note.clone()).map(|note| shift(note, self.scan.carried(candidate)));
        let note = note.map(|note| note.of(self.scan.text));
        if let Some(&index) = self.known.get(&(candidate.word, note)) {
            return index;
        }
        let index = self.speakers.len();
        self.known.insert((candidate.word, note), index);
        let speaker = self.speaker(candidate.word, note);
        self.speakers.push(speaker);
        index
    }

    fn speaker(&self, word: u32, note: Option<&str>) -> Speaker {
        let assumed = self.decision.assumed.iter().find(|(other, _)| *other == word).map(|(_, role)| role);
        speaker(&self.scan.word_at(word).label, assumed, note)
    }
}

/// Who speaks under a label, with what stands in parentheses after it.
pub(super) fn speaker(label: &Label<'_>, assumed: Option<&Role>, note: Option<&str>) -> Speaker {
    let role = assumed.or(label.role.as_ref()).cloned();
    let model = note.filter(|note| is_model(note));
    let note = note.filter(|note| !is_model(note));
    let name: Option<Arc<str>> = match (label.name, note) {
        (Some(name), Some(note)) => Some(format!("{name} ({note})").into()),
        (name, note) => name.or(note).map(Arc::from),
    };
    let listed = label.strength > Strength::Unlisted;
    let standard = role.as_ref().is_some_and(|role| role.label() == label.word);
    Speaker { role, label: (listed && !standard).then(|| label.word.into()), name, model: model.map(Arc::from) }
}

/// Whether what stands in parentheses names a model rather than a person.
fn is_model(note: &str) -> bool {
    const FAMILIES: &[&str] = &[
        "gpt", "claude", "gemini", "llama", "mistral", "mixtral", "qwen", "deepseek", "grok", "command-", "model ", "phi-", "o1",
        "o3", "o4", "gemma", "palm", "text-", "sonnet", "opus", "haiku", "nova-", "kimi", "glm",
    ];
    let lower = note.to_lowercase();
    let digits = lower.bytes().any(|b| b.is_ascii_digit());
    let hyphens = lower.contains(['-', '.', ':', '/']) && !lower.contains(' ');
    FAMILIES.iter().any(|family| lower.starts_with(family)) || (digits && hyphens && lower.bytes().any(|b| b.is_ascii_alphabetic()))
}

impl Role {
    /// What people call the role in a sentence.
    pub(crate) fn in_words(&self) -> &str {
        match self {
            Self::Other(written) => written,
            known => known.as_str(),
        }
    }
}
