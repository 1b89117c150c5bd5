//! Tags within the text of a cue: who speaks, how it looks, when a word is said.

use crate::{source::Span, text::container::is_direction_mark, text::timestamp};

/// What a tag means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark<'a> {
    /// `<v Name>` or `<v.class Name>`; `end` counts the blank or line end after it, which belongs to the tag.
    Voice { name: Option<&'a str>, end: usize },
    /// `</v>`.
    EndVoice,
    /// Anything else that is not said: `<i>`, `</c>`, `<00:00:01.000>`, `{\an8}`.
    Tag,
}

/// Names of tags that are not said; others, such as `<div>`, are taken for words.
const TAGS: &[&str] = &["b", "c", "font", "i", "lang", "rt", "ruby", "s", "u"];

/// Whether a voice is named anywhere in `text`.
pub(super) fn has_voice(text: &str) -> bool {
    marks(text).any(|(_, mark)| matches!(mark, Mark::Voice { .. }))
}

/// The tags of `text` and where they stand, in order.
pub(super) fn marks(text: &str) -> impl Iterator<Item = (Span, Mark<'_>)> {
    let bytes = text.as_bytes();
    let mut opened: Option<usize> = None;
    memchr::memchr3_iter(b'<', b'>', b'{', bytes)
        .filter_map(move |at| match bytes.get(at) {
            Some(b'>') => {
                let start = opened.take()?;
                let inner = text.get(start.saturating_add(1)..at)?;
                let span = Span::new(start, at.saturating_add(1));
                Some((span, read(inner, text.get(span.end..).unwrap_or_default())?))
            }
            Some(b'{') if text.get(at..)?.starts_with("{\\") => override_tag(text, at),
            Some(b'<') => {
                opened = Some(at);
                None
            }
            _ => None,
        })
        .scan(0, |end, (span, mark)| {
            // A brace within a tag is part of the tag.
            let overlaps = span.start < *end;
            *end = span.end.max(*end);
            Some((!overlaps).then_some((span, mark)))
        })
        .flatten()
}

/// What stands between `<` and `>`; `after` follows the tag.
fn read<'a>(inner: &'a str, after: &str) -> Option<Mark<'a>> {
    let (closes, body) = inner.strip_prefix('/').map_or((false, inner), |body| (true, body));
    let (head, rest) = body.split_once(char::is_whitespace).unwrap_or((body, ""));
    let name = head.split('.').next().unwrap_or_default();
    if name == "v" && closes {
        return Some(Mark::EndVoice);
    }
    if name == "v" {
        let name = rest.trim_matches(|c: char| c.is_whitespace() || is_direction_mark(c));
        let end =
            if after.starts_with("\r\n") { 2 } else { usize::from(after.starts_with([' ', '\t', '\n'])) };
        return Some(Mark::Voice { name: (!name.is_empty()).then_some(name), end });
    }
    let listed = TAGS.iter().any(|tag| tag.eq_ignore_ascii_case(name));
    let moment = || timestamp::prefix(inner).is_some_and(|(_, length)| length == inner.len());
    (listed || moment()).then_some(Mark::Tag)
}

/// `{\...}`, which SubRip files carry over from another format; it is short and has no line break.
fn override_tag(text: &str, at: usize) -> Option<(Span, Mark<'_>)> {
    const LONGEST: usize = 64;
    let length = text.get(at..)?.bytes().take(LONGEST).take_while(|&b| b != b'\n').position(|b| b == b'}')?;
    Some((Span::new(at, at.saturating_add(length).saturating_add(1)), Mark::Tag))
}
