//! TalkBank CHAT transcripts (<https://talkbank.org/manuals/CHAT.html>).
//!
//! ```text
//! file      = ["@UTF8" line-end] *header "@Begin" line-end *(header / utterance / tier) "@End"
//! header    = "@" name [":" TAB text] line-end
//! utterance = "*" code ":" TAB text [blank bullet] line-end
//! tier      = "%" code ":" TAB text line-end
//! bullet    = U+0015 1*DIGIT "_" 1*DIGIT U+0015   ; milliseconds into the recording
//! ```
//!
//! A line that begins with a tab continues the line above.

use super::{beginning, cutter::Cutter, is_margin};
use crate::{
    format::{Detection, Format},
    parse::Parser,
    source::Span,
    text::{
        SegmentKind::{Content, Label, Markup},
        Segments, Speaker,
        lines::{line_end, lines},
    },
};

/// Stands on both sides of a bullet.
const BULLET: u8 = 0x15;
const LONGEST_CODE: usize = 16;

/// Looks for `@UTF8` or `@Begin` on the first line, and for an utterance below it.
pub(crate) fn detect(_: &Parser, input: &str) -> Option<Detection> {
    let first = input.trim_start_matches(is_margin).lines().next()?.trim_end();
    let evidence = vec![format!("begins with `{first}`")];
    let signed =
        matches!(first, "@UTF8" | "@Begin") && beginning(input).lines().any(|line| head(line).is_some());
    signed.then_some(Detection { format: Format::TalkBank, confidence: 1.0, evidence })
}

/// An utterance: its lines, up to where the last one ends, and where its text begins.
struct Utterance<'a> {
    code: &'a str,
    start: usize,
    text: usize,
    end: usize,
}

/// The code of the speaker, and what follows the tab after it.
fn head(line: &str) -> Option<(&str, &str)> {
    let (code, rest) = line.strip_prefix('*')?.split_once(':')?;
    let plain = code.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    let fits = plain && (1..=LONGEST_CODE).contains(&code.len());
    fits.then_some((code, rest.strip_prefix(['\t', ' '])?))
}

/// Cuts a transcript into utterances; headers and dependent tiers stand between them.
pub(crate) fn segments(parser: &Parser, input: &str) -> Segments {
    let mut cutter = Cutter::new(parser, input, Format::TalkBank);
    let mut open: Option<Utterance<'_>> = None;
    for line in lines(input, line_end(input)) {
        let text = input.get(line.start..line.end).unwrap_or_default();
        if let (true, Some(utterance)) = (text.starts_with('\t'), open.as_mut()) {
            utterance.end = line.end;
            continue;
        }
        if let Some(utterance) = open.take() {
            cut(&mut cutter, input, &utterance);
        }
        open = head(text).map(|(code, words)| {
            let text = line.end.saturating_sub(words.len());
            Utterance { code, start: line.start, text, end: line.end }
        });
    }
    if let Some(utterance) = open {
        cut(&mut cutter, input, &utterance);
    }
    cutter.finish()
}

fn cut<'a>(cutter: &mut Cutter<'a>, input: &'a str, utterance: &Utterance<'a>) {
    cutter.gap(utterance.start);
    let text = Span::new(utterance.text, utterance.end).of(input);
    let shift = |at: usize| at.saturating_add(utterance.text);
    let whole = |span: Span| Span::new(shift(span.start), shift(span.end));
    let code = utterance.code;
    let speaker = cutter.speaker(code, |_| Speaker { name: Some(code.into()), ..Speaker::default() });
    cutter.turn(Some(speaker), bullets(text).next().map(whole), 1.0);
    cutter.to(Label, utterance.text);
    let mut bullets = bullets(text).peekable();
    for at in memchr::memchr2_iter(b'\t', BULLET, text.as_bytes()) {
        let opens = bullets.next_if(|bullet| bullet.start == at.saturating_add(1));
        if let Some(bullet) = opens {
            let blank = text.get(..at).is_some_and(|before| before.ends_with(' '));
            cutter.to(Content, shift(at.saturating_sub(usize::from(blank))));
            cutter.to(Markup, shift(bullet.end.saturating_add(1)));
        } else if text.get(..at).is_some_and(|before| before.ends_with(['\n', '\r'])) {
            cutter.to(Content, shift(at));
            cutter.to(Markup, shift(at.saturating_add(1)));
        }
    }
    cutter.to(Content, utterance.end);
}

/// What stands between the marks of every bullet in `text`.
fn bullets(text: &str) -> impl Iterator<Item = Span> {
    let mut opened: Option<usize> = None;
    memchr::memchr_iter(BULLET, text.as_bytes()).filter_map(move |at| {
        let bullet =
            opened.take().map(|start| Span::new(start, at)).filter(|bullet| is_times(bullet.of(text)));
        if bullet.is_none() {
            opened = Some(at.saturating_add(1));
        }
        bullet
    })
}

/// Two numbers of milliseconds with `_` between.
fn is_times(text: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    text.split_once('_').is_some_and(|(from, to)| number(from) && number(to))
}
