//! The decision, by the whole document: which style, which labels and which separator explain it best.
//!
//! 1. The *primary style* is the one in which listed labels cover the document.
//! 2. The *set* of labels is searched: a word that only pasted text uses is better left out.
//! 3. For each set, the best path of [`path`] says which candidates begin messages.
//!
//! Documents without listed labels are read by [`speakers`].

use super::{
    fence::State,
    label::{Party, Strength},
    cost::{self, Hypothesis, Joiner, OPEN, Order, SYSTEM, Step, TOOL},
    path::{self, Reading},
    scan::{Before, Candidate, Follow, Scan, Word, Words, scan},
    speakers,
    style::{Case, Colon, Style, Wrap},
};
use crate::{model::Role, parse::Parser};

/// What was decided about a document.
#[derive(Debug, Clone, Default)]
pub(super) struct Decision {
    pub(super) joiner: Joiner,
    /// The candidates that begin messages, in order, with how sure that is (from 0 to 1).
    pub(super) kept: Vec<(usize, f32)>,
    /// Candidates whose decision another reading would turn round at little cost.
    pub(super) doubtful: Vec<Doubt>,
    /// Roles found for words by other means than the table, or left open against it.
    pub(super) assumed: Vec<(u32, Option<Role>)>,
    /// Words read as speakers though no table lists them.
    pub(super) unlisted: Vec<u32>,
    pub(super) confidence: f32,
}

/// A decision that could as well have been the other one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Doubt {
    pub(super) candidate: usize,
    pub(super) kept: bool,
}

/// A decision is doubtful when turning it round costs less than this (a factor of ninety in likelihood).
const DOUBTFUL: f32 = 4.5;
/// Candidates times sets that are tried at most, so that a long document of many labels takes no longer.
const MOST_WORK: usize = 100_000;
/// The cost of a document in which only one side speaks.
const ONE_SIDED: f32 = 4.0;
/// The margin given to decisions that no cue speaks against.
const PLAIN: f32 = 7.0;

/// Decides, or finds that the text is no transcript.
///
/// Listed labels of both sides settle most documents; only where a side is missing are all words looked at.
pub(super) fn infer<'a>(parser: &'a Parser, text: &'a str) -> (Scan<'a>, Option<Decision>) {
    let listed_only = scan(parser, text, Words::Listed);
    if parser.strict {
        let decision = strict(&listed_only);
        return (listed_only, decision);
    }
    if let Some(primary) = Primary::find(&listed_only)
        && let Some(set) = primary.labels(&listed_only).filter(|set| two_sided(&listed_only, set))
    {
        let decision = by_labels(&listed_only, primary, &set);
        if decision.as_ref().is_some_and(|found| stands(&listed_only, found)) {
            return (listed_only, decision);
        }
    }
    let all = scan(parser, text, Words::All);
    let listed = Primary::find(&all).and_then(|primary| one_sided(&all, primary));
    let decision = listed.filter(|found| stands(&all, found)).or_else(|| speakers::dialogue(&all));
    (all, decision)
}

/// Whether a set has words of the user and of the assistant.
fn two_sided(scan: &Scan<'_>, set: &[u32]) -> bool {
    let says = |party: Party| set.iter().any(|&word| scan.word_at(word).label.party == party);
    says(Party::User) && says(Party::Assistant)
}

/// A reading in which at most one side has listed labels; who answers has none.
fn one_sided(scan: &Scan<'_>, primary: Primary) -> Option<Decision> {
    let set = primary.labels(scan)?;
    let partners = if two_sided(scan, &set) { None } else { speakers::partners(scan, &primary.one_side(scan, &set)) };
    partners.or_else(|| by_labels(scan, primary, &set))
}

/// Every listed label at a line start, with no inference.
fn strict(scan: &Scan<'_>) -> Option<Decision> {
    let listed = |candidate: &Candidate| {
        !candidate.escaped && scan.word(candidate).label.strength == Strength::Strong
    };
    let kept: Vec<_> = scan.candidates.iter().enumerate().filter(|(_, c)| listed(c)).map(|(i, _)| (i, 1.0)).collect();
    (!kept.is_empty()).then_some(Decision { kept, confidence: 1.0, ..Decision::default() })
}

