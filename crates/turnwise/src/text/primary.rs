//! How a document writes its labels, and which listed labels it uses.

use super::{
    candidate::{Before, Candidate, Follow, Kind, Scan, Word},
    cost::{self, Joiner, OPEN, SYSTEM, TOOL},
    fence::State,
    infer::{Decision, heaviest, sure, two_sided},
    label::{Party, Strength},
    segments::offset,
    style::{Case, Colon, Style, Wrap},
};

/// The margin given to decisions that no cue speaks against.
pub(super) const PLAIN: f32 = 7.0;

/// The style of the document's labels.
pub(super) struct Primary {
    style: Style,
    follow: Follow,
    /// How unlike it each kind of candidate is.
    mismatches: Vec<f32>,
}

impl Primary {
    pub(super) fn find(scan: &Scan<'_>) -> Option<Self> {
        let any_strong = scan.words.iter().any(|word| word.label.strength == Strength::Strong);
        let least = if any_strong { Strength::Strong } else { Strength::Weak };
        let length = scan.text.len().max(1) as f32;
        let mut tallies: Vec<Tally> = vec![Tally::default(); scan.styles.len()];
        for kind in scan.listed_kinds(least) {
            let Some(tally) = tallies.get_mut(usize::from(kind.shape.style)) else { continue };
            let Some(first) = scan.candidates.get(kind.first as usize) else { continue };
            let party = scan.word(first).label.party;
            tally.first.get_or_insert(first.line());
            tally.opens |= first.before == Before::Start;
            tally.user |= party == Party::User;
            tally.assistant |= party == Party::Assistant;
            tally.count = tally.count.saturating_add(kind.count);
        }
        let score = |tally: &Tally| {
            let first = tally.first? as f32;
            let sides = f32::from(u8::from(tally.user)) + f32::from(u8::from(tally.assistant));
            let opens = if tally.opens { 3.0 } else { 0.0 };
            Some(opens + 3.0 * sides + 3.0 * (1.0 - first / length) + 0.5 * tally.count.min(4) as f32)
        };
        let scored = tallies.iter().enumerate().filter_map(|(index, tally)| Some((index, score(tally)?)));
        let (index, _) = scored.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
        let style = scan.styles.get(index).copied()?;
        let of_style = || scan.listed_kinds(least).filter(|kind| usize::from(kind.shape.style) == index);
        let word = |kind: &Kind| scan.word_at(kind.shape.word);
        let mut counts = vec![0_u32; scan.words.len()];
        for kind in of_style() {
            let count = counts.get_mut(kind.shape.word as usize);
            count.into_iter().for_each(|count| *count = count.saturating_add(kind.count));
        }
        let cases = || scan.words.iter().map(|word| word.case).zip(counts.iter().copied());
        let plain = |case: Case| !matches!(case, Case::None | Case::Initials);
        let case = heaviest(cases().filter(|&(case, _)| plain(case)))
            .or_else(|| heaviest(cases()))
            .unwrap_or_default();
        // The label that opens a document is the least likely to be somebody's words; instructions before
        // it may well stand on lines of their own.
        let opens = |kind: &&Kind| {
            scan.candidates.get(kind.first as usize).is_some_and(|c| c.before == Before::Start)
        };
        let opener = of_style().find(opens).filter(|kind| word(kind).label.party != Party::System);
        let follows = || of_style().filter(|kind| kind.shape.follow != Follow::End);
        let follow = opener.map(|kind| kind.shape.follow).filter(|&follow| follow != Follow::End);
        let follow = follow.or_else(|| heaviest(follows().map(|kind| (kind.shape.follow, kind.count))));
        let follow = follow.unwrap_or(Follow::Blank);
        // Only beside a label of the same party that is written as most are is another case odd.
        let usual: Vec<Party> = of_style()
            .map(word)
            .filter(|word| word.case.goes_with(case))
            .map(|word| word.label.party)
            .collect();
        let odd = |word: &Word<'_>| !word.case.goes_with(case) && usual.contains(&word.label.party);
        let mismatch = |kind: &Kind| {
            let other = scan.styles.get(usize::from(kind.shape.style)).copied().unwrap_or(style);
            let odd = if odd(word(kind)) { 4.0 } else { 0.0 };
            // People who write full-width colons mix them with plain ones, and write no blank after them.
            let mixed = case == Case::None && other.colon != style.colon && other.colon != Colon::None;
            let other = if mixed { Style { colon: style.colon, ..other } } else { other };
            let follow = if mixed { kind.shape.follow } else { follow };
            // Nor does anybody change what follows a word.
            let own = follow_of(scan, kind.shape.word).unwrap_or(follow);
            let follows =
                f32::min(follow_distance(follow, kind.shape.follow), follow_distance(own, kind.shape.follow));
            other.distance(style) + odd + follows
        };
        let mismatches = scan.kinds.iter().map(mismatch).collect();
        Some(Self { style, follow, mismatches })
    }

    /// How unlike the primary style a candidate is.
    pub(super) fn mismatch(&self, candidate: &Candidate) -> f32 {
        self.mismatches.get(candidate.kind as usize).copied().unwrap_or_default()
    }

