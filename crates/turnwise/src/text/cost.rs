//! What the readings of a label line cost.
//!
//! Costs are logarithms of how likely a thing is, from counts over a few thousand real conversations: labels
//! follow the separator of their document (99%), roles alternate (99%), and label lines inside messages come in
//! runs, since people paste whole transcripts. No cue decides alone. All costs are 0 or less.

use super::{
    candidate::{Before, Cue},
    fence::State,
};

/// The slot of the user, who pastes transcripts more often than others do.
pub(super) const USER: u8 = 0;
/// The slot of system and developer messages.
pub(super) const SYSTEM: u8 = 2;
/// The slot of tool messages, which may follow each other freely.
pub(super) const TOOL: u8 = 3;
/// The first of two slots of speakers whose side is open.
pub(super) const OPEN: u8 = 4;

/// What separates the messages of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) enum Joiner {
    #[default]
    Line,
    Blank,
    Rule,
    /// A blank line before each message of the user, a line end before the others.
    Exchange,
}

/// How well the messages of a document keep to turns and to one separator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Strict,
    /// Roles repeat now and then, and separators vary.
    Loose,
    /// Roles repeat as a rule: an agent that reports every step.
    Free,
}

/// What a reading takes for granted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Hypothesis {
    pub(super) joiner: Joiner,
    pub(super) order: Order,
    /// Whether more than one message of the user follows a blank line.
    pub(super) in_exchanges: bool,
}

/// One candidate, as its costs see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    /// Where its line starts.
    pub(super) at: usize,
    /// Who would speak; `None` for a label outside the set, which cannot begin a message.
    pub(super) slot: Option<u8>,
    /// How unlike the document's labels it is written.
    pub(super) mismatch: f32,
    /// The word is common in prose too.
    pub(super) weak: bool,
    pub(super) before: Before,
    pub(super) cue: Cue,
    /// It is the first label after the one that opens the document, and names another speaker.
    pub(super) second: bool,
    /// The label before it is of the same speaker.
    pub(super) again: bool,
    /// A time stands beside it, as beside the document's other labels.
    pub(super) timed: bool,
}

impl Step {
    /// Costs of seeing this label inside a message, alone and at the start of a run: one of the document's own
    /// set, or a listed one outside it. Only labels that are written alike make up a run.
    fn surprise(&self) -> (f32, f32) {
        let (alone, run) = match (self.slot, self.weak) {
            (Some(_), _) => (-5.4, -5.7),
            (None, false) => (-3.0, -4.0),
            (None, true) => return (-0.2, -2.0),
        };
        if self.mismatch >= OTHER_STYLE {
            return (-0.1, f32::NEG_INFINITY);
        }
        // Nobody writes a time beside a word that is no label, and few paste a log of the same kind.
        let (alone, run) = if self.timed { (alone + TIMED, run + TIMED) } else { (alone, run) };
        (f32::min(alone + self.mismatch, -0.1), f32::min(run + self.mismatch, -0.6))
    }

    /// From 0 to 1: how much of a label of this document it is, so that its place tells anything.
    fn weight(&self) -> f32 {
        let foreign = self.slot.is_none() && self.weak;
        if foreign { 0.0 } else { f32::max(1.0 - self.mismatch / OTHER_STYLE, 0.0) }
    }

    /// Whether nothing speaks against this boundary after a message of `last`: it is written and separated as
    /// all are, another speaks, and nothing announces a quotation.
    pub(super) fn is_plain(&self, joiner: Joiner, last: Option<u8>) -> bool {
        let speaks = self.slot.is_some_and(|slot| slot < SYSTEM) && self.slot != last && last.is_some();
        speaks && joiner.is(self.before, self.slot) && self.mismatch == 0.0 && self.cue != Cue::Colon
    }
}

impl Order {
    /// The cost of a document of this order, and of a role that repeats in it.
    fn costs(self) -> (f32, f32) {
        match self {
            Self::Strict => (0.0, -5.0),
            Self::Loose => (-4.5, -1.4),
            Self::Free => (-7.5, -0.3),
        }
    }
}

impl Joiner {
    /// Whether a separator is this joiner's before a message in `slot`.
    pub(super) fn is(self, before: Before, slot: Option<u8>) -> bool {
        self.before(slot) == before
    }

    /// The separator before a message in `slot`.
    pub(super) fn before(self, slot: Option<u8>) -> Before {
        match self {
            Self::Line => Before::Line,
            Self::Blank => Before::Blank,
            Self::Rule => Before::Rule,
            Self::Exchange if slot == Some(USER) => Before::Blank,
            Self::Exchange => Before::Line,
        }
    }
}

impl Hypothesis {
    /// The cost of such a document, before anything is read.
    pub(super) fn prior(self) -> f32 {
        let joiner = match self.joiner {
            Joiner::Line => 0.0,
            Joiner::Blank | Joiner::Rule => -1.0,
            Joiner::Exchange if self.in_exchanges => -3.25,
            Joiner::Exchange => -6.0,
        };
        joiner + self.order.costs().0
    }

    /// The cost of a message that begins here after one of `last`.
    pub(super) fn begins(self, step: &Step, slot: u8, last: Option<u8>, fence: State) -> f32 {
        let place = match last {
            None => opening(step.before),
            Some(last) => self.boundary(step, last),
        };
        place + self.turn(last, slot) - step.mismatch - fence.left_open()
    }