/// Whether a one-sided reading is more than a word before a colon in prose.
fn stands(scan: &Scan<'_>, decision: &Decision) -> bool {
    let kept = || decision.kept.iter().filter_map(|&(index, _)| scan.candidates.get(index));
    let opens = kept().next().is_some_and(|first| first.before == Before::Start);
    let strong = kept().any(|c| scan.word(c).label.strength == Strength::Strong);
    both_sides(scan, decision) || (strong && opens) || decision.kept.len() >= 3
}

fn both_sides(scan: &Scan<'_>, decision: &Decision) -> bool {
    let says = |party: Party| {
        decision.kept.iter().filter_map(|&(index, _)| scan.candidates.get(index)).any(|c| {
            let assumed = decision.assumed.iter().find(|(word, _)| *word == c.word);
            match assumed {
                Some((_, role)) => party.role() == *role,
                None => scan.word(c).label.party == party,
            }
        })
    };
    says(Party::User) && says(Party::Assistant)
}

/// The best reading with the listed labels of a set.
fn by_labels(scan: &Scan<'_>, primary: Primary, set: &[u32]) -> Option<Decision> {
    let slots = slots(scan, set);
    if let Some(plain) = primary.plain(scan, &slots) {
        return Some(plain);
    }
    let mut search = Search { scan, primary, tried: Vec::new(), floor: f32::NEG_INFINITY };
    let mut best = search.evaluate(set)?;
    if two_sided(scan, set) {
        for smaller in search.subsets(set) {
            if let Some(found) = search.evaluate(&smaller)
                && found.total > best.total
            {
                best = found;
            }
        }
    }
    search.decide(best)
}

/// The slot of each word, for those in a set.
fn slots(scan: &Scan<'_>, set: &[u32]) -> Vec<Option<u8>> {
    let own = |index: u32| set.binary_search(&index).is_ok();
    scan.words.iter().zip(0_u32..).map(|(word, index)| own(index).then(|| slot(word.label.party, index))).collect()
}

/// The style of the document's labels.
struct Primary {
    style: Style,
    follow: Follow,
    /// How unlike it each style of the document is, and the case of each word.
    distances: Vec<f32>,
    cases: Vec<f32>,
}

impl Primary {
    fn find(scan: &Scan<'_>) -> Option<Self> {
        let any_strong = scan.words.iter().any(|word| word.label.strength == Strength::Strong);
        let least = if any_strong { Strength::Strong } else { Strength::Weak };
        let length = scan.text.len().max(1) as f32;
        let parties: Vec<Party> = scan.words.iter().map(|word| word.label.party).collect();
        let mut tallies: Vec<Tally> = vec![Tally::default(); scan.styles.len()];
        for (_, candidate) in scan.listed(least) {
            let Some(tally) = tallies.get_mut(usize::from(candidate.style)) else { continue };
            let party = parties.get(candidate.word as usize);
            tally.first.get_or_insert(candidate.line);
            tally.opens |= candidate.before == Before::Start;
            tally.user |= party == Some(&Party::User);
            tally.assistant |= party == Some(&Party::Assistant);
            tally.count += 1.0;
        }
        let score = |tally: &Tally| {
            let first = tally.first? as f32;
            let sides = f32::from(u8::from(tally.user)) + f32::from(u8::from(tally.assistant));
            let opens = if tally.opens { 3.0 } else { 0.0 };
            Some(opens + 2.0 * sides + 3.0 * (1.0 - first / length) + 0.5 * f32::min(tally.count, 4.0))
        };
        let scored = tallies.iter().enumerate().filter_map(|(index, tally)| Some((index, score(tally)?)));
        let (index, _) = scored.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
        let style = scan.styles.get(index).copied()?;
        let of_style = || scan.listed(least).filter(|(_, c)| usize::from(c.style) == index).map(|(_, c)| c);
        let mut cases: Vec<(Case, u32)> = Vec::new();
        for word in of_style().map(|c| c.word).fold(vec![0_u32; scan.words.len()], tally).into_iter().zip(&scan.words) {
            cases.push((word.1.case, word.0));
        }
        let plain = |case: Case| !matches!(case, Case::None | Case::Initials);
        let case = heaviest(cases.iter().copied().filter(|&(case, _)| plain(case)));
        let case = case.or_else(|| heaviest(cases.iter().copied()));
        // The label that opens a document is the least likely to be somebody's words; instructions before
        // it may well stand on lines of their own.
        let opener = of_style().find(|c| scan.word(c).label.party != Party::System && c.follow != Follow::End);
        let follow = opener.filter(|c| c.before == Before::Start).map(|c| c.follow);
        let follow = follow.or_else(|| most(of_style().map(|c| c.follow).filter(|&follow| follow != Follow::End)));
        let case = case.unwrap_or_default();
        let distances = scan.styles.iter().map(|other| other.distance(style)).collect();
        // Only beside a label of the same party that is written as most are is another case odd.
        let usual: Vec<Party> =
            of_style().map(|c| scan.word(c)).filter(|word| word.case.goes_with(case)).map(|word| word.label.party).collect();
        let odd = |word: &Word<'_>| !word.case.goes_with(case) && usual.contains(&word.label.party);
        let other_case = |word: &Word<'_>| if odd(word) { 4.0 } else { 0.0 };
        let cases = scan.words.iter().map(other_case).collect();
        Some(Self { style, follow: follow.unwrap_or(Follow::Blank), distances, cases })
    }

