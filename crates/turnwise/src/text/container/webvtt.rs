//! WebVTT captions (W3C, <https://www.w3.org/TR/webvtt1/>), as meeting and video programs save them.
//!
//! ```text
//! file   = "WEBVTT" [blank title] 2*line-end *(cue / note / style / region)
//! cue    = [identifier line-end] timing line-end text 1*line-end
//! speech = "<v" ["." class] blank name ">" text ["</v>"] / name ": " text / text
//! ```

use super::{cue, cutter::Cutter};
use crate::{
    format::{Detection, Format},
    parse::Parser,
    text::{SegmentKind::Separator, Segments},
};

/// Looks for `WEBVTT` at the very beginning.
pub(crate) fn detect(_: &Parser, input: &str) -> Option<Detection> {
    signature(input)?;
    let evidence = vec!["begins with `WEBVTT`".to_owned()];
    Some(Detection { format: Format::WebVtt, confidence: 1.0, evidence })
}

/// Where the signature ends.
fn signature(input: &str) -> Option<usize> {
    let rest = input.strip_prefix('\u{feff}').unwrap_or(input).strip_prefix("WEBVTT")?;
    let ends = rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r']);
    ends.then(|| input.len().saturating_sub(rest.len()))
}

/// Whether `line`, after a blank line, begins a block that is no cue.
fn is_block(line: &str) -> bool {
    ["NOTE", "STYLE", "REGION"].iter().any(|word| {
        line.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
    })
}

/// Cuts captions into one message a cue, or a voice where a cue has several.
pub(crate) fn segments(parser: &Parser, input: &str) -> Segments {
    let mut cutter = Cutter::new(parser, input, Format::WebVtt);
    let cues = cue::scan(input, is_block);
    cutter.to(Separator, signature(input).unwrap_or_default());
    cutter.gap(cues.first().map_or(input.len(), |cue| cue.start));
    cue::cut(parser, &mut cutter, input, &cues);
    cutter.finish()
}
