//! Speakers that no table lists: the other party of a listed label, and dialogues of names.

use super::{
    candidate::{Before, Candidate, Scan},
    cost::Joiner,
    infer::{Decision, most},
    label::{Party, Strength, is_name},
    style::{Colon, Wrap},
};

/// How sure a reading by names alone is.
const BY_NAMES: f32 = 0.8;
/// And one by the style alone, such as a time beside every name.
const BY_STYLE: f32 = 0.9;

/// Completes a reading in which only one party has a listed label: whoever speaks between its messages
/// is the other party.
pub(super) fn partners(scan: &Scan<'_>, decision: &Decision) -> Option<Decision> {
    let kept: Vec<(u32, &Candidate)> =
        decision.kept.iter().map(|&(index, _)| index).zip(scan.at(&decision.kept)).collect();
    let &(_, sample) = kept.last()?;
    let usual = most(kept.iter().skip(1).map(|(_, c)| c.before)).unwrap_or(sample.before);
    let fits = |candidate: &Candidate| {
        let as_usual =
            candidate.before == usual || (usual == Before::Blank && candidate.before == Before::Rule);
        let separated = as_usual || candidate.before == Before::Start || usual == Before::Start;
        unlisted(scan, candidate) && near(scan, candidate, sample) && separated
    };
    // The first name after each message that could be a label of the same kind; before the first message,
    // only one that opens the document.
    let mut firsts: Vec<u32> = Vec::new();
    let opening = scan.candidates.first().is_some_and(|c| fits(c) && c.before == Before::Start);
    firsts.extend(opening.then_some(0));
    let mut gaps: usize = usize::from(opening);
    for pair in kept.windows(2) {
        let [(from, _), (to, _)] = pair else { continue };
        let between = scan.candidates.get(*from as usize..*to as usize).unwrap_or_default();
        let after = (*from..).zip(between).skip(1);
        firsts.extend(after.filter(|(_, c)| fits(c)).map(|(index, _)| index).next());
        gaps = gaps.saturating_add(1);
    }
    let enough = |filled: usize| filled.saturating_mul(5) >= gaps.saturating_mul(3);
    if !enough(firsts.len()) {
        return None;
    }
    let words: Vec<u32> =
        firsts.iter().filter_map(|&index| scan.candidates.get(index as usize)).map(|c| c.word).collect();
    let top = most(words.iter().copied())?;
    let partners: Vec<u32> = if enough(words.iter().filter(|&&word| word == top).count()) {
        vec![top]
    } else {
        distinct(words.into_iter())
    };
    let mut found = decision.clone();
    let joins =
        (0..).zip(&scan.candidates).filter(|(_, c)| partners.binary_search(&c.word).is_ok() && fits(c));
    found.kept.extend(joins.map(|(index, _)| (index, BY_NAMES)));
    found.kept.sort_unstable_by_key(|&(index, _)| index);
    found.joiner = joiner(scan, &found.kept);
    let bare = kept.iter().all(|(_, c)| scan.word(c).label.name.is_none());
    if let [partner] = partners.as_slice()
        && bare
        && let Some(role) = scan.word(sample).label.party.other_side().and_then(Party::role)
    {
        found.assumed.push((*partner, Some(role)));
    }
    found.unlisted = partners;
    found.confidence = BY_NAMES;
    Some(found)
}

/// Reads a document of unlisted names as a dialogue, where it plainly is one.
pub(super) fn dialogue(scan: &Scan<'_>) -> Option<Decision> {
    let mut best: Option<(f32, Decision)> = None;
    for &style in &scan.styles {
        let of_style: Vec<(u32, &Candidate)> = (0..)
            .zip(&scan.candidates)
            .filter(|(_, c)| speaks(scan, c) && scan.style(c).distance(style) == 0.0)
            .collect();
        // Headings and brackets alone divide texts of every kind.
        let divides = matches!(style.wrap, Wrap::Heading(_))
            || (style.wrap == Wrap::Bracket && style.colon == Colon::None);
        let found = match (style.tells(), divides) {
            (true, _) => by_style(&of_style),
            (false, true) => None,
            (false, false) => by_names(scan, &of_style),
        };
        let Some(kept) = found else { continue };
        let start =
            kept.first().and_then(|&index| scan.candidates.get(index as usize)).map_or(0, Candidate::line);
        let covered = 1.0 - start as f32 / scan.text.len().max(1) as f32;
        let score = covered * kept.len() as f32;
        if covered >= 0.4 && best.as_ref().is_none_or(|(other, _)| score > *other) {
            let sure = if style.tells() { BY_STYLE } else { BY_NAMES };
            let kept: Vec<(u32, f32)> = kept.into_iter().map(|index| (index, sure)).collect();
            let words = scan.at(&kept).map(|c| c.word);
            let unlisted = distinct(
                words.clone().filter(|&word| scan.word_at(word).label.strength == Strength::Unlisted),
            );
            let joiner = joiner(scan, &kept);
            // A letter that names a side elsewhere is but a name here.
            let letters = distinct(words)
                .into_iter()
                .filter(|&word| scan.word_at(word).label.word.chars().count() == 1);
            let assumed = letters.map(|word| (word, None)).collect();
            let decision =
                Decision { joiner, kept, unlisted, assumed, confidence: sure, ..Decision::default() };
            best = Some((score, decision));
        }
    }
    best.map(|(_, decision)| decision)
}

