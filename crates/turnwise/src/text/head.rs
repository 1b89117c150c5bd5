//! The head of a line: everything that can stand before, in and after a label, up to its colon.
//!
//! ```text
//! head     = marks lead? clock? ( heading / emphasis / bracket / plain )
//! lead     = 1*4DIGIT ( "." / ")" ) SP / ( "-" / "*" / "•" ) SP
//! clock    = ( "[" time "]" / "(" time ")" / time ) [ "-" / "|" ] SP
//! heading  = 1*6"#" SP label suffix? colon?          ; to the end of the line where no colon follows
//! emphasis = mark clock? label suffix? colon? mark suffix? colon?
//! bracket  = ( "[" label "]" / "【" label "】" ) colon?
//! plain    = label suffix? colon                      ; or a listed word alone on its line
//! suffix   = "(" note / time / note time ")" / "[" time "]" / [ "," / "-" ] time
//! ```

use std::ops::Range;

use nom::{
    IResult, Parser as _,
    branch::alt,
    bytes::complete::{tag, take_while, take_while_m_n},
    character::complete::{char, one_of},
    combinator::{opt, recognize, value},
    sequence::{delimited, preceded, terminated},
};

use super::{
    style::{Colon, Lead, Style, Wrap},
    timestamp,
};

/// Names in other formats than labelled text, and what stands in parentheses, are no longer than this, in bytes.
pub(super) const LONGEST: usize = 96;
/// Labels have no more words than this.
pub(super) const MOST_WORDS: usize = 5;

/// What stands before the text of a message.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Head {
    /// The label, decoration aside: `Agent Smith`. All ranges are in bytes of the line.
    pub(super) word: Range<usize>,
    /// What stands in parentheses after the label: a model or a name.
    pub(super) note: Option<Range<usize>>,
    /// The time beside the label.
    pub(super) time: Option<Range<usize>>,
    /// How the label is written.
    pub(super) style: Style,
    /// Just past the colon or the closing mark.
    pub(super) end: usize,
}

/// Bytes that are drawn as nothing: byte order mark, zero-width and direction marks.
pub(super) fn is_mark(c: char) -> bool {
    matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{61c}')
}

/// A blank that may stand around a colon.
pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{a0}' | '\u{202f}' | '\u{3000}')
}

/// Reads the head of `line`, which has no line end; labels have no more than `longest` bytes.
pub(super) fn parse(line: &str, longest: usize) -> Option<Head> {
    let head = Reader { line, longest };
    let (rest, _) = marks(line).ok()?;
    let (rest, lead) = opt(lead).parse(rest).ok()?;
    let (rest, _) = marks(rest).ok()?;
    let (rest, clock) = head.clock(rest);
    let mut found = head
        .heading(rest)
        .or_else(|| head.emphasis(rest))
        .or_else(|| head.bracket(rest))
        .or_else(|| head.plain(rest))?;
    found.style.lead = lead.unwrap_or_default();
    if let Some(clock) = clock {
        found.style.clock = true;
        found.time = found.time.or(Some(clock));
    }
    Some(found)
}

fn marks(input: &str) -> IResult<&str, &str> {
    take_while(is_mark).parse(input)
}

fn blanks(input: &str) -> IResult<&str, &str> {
    take_while(|c| is_blank(c) || is_mark(c)).parse(input)
}

fn lead(input: &str) -> IResult<&str, Lead> {
    let number = (take_while_m_n(1, 4, |c: char| c.is_ascii_digit()), one_of(".)"));
    let bullet = one_of("-*•");
    terminated(
        alt((value(Lead::Number, recognize(number)), value(Lead::Bullet, recognize(bullet)))),
        char(' '),
    )
    .parse(input)
}

fn colon(input: &str) -> IResult<&str, Colon> {
    let (rest, _) = blanks(input)?;
    let wide = value(Colon::Wide, one_of("：﹕︰"));
    let (rest, found) = alt((value(Colon::Plain, char(':')), wide)).parse(rest)?;
    let code_or_address = rest.starts_with("//") || rest.starts_with([':', '=']);
    if code_or_address && found == Colon::Plain {
        return Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Char)));
    }
    Ok((rest, found))
}

