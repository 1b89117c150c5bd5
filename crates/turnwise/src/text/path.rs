//! The best reading of all candidates at once: a best path over "begins a message" and "is part of one".
//!
//! Paths that are hopelessly behind are given up, so that where nothing is doubtful one path is left and a
//! candidate costs a few operations.

use super::{
    candidate::Before,
    cost::{self, Hypothesis, Step},
    fence::{Mark, State},
};

/// A reading: which candidates begin messages, and how sure each decision is.
#[derive(Debug, Clone, Default)]
pub(super) struct Reading {
    pub(super) score: f32,
    pub(super) kept: Vec<bool>,
    /// For each candidate, how much worse the best reading is that decides otherwise; at most [`BEAM`].
    pub(super) margins: Vec<f32>,
}

/// Paths this far behind the best are given up.
pub(super) const BEAM: f32 = 8.0;

/// And no more than this many are followed at once, so that time is linear: tags that never close make each
/// path differ from all others.
const MOST_PATHS: usize = 32;

/// Where a path is, between two candidates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    /// Whose message it is in.
    last: Option<u8>,
    run: Run,
    fence: State,
}

/// Whether a path is in a run of pasted labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Run {
    None,
    Of {
        /// Only labels outside the document's set so far.
        foreign: bool,
        /// What separates its labels, from the second on.
        separator: Option<Before>,
    },
}

#[derive(Debug, Clone, Copy)]
struct Node {
    place: Place,
    score: f32,
    /// The node before it, over all rows.
    before: u32,
    kept: bool,
}

/// One way on from a place.
struct Move {
    to: Place,
    cost: f32,
    kept: bool,
}

/// The ways on from `place` at `step`: to begin a message, to stay in one, to enter a run.
fn moves(hypothesis: Hypothesis, step: &Step, place: Place) -> [Option<Move>; 3] {
    let Place { last, run, fence } = place;
    let begin = step.slot.map(|slot| {
        let leaves = if run == Run::None { 0.0 } else { cost::RUN_ENDS };
        let to = Place { last: Some(slot), run: Run::None, fence: State::Clear };
        Move { to, cost: hypothesis.begins(step, slot, last, fence) + leaves, kept: true }
    });
    let [stay, enter] = match run {
        Run::None => {
            let (alone, first) = hypothesis.pasted(step, last, fence);
            let run = Run::Of { foreign: step.slot.is_none(), separator: None };
            [
                Some(Move { to: place, cost: alone, kept: false }),
                Some(Move { to: Place { run, ..place }, cost: first, kept: false }),
            ]
        }
        Run::Of { foreign, separator } => {
            let mixes = foreign && step.slot.is_some();
            let run = Run::Of { foreign: foreign && !mixes, separator: separator.or(Some(step.before)) };
            let cost = cost::run_goes_on(step, separator, foreign);
            [Some(Move { to: Place { run, ..place }, cost, kept: false }), None]
        }
    };
    [begin, stay, enter]
}

impl Place {
    fn past(self, mark: &Mark) -> Self {
        let fence = self.fence.after(mark.kind);
        // A run of pasted labels ends with the fence around it.
        let closes = self.fence != State::Clear && fence == State::Clear;
        Self { run: if closes { Run::None } else { self.run }, fence, ..self }
    }

    fn ending(self) -> f32 {
        cost::ending(self.last, self.run != Run::None, self.fence)
    }
}

/// The best path under `hypothesis`, or `None` where it scores less than `floor`.
pub(super) fn best(hypothesis: Hypothesis, steps: &[Step], fences: &[Mark], floor: f32) -> Option<Reading> {
    let mut search = Search::new(hypothesis, steps, fences);
    search.forward(floor).then(|| search.trace())
}

/// The best path under `hypothesis`, with its margins.
pub(super) fn with_margins(hypothesis: Hypothesis, steps: &[Step], fences: &[Mark]) -> Reading {
    let mut search = Search::new(hypothesis, steps, fences);
    search.forward(f32::NEG_INFINITY);
    Reading { margins: search.margins(), ..search.trace() }
}

