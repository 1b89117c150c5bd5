//! The best reading of all candidates at once: a best path over "begins a message" and "is part of one".
//!
//! Costs are logarithms of how likely a thing is, from counts over a few thousand real conversations: labels
//! follow the separator of their document (99%), roles alternate (99%), and label lines inside messages come in
//! runs, since people paste whole transcripts. No cue decides alone.

use super::{
    fence::{Mark, State},
    scan::{Before, Cue},
};

/// Slots of speakers: user, assistant, and those below.
const SLOTS: usize = 6;
/// The slot of the user, who pastes transcripts more often than others do.
pub(super) const USER: u8 = 0;
/// The slot of system and developer messages.
pub(super) const SYSTEM: u8 = 2;
/// The slot of tool messages, which may follow each other freely.
pub(super) const TOOL: u8 = 3;
/// The first of two slots of speakers whose side is open.
pub(super) const OPEN: u8 = 4;

/// What separates the messages of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Joiner {
    Line,
    Blank,
    Rule,
}

/// What a reading takes for granted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Hypothesis {
    pub(super) joiner: Joiner,
    pub(super) order: Order,
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

/// One candidate, as the path sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    /// Where its line starts.
    pub(super) at: usize,
    /// Who would speak; `None` for a label outside the set, which cannot begin a message.
    pub(super) slot: Option<u8>,
    /// How unlike the document's labels it is written.
    pub(super) mismatch: f32,
    /// How surprising it is to see this label inside a message, alone and at the start of a run.
    pub(super) foreign: (f32, f32),
    /// From 0 to 1: how much of a label of this document it is, so that its place tells anything.
    pub(super) weight: f32,
    pub(super) before: Before,
    pub(super) cue: Cue,
    /// It is the first label after the one that opens the document, and names another speaker.
    pub(super) second: bool,
}

/// A reading: which candidates begin messages, and how sure each decision is.
#[derive(Debug, Clone, Default)]
pub(super) struct Reading {
    pub(super) score: f32,
    pub(super) kept: Vec<bool>,
    /// For each candidate, how much worse the best reading is that decides otherwise.
    pub(super) margins: Vec<f32>,
}

/// Modes of a path: in a message (0), or in a run of pasted labels (1 to 6). Within a run, the labels are
/// separated by what separates its second from its first: not known yet (1, 4), lines (2, 5), blank lines
/// (3, 6). Runs in the first three hold labels of the document's own set, the others none so far.
const MODES: usize = 7;
const OWN_RUN: usize = 1;
const FOREIGN_RUN_MODE: usize = 4;
const SPEAKERS: usize = SLOTS + 1;
const STATES: usize = SPEAKERS * MODES * 2;
/// Margins need the whole table; beyond this many candidates they are left out, to bound memory.
const MOST_MARGINS: usize = 100_000;

/// ln 0.99 and the like, for the separator before a true boundary.
fn boundary(joiner: Joiner, step: &Step, order: Order) -> f32 {
    let before = step.before;
    let strict = match (joiner, before) {
        (_, Before::Start) => 0.0,
        (Joiner::Line, Before::Line) | (Joiner::Blank, Before::Blank) => -0.01,
        // People leave line ends at the end of what they paste; models do not.
        (Joiner::Line, Before::Blank) if step.slot == Some(USER) => -5.8,
        (Joiner::Line, Before::Blank) => -4.4,

        (Joiner::Blank, Before::Line) => if step.second { -8.5 } else { -5.2 },
        (Joiner::Rule, Before::Rule) => -0.05,
        (Joiner::Rule, Before::Blank) => -0.7,
        (Joiner::Rule, Before::Line) => -4.6,
        (_, Before::Rule) => -5.0,
    };
    let least = if step.second { -4.0 } else { -2.0 };
    if order == Order::Strict { strict } else { f32::max(strict, least) }
}

/// The same for the first message, which a preamble may precede.
fn opening(before: Before) -> f32 {
    match before {
        Before::Start => 0.0,
        Before::Blank | Before::Rule => -0.5,
        Before::Line => -1.5,
    }
}

