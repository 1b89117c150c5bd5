//! The messages found in an input, before the model is built.

use std::{fmt, sync::Arc};

use super::{Alike, offset};
use crate::source::Span;

/// A message found in the input, before the model is built.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Turn {
    segment: u32,
    /// [`NOBODY`] where it is nobody.
    speaker: u32,
    /// Where the time begins and ends; none is empty.
    time: (u32, u32),
    confidence: f32,
}

/// Stands for the speaker of an event that nobody says.
const NOBODY: u32 = u32::MAX;

impl Turn {
    pub(crate) fn new(segment: usize, speaker: Option<usize>, time: Option<Span>, confidence: f32) -> Self {
        let speaker = speaker.map_or(NOBODY, offset);
        let time = time.map_or((0, 0), |time| (offset(time.start), offset(time.end)));
        Self { segment: offset(segment), speaker, time, confidence }
    }

    /// Index of the message's first segment; its segments run up to the next turn's first.
    pub fn segment(&self) -> usize {
        self.segment as usize
    }

    /// Who speaks: an index into [`Segments::speakers`](super::Segments::speakers), or `None` for an event nobody says.
    pub fn speaker(&self) -> Option<usize> {
        (self.speaker != NOBODY).then_some(self.speaker as usize)
    }

    /// The time beside the label, as it stands in the input.
    pub fn time(&self) -> Option<Span> {
        let time = Span::new(self.time.0 as usize, self.time.1 as usize);
        (!time.is_empty()).then_some(time)
    }

    /// How sure the boundary is, from 0 to 1.
    pub fn confidence(&self) -> f32 {
        self.confidence
    }
}

/// The messages found in an input, in order.
///
/// ```
/// let found = turnwise::Parser::new().segments("User: hi\nAI: hello");
/// assert_eq!(found.turns.iter().map(|turn| turn.speaker()).collect::<Vec<_>>(), [Some(0), Some(1)]);
/// ```
#[derive(Clone, Default)]
pub struct Turns {
    listed: Vec<Turn>,
    /// In place of a list.
    alike: Option<Arc<Alike>>,
}

impl Turns {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.alike.as_ref().map_or(self.listed.len(), |messages| messages.len())
    }

    /// Whether there is none: the input is no conversation.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The turn at `index`.
    pub fn get(&self, index: usize) -> Option<Turn> {
        match &self.alike {
            Some(messages) => messages.turn(index),
            None => self.listed.get(index).copied(),
        }
    }

    /// All turns.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Turn> + Clone {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    /// Those of messages that are all cut alike.
    pub(crate) fn alike(messages: Arc<Alike>) -> Self {
        Self { listed: Vec::new(), alike: Some(messages) }
    }

    pub(crate) fn push(&mut self, turn: Turn) {
        self.listed.push(turn);
    }

    pub(crate) fn reserve_exact(&mut self, more: usize) {
        self.listed.reserve_exact(more);
    }
}

impl PartialEq for Turns {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl fmt::Debug for Turns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
