//! Cues, as WebVTT and SubRip share them: a line of times, and the text that is shown between them.
//!
//! A cue is a message, and so is every voice within one: who speaks is never inherited from the cue before.
//!
//! Contents are pieces of the input, so entities (`&amp;`, `&lt;`, `&nbsp;`, `&lrm;`) stay as they are written, in
//! names too: programs that save meetings mostly write `&` bare, and a file does not say which of the two it does.

mod markup;
mod prefix;

use nom::{
    IResult, Parser as _,
    bytes::complete::{tag, take_while, take_while_m_n},
    character::complete::{char, one_of, satisfy},
    combinator::{eof, opt, recognize},
    sequence::preceded,
};

use super::cutter::Cutter;
use crate::{
    parse::Parser,
    source::Span,
    text::{
        SegmentKind::{Content, Label, Markup, Separator},
        lines::{line_end, lines},
    },
};
use markup::Mark;

/// One cue: all that the format says of a piece of text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cue {
    /// Where its identifier or, without one, its line of times starts.
    pub(super) start: usize,
    /// When the text appears, as written.
    time: Span,
    /// The text, without the line end after it.
    text: Span,
}

/// timing = blanks time blanks "-->" blanks time (blank / end) ; gives where the first time stands
pub(super) fn timing(line: &str) -> Option<Span> {
    let blanks = |text| take_while::<_, _, nom::error::Error<&str>>(|c| matches!(c, ' ' | '\t')).parse(text);
    let (rest, _) = blanks(line).ok()?;
    let (after, _) = time(rest).ok()?;
    let end = satisfy(|c| c.is_ascii_whitespace()).map(|_| "").or(eof);
    (blanks, tag("-->"), blanks, time, end).parse(after).ok()?;
    let at = |rest: &str| line.len().saturating_sub(rest.len());
    Some(Span::new(at(rest), at(after)))
}

/// time = [1*6DIGIT ":"] 2DIGIT ":" 2DIGIT ("." / ",") 1*3DIGIT ; one digit does for the first number
fn time(input: &str) -> IResult<&str, &str> {
    let digits = |min, max| take_while_m_n(min, max, |c: char| c.is_ascii_digit());
    let group = || preceded(char(':'), digits(2, 2));
    recognize((digits(1, 6), group(), opt(group()), one_of(".,"), digits(1, 3))).parse(input)
}

/// The cues of `input`. Text after a blank line still belongs to the cue above it, unless `is_block` says
/// that its first line begins a block of another kind.
pub(super) fn scan(input: &str, is_block: fn(&str) -> bool) -> Vec<Cue> {
    let mut cues: Vec<Cue> = Vec::new();
    let mut open = false;
    let mut after_blank = true;
    // The line before, where it may be the identifier of a cue that its next line opens.
    let mut identifier: Option<Span> = None;
    for line in lines(input, line_end(input)) {
        let span = Span::new(line.start, line.end);
        let text = span.of(input);
        if let Some(time) = timing(text) {
            let time = Span::new(time.start.saturating_add(line.start), time.end.saturating_add(line.start));
            let start = identifier.take().map_or(line.start, |line| line.start);
            cues.push(Cue { start, time, text: Span::new(line.next, line.next) });
            (open, after_blank) = (true, false);
            continue;
        }
        if let (Some(line), true, Some(cue)) = (identifier.take(), open, cues.last_mut()) {
            cue.extend(line);
        }
        let blank = text.trim().is_empty();
        if !blank && after_blank && is_block(text) {
            open = false;
        } else if !blank && (after_blank || text.trim().bytes().all(|b| b.is_ascii_digit())) {
            identifier = Some(span);
        } else if let (false, true, Some(cue)) = (blank, open, cues.last_mut()) {
            cue.extend(span);
        }
        after_blank = blank;
    }
    if let (Some(line), true, Some(cue)) = (identifier, open, cues.last_mut()) {
        cue.extend(line);
    }
    cues
}