/// How well a label line inside a message fits its place: 77% follow a blank line, 81% repeat the role of the
/// message they are in, and what is pasted is announced.
fn pasted(joiner: Joiner, step: &Step, last: Option<u8>, open: bool) -> f32 {
    if open {
        return HIDDEN;
    }
    // It is separated just as the messages are.
    let alike = matches!(
        (joiner, step.before),
        (Joiner::Line, Before::Line) | (Joiner::Blank, Before::Blank) | (Joiner::Rule, Before::Rule)
    );
    let separator = match (joiner, step.before) {
        (_, Before::Start) => 0.0,
        (Joiner::Line, Before::Blank) | (Joiner::Rule, Before::Blank | Before::Line) => -0.3,
        (Joiner::Blank, Before::Line) => -0.5,
        (_, Before::Rule) => -2.0,
        _ => -1.3,
    };
    let cue = match step.cue {
        Cue::Colon => 2.5,
        Cue::Question if last == Some(USER) => 1.5,
        Cue::Question => 0.0,
        Cue::None if alike => -1.0,
        Cue::None => 0.0,
    };
    let speaker = match last {
        Some(USER) => 1.0,
        _ if alike => -3.0,
        _ => 0.0,
    };
    separator + cue + speaker
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

const ALONE: f32 = -5.4;
const RUN: f32 = -5.7;
const FOREIGN_ALONE: f32 = -3.0;
const FOREIGN_RUN: f32 = -4.0;
const RUN_GOES_ON: f32 = -0.04;
/// A pasted transcript of other labels turns out to use one of the document's own.
const RUN_MIXES: f32 = -2.5;
/// What an open fence speaks for labels that are not meant.
const HIDDEN: f32 = 2.5;
const RUN_UNANSWERED: f32 = -2.5;
const RUN_ENDS: f32 = -0.7;

/// The cost of joining messages in this way, and in this order, before anything is read.
fn prior(hypothesis: Hypothesis) -> f32 {
    let joiner = match hypothesis.joiner {
        Joiner::Line => 0.0,
        Joiner::Blank | Joiner::Rule => -1.0,
    };
    joiner + hypothesis.order.costs().0
}

/// The cost of `next` speaking after `last`.
fn turn(last: Option<u8>, next: u8, order: Order) -> f32 {
    match last {
        None => 0.0,
        Some(last) if last == next && next == TOOL => f32::max(order.costs().1, -1.0),
        // Agents report step after step; users wait for an answer.
        Some(USER) if next == USER => f32::min(order.costs().1, -1.4),
        Some(last) if last == next => order.costs().1,
        Some(_) if next == SYSTEM => -2.5,
        Some(_) => 0.0,
    }
}

#[derive(Clone, Copy)]
struct Cell {
    score: f32,
    fence: State,
    /// The state right after the last step: fences passed since may have changed it.
    from: u8,
}

const NOWHERE: Cell = Cell { score: f32::NEG_INFINITY, fence: State::Clear, from: 0 };

/// State number of a speaker, a mode and an open fence.
fn index(speaker: usize, mode: usize, open: bool) -> usize {
    speaker.saturating_mul(MODES).saturating_add(mode).saturating_mul(2).saturating_add(usize::from(open))
}

fn parts(state: usize) -> (Option<u8>, usize) {
    let pair = state / 2;
    let speaker = pair / MODES;
    (u8::try_from(speaker).ok().and_then(|s| s.checked_sub(1)), pair % MODES)
}

/// One way on from a state: where to, at what cost, and whether the candidate begins a message.
struct Move {
    state: usize,
    cost: f32,
    kept: bool,
    fence: State,
}

/// The mode and the cost of one more label in a run.
fn goes_on(mode: usize, step: &Step) -> (usize, f32) {
    let separator = if step.before == Before::Line { 1 } else { 2 };
    let foreign = mode >= FOREIGN_RUN_MODE;
    let mixes = foreign && step.slot.is_some();
    let first = if foreign { FOREIGN_RUN_MODE } else { OWN_RUN };
    let usual = mode.saturating_sub(first);
    let start = if mixes { OWN_RUN } else { first };
    let uneven = usual != 0 && usual != separator;
    let kind = if usual == 0 { separator } else { usual };
    let cost = RUN_GOES_ON + if uneven { -0.9 } else { 0.0 } + if mixes { RUN_MIXES } else { 0.0 };
    (start.saturating_add(kind), cost)
}

/// The ways on from `state` at `step`.
fn moves(hypothesis: Hypothesis, step: &Step, state: usize, fence: State) -> impl Iterator<Item = Move> {
    let (last, mode) = parts(state);
    let open = fence != State::Clear;
    let speaker = last.map_or(0, |last| usize::from(last).saturating_add(1));
    let keep = step.slot.map(|slot| {
        let place = match last {
            None => opening(step.before),
            Some(_) => boundary(hypothesis.joiner, step, hypothesis.order),
        };
        let mut cost = place + turn(last, slot, hypothesis.order) - step.mismatch - fence.left_open();
        if mode > 0 {
            cost += RUN_ENDS;
        }
        Move { state: index(usize::from(slot).saturating_add(1), 0, false), cost, kept: true, fence: State::Clear }
    });
    let place = step.weight * pasted(hypothesis.joiner, step, last, open);
    let (role_alone, role_run) = if open { (0.0, 0.0) } else { pasted_role(step.slot, last) };
    // Few documents open with a label that is none, or go on with one.
    let place = match step {
        Step { before: Before::Start, .. } => place - 4.0,
        Step { second: true, .. } if !open => place - 2.0,
        _ => place,
    };
    let alone = f32::min(step.foreign.0 + place + step.weight * role_alone, 0.0);
    let run_cost = f32::min(step.foreign.1 + place + step.weight * role_run, 0.0);
    let drops = if mode == 0 {
        let run = if step.slot.is_none() { FOREIGN_RUN_MODE } else { OWN_RUN };
        [
            Some(Move { state: index(speaker, 0, open), cost: alone, kept: false, fence }),
            Some(Move { state: index(speaker, run, open), cost: run_cost, kept: false, fence }),
        ]
    } else {
        let (mode, cost) = goes_on(mode, step);
        [Some(Move { state: index(speaker, mode, open), cost, kept: false, fence }), None]
    };
    keep.into_iter().chain(drops.into_iter().flatten())
}

/// A label this unlike the others does not belong to them at all.
pub(super) const OTHER_STYLE: f32 = 5.0;

/// Costs of seeing a label inside a message: one of the document's own set, or a listed one outside it.
/// Only labels that are written alike make up a run.
pub(super) fn surprise(own: bool, mismatch: f32) -> (f32, f32) {
    let (alone, run) = if own { (ALONE, RUN) } else { (FOREIGN_ALONE, FOREIGN_RUN) };
    if mismatch >= OTHER_STYLE {
        return (-0.1, f32::NEG_INFINITY);
    }
    (f32::min(alone + mismatch, -0.1), f32::min(run + mismatch, -0.6))
}

/// The score of the best path under `hypothesis`, and the path.
pub(super) fn best(hypothesis: Hypothesis, steps: &[Step], fences: &[Mark]) -> Reading {
    let mut table = Table::new(hypothesis, steps, fences);
    table.forward();
    table.trace()
}

/// The margins of a reading that [`best`] gave.
pub(super) fn with_margins(hypothesis: Hypothesis, steps: &[Step], fences: &[Mark]) -> Reading {
    let mut table = Table::new(hypothesis, steps, fences);
    table.forward();
    let mut reading = table.trace();
    if steps.len() <= MOST_MARGINS {
        reading.margins = table.margins();
    }
    reading
}

struct Table<'a> {
    hypothesis: Hypothesis,
    steps: &'a [Step],
    fences: &'a [Mark],
    /// Cells before each step, fences passed, and after the last.
    cells: Vec<[Cell; STATES]>,
    /// For each step and state: the state before, doubled, plus one where the step was kept.
    back: Vec<[u8; STATES]>,
    /// Only the last row of cells is needed where no margins are asked for.
    now: [Cell; STATES],
}