struct Search<'a> {
    hypothesis: Hypothesis,
    steps: &'a [Step],
    fences: &'a [Mark],
    nodes: Vec<Node>,
    rows: Vec<Row>,
    /// Where the one path of the last row stands, if steps were skipped since.
    resumed: Option<Place>,
    /// What it costs the paths of the last row to end.
    endings: Vec<f32>,
}

/// The nodes after a step; steps that leave one path and no doubt have none.
#[derive(Debug, Clone, Copy)]
struct Row {
    /// The step, or none for the row before the first.
    step: Option<u32>,
    /// Where its nodes start.
    nodes: u32,
    /// How many fences came before.
    fences: u32,
    /// Where the one path of the row before stands after the steps that were skipped since.
    resumed: Option<Place>,
}

impl<'a> Search<'a> {
    fn new(hypothesis: Hypothesis, steps: &'a [Step], fences: &'a [Mark]) -> Self {
        let place = Place { last: None, run: Run::None, fence: State::Clear };
        let start = Node { place, score: hypothesis.prior(), before: 0, kept: false };
        let mut nodes = Vec::with_capacity(steps.len().saturating_mul(2));
        nodes.push(start);
        let rows = vec![Row { step: None, nodes: 0, fences: 0, resumed: None }];
        Self { hypothesis, steps, fences, nodes, rows, resumed: None, endings: Vec::new() }
    }

    /// Runs all paths to the end, unless even the best falls below `floor`.
    fn forward(&mut self, floor: f32) -> bool {
        let mut start = 0;
        let mut passed: usize = 0;
        for (at, step) in self.steps.iter().enumerate() {
            let marks = self.fences.get(passed..).unwrap_or_default();
            let marks = marks.iter().take_while(|mark| mark.is_before(step.at)).count();
            let upto = passed.saturating_add(marks);
            if self.skips(start, step, passed..upto) {
                passed = upto;
                continue;
            }
            let end = self.nodes.len();
            let mut best = f32::NEG_INFINITY;
            for index in start..end {
                best = f32::max(best, self.advance(index, end, step, passed..upto));
            }
            if best < floor {
                return false;
            }
            self.prune(end, best);
            let resumed = self.resumed.take();
            self.rows.push(Row { step: Some(at as u32), nodes: end as u32, fences: passed as u32, resumed });
            passed = upto;
            start = end;
        }
        self.finish(start, passed)
    }

    /// Whether one path is left and the step leaves no doubt: then it only says who speaks now. What else the
    /// step might be costs more than a path may be behind when the next one is as plain, and is not followed.
    fn skips(&mut self, start: usize, step: &Step, marks: std::ops::Range<usize>) -> bool {
        let Some([node]) = self.nodes.get(start..) else { return false };
        let place = self.resumed.unwrap_or(node.place);
        let plain = place.run == Run::None && step.is_plain(self.hypothesis.joiner, place.last);
        let marks = self.fences.get(marks).unwrap_or_default();
        let clear = plain && marks.iter().fold(place, Place::past).fence == State::Clear;
        if clear {
            self.resumed = Some(Place { last: step.slot, run: Run::None, fence: State::Clear });
        }
        clear
    }

    /// What it costs each path to end here, past the last fences.
    fn finish(&mut self, start: usize, passed: usize) -> bool {
        let marks = self.fences.get(passed..).unwrap_or_default();
        for node in self.nodes.get(start..).unwrap_or_default() {
            let place = marks.iter().fold(self.resumed.unwrap_or(node.place), Place::past);
            self.endings.push(place.ending());
        }
        true
    }

