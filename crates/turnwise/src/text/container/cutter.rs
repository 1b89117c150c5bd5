//! Cuts an input from its start to its end, so that the segments tile it by construction.

use std::{collections::HashMap, sync::Arc};

use super::is_margin;
use crate::{
    format::Format,
    model::Role,
    parse::Parser,
    source::Span,
    text::{
        SegmentKind, Segments, Speaker, Tiles, Turn, Turns,
        label::{self, Strength},
    },
};

/// The confidence of a container where labelled text has the better claim.
pub(super) const GIVES_WAY: f32 = 0.5;

/// Collects segments. Each is given by where it ends; it begins where the one before ended.
pub(super) struct Cutter<'a> {
    parser: &'a Parser,
    input: &'a str,
    /// Where the last segment ended.
    at: usize,
    cut: Segments,
    /// A turn that begins with the next segment.
    next: Option<(Option<usize>, Option<Span>, f32)>,
    /// Speakers by the head they were written with.
    known: HashMap<&'a str, usize>,
}

impl<'a> Cutter<'a> {
    pub(super) fn new(parser: &'a Parser, input: &'a str, format: Format) -> Self {
        let cut = Segments {
            format,
            segments: Tiles::default(),
            turns: Turns::default(),
            speakers: Vec::new(),
            diagnostics: Vec::new(),
        };
        Self { parser, input, at: 0, cut, next: None, known: HashMap::new() }
    }

    /// What stands from the last cut to `end`.
    pub(super) fn ahead(&self, end: usize) -> &'a str {
        self.input.get(self.at..end).unwrap_or_default()
    }

    /// Makes a segment of what stands before `end`, or nothing where that is cut already.
    pub(super) fn to(&mut self, kind: SegmentKind, end: usize) {
        if self.ahead(end).is_empty() {
            return;
        }
        let turn = self.next.take();
        let starts = turn.is_some();
        if let Some((speaker, time, confidence)) = turn {
            self.cut.turns.push(Turn::new(self.cut.segments.len(), speaker, time, confidence));
        }
        if starts {
            self.cut.segments.push(kind, end);
        } else {
            self.cut.segments.grow(kind, end);
        }
        self.at = end;
    }

    /// Makes a segment of what stands before `end` and in no message: preamble before the first, else separator.
    pub(super) fn gap(&mut self, end: usize) {
        let margin = || self.ahead(end).trim_matches(is_margin).is_empty();
        let kind = if self.cut.turns.is_empty() && !margin() {
            SegmentKind::Preamble
        } else {
            SegmentKind::Separator
        };
        if kind == SegmentKind::Preamble && self.at == 0 && self.input.starts_with('\u{feff}') {
            self.to(SegmentKind::Separator, '\u{feff}'.len_utf8());
        }
        self.to(kind, end);
    }

    /// Begins a turn with the next segment.
    pub(super) fn turn(&mut self, speaker: Option<usize>, time: Option<Span>, confidence: f32) {
        self.next = Some((speaker, time, confidence));
    }

    /// The speaker written as `head`, made on first sight.
    pub(super) fn speaker(&mut self, head: &'a str, make: impl FnOnce(&'a Parser) -> Speaker) -> usize {
        let index = self.cut.speakers.len();
        *self.known.entry(head).or_insert_with(|| {
            self.cut.speakers.push(make(self.parser));
            index
        })
    }

    /// The speaker of that word: a role where its word alone says so, else a name. People are called
    /// `Dev` and `A` too.
    pub(super) fn named(&mut self, word: &'a str) -> usize {
        self.speaker(word, |parser| match strong_role(parser, word) {
            Some(role) => Speaker { label: own_word(&role, word), role: Some(role), ..Speaker::default() },
            None => Speaker { name: Some(word.into()), ..Speaker::default() },
        })
    }

    /// The segments; what was not cut is in no message.
    pub(super) fn finish(mut self) -> Segments {
        self.next = None;
        self.gap(self.input.len());
        self.cut
    }
}

/// The role of a word that is a role's name wherever it stands.
pub(super) fn strong_role(parser: &Parser, word: &str) -> Option<Role> {
    let label = label::look_up(parser, word);
    (label.strength == Strength::Strong && label.name.is_none()).then_some(label.role).flatten()
}

/// How sure a signature is that labelled text may hold too, as something pasted into a message: less than
/// before, where `input` begins with a label such as `User:`.
pub(super) fn unless_labelled(confidence: f32, input: &str) -> f32 {
    let first = input.trim_start_matches(is_margin).lines().next().unwrap_or_default();
    let label = first.split_once(':').and_then(|(word, _)| strong_role(&Parser::new(), word));
    if label.is_some() { GIVES_WAY } else { confidence }
}

/// The word written for a role, where it is not the role's own.
pub(super) fn own_word(role: &Role, word: &str) -> Option<Arc<str>> {
    (word != role.label() && word != role.as_str()).then(|| word.into())
}