    /// How unlike the primary style a candidate is.
    fn mismatch(&self, candidate: &Candidate) -> f32 {
        let style = self.distances.get(usize::from(candidate.style)).copied().unwrap_or_default();
        let case = self.cases.get(candidate.word as usize).copied().unwrap_or_default();
        let follow = match (self.follow, candidate.follow) {
            (own, other) if own == other => 0.0,
            (_, Follow::End) => 0.0,
            (Follow::Line | Follow::BlankLine, Follow::Line | Follow::BlankLine) => 0.5,
            (_, Follow::Line | Follow::BlankLine) => 2.0,
            _ => 3.0,
        };
        style + case + follow
    }

    /// The listed words that this style uses: the strong ones, and the weak ones where those leave a side open.
    fn labels(&self, scan: &Scan<'_>) -> Option<Vec<u32>> {
        let mut nearest = vec![f32::INFINITY; scan.words.len()];
        for (_, candidate) in scan.listed(Strength::Weak) {
            if let Some(nearest) = nearest.get_mut(candidate.word as usize) {
                *nearest = f32::min(*nearest, self.mismatch(candidate));
            }
        }
        let near = |least: Strength| -> Vec<u32> {
            let words = scan.words.iter().zip(&nearest).zip(0_u32..);
            let near = words.filter(|((word, nearest), _)| word.label.strength >= least && **nearest < 7.0);
            near.map(|(_, index)| index).collect()
        };
        let strong = near(Strength::Strong);
        let party = |words: &[u32], party: Party| words.iter().any(|&w| scan.word_at(w).label.party == party);
        if party(&strong, Party::User) && party(&strong, Party::Assistant) {
            return Some(strong);
        }
        let mut all = near(Strength::Weak);
        all.retain(|&word| strong.contains(&word) || weak_fits(scan, word, &strong));
        let repeats = all.iter().any(|&word| scan.word_at(word).count > 1);
        let decorated = self.style.tells() || self.style.wrap != Wrap::None;
        let opens = scan.candidates.first().is_some_and(|c| c.before == Before::Start && all.contains(&c.word));
        let headings = all.iter().any(|&word| scan.word_at(word).label.heading);
        let pair = opens && !headings && two_sided(scan, &all);
        let supported = !strong.is_empty() || (all.len() > 1 && (repeats || decorated || pair));
        (supported && !all.is_empty()).then_some(all)
    }

    /// The reading of a document in which every listed label fits and nothing speaks against any: of most
    /// documents, so that these cost no search.
    fn plain(&self, scan: &Scan<'_>, slots: &[Option<u8>]) -> Option<Decision> {
        let [first, second, ..] = scan.candidates.as_slice() else { return None };
        let joiner = match second.before {
            Before::Line => Joiner::Line,
            Before::Blank => Joiner::Blank,
            _ => return None,
        };
        let mut last = None;
        let mut marks = scan.fences.iter().peekable();
        let mut fence = State::Clear;
        let fits = scan.candidates.iter().enumerate().all(|(index, candidate)| {
            while let Some(mark) = marks.next_if(|mark| mark.at < candidate.line) {
                fence = fence.after(mark.kind);
            }
            let slot = slots.get(candidate.word as usize).copied().flatten();
            let speaks = slot.is_some_and(|slot| slot < SYSTEM || (slot == SYSTEM && index == 0)) && slot != last;
            let placed = index == 0 || joiner.is(candidate.before, slot);
            last = slot;
            speaks && placed && fence == State::Clear && !candidate.escaped && self.mismatch(candidate) == 0.0
        });
        let confidence = sure(PLAIN);
        let kept: Vec<(usize, f32)> = (0..scan.candidates.len()).map(|index| (index, confidence)).collect();
        let joiner = self.joiner(scan, joiner, &kept);
        (fits && first.before != Before::Line).then_some(Decision { joiner, kept, confidence, ..Decision::default() })
    }