    /// The listed words that this style uses: the strong ones, and the weak ones where those leave a side open.
    pub(super) fn labels(&self, scan: &Scan<'_>) -> Option<Vec<u32>> {
        let mut nearest = vec![f32::INFINITY; scan.words.len()];
        for (kind, &mismatch) in
            scan.kinds.iter().zip(&self.mismatches).filter(|(kind, _)| !kind.shape.escaped)
        {
            if let Some(nearest) = nearest.get_mut(kind.shape.word as usize) {
                *nearest = f32::min(*nearest, mismatch);
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
        let opens =
            scan.candidates.first().is_some_and(|c| c.before == Before::Start && all.contains(&c.word));
        let headings = all.iter().any(|&word| scan.word_at(word).label.heading);
        let pair = opens && !headings && two_sided(scan, &all);
        let supported = !strong.is_empty() || (all.len() > 1 && (repeats || decorated || pair));
        (supported && !all.is_empty()).then_some(all)
    }

    /// The reading of a document in which every listed label fits and nothing speaks against any: of most
    /// documents, so that these cost no search.
    pub(super) fn plain(&self, scan: &Scan<'_>, slots: &[Option<u8>]) -> Option<Decision> {
        let [first, second, ..] = scan.candidates.as_slice() else { return None };
        let joiner = match second.before {
            Before::Line => Joiner::Line,
            Before::Blank => Joiner::Blank,
            _ => return None,
        };
        if first.before == Before::Line {
            return None;
        }
        let slot = |(kind, &mismatch): (&Kind, &f32)| {
            let fits = !kind.shape.escaped && mismatch == 0.0;
            slots.get(kind.shape.word as usize).copied().flatten().filter(|_| fits)
        };
        let slots: Vec<Option<u8>> = scan.kinds.iter().zip(&self.mismatches).map(slot).collect();
        let mut last = None;
        let mut marks = scan.fences.iter().peekable();
        let mut fence = State::Clear;
        for (index, candidate) in scan.candidates.iter().enumerate() {
            while let Some(mark) = marks.next_if(|mark| mark.is_before(candidate.line())) {
                fence = fence.after(mark.kind);
            }
            let slot = slots.get(candidate.kind as usize).copied().flatten();
            let speaks =
                slot.is_some_and(|slot| slot < SYSTEM || (slot == SYSTEM && index == 0)) && slot != last;
            let placed = index == 0 || joiner.is(candidate.before, slot);
            if !(speaks && placed && fence == State::Clear) {
                return None;
            }
            last = slot;
        }
        let confidence = sure(PLAIN);
        let kept: Vec<(u32, f32)> =
            (0..offset(scan.candidates.len())).map(|index| (index, confidence)).collect();
        let joiner = self.joiner(scan, joiner, kept.len());
        Some(Decision { joiner, kept, confidence, plain: true, ..Decision::default() })
    }

    /// One boundary alone does not show how a document joins its messages. Labels in the running text are
    /// joined by a line end unless more is seen, so that a blank line stays what somebody wrote.
    pub(super) fn joiner(&self, scan: &Scan<'_>, found: Joiner, messages: usize) -> Joiner {
        let inline = self.style.wrap == Wrap::None
            && self.style.colon != Colon::None
            && !matches!(self.follow, Follow::Line | Follow::BlankLine);
        let opens = scan.text.starts_with(['\n', '\r']);
        let shown = messages != 2 || !inline || opens || self.style.tells();
        if found == Joiner::Blank && !shown { Joiner::Line } else { found }
    }

    /// Every label of a set that names one party only.
    pub(super) fn one_side(&self, scan: &Scan<'_>, set: &[u32]) -> Decision {
        let own = |candidate: &Candidate| {
            set.binary_search(&candidate.word).is_ok() && self.mismatch(candidate) < cost::OTHER_STYLE
        };
        let kept = scan.listed().filter(|(_, c)| own(c)).map(|(index, _)| (index, 1.0)).collect();
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
        return letters
            .filter(|other| other.label.word.chars().count() == 1)
            .any(|other| Some(other.label.party) == partner);
    }
    let taken = strong.iter().any(|&other| scan.word_at(other).label.party == label.party);
    !(taken && label.name.is_none())
}

/// What is counted of a style.
#[derive(Clone, Default)]
struct Tally {
    first: Option<usize>,
    opens: bool,
    user: bool,
    assistant: bool,
    count: u32,
}

/// How unlike the usual what follows a label is.
fn follow_distance(usual: Follow, other: Follow) -> f32 {
    match (usual, other) {
        (own, other) if own == other => 0.0,
        (_, Follow::End) => 0.0,
        (Follow::Line | Follow::BlankLine, Follow::Line | Follow::BlankLine) => 0.5,
        (_, Follow::Line | Follow::BlankLine) => 2.0,
        _ => 3.0,
    }
}

/// What mostly follows a word that comes often.
fn follow_of(scan: &Scan<'_>, word: u32) -> Option<Follow> {
    const OFTEN: u32 = 3;
    let word = scan.word_at(word);
    if word.count < OFTEN {
        return None;
    }
    // By the chain of its own kinds: a look at all kinds for every word would be quadratic.
    let kind = |index: Option<u32>| index.and_then(|index| scan.kinds.get(index as usize));
    let kinds = std::iter::successors(kind(word.last), |last| kind(last.before));
    let mut follows: Vec<(Follow, u32)> = kinds.map(|kind| (kind.shape.follow, kind.count)).collect();
    follows.reverse();
    heaviest(follows.into_iter().filter(|(follow, _)| *follow != Follow::End))
}

/// The slot of each word, for those in a set.
pub(super) fn slots(scan: &Scan<'_>, set: &[u32]) -> Vec<Option<u8>> {
    let own = |index: u32| set.binary_search(&index).is_ok();
    scan.words
        .iter()
        .zip(0_u32..)
        .map(|(word, index)| own(index).then(|| slot(word.label.party, index)))
        .collect()
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
