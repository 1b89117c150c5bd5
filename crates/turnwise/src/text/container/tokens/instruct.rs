//! `[INST] .. [/INST]`, the template of Llama 2 and Mistral: questions are marked, answers are what is left.
//!
//! ```text
//! input    = [system] *("<s>" question [answer "</s>"])
//! question = "[INST]" [blank] [system] text [blank] "[/INST]" [blank]
//! system   = "<<SYS>>" line-end text line-end "<</SYS>>" 2line-end / "[SYSTEM_PROMPT]" text "[/SYSTEM_PROMPT]"
//! ```

use memchr::memmem;

use crate::{
    model::Role,
    text::{
        SegmentKind::{Content, Label, Separator},
        Speaker,
        container::cutter::Cutter,
    },
};

pub(super) const NAME: &str = "Llama 2 or Mistral";

const QUESTION: (&str, &str) = ("[INST]", "[/INST]");
/// Tokens around the system's text, and whether it stands within the first question.
const SYSTEM: [(&str, &str, bool); 2] =
    [("<<SYS>>", "<</SYS>>", true), ("[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]", false)];

/// Whether `rest` begins with a question or a system's text that is closed.
pub(super) fn is_signature(rest: &str) -> bool {
    let closed = |open, close: &str| {
        rest.starts_with(open) && memmem::find(rest.as_bytes(), close.as_bytes()).is_some()
    };
    closed(QUESTION.0, QUESTION.1) || SYSTEM.iter().any(|&(open, close, _)| closed(open, close))
}

/// Whose text the next token ends.
#[derive(Clone, Copy)]
enum State {
    Between,
    System { close: &'static str, within: bool },
    Question,
    Answer,
}

/// Cuts `input` from `start` on.
pub(super) fn cut(cutter: &mut Cutter<'_>, input: &str, start: usize) {
    let mut state = State::Between;
    let mut next = start;
    for at in memchr::memchr2_iter(b'[', b'<', input.as_bytes()) {
        let Some(rest) = input.get(at..).filter(|_| at >= next) else { continue };
        let Some((token, role, after)) = step(state, rest) else { continue };
        if matches!(state, State::Between) {
            cutter.to(Separator, at);
        } else {
            end_text(cutter, at);
        }
        next = at.saturating_add(token);
        if let Some((name, role)) = role {
            let speaker = cutter.speaker(name, |_| Speaker { role: Some(role), ..Speaker::default() });
            cutter.turn(Some(speaker), None, 1.0);
            cutter.to(Label, next);
        } else {
            cutter.to(Separator, next);
        }
        state = after;
    }
    if !matches!(state, State::Between) {
        end_text(cutter, input.len());
    }
}

/// The bytes of a token, who speaks after it, and the state then.
type Step = (usize, Option<(&'static str, Role)>, State);

/// The token that `rest` begins with, if it counts in `state`.
fn step(state: State, rest: &str) -> Option<Step> {
    let user = Some(("user", Role::User));
    let length = |after: &str| rest.len().saturating_sub(after.len());
    let system = |text: &str| {
        let &(open, close, within) = SYSTEM.iter().find(|(open, ..)| text.starts_with(open))?;
        let after = without_first(text.strip_prefix(open)?, &["\n"]);
        Some((length(after), Some(("system", Role::System)), State::System { close, within }))
    };
    match state {
        State::Between | State::Answer => {
            if let Some(after) = rest.strip_prefix(QUESTION.0) {
                let question = (length(without_first(after, &[" "])), user, State::Question);
                return Some(system(after.trim_start()).unwrap_or(question));
            }
            ended(rest).map(|after| (length(after), None, State::Between)).or_else(|| system(rest))
        }
        State::System { close, within } => {
            let after = rest.strip_prefix(close)?;
            let after = without_first(after, &["\n\n", "\n"]);
            Some(if within {
                (length(after), user, State::Question)
            } else {
                (length(after), None, State::Between)
            })
        }
        State::Question => {
            let after = without_first(rest.strip_prefix(QUESTION.1)?, &[" "]);
            Some((length(after), Some(("assistant", Role::Assistant)), State::Answer))
        }
    }
}

/// What follows the token that ends an answer, where the next question or nothing follows.
fn ended(rest: &str) -> Option<&str> {
    let after = rest.strip_prefix("</s>")?;
    let next = after.trim_start();
    (next.is_empty() || next.starts_with("<s>") || next.starts_with(QUESTION.0)).then_some(after)
}

fn without_first<'t>(text: &'t str, any: &[&str]) -> &'t str {
    any.iter().find_map(|start| text.strip_prefix(start)).unwrap_or(text)
}

/// Ends a text before `end`; the blank or line end that the template puts there belongs to the format.
fn end_text(cutter: &mut Cutter<'_>, end: usize) {
    let gap = usize::from(cutter.ahead(end).ends_with([' ', '\n']));
    cutter.to(Content, end.saturating_sub(gap));
    cutter.to(Separator, end);
}