    /// Adds the nodes after `step` that node `index` leads to; gives the best score among them.
    fn advance(&mut self, index: usize, row: usize, step: &Step, marks: std::ops::Range<usize>) -> f32 {
        let Some(&Node { place, score, .. }) = self.nodes.get(index) else { return f32::NEG_INFINITY };
        let marks = self.fences.get(marks).unwrap_or_default();
        let place = marks.iter().fold(self.resumed.unwrap_or(place), Place::past);
        let mut best = f32::NEG_INFINITY;
        for way in moves(self.hypothesis, step, place).into_iter().flatten() {
            let score = score + way.cost;
            // No cost is above 0: what is behind here stays behind.
            if score < best - BEAM || score == f32::NEG_INFINITY {
                continue;
            }
            best = f32::max(best, score);
            let node = Node { place: way.to, score, before: index as u32, kept: way.kept };
            let same =
                self.nodes.get_mut(row..).unwrap_or_default().iter_mut().find(|other| other.place == way.to);
            match same {
                Some(other) if other.score >= score => {}
                Some(other) => *other = node,
                None => self.nodes.push(node),
            }
        }
        best
    }

    /// Gives up the paths of the last row that are far behind.
    fn prune(&mut self, row: usize, best: f32) {
        let mut kept = row;
        for index in row..self.nodes.len() {
            if let Some(&node) = self.nodes.get(index)
                && node.score >= best - BEAM
                && let Some(slot) = self.nodes.get_mut(kept)
            {
                *slot = node;
                kept = kept.saturating_add(1);
            }
        }
        self.nodes.truncate(kept);
        if let Some(last) = self.nodes.get_mut(row..).filter(|last| last.get(MOST_PATHS).is_some()) {
            last.sort_unstable_by(|a, b| b.score.total_cmp(&a.score));
            self.nodes.truncate(row.saturating_add(MOST_PATHS));
        }
    }

    fn last_row(&self) -> usize {
        self.rows.last().map_or(0, |row| row.nodes as usize)
    }

    fn trace(&self) -> Reading {
        let ends = self.nodes.iter().enumerate().skip(self.last_row()).zip(&self.endings);
        let ends = ends.map(|((index, node), ending)| (index, node.score + ending));
        let (mut index, score) = ends.max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or_default();
        let mut kept = vec![true; self.steps.len()];
        for row in self.rows.iter().rev() {
            let Some(node) = self.nodes.get(index) else { break };
            if let Some(keeps) = row.step.and_then(|step| kept.get_mut(step as usize)) {
                *keeps = node.kept;
            }
            index = node.before as usize;
        }
        Reading { score, kept, margins: Vec::new() }
    }

    /// Best scores from each node to the end, run backwards: a margin is the difference between the best path
    /// that keeps a candidate and the best that does not.
    fn margins(&self) -> Vec<f32> {
        let mut ahead = self.endings.clone();
        let mut margins = vec![BEAM; self.steps.len()];
        let mut end = self.nodes.len();
        for pair in self.rows.windows(2).rev() {
            let &[Row { nodes: start, .. }, row] = pair else { break };
            let Some((step, margin)) =
                row.step.and_then(|at| self.steps.get(at as usize).zip(margins.get_mut(at as usize)))
            else {
                break;
            };
            let next = row.nodes as usize;
            let targets = self.nodes.get(next..end).unwrap_or_default();
            let sources = self.nodes.get(start as usize..next).unwrap_or_default();
            let marks = self.fences.get(row.fences as usize..).unwrap_or_default();
            let marks = || marks.iter().take_while(|mark| mark.is_before(step.at));
            let (mut with, mut without) = (f32::NEG_INFINITY, f32::NEG_INFINITY);
            let mut before = Vec::with_capacity(sources.len());
            for source in sources {
                let place = marks().fold(row.resumed.unwrap_or(source.place), Place::past);
                let mut most = f32::NEG_INFINITY;
                for way in moves(self.hypothesis, step, place).into_iter().flatten() {
                    let Some(at) = targets.iter().position(|target| target.place == way.to) else { continue };
                    let rest = way.cost + ahead.get(at).copied().unwrap_or(f32::NEG_INFINITY);
                    most = f32::max(most, rest);
                    let total = if way.kept { &mut with } else { &mut without };
                    *total = f32::max(*total, source.score + rest);
                }
                before.push(most);
            }
            *margin = f32::min((with - without).abs(), BEAM);
            ahead = before;
            end = next;
        }
        margins
    }
}