fn emphasis_mark(input: &str) -> IResult<&str, &str> {
    alt((tag("_**"), tag("***"), tag("**"), tag("__"), tag("*"), tag("_"))).parse(input)
}

fn closing(mark: &str) -> &str {
    if mark == "_**" { "**_" } else { mark }
}

/// What follows a label: a note, a time, or both.
#[derive(Default)]
struct Suffix {
    note: Option<Range<usize>>,
    time: Option<Range<usize>>,
}

struct Reader<'a> {
    line: &'a str,
    /// Bytes of a label.
    longest: usize,
}

impl<'a> Reader<'a> {
    /// Whether `word` may be a label.
    fn fits(&self, word: &str) -> bool {
        word.len() <= self.longest && has_words_of_label(word)
    }

    /// Where `rest`, a tail of the line, begins.
    fn at(&self, rest: &str) -> usize {
        self.line.len().saturating_sub(rest.len())
    }

    /// The range of `part`, which ends where `rest` begins.
    fn range(&self, part: &str, rest: &str) -> Range<usize> {
        let end = self.at(rest);
        end.saturating_sub(part.len())..end
    }

    fn clock(&self, input: &'a str) -> (&'a str, Option<Range<usize>>) {
        let Some((open, close)) = (match input.as_bytes().first() {
            Some(b'[') => Some(("[", "]")),
            Some(b'(') => Some(("(", ")")),
            Some(b'0'..=b'9') => Some(("", "")),
            _ => None,
        }) else {
            return (input, None);
        };
        let read = || {
            let inner = input.strip_prefix(open)?;
            let (_, length) = timestamp::prefix(inner)?;
            let (time, rest) = inner.split_at_checked(length)?;
            let span = self.range(time, rest);
            let rest = rest.strip_prefix(close)?;
            let dash: IResult<&str, _> = preceded(blanks, opt((one_of("-–—|"), blanks))).parse(rest);
            let (rest, _) = dash.ok()?;
            Some((rest, span))
        };
        match read() {
            Some((rest, span)) => (rest, Some(span)),
            None => (input, None),
        }
    }

    fn heading(&self, input: &'a str) -> Option<Head> {
        let level: IResult<&str, &str> =
            terminated(take_while_m_n(1, 6, |c| c == '#'), char(' ')).parse(input);
        let (rest, level) = level.ok()?;
        let level = u8::try_from(level.len()).unwrap_or_default();
        let rest = rest.trim_start();
        let mut found = self
            .emphasis(rest)
            .or_else(|| self.plain(rest))
            .or_else(|| self.noted(rest))
            .or_else(|| self.alone(rest))?;
        found.style.wrap = Wrap::Heading(level);
        Some(found)
    }

    fn emphasis(&self, input: &'a str) -> Option<Head> {
        let (rest, mark) = emphasis_mark(input).ok()?;
        let (rest, clock) = self.clock(rest);
        let (rest, word) = self.word(rest, closing(mark).as_bytes().first().copied())?;
        let (rest, inner) = self.suffix(rest);
        let (rest, inside) = opt(colon).parse(rest).ok()?;
        let rest = rest.trim_start_matches(is_mark).strip_prefix(closing(mark))?;
        let (rest, outer) = self.suffix(rest);
        let (rest, outside) = if inside.is_some() { (rest, None) } else { opt(colon).parse(rest).ok()? };
        let mut end = self.at(rest);
        if inside.or(outside).is_none() {
            // Without a colon, only the end of the line or a dash after a time closes a head.
            let dash: IResult<&str, char> =
                delimited(blanks, one_of("-–—"), nom::combinator::peek(char(' '))).parse(rest);
            match dash {
                Ok((after, _)) if outer.time.is_some() => end = self.at(after),
                _ if rest.trim_matches(|c| is_blank(c) || is_mark(c)).is_empty() => end = self.line.len(),
                _ => return None,
            }
        }
        let colon = inside.or(outside).unwrap_or_default();
        let style = Style {
            wrap: Wrap::Emphasis(mark.len() as u8, mark.starts_with('_')),
            colon,
            inside: inside.is_some(),
            timed: outer.time.is_some() || inner.time.is_some(),
            clock: clock.is_some(),
            ..Style::default()
        };
        Some(Head {
            word,
            note: outer.note.or(inner.note),
            time: outer.time.or(inner.time).or(clock),
            style,
            end,
        })
    }

