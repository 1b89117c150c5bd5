//! Cuts a document into segments at the boundaries that were decided.
//!
//! One blank after the colon and one joiner before the next label belong to the format; the rest is content.

use std::{collections::HashMap, sync::Arc};

use super::{
    SegmentKind, Segments, Speaker, Tiles, Turn, Turns,
    candidate::{Candidate, Follow, Kind, Scan},
    cost::Joiner,
    head::Head,
    infer::{Decision, heaviest},
    label::{Label, Party, Strength},
    lines::{Carrier, LineEnd, lines, without_blank_line, without_line_end},
    prose::is_rule,
};
use crate::{
    diagnostic::{Code, Diagnostic},
    format::Format,
    model::Role,
    source::Span,
};

/// The segments of a document for which nothing was decided.
pub(super) fn undecided(scan: &Scan<'_>) -> Segments {
    Segments { diagnostics: scan.too_long.findings().to_vec(), ..whole(scan.text) }
}

/// The segments of a text in which nothing was looked for: all of it is preamble.
pub(crate) fn whole(text: &str) -> Segments {
    let mut cutter = Cutter::default();
    cutter.push(SegmentKind::Preamble, text.len());
    cutter.finish()
}

/// The segments of a document.
pub(super) fn cut(scan: &Scan<'_>, decision: &Decision) -> Segments {
    let mut cutter = Cutter::default();
    cutter.segments.reserve_exact(decision.kept.len().saturating_mul(3).saturating_add(1));
    let mut turns = Turns::default();
    turns.reserve_exact(decision.kept.len());
    cutter.each(scan, decision, |_, turn, _| turns.push(turn));
    cutter.turns = turns;
    cutter.finish()
}

/// Calls `ready` with every turn and the speakers as soon as the turn's segments are there, the last of those in the
/// list; gives the findings.
pub(super) fn each(
    scan: &Scan<'_>,
    decision: &Decision,
    ready: impl FnMut(&mut Tiles, Turn, &[Speaker]),
) -> Vec<Diagnostic> {
    let mut cutter = Cutter::default();
    cutter.each(scan, decision, ready);
    cutter.diagnostics
}

fn shift(range: std::ops::Range<usize>, by: usize) -> Span {
    Span::new(range.start.saturating_add(by), range.end.saturating_add(by))
}

/// Where the content of a message starts: past what follows the colon in this document.
// Asked of every message, as the next one is, in the two loops that `each` becomes: calls cost a sixth of cutting.
#[inline(always)]
fn content_start(scan: &Scan<'_>, candidate: &Candidate, usual: Follow, end: usize) -> usize {
    let rest = scan.text.as_bytes().get(candidate.end()..end).unwrap_or_default();
    let skipped = match scan.shape(candidate).follow {
        _ if usual == Follow::Text => 0,
        Follow::Blank | Follow::Tab => match rest {
            [b' ' | b'\t', ..] => 1,
            [0xC2, ..] => 2,
            _ => 3,
        },
        Follow::Line | Follow::BlankLine => {
            let one = line_end_width(scan.line_end, rest);
            let second = rest.get(one..).map_or(0, |rest| line_end_width(scan.line_end, rest));
            if usual == Follow::BlankLine { one.saturating_add(second) } else { one }
        }
        Follow::Text | Follow::End => 0,
    };
    candidate.end().saturating_add(skipped).min(end)
}

/// Width of the line end at the start of `text`.
fn line_end_width(line_end: LineEnd, text: &[u8]) -> usize {
    match (line_end, text) {
        (LineEnd::Lf, [b'\r', b'\n', ..]) => 2,
        (LineEnd::Lf, [b'\n', ..]) | (LineEnd::Cr, [b'\r', ..]) => 1,
        _ => 0,
    }
}