    /// One boundary alone does not show how a document joins its messages. Labels in the running text are
    /// joined by a line end unless more is seen, so that a blank line stays what somebody wrote.
    fn joiner(&self, scan: &Scan<'_>, found: Joiner, kept: &[(usize, f32)]) -> Joiner {
        let inline = self.style.wrap == Wrap::None
            && self.style.colon != Colon::None
            && !matches!(self.follow, Follow::Line | Follow::BlankLine);
        let opens = scan.text.starts_with(['\n', '\r']);
        let shown = kept.len() != 2 || !inline || opens || self.style.tells();
        if found == Joiner::Blank && !shown { Joiner::Line } else { found }
    }

    /// Every label of a set that names one party only.
    fn one_side(&self, scan: &Scan<'_>, set: &[u32]) -> Decision {
        let own = |candidate: &Candidate| {
            set.binary_search(&candidate.word).is_ok() && self.mismatch(candidate) < cost::OTHER_STYLE
        };
        let kept = scan.listed(Strength::Weak).filter(|(_, c)| own(c)).map(|(index, _)| (index, 1.0)).collect();
        Decision { kept, ..Decision::default() }
    }
}

/// Whether a weak word may be a label here. A letter alone is one only beside its partner (`Q` and `A`);
/// a word with a name (`Agent Smith`) only where no bare word names the same party.
fn weak_fits(scan: &Scan<'_>, word: u32, strong: &[u32]) -> bool {
    let label = &scan.word_at(word).label;
    if label.word.chars().count() == 1 {
        let partner = label.party.other_side();
        let letters = scan.words.iter().filter(|other| other.label.strength == Strength::Weak);
        return letters.filter(|other| other.label.word.chars().count() == 1).any(|other| Some(other.label.party) == partner);
    }
    let taken = strong.iter().any(|&other| scan.word_at(other).label.party == label.party);
    !(taken && label.name.is_none())
}

#[derive(Clone, Default)]
struct Tally {
    first: Option<usize>,
    opens: bool,
    user: bool,
    assistant: bool,
    count: f32,
}

/// Counts one more of `index`.
fn tally(mut counts: Vec<u32>, index: u32) -> Vec<u32> {
    if let Some(count) = counts.get_mut(index as usize) {
        *count = count.saturating_add(1);
    }
    counts
}

/// The case that most candidates have, given how many each word has.
fn heaviest(cases: impl Iterator<Item = (Case, u32)>) -> Option<Case> {
    let mut sums: Vec<(Case, u32)> = Vec::new();
    for (case, count) in cases.filter(|&(_, count)| count > 0) {
        match sums.iter_mut().find(|(other, _)| *other == case) {
            Some((_, sum)) => *sum = sum.saturating_add(count),
            None => sums.push((case, count)),
        }
    }
    sums.iter().rev().max_by_key(|(_, sum)| *sum).map(|&(case, _)| case)
}

/// The most frequent item, the first of several.
pub(super) fn most<T: PartialEq + Copy>(items: impl Iterator<Item = T>) -> Option<T> {
    let mut counts: Vec<(T, usize)> = Vec::new();
    for item in items {
        match counts.iter_mut().find(|(other, _)| *other == item) {
            Some((_, count)) => *count = count.saturating_add(1),
            None => counts.push((item, 1)),
        }
    }
    let top = counts.iter().map(|&(_, count)| count).max()?;
    counts.iter().find(|&&(_, count)| count == top).map(|&(item, _)| item)
}

/// A set that was tried, and how well it explains the document.
struct Evaluated {
    hypothesis: Hypothesis,
    steps: Vec<Step>,
    /// The candidate of each step.
    of: Vec<usize>,
    reading: Reading,
    total: f32,
}