    fn bracket(&self, input: &'a str) -> Option<Head> {
        let pair: IResult<&str, char> = one_of("[【").parse(input);
        let (rest, open) = pair.ok()?;
        let close = if open == '[' { ']' } else { '】' };
        let (inner, rest) = rest.split_once(close)?;
        if !self.fits(inner) || rest.starts_with(['(', '[']) {
            return None;
        }
        let end = self.at(rest).saturating_sub(close.len_utf8());
        let word = end.saturating_sub(inner.len())..end;
        let (rest, found) = opt(colon).parse(rest).ok()?;
        let style = Style { wrap: Wrap::Bracket, colon: found.unwrap_or_default(), ..Style::default() };
        Some(Head { word, note: None, time: None, style, end: self.at(rest) })
    }

    fn plain(&self, input: &'a str) -> Option<Head> {
        let (after, word) = self.word(input, None)?;
        let (rest, suffix) = self.suffix(after);
        let timed = suffix.time.is_some();
        let read: IResult<&str, Colon> = colon(rest);
        let (end, found) = match read {
            Ok((rest, found)) => (self.at(rest), found),
            Err(_) if timed && rest.trim_matches(is_blank).is_empty() => (self.line.len(), Colon::None),
            Err(_) => return None,
        };
        let gap = suffix.note.is_none() && !timed && found == Colon::Plain && rest.starts_with(is_blank);
        let style = Style { colon: found, timed, gap, ..Style::default() };
        Some(Head { word, note: suffix.note, time: suffix.time, style, end })
    }

    /// A word with a note, alone on its line: `Assistant (gpt-4o)`.
    fn noted(&self, input: &'a str) -> Option<Head> {
        let (rest, word) = self.word(input, None)?;
        let (rest, suffix) = self.suffix(rest);
        let alone = suffix.note.is_some() && rest.trim_matches(is_blank).is_empty();
        let head = Head {
            word,
            note: suffix.note,
            time: suffix.time,
            style: Style::default(),
            end: self.line.len(),
        };
        alone.then_some(head)
    }

    /// A word alone on its line.
    fn alone(&self, input: &'a str) -> Option<Head> {
        let word = input.trim_end_matches(is_blank);
        self.fits(word).then(|| {
            let start = self.at(input);
            Head {
                word: start..start.saturating_add(word.len()),
                note: None,
                time: None,
                style: Style::default(),
                end: self.line.len(),
            }
        })
    }

    /// The label up to a colon, a suffix or `stop`.
    fn word(&self, input: &'a str, stop: Option<u8>) -> Option<(&'a str, Range<usize>)> {
        // By bytes, since prose that begins as a head does is long: only what a wide stop begins with is a character.
        let stops = |&(at, byte): &(usize, u8)| match byte {
            b':' | b'(' | b'[' => true,
            0xE2 | 0xEF => input.get(at..).is_some_and(|rest| rest.starts_with(['：', '﹕', '︰', '—', '–'])),
            _ => stop == Some(byte),
        };
        let beyond = self.longest.saturating_add(1);
        let head = input.as_bytes().get(..beyond).unwrap_or(input.as_bytes());
        let stop = if stop.is_none() && head.is_ascii() {
            memchr::memchr3(b':', b'(', b'[', head)
        } else {
            head.iter().copied().enumerate().find(stops).map(|(at, _)| at)
        };
        let end = stop.or_else(|| (beyond..input.len()).find(|&at| input.is_char_boundary(at)));
        let mut word = input.get(..end.unwrap_or(input.len().min(beyond)))?;
        if let Some(at) = time_within(word, input) {
            word = word.get(..at)?;
        }
        let marks = word.len().saturating_sub(word.trim_start_matches(is_mark).len());
        let trimmed = word.trim_end_matches(|c| is_blank(c) || is_mark(c) || c == ',' || c == '-');
        let rest = input.get(trimmed.len()..)?;
        let trimmed = trimmed.get(marks..)?;
        self.fits(trimmed).then(|| (rest, self.range(trimmed, rest)))
    }