/// Where the content of a message ends: before what joins it to the next one.
#[inline(always)]
fn content_end(scan: &Scan<'_>, joiner: Joiner, start: usize, end: usize, next: Option<&Candidate>) -> usize {
    let text = scan.text.as_bytes().get(start..end).unwrap_or_default();
    let blank = |text: &[u8]| without_blank_line(scan.line_end, text).len();
    let kept = match joiner {
        Joiner::Rule => {
            let ruled = scan.text.get(start..end).and_then(rule_end);
            ruled.unwrap_or_else(|| if next.is_none() { text.len() } else { blank(text) })
        }
        _ if next.is_none() => text.len(),
        Joiner::Exchange if next.is_some_and(|next| scan.word(next).label.party == Party::User) => {
            blank(text)
        }
        Joiner::Line | Joiner::Exchange => without_line_end(scan.line_end, text).len(),
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
    if !scan.kinds.iter().any(|kind| kind.shape.escaped) {
        return Vec::new();
    }
    let own = decision.words(scan);
    let reads = |c: &&Candidate| {
        scan.word(c).label.strength > Strength::Unlisted || own.get(c.word as usize) == Some(&true)
    };
    scan.candidates.iter().filter(|c| c.escaped).filter(reads).map(Candidate::line).collect()
}

/// Collects segments, each from where the last one ends; empty ones are left out.
#[derive(Default)]
pub(super) struct Cutter {
    pub(super) segments: Tiles,
    pub(super) turns: Turns,
    pub(super) speakers: Vec<Speaker>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Places of escapes, in order.
    escapes: Vec<usize>,
    escape: usize,
}

impl Cutter {
    pub(super) fn push(&mut self, kind: SegmentKind, end: usize) {
        self.segments.push(kind, end);
    }

    pub(super) fn finish(self) -> Segments {
        let Self { segments, turns, speakers, diagnostics, .. } = self;
        Segments { format: Format::Text, segments, turns, speakers, diagnostics }
    }

    /// Cuts the whole document; see [`each`].
    fn each(
        &mut self,
        scan: &Scan<'_>,
        decision: &Decision,
        mut ready: impl FnMut(&mut Tiles, Turn, &[Speaker]),
    ) {
        let kept = || scan.at(&decision.kept);
        let usual = if decision.plain {
            heaviest(scan.kinds.iter().map(|kind| (kind.shape.follow, kind.count)))
        } else {
            heaviest(kept().map(|candidate| (scan.shape(candidate).follow, 1)))
        };
        let follow = usual.unwrap_or(Follow::Blank);
        // Heads that hold more than a label are read once more.
        let decorated = |kind: &Kind| {
            kind.shape.noted
                || scan.styles.get(usize::from(kind.shape.style)).is_some_and(|style| style.tells())
        };
        let decorated: Vec<bool> = scan.kinds.iter().map(decorated).collect();
        let bare = vec![None; scan.words.len()];
        let mut speakers = Speakers { scan, decision, bare, noted: HashMap::new(), speakers: Vec::new() };
        self.escapes = escapes(scan, decision);
        self.body(scan, SegmentKind::Preamble, kept().next().map_or(scan.text.len(), Candidate::line));
        let unmarked = scan.carrier == Carrier::None && self.escapes.is_empty();
        let mut rest = kept().zip(&decision.kept);
        let mut next = rest.next();
        while let Some((candidate, &(_, confidence))) = next {
            next = rest.next();
            let next = next.map(|(next, _)| next);
            let end = next.map_or(scan.text.len(), Candidate::line);
            let told = decorated.get(candidate.kind as usize) == Some(&true);
            let head = if told { scan.head(candidate) } else { None };
            let time = head
                .as_ref()
                .and_then(|head| head.time.clone())
                .map(|time| shift(time, scan.carried(candidate)));
            let speaker = speakers.of(candidate, head.as_ref());
            let turn = Turn::new(self.segments.len(), Some(speaker), time, confidence);
            let start = content_start(scan, candidate, follow, end);
            let stop = content_end(scan, decision.joiner, start, end, next);
            if unmarked {
                self.segments.push_message(start, stop, end);
            } else {
                self.push(SegmentKind::Label, start);
                self.body(scan, SegmentKind::Content, stop);
                self.push(SegmentKind::Separator, end);
            }
            ready(&mut self.segments, turn, &speakers.speakers);
        }
        self.speakers = speakers.speakers;
        self.diagnostics.append(&mut super::findings::about(scan, decision));
    }

    /// Text up to `end`, with what belongs to the format taken out: prefixes that every line carries, and escapes.
    fn body(&mut self, scan: &Scan<'_>, kind: SegmentKind, end: usize) {
        if scan.carrier != Carrier::None {
            let start = self.segments.end();
            for line in lines(scan.text.get(start..end).unwrap_or_default(), scan.line_end) {
                let at = start.saturating_add(line.start);
                let before = at.checked_sub(1).and_then(|before| scan.text.as_bytes().get(before));
                if before.is_none_or(|byte| matches!(byte, b'\n' | b'\r')) {
                    let text = scan.text.get(at..start.saturating_add(line.end)).unwrap_or_default();
                    self.plain(kind, at);
                    self.push(SegmentKind::Markup, at.saturating_add(scan.carrier.width(text)));
                }
            }
        }
        self.plain(kind, end);
    }

    fn plain(&mut self, kind: SegmentKind, end: usize) {
        while let Some(&at) = self.escapes.get(self.escape).filter(|&&at| at < end) {
            self.escape = self.escape.saturating_add(1);
            if at >= self.segments.end() {
                let after = at.saturating_add(1);
                self.push(kind, at);
                self.push(SegmentKind::Markup, after);
                self.diagnostics.push(Diagnostic::new(Code::EscapedLabel, Span::new(at, after)));
            }
        }
        self.push(kind, end);
    }
}

struct Speakers<'s, 'a> {
    scan: &'s Scan<'a>,
    decision: &'s Decision,
    /// Speakers by word, and by word and note.
    bare: Vec<Option<usize>>,
    noted: HashMap<(u32, &'a str), usize>,
    speakers: Vec<Speaker>,
}

impl<'a> Speakers<'_, 'a> {
    #[inline]
    fn of(&mut self, candidate: &Candidate, head: Option<&Head>) -> usize {
        let bare = self.bare.get(candidate.word as usize).copied().flatten();
        match (bare, head) {
            (Some(index), None) => index,
            _ => self.find(candidate, head),
        }
    }

    fn find(&mut self, candidate: &Candidate, head: Option<&Head>) -> usize {
        let note =
            head.and_then(|head| head.note.clone()).map(|note| shift(note, self.scan.carried(candidate)));
        let note = note.map(|note| note.of(self.scan.text));
        let known = match note {
            Some(note) => self.noted.get(&(candidate.word, note)).copied(),
            None => self.bare.get(candidate.word as usize).copied().flatten(),
        };
        if let Some(index) = known {
            return index;
        }
        let index = self.speakers.len();
        match note {
            Some(note) => drop(self.noted.insert((candidate.word, note), index)),
            None => {
                self.bare.get_mut(candidate.word as usize).into_iter().for_each(|slot| *slot = Some(index))
            }
        }
        let speaker = self.speaker(candidate.word, note);
        self.speakers.push(speaker);
        index
    }

    fn speaker(&self, word: u32, note: Option<&str>) -> Speaker {
        let assumed = self.decision.assumed(word);
        speaker(&self.scan.word_at(word).label, assumed, note)
    }
}

/// Who speaks under a label, with what stands in parentheses after it.
pub(super) fn speaker(label: &Label<'_>, assumed: Option<Option<&Role>>, note: Option<&str>) -> Speaker {
    let role = assumed.unwrap_or(label.role.as_ref()).cloned();
    let model = note.filter(|note| is_model(note));
    let note = note.filter(|note| !is_model(note));
    let open = assumed == Some(None);
    let own_name = if open { Some(label.word) } else { label.name };
    let name: Option<Arc<str>> = match (own_name, note) {
        (Some(name), Some(note)) => Some(format!("{name} ({note})").into()),
        (name, note) => name.or(note).map(Arc::from),
    };
    let listed = label.strength > Strength::Unlisted;
    let standard = role.as_ref().is_some_and(|role| role.label() == label.word);
    Speaker {
        role,
        label: (listed && !standard && !open).then(|| label.word.into()),
        name,
        model: model.map(Arc::from),
    }
}

/// Whether what stands in parentheses names a model rather than a person.
fn is_model(note: &str) -> bool {
    const FAMILIES: &[&str] = &[
        "gpt", "claude", "gemini", "llama", "mistral", "mixtral", "qwen", "deepseek", "grok", "command-",
        "model ", "phi-", "o1", "o3", "o4", "gemma", "palm", "text-", "sonnet", "opus", "haiku", "nova-",
        "kimi", "glm",
    ];
    let lower = note.to_lowercase();
    let digits = lower.bytes().any(|b| b.is_ascii_digit());
    let hyphens = lower.contains(['-', '.', ':', '/']) && !lower.contains(' ');
    FAMILIES.iter().any(|family| lower.starts_with(family))
        || (digits && hyphens && lower.bytes().any(|b| b.is_ascii_alphabetic()))
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