/// Every head of a style that nobody writes by chance.
fn by_style(of_style: &[(u32, &Candidate)]) -> Option<Vec<u32>> {
    (of_style.len() >= 2).then(|| of_style.iter().map(|&(index, _)| index).collect())
}

/// Names that recur and take turns; or initials, as minutes have them.
fn by_names(scan: &Scan<'_>, of_style: &[(u32, &Candidate)]) -> Option<Vec<u32>> {
    let initials: Vec<_> =
        of_style.iter().filter(|(_, c)| is_initials(scan.word(c).label.word)).copied().collect();
    let recurring: Vec<_> = of_style.iter().filter(|(_, c)| scan.word(c).count > 1).copied().collect();
    let named = takes_turns(scan, &recurring) && recurring.len().saturating_mul(2) >= of_style.len();
    let minutes = initials.len() >= 3
        && distinct(initials.iter().map(|(_, c)| c.word)).len() >= 2
        && initials.iter().all(|(_, c)| matches!(c.before, Before::Blank | Before::Start));
    if minutes && (!named || initials.len().saturating_mul(2) >= recurring.len()) {
        // Whoever speaks more often than any of them, and stands where they stand, is no less a speaker.
        let often = initials.iter().map(|(_, c)| scan.word(c).count).max().unwrap_or_default();
        let speaks = |c: &Candidate| {
            let word = scan.word(c);
            let more = word.count > often && is_name(word.label.word);
            is_initials(word.label.word) || more && matches!(c.before, Before::Blank | Before::Start)
        };
        return Some(of_style.iter().filter(|(_, c)| speaks(c)).map(|&(index, _)| index).collect());
    }
    if !named {
        return None;
    }
    // A name that speaks once is a speaker too, if it stands where the others stand and looks like them.
    let usual = most(recurring.iter().skip(1).map(|(_, c)| c.before))?;
    let named = |c: &Candidate| is_name(scan.word(c).label.word);
    let names = recurring.iter().any(|(_, c)| named(c));
    // Between lines, that is sure only where nearly every line has a label.
    let lines = scan.text.lines().filter(|line| !line.trim().is_empty()).count();
    let dense = of_style.len().saturating_mul(10) >= lines.saturating_mul(9);
    let joins = |c: &Candidate| {
        let placed = c.before == usual && (usual != Before::Line || dense);
        scan.word(c).count > 1 || (placed && names && named(c))
    };
    Some(of_style.iter().filter(|(_, c)| joins(c)).map(|&(index, _)| index).collect())
}

/// Whether at least two names speak by turns, separated in one way.
fn takes_turns(scan: &Scan<'_>, of: &[(u32, &Candidate)]) -> bool {
    let changes = of.windows(2).filter(|pair| matches!(pair, [(_, a), (_, b)] if a.word != b.word)).count();
    let usual = most(of.iter().skip(1).map(|(_, c)| c.before));
    let even = of.iter().skip(1).filter(|(_, c)| Some(c.before) == usual).count();
    let named = of
        .iter()
        .filter(|(_, c)| is_name(scan.word(c).label.word) || handle(scan.word(c).label.word))
        .count();
    let pairs = of.len().saturating_sub(1);
    of.len() >= 3
        && changes.saturating_mul(5) >= pairs.saturating_mul(2)
        && even.saturating_mul(10) >= pairs.saturating_mul(7)
        && named.saturating_mul(10) >= of.len().saturating_mul(8)
}

/// One word without blanks, as chat names are.
fn handle(word: &str) -> bool {
    word.len() <= 24 && !word.contains(char::is_whitespace)
}

/// `JHD`, or several of them: `CM, KKL`, `AB/CD`.
fn is_initials(word: &str) -> bool {
    word.split([',', '/', '&']).all(|piece| {
        let piece = piece.trim();
        (2..=4).contains(&piece.len()) && piece.bytes().all(|b| b.is_ascii_uppercase())
    })
}

fn unlisted(scan: &Scan<'_>, candidate: &Candidate) -> bool {
    let label = &scan.word(candidate).label;
    !candidate.escaped && label.strength == Strength::Unlisted && !label.heading
}

fn speaks(scan: &Scan<'_>, candidate: &Candidate) -> bool {
    let label = &scan.word(candidate).label;
    !candidate.escaped && !label.heading
}

fn near(scan: &Scan<'_>, a: &Candidate, b: &Candidate) -> bool {
    scan.style(a).distance(scan.style(b)) < 2.0
}

fn distinct(words: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut words: Vec<u32> = words.collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// The separator that most messages follow.
pub(super) fn joiner(scan: &Scan<'_>, kept: &[(u32, f32)]) -> Joiner {
    let before = scan.at(kept).skip(1).map(|c| c.before);
    match most(before) {
        Some(Before::Blank) => Joiner::Blank,
        Some(Before::Rule) => Joiner::Rule,
        _ => Joiner::Line,
    }
}
