//! The decision, by the whole document: which style, which labels and which separator explain it best.
//!
//! 1. The *primary style* is the one in which listed labels cover the document.
//! 2. The *set* of labels is searched: a word that only pasted text uses is better left out.
//! 3. For each set, the best path of [`path`] says which candidates begin messages.
//!
//! Documents without listed labels are read by [`speakers`].

use super::{
    candidate::{Before, Candidate, Scan},
    cost::Joiner,
    label::{Party, Strength},
    primary::{Primary, slots},
    scan::{Words, scan},
    search::Search,
    speakers,
};
use crate::{model::Role, parse::Parser};

/// What was decided about a document.
#[derive(Debug, Clone, Default)]
pub(super) struct Decision {
    pub(super) joiner: Joiner,
    /// The candidates that begin messages, in order, with how sure that is (from 0 to 1).
    pub(super) kept: Vec<(u32, f32)>,
    /// Candidates whose decision another reading would turn round at little cost.
    pub(super) doubtful: Vec<Doubt>,
    /// Roles found for words by other means than the table, or left open against it; in the order of the words.
    pub(super) assumed: Vec<(u32, Option<Role>)>,
    /// Words read as speakers though no table lists them.
    pub(super) unlisted: Vec<u32>,
    /// How sure all of it is, for detection; that is never strict.
    pub(super) confidence: f32,
    /// Every candidate is kept, and no fence is open at any: nothing more is to be said of them.
    pub(super) plain: bool,
}

impl Decision {
    /// The role found for a word, or that it was left open, if either; words are kept in order.
    pub(super) fn assumed(&self, word: u32) -> Option<Option<&Role>> {
        let at = self.assumed.binary_search_by_key(&word, |(word, _)| *word).ok()?;
        self.assumed.get(at).map(|(_, role)| role.as_ref())
    }

    /// Which words its messages begin with, by their index.
    pub(super) fn words(&self, scan: &Scan<'_>) -> Vec<bool> {
        let mut own = vec![false; scan.words.len()];
        for candidate in scan.at(&self.kept) {
            own.get_mut(candidate.word as usize).into_iter().for_each(|own| *own = true);
        }
        own
    }
}

/// A decision that could as well have been the other one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Doubt {
    pub(super) candidate: u32,
    pub(super) kept: bool,
}

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
pub(super) fn two_sided(scan: &Scan<'_>, set: &[u32]) -> bool {
    let says = |party: Party| set.iter().any(|&word| scan.word_at(word).label.party == party);
    says(Party::User) && says(Party::Assistant)
}

/// A reading in which at most one side has listed labels; who answers has none.
fn one_sided(scan: &Scan<'_>, primary: Primary) -> Option<Decision> {
    let set = primary.labels(scan)?;
    let partners =
        if two_sided(scan, &set) { None } else { speakers::partners(scan, &primary.one_side(scan, &set)) };
    partners.or_else(|| by_labels(scan, primary, &set))
}

/// Every listed label at a line start, with no inference.
fn strict(scan: &Scan<'_>) -> Option<Decision> {
    let listed =
        |candidate: &Candidate| !candidate.escaped && scan.word(candidate).label.strength == Strength::Strong;
    let kept: Vec<_> =
        (0..).zip(&scan.candidates).filter(|(_, c)| listed(c)).map(|(index, _)| (index, 1.0)).collect();
    let joiner = speakers::joiner(scan, &kept);
    (!kept.is_empty()).then_some(Decision { joiner, kept, ..Decision::default() })
}

/// Whether a one-sided reading is more than a word before a colon in prose.
fn stands(scan: &Scan<'_>, decision: &Decision) -> bool {
    let kept = || scan.at(&decision.kept);
    let opens = kept().next().is_some_and(|first| first.before == Before::Start);
    let strong = kept().any(|c| scan.word(c).label.strength == Strength::Strong);
    both_sides(scan, decision) || (strong && opens) || decision.kept.len() >= 3
}

fn both_sides(scan: &Scan<'_>, decision: &Decision) -> bool {
    // A role is assumed only beside a label of the other side.
    let says = |party: Party| scan.at(&decision.kept).any(|c| scan.word(c).label.party == party);
    !decision.assumed.is_empty() || says(Party::User) && says(Party::Assistant)
}

/// The best reading with the listed labels of a set.
fn by_labels(scan: &Scan<'_>, primary: Primary, set: &[u32]) -> Option<Decision> {
    let slots = slots(scan, set);
    if let Some(plain) = primary.plain(scan, &slots) {
        return Some(plain);
    }
    Search::new(scan, primary).run(set)
}

/// The most frequent item, the first of several.
pub(super) fn most<T: PartialEq + Copy>(items: impl Iterator<Item = T>) -> Option<T> {
    heaviest(items.map(|item| (item, 1)))
}

/// The item that has the most weight in all, the first of several.
pub(super) fn heaviest<T: PartialEq + Copy>(items: impl Iterator<Item = (T, u32)>) -> Option<T> {
    let mut sums: Vec<(T, u32)> = Vec::new();
    for (item, weight) in items.filter(|&(_, weight)| weight > 0) {
        match sums.iter_mut().find(|(other, _)| *other == item) {
            Some((_, sum)) => *sum = sum.saturating_add(weight),
            None => sums.push((item, weight)),
        }
    }
    // Of several, `max_by_key` gives the last.
    sums.iter().rev().max_by_key(|(_, sum)| *sum).map(|&(item, _)| item)
}

/// A margin between logarithms as a probability. Cues are not independent, so they say less than they sum to.
pub(super) fn sure(margin: f32) -> f32 {
    const DAMPED: f32 = 1.5;
    1.0 / (1.0 + (-margin / DAMPED).exp())
}
