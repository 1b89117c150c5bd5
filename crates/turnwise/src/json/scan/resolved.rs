//! What a string with escapes says: the loop that most bytes of tool calls and long texts go through.

use super::string::{simple, unicode};
use crate::json::plain::{STEP, beyond, last, marks};

/// A step and what may belong to its last escape, or be copied with it.
const WINDOW: usize = STEP * 2;

/// Half of a step; most runs between two escapes are no longer.
const HALF: usize = STEP / 2;

/// Room that a step needs: what it says, where whole steps are copied and the last is cut.
const ROOM: usize = STEP * 3;

/// The last place in a step's room that a copy may begin at.
const LAST: usize = STEP * 2 - 1;

/// Writes what a string without faults says to the front of `out`; gives its length, and that of what it says.
///
/// What is to be said against a string gives `None`. `out` grows as needed and is never cleared: a run between two
/// escapes is copied without a look at its length, and what is too much is written over by the next. The places within
/// a step are masked, so that nothing has to be checked at each escape; both together spare a third of the time.
pub(super) fn resolved(bytes: &[u8], out: &mut Vec<u8>) -> Option<(usize, usize)> {
    // Where the next run begins, in the step, and where what it says goes, in `out`.
    let (mut from, mut to) = (0_usize, 0_usize);
    let mut rest = bytes;
    while !rest.is_empty() {
        let padded;
        let step = match rest.first_chunk() {
            Some(step) => step,
            None => {
                padded = last(rest);
                &padded
            }
        };
        let room = room(out, to, rest.len())?;
        let mut marks = beyond(marks(step.first_chunk()?), from);
        let mut said = 0_usize;
        while marks != 0 {
            let at = marks.trailing_zeros() as usize;
            let run = at.wrapping_sub(from);
            copy(0, step, from, room, said)?;
            if run > HALF {
                copy(HALF, step, from, room, said)?;
            }
            said = said.wrapping_add(run);
            let escape = step.get(at..)?;
            let [b'\\', letter, ..] = escape else {
                let ends = escape.first() == Some(&b'"');
                let len = bytes.len().wrapping_sub(rest.len()).wrapping_add(at);
                return ends.then_some((len, to.wrapping_add(said)));
            };
            if let Some(byte) = simple(*letter) {
                *room.get_mut(said & LAST)? = byte;
                said = said.wrapping_add(1);
                from = at.wrapping_add(2);
                marks &= !(3_u64.wrapping_shl(at as u32));
            } else {
                let (resolved, len) = unicode(escape)?;
                said = said.wrapping_add(resolved.encode_utf8(room.get_mut(said & LAST..)?).len());
                from = at.wrapping_add(len);
                marks = beyond(marks, from);
            }
        }
        if from < STEP {
            copy(0, step, from, room, said)?;
            copy(HALF, step, from, room, said)?;
            to = to.wrapping_add(said).wrapping_add(STEP.wrapping_sub(from));
            from = 0;
        } else {
            to = to.wrapping_add(said);
            from = from.wrapping_sub(STEP);
        }
        rest = rest.get(STEP..).unwrap_or_default();
    }
    None
}

/// Copies half a step from `from` to `to`, or the half after it.
#[inline(always)]
fn copy(half: usize, step: &[u8; WINDOW], from: usize, room: &mut [u8; ROOM], to: usize) -> Option<()> {
    let run: &[u8; HALF] = step.get((from & (STEP - 1)).wrapping_add(half)..)?.first_chunk()?;
    *room.get_mut((to & LAST).wrapping_add(half)..)?.first_chunk_mut()? = *run;
    Some(())
}

/// The room for a step, where `left` bytes are left of the input.
#[inline(always)]
fn room(out: &mut Vec<u8>, to: usize, left: usize) -> Option<&mut [u8; ROOM]> {
    let end = to.wrapping_add(ROOM);
    if out.len() < end {
        grow(out, end, left);
    }
    out.get_mut(to..)?.first_chunk_mut()
}

/// Makes `out` twice as long as asked for, but no longer than what is left can need: nothing says more bytes than it has.
#[cold]
fn grow(out: &mut Vec<u8>, end: usize, left: usize) {
    /// Enough for most strings, so that there is one allocation for all of them.
    const USUAL: usize = 1 << 13;
    out.resize(end.saturating_mul(2).max(USUAL).min(end.saturating_add(left)), 0);
}

#[cfg(test)]
mod tests {
    use super::{super::string::unescape, *};

    #[test]
    fn escapes_are_resolved_wherever_they_stand() {
        let escapes = [r#"\""#, r"\\", r"\n", r"\u00e9", r"\ud83d\ude00", r"\u0041\t", "é"];
        for (before, after) in
            (0..=STEP + 2).flat_map(|before| (0..=HALF + 2).map(move |after| (before, after)))
        {
            for (first, second) in escapes.iter().zip(escapes.iter().cycle().skip(before)) {
                let text =
                    format!("{}{first}{}{second}{}", "a".repeat(before), "b".repeat(after), "c".repeat(STEP));
                let mut out = Vec::new();
                let (len, said) = resolved(format!("{text}\"d").as_bytes(), &mut out).unwrap();
                assert_eq!((len, &out[..said]), (text.len(), unescape(&text, |_| ()).as_bytes()), "{text}");
            }
        }
    }

    #[test]
    fn faults_are_left_to_whoever_reports_them() {
        for text in
            ["a", r"a\", r#"a\""#, r#"\x""#, r#"\u12"#, r#"\u12g4""#, r#"\ud83d""#, "a\nb\"", "a\u{1}\""]
        {
            assert_eq!(resolved(text.as_bytes(), &mut Vec::new()), None, "{text:?}");
        }
    }
}
