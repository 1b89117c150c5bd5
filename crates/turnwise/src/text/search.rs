//! The search for the labels, the joiner and the order of a document in which something is doubtful.

use super::{
    candidate::{Before, Scan},
    cost::{Hypothesis, Joiner, Order, Step, USER},
    infer::{Decision, Doubt, sure, two_sided},
    label::{Party, Strength},
    path::{self, Reading},
    primary::{PLAIN, Primary, slots},
};

/// A decision is doubtful when turning it round costs less than this (a factor of 115 in likelihood).
const DOUBTFUL: f32 = 4.75;
/// Sets of labels that are tried at most.
const MOST_SETS: usize = 24;
/// Candidates times sets that are tried at most, so that a long document of many labels takes no longer.
const MOST_WORK: usize = 100_000;
/// The cost of a document in which only one side speaks.
const ONE_SIDED: f32 = 4.0;
/// The cost of a letter for one side (`A`) where no letter stands for the other.
const UNPAIRED: f32 = 6.0;
/// A set that was tried, and how well it explains the document.
struct Evaluated {
    hypothesis: Hypothesis,
    steps: Vec<Step>,
    /// The candidate of each step.
    of: Vec<u32>,
    total: f32,
}

/// The search for the set, the joiner and the order that explain a document best.
pub(super) struct Search<'s, 'a> {
    scan: &'s Scan<'a>,
    primary: Primary,
    /// What every reading keeps, for the margins between readings.
    tried: Vec<(f32, Vec<u32>)>,
    /// Readings below this are neither the best nor cast doubt on it.
    floor: f32,
}

impl<'s, 'a> Search<'s, 'a> {
    pub(super) fn new(scan: &'s Scan<'a>, primary: Primary) -> Self {
        Self { scan, primary, tried: Vec::new(), floor: f32::NEG_INFINITY }
    }

    /// The best reading with the labels of `set`, or of some of them.
    pub(super) fn run(mut self, set: &[u32]) -> Option<Decision> {
        let mut best = self.evaluate(set)?;
        if two_sided(self.scan, set) {
            for smaller in self.subsets(set) {
                if let Some(found) = self.evaluate(&smaller)
                    && found.total > best.total
                {
                    best = found;
                }
            }
        }
        self.decide(best)
    }

    fn evaluate(&mut self, set: &[u32]) -> Option<Evaluated> {
        let (of, steps) = self.steps(set);
        let mut best: Option<(Hypothesis, f32)> = None;
        for hypothesis in hypotheses(&steps) {
            let Some(reading) = path::best(hypothesis, &steps, &self.scan.fences, self.floor) else {
                continue;
            };
            let total = reading.score - self.set_cost(&of, &reading);
            let kept =
                reading.kept.iter().zip(&of).filter(|(kept, _)| **kept).map(|(_, &index)| index).collect();
            self.tried.push((total, kept));
            self.floor = f32::max(self.floor, total - DOUBTFUL);
            if best.is_none_or(|(_, other)| total > other) {
                best = Some((hypothesis, total));
            }
        }
        let (hypothesis, total) = best?;
        Some(Evaluated { hypothesis, steps, of, total })
    }

    /// Listed candidates as the path sees them, with the index of each.
    fn steps(&self, set: &[u32]) -> (Vec<u32>, Vec<Step>) {
        let scan = self.scan;
        let slots = slots(scan, set);
        let steps = scan.listed().map(|(index, candidate)| {
            let step = Step {
                at: candidate.line(),
                slot: slots.get(candidate.word as usize).copied().flatten(),
                mismatch: self.primary.mismatch(candidate),
                weak: scan.word(candidate).label.strength == Strength::Weak,
                before: candidate.before,
                cue: candidate.cue,
                second: false,
                again: false,
                timed: scan.style(candidate).tells(),
            };
            (index, step)
        });
        let (of, mut steps): (Vec<u32>, Vec<Step>) = steps.unzip();
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
    fn set_cost(&self, of: &[u32], reading: &Reading) -> f32 {
        let mut seen = vec![false; self.scan.words.len()];
        let mut first =
            |word: u32| seen.get_mut(word as usize).is_some_and(|seen| !std::mem::replace(seen, true));
        let kept = reading.kept.iter().zip(of).filter(|(kept, _)| **kept);
        let candidates = kept.filter_map(|(_, &index)| self.scan.candidates.get(index as usize));
        let words: Vec<u32> =
            candidates.map(|candidate| candidate.word).filter(|&word| first(word)).collect();
        let unpaired = if self.letters_pair(&words) { 0.0 } else { UNPAIRED };
        let mut parties: Vec<Party> = Vec::new();
        let mut cost = 0.0;
        for word in words {
            let label = &self.scan.word_at(word).label;
            let sided = matches!(label.party, Party::User | Party::Assistant);
            let again = sided && parties.contains(&label.party) && label.name.is_none();
            cost += if again { 3.0 } else { 0.0 };
            cost += match label.party {
                Party::User | Party::Assistant | Party::Open => 0.0,
                _ => 1.0,
            };
            if !parties.contains(&label.party) {
                parties.push(label.party);
            }
        }
        let one_sided = !(parties.contains(&Party::User) && parties.contains(&Party::Assistant));
        if one_sided { cost + unpaired + ONE_SIDED } else { cost + unpaired }
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
        for &word in set.iter().take(MOST_SETS) {
            sets.push(set.iter().copied().filter(|&other| other != word).collect::<Vec<u32>>());
        }
        for set in &mut sets {
            set.sort_unstable();
        }
        // Beside words, all letters may be pasted.
        let words: Vec<u32> = set.iter().copied().filter(|&word| !self.is_letter(word)).collect();
        sets.push(words.clone());
        sets.sort_unstable();
        sets.dedup();
        sets.retain(|subset| subset != set && (two_sided(self.scan, subset) || *subset == words));
        sets.truncate(
            MOST_WORK.checked_div(self.scan.candidates.len()).unwrap_or_default().clamp(2, MOST_SETS),
        );
        sets
    }

    fn is_letter(&self, word: u32) -> bool {
        self.scan.word_at(word).label.word.chars().count() == 1
    }

    /// Whether letters stand for both sides or for none: nobody answers a `User` as `A`.
    fn letters_pair(&self, set: &[u32]) -> bool {
        let letters: Vec<u32> = set.iter().copied().filter(|&word| self.is_letter(word)).collect();
        letters.is_empty() || two_sided(self.scan, &letters)
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
        let joiner = self.primary.joiner(self.scan, best.hypothesis.joiner, kept.len());
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
fn weigh(margins: &mut [f32], of: &[u32], kept: &[bool], kept_there: &[u32], gap: f32) {
    let mut there = kept_there.iter().peekable();
    for ((margin, index), &keeps) in margins.iter_mut().zip(of).zip(kept) {
        while there.next_if(|other| *other < index).is_some() {}
        let keeps_there = there.peek() == Some(&index);
        if keeps != keeps_there {
            *margin = f32::min(*margin, gap);
        }
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
    let opens = |step: &&Step| step.slot == Some(USER) && step.before == Before::Blank;
    let in_exchanges = steps.iter().filter(opens).nth(1).is_some();
    let of = move |joiner| orders.map(|order| Hypothesis { joiner, order, in_exchanges });
    joiners.into_iter().flatten().flat_map(of)
}