    fn boundary(self, step: &Step, last: u8) -> f32 {
        let strict = match (self.joiner, step.before) {
            (joiner, before) if joiner.is(before, step.slot) => 0.0,
            // Instructions are kept in files, and people leave line ends at the end of what they paste; models
            // do not.
            (Joiner::Line, Before::Blank) if last == SYSTEM => -1.5,
            (Joiner::Line, Before::Blank) if step.slot == Some(USER) => -5.8,
            (Joiner::Line, Before::Blank) => -4.4,
            (Joiner::Blank, Before::Line) if step.second => -8.5,
            (Joiner::Blank, Before::Line) => -5.2,
            (Joiner::Rule, Before::Blank) => -0.7,
            (Joiner::Rule, Before::Line) => -4.6,
            _ => -5.0,
        };
        let least = if step.second { -4.0 } else { -2.0 };
        if self.order == Order::Strict { strict } else { f32::max(strict, least) }
    }

    /// The cost of `next` speaking after `last`.
    fn turn(self, last: Option<u8>, next: u8) -> f32 {
        let again = self.order.costs().1;
        match last {
            None => 0.0,
            Some(last) if last == next && next == TOOL => f32::max(again, -1.0),
            // Agents report step after step; users wait for an answer.
            Some(USER) if next == USER => f32::min(again, -1.4),
            Some(last) if last == next => again,
            Some(_) if next == SYSTEM => -2.5,
            Some(_) => 0.0,
        }
    }

    /// The costs of a label inside a message of `last`: alone, and as the first of a run.
    pub(super) fn pasted(self, step: &Step, last: Option<u8>, fence: State) -> (f32, f32) {
        let hidden = fence != State::Clear;
        let place = if hidden { HIDDEN } else { self.place(step, last) };
        let role = if hidden { (0.0, 0.0) } else { pasted_role(step.slot, last) };
        // Few documents open with a label that is none, or go on with one.
        let early = match step {
            Step { before: Before::Start, .. } => -4.0,
            Step { second: true, .. } if !hidden => -2.0,
            _ => 0.0,
        };
        let (alone, run) = step.surprise();
        let weight = step.weight();
        let cost = |surprise: f32, role: f32| f32::min(surprise + weight * (place + role) + early, 0.0);
        (cost(alone, role.0), cost(run, role.1))
    }

    /// How well a label line inside a message fits its place: 77% follow a blank line where the messages do
    /// not, and what is pasted is announced.
    fn place(self, step: &Step, last: Option<u8>) -> f32 {
        let alike = self.joiner.is(step.before, step.slot);
        let separator = match (self.joiner, step.before) {
            (_, Before::Start) => 0.0,
            (Joiner::Line, Before::Blank) | (Joiner::Rule, Before::Blank | Before::Line) => -0.3,
            (Joiner::Blank, Before::Line) => -0.5,
            (_, Before::Rule) => -2.0,
            _ => -1.3,
        };
        let cue = match step.cue {
            Cue::Colon => 2.5,
            Cue::Question if last == Some(USER) => 1.5,
            Cue::None if alike => -2.0,
            _ => 0.0,
        };
        let speaker = match last {
            Some(USER) => 1.0,
            _ if alike => -3.0,
            _ => 0.0,
        };
        separator + cue + speaker
    }
}

/// The cost of the first message, which a preamble may precede.
fn opening(before: Before) -> f32 {
    match before {
        Before::Start => 0.0,
        Before::Blank | Before::Rule => -0.5,
        Before::Line => -1.5,
    }
}

/// How well the role of a pasted label fits: alone, 81% repeat the role of the message they are in; a pasted
/// transcript mostly begins with its user.
fn pasted_role(slot: Option<u8>, last: Option<u8>) -> (f32, f32) {
    match slot {
        None => (0.0, 0.0),
        slot if slot == last => (-0.2, -0.2),
        Some(USER) => (-1.6, -0.3),
        _ => (-1.6, -4.0),
    }
}

/// A label this unlike the others does not belong to them at all.
pub(super) const OTHER_STYLE: f32 = 5.0;
/// What a time beside a label speaks against its being pasted.
const TIMED: f32 = -6.0;
/// What an open fence speaks for labels that are not meant.
const HIDDEN: f32 = 2.5;

/// The cost of one more label in a run, and of a run that ends before the next message.
const RUN_GOES_ON: f32 = -0.04;
pub(super) const RUN_ENDS: f32 = -0.7;
/// A speaker follows himself in a run, as in a message of its own: the user, or another.
const RUN_REPEATS: (f32, f32) = (-1.4, -0.4);
/// The separators within a run vary.
const RUN_UNEVEN: f32 = -0.9;
/// A pasted transcript of other labels turns out to use one of the document's own.
const RUN_MIXES: f32 = -2.5;
/// A run at the end of the document, in a message of the user: what is pasted is normally answered.
const RUN_UNANSWERED: f32 = -2.5;

/// The cost of one more label in a run whose labels were separated by `usual`, and which held only labels
/// outside the document's set until now, or not.
pub(super) fn run_goes_on(step: &Step, usual: Option<Before>, foreign: bool) -> f32 {
    let uneven = usual.is_some_and(|usual| usual != step.before);
    let mixes = foreign && step.slot.is_some();
    let repeats = match step.slot {
        Some(USER) if step.again => RUN_REPEATS.0,
        Some(_) if step.again => RUN_REPEATS.1,
        _ => 0.0,
    };
    RUN_GOES_ON + repeats + if uneven { RUN_UNEVEN } else { 0.0 } + if mixes { RUN_MIXES } else { 0.0 }
}

/// The cost of a document that ends in a message of `last`, within a run or not.
pub(super) fn ending(last: Option<u8>, in_run: bool, fence: State) -> f32 {
    let run = match last {
        _ if !in_run => 0.0,
        Some(USER) => RUN_UNANSWERED,
        _ => RUN_ENDS,
    };
    // A fence hides labels only when it closes.
    let hidden = if in_run && fence != State::Clear { HIDDEN } else { 0.0 };
    run - hidden - fence.left_open()
}