struct Search<'s, 'a> {
    scan: &'s Scan<'a>,
    primary: Primary,
    /// What every reading keeps, for the margins between readings.
    tried: Vec<(f32, Vec<usize>)>,
    /// Readings below this are neither the best nor cast doubt on it.
    floor: f32,
}

impl Search<'_, '_> {
    fn evaluate(&mut self, set: &[u32]) -> Option<Evaluated> {
        let (of, steps) = self.steps(set);
        let mut best: Option<(Hypothesis, Reading, f32)> = None;
        for hypothesis in hypotheses(&steps) {
            if hypothesis.prior() < self.floor {
                continue;
            }
            let Some(reading) = path::best(hypothesis, &steps, &self.scan.fences, self.floor) else { continue };
            let total = reading.score - self.set_cost(&of, &reading);
            let kept = reading.kept.iter().zip(&of).filter(|(kept, _)| **kept).map(|(_, &index)| index).collect();
            self.tried.push((total, kept));
            self.floor = f32::max(self.floor, total - DOUBTFUL);
            if best.as_ref().is_none_or(|(_, _, other)| total > *other) {
                best = Some((hypothesis, reading, total));
            }
        }
        let (hypothesis, reading, total) = best?;
        Some(Evaluated { hypothesis, steps, of, reading, total })
    }

    /// Listed candidates as the path sees them, with the index of each.
    fn steps(&self, set: &[u32]) -> (Vec<usize>, Vec<Step>) {
        let scan = self.scan;
        let slots = slots(scan, set);
        let steps = scan.listed(Strength::Weak).map(|(index, candidate)| {
            let step = Step {
                at: candidate.line,
                slot: slots.get(candidate.word as usize).copied().flatten(),
                mismatch: self.primary.mismatch(candidate),
                weak: scan.word(candidate).label.strength == Strength::Weak,
                before: candidate.before,
                cue: candidate.cue,
                second: false,
                again: false,
            };
            (index, step)
        });
        let (of, mut steps): (Vec<usize>, Vec<Step>) = steps.unzip();
        let mut last = None;
        for step in &mut steps {
            step.again = step.slot.is_some() && step.slot == last;
            last = step.slot;
        }
        if let [first, second, ..] = steps.as_mut_slice() {
            second.second = second.slot.is_some() && second.mismatch == 0.0 && second.slot != first.slot;
        }
        (of, steps)
    }

    /// What it costs to suppose that the document uses these labels: one pair is usual.
    fn set_cost(&self, of: &[usize], reading: &Reading) -> f32 {
        let mut words: Vec<u32> = Vec::new();
        let kept = reading.kept.iter().zip(of).filter(|(kept, _)| **kept);
        for candidate in kept.filter_map(|(_, &index)| self.scan.candidates.get(index)) {
            if !words.contains(&candidate.word) && words.len() < 64 {
                words.push(candidate.word);
            }
        }
        let mut parties: Vec<Party> = Vec::new();
        let mut cost = 0.0;
        for &word in &words {
            let label = &self.scan.word_at(word).label;
            let again = parties.contains(&label.party) && label.name.is_none();
            cost += if again { 3.0 } else { 0.0 };
            cost += match label.party {
                Party::User | Party::Assistant | Party::Open => 0.0,
                _ => 1.0,
            };
            parties.push(label.party);
        }
        let one_sided = !(parties.contains(&Party::User) && parties.contains(&Party::Assistant));
        if one_sided { cost + ONE_SIDED } else { cost }
    }

    /// Smaller sets that may explain the document better, since some words belong to pasted text only: every
    /// pair of a word of the user and one of the assistant, with or without the other parties' words.
    fn subsets(&self, set: &[u32]) -> Vec<Vec<u32>> {
        const MOST: usize = 3;
        let of = |party: Party| {
            let mut words: Vec<u32> =
                set.iter().copied().filter(|&word| self.scan.word_at(word).label.party == party).collect();
            words.sort_by_key(|&word| std::cmp::Reverse(self.scan.word_at(word).count));
            words.truncate(MOST);
            words
        };
        let (users, assistants) = (of(Party::User), of(Party::Assistant));
        let sided = |word: &u32| users.contains(word) || assistants.contains(word);
        let others: Vec<u32> = set.iter().copied().filter(|word| !sided(word)).collect();
        let mut sets: Vec<Vec<u32>> = Vec::new();
        for &user in &users {
            for &assistant in &assistants {
                sets.push(vec![user, assistant]);
                if !others.is_empty() {
                    sets.push([&[user, assistant], others.as_slice()].concat());
                }
            }
        }
        for &word in set {
            sets.push(set.iter().copied().filter(|&other| other != word).collect::<Vec<u32>>());
        }
        for set in &mut sets {
            set.sort_unstable();
        }
        sets.sort_unstable();
        sets.dedup();
        sets.retain(|subset| subset.len() < set.len() && two_sided(self.scan, subset));
        sets.truncate(MOST_WORK.checked_div(self.scan.candidates.len()).unwrap_or_default().clamp(2, 24));
        sets
    }