impl<'a> Table<'a> {
    fn new(hypothesis: Hypothesis, steps: &'a [Step], fences: &'a [Mark]) -> Self {
        let mut now = [NOWHERE; STATES];
        if let Some(start) = now.first_mut() {
            *start = Cell { score: prior(hypothesis), ..NOWHERE };
        }
        Self { hypothesis, steps, fences, cells: Vec::new(), back: Vec::new(), now }
    }

    fn forward(&mut self) {
        let mut marks = self.fences.iter().peekable();
        for step in self.steps {
            let mut passed = self.now;
            while let Some(mark) = marks.next_if(|mark| mark.at < step.at) {
                passed = pass(&passed, mark);
            }
            if self.steps.len() <= MOST_MARGINS {
                self.cells.push(passed);
            }
            let (next, back) = advance(self.hypothesis, step, &passed);
            self.back.push(back);
            self.now = next;
        }
        for mark in marks {
            self.now = pass(&self.now, mark);
        }
    }

    /// The state after the last step and the score of every path that reaches the end.
    fn ends(&self) -> impl Iterator<Item = (usize, f32)> {
        self.now.iter().enumerate().map(|(state, cell)| (usize::from(cell.from), cell.score + ending(state, cell.fence)))
    }

    fn trace(&self) -> Reading {
        let end = self.ends().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or_default();
        let mut kept = vec![false; self.steps.len()];
        let mut state = end.0;
        for (row, keeps) in self.back.iter().zip(kept.iter_mut()).rev() {
            let entry = row.get(state).copied().unwrap_or_default();
            *keeps = entry & 1 == 1;
            state = usize::from(entry >> 1);
        }
        Reading { score: end.1, kept, margins: Vec::new() }
    }

