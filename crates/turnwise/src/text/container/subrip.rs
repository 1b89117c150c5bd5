//! SubRip captions (`.srt`), with `Name: ` where a program wrote who speaks.
//!
//! ```text
//! file = *(number line-end timing line-end text 1*line-end)
//! text = [name ": "] words
//! ```

use super::{beginning, cue, cutter::Cutter, is_margin};
use crate::{
    format::{Detection, Format},
    parse::Parser,
    text::Segments,
};

/// Looks for a line of times at the beginning, with the number of the cue above it or without.
pub(crate) fn detect(_: &Parser, input: &str) -> Option<Detection> {
    let start = beginning(input).trim_start_matches(is_margin);
    let mut lines = start.lines();
    let first = lines.next()?;
    let numbered = !first.trim().is_empty() && first.trim().bytes().all(|b| b.is_ascii_digit());
    let timing = if numbered { lines.next()? } else { first };
    cue::timing(timing)?;
    let evidence = vec!["begins with the times of a cue".to_owned()];
    let confidence = if numbered { 1.0 } else { 0.99 };
    Some(Detection { format: Format::SubRip, confidence, evidence })
}

/// Cuts captions into one message a cue.
pub(crate) fn segments(parser: &Parser, input: &str) -> Segments {
    let mut cutter = Cutter::new(parser, input, Format::SubRip);
    let cues = cue::scan(input, |_| false);
    cutter.gap(cues.first().map_or(input.len(), |cue| cue.start));
    cue::cut(parser, &mut cutter, input, &cues);
    cutter.finish()
}