    fn decide(&self, best: Evaluated) -> Option<Decision> {
        let reading = path::with_margins(best.hypothesis, &best.steps, &self.scan.fences);
        let Reading { mut margins, kept: decided, .. } = reading;
        for (total, kept) in &self.tried {
            weigh(&mut margins, &best.of, &decided, kept, best.total - total);
        }
        let mut kept = Vec::new();
        let mut doubtful = Vec::new();
        let mut least = PLAIN;
        for ((&index, &keeps), &margin) in best.of.iter().zip(&decided).zip(&margins) {
            least = f32::min(least, margin);
            if margin < DOUBTFUL {
                doubtful.push(Doubt { candidate: index, kept: keeps });
            }
            if keeps {
                kept.push((index, sure(margin)));
            }
        }
        let joiner = self.primary.joiner(self.scan, best.hypothesis.joiner, &kept);
        (!kept.is_empty()).then_some(Decision {
            joiner,
            kept,
            doubtful,
            confidence: sure(least),
            ..Decision::default()
        })
    }
}

/// Lowers the margins of candidates that another reading decides otherwise to what that reading costs more.
fn weigh(margins: &mut [f32], of: &[usize], kept: &[bool], kept_there: &[usize], gap: f32) {
    let mut there = kept_there.iter().peekable();
    for ((margin, index), &keeps) in margins.iter_mut().zip(of).zip(kept) {
        while there.next_if(|other| *other < index).is_some() {}
        let keeps_there = there.peek() == Some(&index);
        if keeps != keeps_there {
            *margin = f32::min(*margin, gap);
        }
    }
}

/// A margin between logarithms as a probability.
pub(super) fn sure(margin: f32) -> f32 {
    1.0 / (1.0 + (-margin).exp())
}

fn slot(party: Party, word: u32) -> u8 {
    match party {
        Party::User => cost::USER,
        Party::Assistant => 1,
        Party::System | Party::Developer => SYSTEM,
        Party::Tool => TOOL,
        // Two names are told apart well enough by turns.
        Party::Open => OPEN.saturating_add((word % 2) as u8),
    }
}

/// The joiners that some candidate follows, each with every order.
fn hypotheses(steps: &[Step]) -> impl Iterator<Item = Hypothesis> {
    let seen = |before: Before| steps.iter().any(|step| step.before == before);
    let joiners = [
        Some(Joiner::Line),
        seen(Before::Blank).then_some(Joiner::Blank),
        (seen(Before::Blank) && seen(Before::Line)).then_some(Joiner::Exchange),
        seen(Before::Rule).then_some(Joiner::Rule),
    ];
    let orders = [Order::Strict, Order::Loose, Order::Free];
    joiners.into_iter().flatten().flat_map(move |joiner| orders.map(|order| Hypothesis { joiner, order }))
}

impl<'a> Scan<'a> {
    pub(super) fn word_at(&self, word: u32) -> &super::scan::Word<'a> {
        self.words.get(word as usize).unwrap_or(&super::scan::NO_WORD)
    }

    pub(super) fn word(&self, candidate: &Candidate) -> &super::scan::Word<'a> {
        self.word_at(candidate.word)
    }

    /// Candidates with listed words of at least that strength, with their indexes.
    fn listed(&self, least: Strength) -> impl Iterator<Item = (usize, &Candidate)> + Clone {
        let listed = move |candidate: &Candidate| !candidate.escaped && self.word(candidate).label.strength >= least;
        self.candidates.iter().enumerate().filter(move |(_, candidate)| listed(candidate))
    }
}
