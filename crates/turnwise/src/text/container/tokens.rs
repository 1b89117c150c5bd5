//! Rendered prompt templates, which mark messages with special tokens.
//!
//! [`families`] has the tokens. Text written by people can hold the same tokens (somebody explains a
//! template), so a token counts only where a template would put it: at the start of the input, after the
//! token that ends a message, or at the start of a line where that token is missing.

mod families;
mod instruct;

use memchr::memmem;

use super::{
    cutter::{Cutter, own_word},
    is_margin, without_line_end,
};
use crate::{
    format::{Detection, Format},
    model::Role,
    parse::Parser,
    text::{
        SegmentKind::{Content, Label, Separator},
        Segments, Speaker, label,
    },
};
use families::{BEGINNINGS, FAMILIES, Family, Glued};

/// Heads of messages are no longer than this, in bytes.
const LONGEST_HEAD: usize = 256;

/// Looks for a token that begins a message, at the very beginning of the input.
pub(crate) fn detect(parser: &Parser, input: &str) -> Option<Detection> {
    let start = body_start(input);
    let rest = input.get(start..)?;
    let name = match family_of(parser, rest) {
        Some(family) => family.name,
        None if instruct::is_signature(rest) => instruct::NAME,
        None => return None,
    };
    let evidence = vec![format!("begins with a token of {name}")];
    Some(Detection { format: Format::ChatTokens, confidence: 1.0, evidence })
}

/// Cuts a rendered prompt into messages.
pub(crate) fn segments(parser: &Parser, input: &str) -> Segments {
    let mut cutter = Cutter::new(parser, input, Format::ChatTokens);
    let start = body_start(input);
    let rest = input.get(start..).unwrap_or_default();
    if let Some(family) = family_of(parser, rest) {
        cutter.to(Separator, start);
        cut(family, parser, &mut cutter, input, start);
    } else if instruct::is_signature(rest) {
        cutter.to(Separator, start);
        instruct::cut(&mut cutter, input, start);
    }
    cutter.finish()
}

/// Where the first message may begin: after blanks and the tokens that begin every input of a model.
fn body_start(input: &str) -> usize {
    let mut rest = input.trim_start_matches(is_margin);
    while let Some(after) = BEGINNINGS.iter().find_map(|token| rest.strip_prefix(token)) {
        rest = after.trim_start_matches(is_margin);
    }
    input.len().saturating_sub(rest.len())
}

/// The family whose head `rest` begins with.
fn family_of(parser: &Parser, rest: &str) -> Option<&'static Family> {
    FAMILIES.iter().find(|family| family.head(parser, rest).is_some())
}

/// The head of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Head<'a> {
    /// What is written between the tokens: `user`, `assistant<|channel|>final`.
    written: &'a str,
    /// Bytes up to the text.
    length: usize,
}

impl Family {
    /// The head that `rest` begins with: a token, a role, a token; the last may be missing at the very end.
    fn head<'a>(&self, parser: &Parser, rest: &'a str) -> Option<Head<'a>> {
        let after = rest.strip_prefix(self.open)?;
        let mut window = after.len().min(LONGEST_HEAD);
        while !after.is_char_boundary(window) {
            window = window.saturating_sub(1);
        }
        let near = after.get(..window)?;
        let closed = self.close.iter().filter_map(|close| Some((near.find(close)?, close.len())));
        let (at, close) = match closed.min() {
            Some(found) => found,
            // The head of an answer that is still to come.
            None if near.len() == after.len() => (near.trim_end().len(), 0),
            None => return None,
        };
        let written = near.get(..at)?;
        let cut_short = close == 0 && written.contains(char::is_whitespace);
        let text = after.get(at.saturating_add(close)..)?;
        let gap = self.gap.iter().find(|gap| text.starts_with(**gap)).map_or(0, |gap| gap.len());
        let length = rest.len().saturating_sub(text.len()).saturating_add(gap);
        let whole = !cut_short && !written.contains(self.open) && self.is_word(parser, written);
        whole.then_some(Head { written, length })
    }

    /// Whether the first word between the tokens can be a role.
    fn is_word(&self, parser: &Parser, written: &str) -> bool {
        let word = first_word(written);
        let plain =
            !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
        plain && (!self.listed || role(parser, word).is_some())
    }
}

fn first_word(written: &str) -> &str {
    written.split(|c: char| c.is_whitespace() || c == '<').next().unwrap_or_default()
}

/// The role of a word that a template uses.
fn role(parser: &Parser, word: &str) -> Option<Role> {
    label::role(parser, word.strip_suffix("_TOKEN").unwrap_or(word))
}

/// Cuts at every head of `family` that stands where a template puts it.
fn cut<'a>(family: &Family, parser: &Parser, cutter: &mut Cutter<'a>, input: &'a str, start: usize) {
    let body = input.get(start..).unwrap_or_default().as_bytes();
    let glued = match family.glued {
        Glued::Never => false,
        Glued::Always => true,
        Glued::WhereNoneEnds => !family.ends.iter().any(|end| memmem::find(body, end.as_bytes()).is_some()),
    };
    let opens = memmem::find_iter(body, family.open);
    for at in opens.map(|at| at.saturating_add(start)) {
        let rest = input.get(at..).unwrap_or_default();
        let Some(head) = family.head(parser, rest) else { continue };
        let before = cutter.ahead(at);
        let ended = family.without_end(before).is_some();
        let cut_off = before.ends_with('\n') && role(parser, first_word(head.written)).is_some();
        if !before.is_empty() && !ended && !cut_off && !glued {
            continue;
        }
        close(family, cutter, at);
        let speaker = cutter.speaker(head.written, |parser| speaker(parser, head.written));
        cutter.turn(Some(speaker), None, 1.0);
        cutter.to(Label, at.saturating_add(head.length));
    }
    close(family, cutter, input.len());
}

/// Ends the message before `end`: its text, and the token that ends it.
fn close(family: &Family, cutter: &mut Cutter<'_>, end: usize) {
    let ahead = cutter.ahead(end);
    let text = family.without_end(ahead).unwrap_or_else(|| without_line_end(ahead));
    cutter.to(Content, end.saturating_sub(ahead.len().saturating_sub(text.len())));
    cutter.to(Separator, end);
}

impl Family {
    /// `text` without the tokens at its end that end a message, and blanks after them.
    fn without_end<'t>(&self, text: &'t str) -> Option<&'t str> {
        let mut left = None;
        let mut text = text;
        while let Some(before) = self.ends.iter().find_map(|end| text.trim_end().strip_suffix(end)) {
            left = Some(before);
            text = before;
        }
        left
    }
}

/// Who `written` names, such as `user`, `system name=example_user`, `functions.search to=assistant`.
fn speaker(parser: &Parser, written: &str) -> Speaker {
    let word = first_word(written);
    let mut pieces = written.split(|c: char| c.is_whitespace() || c == '<');
    let given = pieces.clone().find_map(|piece| piece.strip_prefix("name="));
    // In harmony, whoever is no role and writes to the assistant is a tool.
    let to_assistant = pieces.any(|piece| piece == "to=assistant");
    match role(parser, word) {
        Some(role) => {
            let label = own_word(&role, written.trim());
            Speaker { role: Some(role), label, name: given.map(Into::into), model: None }
        }
        None if to_assistant || word.contains('.') => {
            let label = Some(written.trim().into());
            Speaker { role: Some(Role::Tool), label, name: Some(word.into()), model: None }
        }
        None => Speaker { name: Some(given.unwrap_or(written.trim()).into()), ..Speaker::default() },
    }
}