    /// Best scores from each cell to the end, run backwards; a margin is the difference between the best
    /// path that keeps a candidate and the best that does not.
    fn margins(&self) -> Vec<f32> {
        let mut ahead: [f32; STATES] = [f32::NEG_INFINITY; STATES];
        for (state, cell) in self.now.iter().enumerate().filter(|(_, cell)| cell.score > f32::NEG_INFINITY) {
            if let Some(slot) = ahead.get_mut(usize::from(cell.from)) {
                *slot = f32::max(*slot, ending(state, cell.fence));
            }
        }
        let mut margins = vec![0.0; self.steps.len()];
        let rows = self.steps.iter().zip(&self.cells).zip(margins.iter_mut()).rev();
        for ((step, cells), margin) in rows {
            let mut before = [f32::NEG_INFINITY; STATES];
            let (mut with, mut without) = (f32::NEG_INFINITY, f32::NEG_INFINITY);
            for (state, cell) in cells.iter().enumerate() {
                if cell.score == f32::NEG_INFINITY {
                    continue;
                }
                let Some(slot) = before.get_mut(usize::from(cell.from)) else { continue };
                for next in moves(self.hypothesis, step, state, cell.fence) {
                    let rest = next.cost + ahead.get(next.state).copied().unwrap_or(f32::NEG_INFINITY);
                    *slot = f32::max(*slot, rest);
                    let total = cell.score + rest;
                    if next.kept {
                        with = f32::max(with, total);
                    } else {
                        without = f32::max(without, total);
                    }
                }
            }
            *margin = (with - without).abs();
            ahead = before;
        }
        margins
    }
}

/// The cost of a document that ends in this state: what is pasted is normally answered.
fn ending(state: usize, fence: State) -> f32 {
    let (last, mode) = parts(state);
    let run = match last {
        _ if mode == 0 => 0.0,
        Some(USER) => RUN_UNANSWERED,
        _ => RUN_ENDS,
    };
    // A fence hides labels only when it closes.
    let hidden = if mode > 0 && fence != State::Clear { HIDDEN } else { 0.0 };
    run - hidden - fence.left_open()
}

/// Takes every path past a fence.
fn pass(cells: &[Cell; STATES], mark: &Mark) -> [Cell; STATES] {
    let mut next = [NOWHERE; STATES];
    for (state, cell) in cells.iter().enumerate().filter(|(_, cell)| cell.score > f32::NEG_INFINITY) {
        let fence = cell.fence.after(mark.kind);
        let open = fence != State::Clear;
        // A run of pasted labels ends with the fence around it.
        let closes = cell.fence != State::Clear && !open;
        let (last, mode) = parts(state);
        let speaker = last.map_or(0, |last| usize::from(last).saturating_add(1));
        let state = index(speaker, if closes { 0 } else { mode }, open);
        improve(&mut next, state, Cell { fence, ..*cell });
    }
    next
}

fn improve(cells: &mut [Cell; STATES], state: usize, cell: Cell) -> bool {
    match cells.get_mut(state) {
        Some(slot) if cell.score > slot.score => {
            *slot = cell;
            true
        }
        _ => false,
    }
}

fn advance(hypothesis: Hypothesis, step: &Step, cells: &[Cell; STATES]) -> ([Cell; STATES], [u8; STATES]) {
    let mut next = [NOWHERE; STATES];
    let mut back = [0_u8; STATES];
    for (state, cell) in cells.iter().enumerate().filter(|(_, cell)| cell.score > f32::NEG_INFINITY) {
        for way in moves(hypothesis, step, state, cell.fence) {
            let from = u8::try_from(way.state).unwrap_or_default();
            let better = improve(&mut next, way.state, Cell { score: cell.score + way.cost, fence: way.fence, from });
            if better && let Some(entry) = back.get_mut(way.state) {
                *entry = cell.from.wrapping_shl(1) | u8::from(way.kept);
            }
        }
    }
    (next, back)
}