    fn suffix(&self, input: &'a str) -> (&'a str, Suffix) {
        self.parenthesis(input).or_else(|| self.bare_time(input)).unwrap_or((input, Suffix::default()))
    }

    fn parenthesis(&self, input: &'a str) -> Option<(&'a str, Suffix)> {
        let (rest, _) = blanks(input).ok()?;
        let rest = rest.strip_prefix(',').map_or(rest, str::trim_start);
        let (close, rest) = if let Some(rest) = rest.strip_prefix('(') {
            (')', rest)
        } else {
            (']', rest.strip_prefix('[')?)
        };
        let (inner, after) = rest.split_once(close).filter(|(inner, _)| inner.len() <= LONGEST)?;
        let start = self.at(rest);
        let (note, time) = note_and_time(inner);
        let shift = |range: Range<usize>| range.start.saturating_add(start)..range.end.saturating_add(start);
        if note.is_none() && time.is_none() || close == ']' && time.is_none() {
            return None;
        }
        Some((after, Suffix { note: note.map(shift), time: time.map(shift) }))
    }

    fn bare_time(&self, input: &'a str) -> Option<(&'a str, Suffix)> {
        let (rest, before) = take_while::<_, _, nom::error::Error<&str>>(|c| {
            is_blank(c) || matches!(c, ',' | '-' | '–' | '—')
        })
        .parse(input)
        .ok()?;
        if !before.contains(is_blank) {
            return None;
        }
        let (_, length) = timestamp::prefix(rest)?;
        let (time, after) = rest.split_at_checked(length)?;
        let span = self.range(time, after);
        Some((after, Suffix { note: None, time: Some(span) }))
    }
}

/// Where a time begins inside what looked like a label: `Alice 09` of `Alice 09:15`.
fn time_within(word: &str, input: &str) -> Option<usize> {
    let pairs = (1..).zip(word.bytes());
    let mut starts = pairs.filter(|(_, before)| matches!(before, b' ' | b'\t' | 0x80..)).map(|(at, _)| at);
    let begins = |at: &usize| {
        word.get(..*at).is_some_and(|before| before.ends_with(is_blank))
            && input.get(*at..).is_some_and(|rest| timestamp::prefix(rest).is_some())
    };
    starts.find(begins)
}

/// Splits what stands in parentheses into a note and a time.
fn note_and_time(inner: &str) -> (Option<Range<usize>>, Option<Range<usize>>) {
    let whole = |at: usize| {
        let rest = inner.get(at..)?;
        let (_, length) = timestamp::prefix(rest)?;
        rest.get(length..)?.trim().is_empty().then_some(at..at.saturating_add(length))
    };
    if let Some(time) = whole(0) {
        return (None, Some(time));
    }
    let breaks = inner.char_indices().filter(|&(_, c)| c == ' ').map(|(at, _)| at);
    for at in breaks {
        if let Some(time) = whole(at.saturating_add(1)) {
            let note = inner.get(..at).unwrap_or_default().trim_end_matches([',', ' ']).len();
            return (Some(0..note), Some(time));
        }
    }
    let note = inner.trim();
    let start = inner.len().saturating_sub(inner.trim_start().len());
    ((!note.is_empty()).then(|| start..start.saturating_add(note.len())), None)
}

/// Whether `word` has the shape of a label: short, a few words, no sentence, no code, no number alone.
pub(super) fn is_label(word: &str) -> bool {
    word.len() <= LONGEST && has_words_of_label(word)
}

fn has_words_of_label(word: &str) -> bool {
    let plain = |c: char| {
        c.is_alphanumeric()
            || matches!(c, ' ' | '.' | '\'' | '’' | ',' | '-' | '_' | '/' | '&' | '+' | '#' | '@' | '\u{a0}')
            || !c.is_ascii()
                && !matches!(c, '“' | '”' | '‘' | '。' | '，' | '、' | '；' | '！' | '？' | '…' | '«' | '»')
    };
    !word.is_empty()
        // Prose has more words than a label: this is found out soonest.
        && word.split_whitespace().nth(MOST_WORDS).is_none()
        && word.chars().all(plain)
        && word.chars().any(char::is_alphabetic)
        && !word.starts_with([' ', '\'', ',', '.', '/', '&'])
}