impl Cue {
    fn extend(&mut self, line: Span) {
        let start = if self.text.is_empty() { line.start } else { self.text.start };
        self.text = Span::new(start, line.end);
    }
}

/// Cuts the texts of `cues` into messages.
pub(super) fn cut<'a>(parser: &Parser, cutter: &mut Cutter<'a>, input: &'a str, cues: &[Cue]) {
    let voices: Vec<bool> = cues.iter().map(|cue| markup::has_voice(cue.text.of(input))).collect();
    let plain = cues.iter().zip(&voices).filter(|&(_, voice)| !voice);
    let labels = prefix::Labels::count(parser, plain.map(|(cue, _)| cue.text.of(input)));
    for (cue, voice) in cues.iter().zip(&voices) {
        cutter.to(Separator, cue.text.start);
        let mut text = Text { cutter, cue, open: false };
        if !voice {
            text.prefix(labels.find(cue.text.of(input)));
        }
        for (span, mark) in markup::marks(cue.text.of(input)) {
            let shift = |at: usize| cue.text.start.saturating_add(at);
            text.mark(Span::new(shift(span.start), shift(span.end)), mark);
        }
        text.words(cue.text.end);
    }
}

/// The text of one cue, while it is cut.
struct Text<'c, 'a> {
    cutter: &'c mut Cutter<'a>,
    cue: &'c Cue,
    /// Whether a message has begun, to which words belong.
    open: bool,
}

impl<'a> Text<'_, 'a> {
    fn begin(&mut self, speaker: Option<usize>, confidence: f32) {
        self.cutter.turn(speaker, Some(self.cue.time), confidence);
        self.open = true;
    }

    fn prefix(&mut self, found: Option<prefix::Prefix<'a>>) {
        if let Some(prefix) = found {
            let speaker = self.cutter.named(prefix.word);
            self.begin(Some(speaker), prefix.confidence);
            self.cutter.to(Label, self.cue.text.start.saturating_add(prefix.end));
        }
    }

    /// Words up to `end`; those outside any voice are a message that nobody is named for.
    fn words(&mut self, end: usize) {
        let ahead = self.cutter.ahead(end);
        if !self.open && !ahead.trim().is_empty() {
            let blank = ahead.len().saturating_sub(ahead.trim_start().len());
            self.cutter.to(Separator, end.saturating_sub(ahead.len().saturating_sub(blank)));
            self.begin(None, 1.0);
        }
        self.cutter.to(if self.open { Content } else { Separator }, end);
    }

    fn mark(&mut self, span: Span, mark: Mark<'a>) {
        match mark {
            Mark::Tag => {
                self.words(span.start);
                self.cutter.to(if self.open { Markup } else { Separator }, span.end);
            }
            Mark::Voice { name, end } => {
                let ahead = self.cutter.ahead(span.start);
                let breaks = ahead.len().saturating_sub(ahead.trim_end_matches(['\n', '\r']).len());
                self.words(span.start.saturating_sub(breaks));
                self.cutter.to(Separator, span.start);
                let speaker = name.map(|name| self.cutter.named(name));
                self.begin(speaker, 1.0);
                self.cutter.to(Label, span.end.saturating_add(end));
            }
            Mark::EndVoice => {
                self.words(span.start);
                self.cutter.to(Separator, span.end);
                self.open = false;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_times() {
        for (line, expected) in [
            ("00:04:01.680 --> 00:04:02.770", Some("00:04:01.680")),
            ("00:32.500 --> 00:33.500 align:start size:50%", Some("00:32.500")),
            (" 1:00:03,608-->1:00:14,389\tX1:0", Some("1:00:03,608")),
            ("100:00:00.000 --> 100:00:01.000", Some("100:00:00.000")),
            ("00:00:01.000 -> 00:00:02.000", None),
            ("00:00:01 --> 00:00:02", None),
            ("see 00:00:01.000 --> 00:00:02.000", None),
            ("00:00:01.000 --> 00:00:02.0000", None),
        ] {
            assert_eq!(timing(line).map(|time| time.of(line)), expected, "{line:?}");
        }
    }
}
