//! What speaks for a format: shapes that were met, never names of models or files.

use crate::format::{Detection, Format};

/// Shapes that were met, each once, with how often.
#[derive(Debug, Default, Clone)]
pub(crate) struct Evidence(Vec<Seen>);

#[derive(Debug, Clone)]
struct Seen {
    format: Format,
    what: &'static str,
    weight: u32,
}

/// How sure it is that plain messages are meant as such: `{role, content}` is what many formats look like.
const PLAIN: f32 = 0.9;

/// Nothing is surer: a shape can always have been made by somebody else.
const SUREST: f32 = 0.99;

impl Evidence {
    /// Notes something that speaks for `format`.
    pub(crate) fn saw(&mut self, format: Format, what: &'static str) {
        self.add(format, what, 1);
    }

    /// Notes something that speaks for `format` alone, whatever the messages hold: what is around them.
    pub(crate) fn decided(&mut self, format: Format, what: &'static str) {
        self.add(format, what, 1_000);
    }

    fn add(&mut self, format: Format, what: &'static str, weight: u32) {
        match self.0.iter_mut().find(|seen| seen.format == format && seen.what == what) {
            Some(seen) => seen.weight = seen.weight.saturating_add(weight),
            None => self.0.push(Seen { format, what, weight }),
        }
    }

    /// Whether anything speaks for `format`.
    pub(crate) fn met(&self, format: Format) -> bool {
        self.0.iter().any(|seen| seen.format == format)
    }

    /// Adds what was met in a document within the document.
    pub(crate) fn merge(&mut self, other: Self) {
        other.0.into_iter().for_each(|seen| self.add(seen.format, seen.what, seen.weight));
    }

    /// The formats that something speaks for, the likeliest first.
    ///
    /// Messages that nothing special was met in are plain ones, which the canonical form is a kind of.
    pub(crate) fn detections(&self) -> Vec<Detection> {
        let mut weights: Vec<(Format, u32)> = Vec::new();
        for seen in &self.0 {
            match weights.iter_mut().find(|(format, _)| *format == seen.format) {
                Some((_, weight)) => *weight = weight.saturating_add(seen.weight),
                None => weights.push((seen.format, seen.weight)),
            }
        }
        if weights.is_empty() {
            let evidence = vec!["messages with `role` and `content`".to_owned()];
            return vec![Detection { format: Format::Canonical, confidence: PLAIN, evidence }];
        }
        // The order in which they were met decides between equals.
        weights.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
        let all: f32 = weights.iter().map(|(_, weight)| *weight as f32).sum();
        let detection = |(format, weight): (Format, u32)| Detection {
            format,
            confidence: SUREST * weight as f32 / all,
            evidence: self
                .0
                .iter()
                .filter(|seen| seen.format == format)
                .map(|seen| seen.what.to_owned())
                .collect(),
        };
        weights.into_iter().map(detection).collect()
    }
}
