//! The rules that a conversation should keep, as the API's guide asks.
//!
//! [`RULES`] holds them, a function a rule; each looks at the model only, so that a conversation
//! is judged in the same way whatever it was read from.

use std::collections::HashSet;

use crate::{
    diagnostic::{Code, Diagnostic},
    model::{Conversation, Message, Part, Role},
};

mod time;

/// A rule: looks at a conversation, and adds what it finds.
type Rule = fn(&Conversation, &mut Findings);
/// Whether there is what a rule finds fault with.
type Sign = fn(&Signs) -> bool;

/// Every rule, and the sign without which it finds nothing. Those that speak once come first: a flood of the others
/// cannot push them past the limit.
const RULES: &[(Sign, Rule)] = &[
    (|_| true, no_answer),
    (|_| true, no_question),
    (|signs| signs.labels, mixed_labels),
    (|signs| signs.system, system_not_first),
    (|signs| signs.results, orphan_tool_result),
    (|signs| signs.times, time::timestamps_backwards),
    (|signs| signs.empty, empty_message),
    (|signs| signs.repeats, repeated_role),
];

/// Findings about a conversation, whatever it was read from, in the order of their places.
///
/// A conversation without messages has none: whoever read it has said so already.
///
/// ```
/// use turnwise::{Code, Conversation, Message, Role, check};
/// let mut conversation = Conversation::default();
/// conversation.messages.push(Message::new(Role::User, "Is anybody there?"));
/// assert_eq!(check(&conversation)[0].code, Code::NoAnswer);
/// ```
pub fn check(conversation: &Conversation) -> Vec<Diagnostic> {
    check_up_to(conversation, usize::MAX).kept
}

/// The first `limit` findings, and the number of those that were left out.
pub(crate) fn check_up_to(conversation: &Conversation, limit: usize) -> Findings {
    let mut findings = Findings { kept: Vec::new(), omitted: 0, limit };
    let signs = Signs::of(conversation);
    for (_, rule) in RULES.iter().filter(|(sign, _)| sign(&signs)) {
        rule(conversation, &mut findings);
    }
    findings.kept.sort_by_key(|finding| (finding.span, finding.code));
    findings
}

/// What some message has, told in one walk: memory is slow, and most conversations need no other.
#[derive(Default)]
struct Signs {
    /// A word for its role.
    labels: bool,
    /// Instructions.
    system: bool,
    /// The result of a tool call.
    results: bool,
    /// A time, perhaps.
    times: bool,
    /// Nothing to say.
    empty: bool,
    /// The role of the message before it.
    repeats: bool,
}

impl Signs {
    fn of(conversation: &Conversation) -> Self {
        let mut signs = Self::default();
        let mut before: Option<&Message> = None;
        for message in &conversation.messages {
            signs.labels |= message.label.is_some();
            signs.system |= matches!(message.role, Some(Role::System | Role::Developer));
            signs.times |= message.timestamp.is_some() || message.details.is_some();
            signs.results |= message.parts.iter().any(|part| matches!(part, Part::ToolResult(_)));
            signs.empty |= says_nothing(message);
            signs.repeats |= before.is_some_and(|before| before.role == message.role);
            before = Some(message);
        }
        signs
    }
}

/// What the rules have found so far.
#[derive(Debug)]
pub(crate) struct Findings {
    /// Findings, at most `limit` of them.
    pub(crate) kept: Vec<Diagnostic>,
    /// How many more there were.
    pub(crate) omitted: usize,
    limit: usize,
}

impl Findings {
    /// Keeps a finding, which is made only if there is room for it.
    fn add(&mut self, finding: impl FnOnce() -> Diagnostic) {
        if self.kept.len() < self.limit {
            self.kept.push(finding());
        } else {
            self.omitted = self.omitted.saturating_add(1);
        }
    }
}

fn no_answer(conversation: &Conversation, findings: &mut Findings) {
    if let Some(last) = conversation.messages.last()
        && !is_heard(conversation, &Role::Assistant)
    {
        findings.add(|| Diagnostic::new(Code::NoAnswer, last.span));
    }
}

fn no_question(conversation: &Conversation, findings: &mut Findings) {
    if let Some(first) = conversation.messages.first()
        && !is_heard(conversation, &Role::User)
    {
        findings.add(|| Diagnostic::new(Code::NoQuestion, first.span));
    }
}

/// Whether `role` says anything, or somebody does whose role is open and who may be the one.
fn is_heard(conversation: &Conversation, role: &Role) -> bool {
    conversation.messages.iter().any(|message| {
        let may_be = match &message.role {
            None | Some(Role::Other(_)) => true,
            Some(known) => known == role,
        };
        may_be && !says_nothing(message)
    })
}

/// Reports every further word for a role once.
fn mixed_labels(conversation: &Conversation, findings: &mut Findings) {
    /// More words for one role than any transcript has; the bound keeps the rule linear.
    const WORDS: usize = 16;
    let mut seen: Vec<(&Role, Vec<&str>)> = Vec::new();
    for message in &conversation.messages {
        let Some((role, word)) = role_word(message) else { continue };
        // A word for calls and answers, such as `function_call`, is no other name of the speaker.
        if message.parts.iter().any(|part| matches!(part, Part::ToolCall(_) | Part::ToolResult(_))) {
            continue;
        }
        match seen.iter_mut().find(|(known, _)| *known == role) {
            None => seen.push((role, vec![word])),
            Some((_, words)) if words.len() >= WORDS || words.iter().any(|known| same(known, word)) => {}
            Some((_, words)) => {
                let usual = words.first().copied().unwrap_or_default();
                findings.add(|| {
                    Diagnostic::new(Code::MixedLabels, message.span)
                        .with("label", word)
                        .with("other", usual)
                        .with("role", role.as_str())
                });
                words.push(word);
            }
        }
    }
}

/// The role and the word written for it; none where a name alone is written, or the word is the role.
fn role_word(message: &Message) -> Option<(&Role, &str)> {
    let role = message.role.as_ref().filter(|role| !matches!(role, Role::Other(_)))?;
    match (&message.label, &message.name) {
        (Some(label), _) => Some((role, label)),
        (None, None) => Some((role, role.label())),
        (None, Some(_)) => None,
    }
}

/// Whether two labels are one word; other ways of writing it are another finding's business.
fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b) || a.to_lowercase() == b.to_lowercase()
}

fn system_not_first(conversation: &Conversation, findings: &mut Findings) {
    let begun =
        conversation.messages.iter().skip_while(|message| !is(message, &[Role::User, Role::Assistant]));
    for message in begun.filter(|message| is(message, &[Role::System, Role::Developer])) {
        findings.add(|| Diagnostic::new(Code::SystemNotFirst, message.span).with("role", role_name(message)));
    }
}

fn orphan_tool_result(conversation: &Conversation, findings: &mut Findings) {
    let mut calls = Calls::default();
    for message in &conversation.messages {
        for part in &message.parts {
            match part {
                Part::ToolCall(call) => calls.ids.extend(call.id.as_deref()),
                Part::ToolResult(result) => {
                    if let Some(id) = result.call_id.as_deref().filter(|id| !calls.has(id)) {
                        findings.add(|| Diagnostic::new(Code::OrphanToolResult, message.span).with("id", id));
                    }
                }
                _ => {}
            }
        }
    }
}

/// Identifiers of the calls so far.
#[derive(Default)]
struct Calls<'a> {
    ids: Vec<&'a str>,
    /// The same, as many of them as were looked for.
    known: HashSet<&'a str>,
    read: usize,
}

impl Calls<'_> {
    /// Whether there is such a call. Nearly always it is one of the last.
    fn has(&mut self, id: &str) -> bool {
        const LAST: usize = 8;
        if self.ids.iter().rev().take(LAST).any(|known| *known == id) {
            return true;
        }
        self.known.extend(self.ids.get(self.read..).unwrap_or_default());
        self.read = self.ids.len();
        self.known.contains(id)
    }
}

fn empty_message(conversation: &Conversation, findings: &mut Findings) {
    // A tool may well have nothing to say.
    let spoken = conversation.messages.iter().filter(|message| !is(message, &[Role::Tool]));
    for message in spoken.filter(|message| says_nothing(message)) {
        findings.add(|| Diagnostic::new(Code::EmptyMessage, message.span));
    }
}

fn repeated_role(conversation: &Conversation, findings: &mut Findings) {
    let messages = &conversation.messages;
    for (before, message) in messages.iter().zip(messages.iter().skip(1)) {
        // Several calls in a row are how some APIs put one answer.
        let repeats = before.role == message.role
            && before.name == message.name
            && is(message, &[Role::User, Role::Assistant])
            && !has_call(before)
            && !has_call(message);
        if repeats {
            findings.add(|| {
                Diagnostic::new(Code::RepeatedRole, message.span)
                    .with("role", role_name(message))
                    .related(before.span, "the one before it")
            });
        }
    }
}

fn is(message: &Message, roles: &[Role]) -> bool {
    message.role.as_ref().is_some_and(|role| roles.contains(role))
}

fn role_name(message: &Message) -> &str {
    message.role.as_ref().map(Role::as_str).unwrap_or_default()
}

fn has_call(message: &Message) -> bool {
    message.parts.iter().any(|part| matches!(part, Part::ToolCall(_)))
}

/// Whether a message carries nothing but blank text.
fn says_nothing(message: &Message) -> bool {
    !message.parts.iter().any(says_something)
}

fn says_something(part: &Part) -> bool {
    match part {
        Part::Text(text) | Part::Refusal(text) => !is_blank(&text.text),
        Part::Reasoning(reasoning) => !is_blank(&reasoning.text) || reasoning.signature.is_some(),
        _ => true,
    }
}

/// Whether a text holds nothing but blanks, which its first byte mostly tells.
fn is_blank(text: &str) -> bool {
    !text.as_bytes().first().is_some_and(u8::is_ascii_graphic) && text.chars().all(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_findings_are_kept_as_asked_for() {
        let messages = vec![Message::default(), Message::default()];
        let conversation = Conversation { messages, ..Conversation::default() };
        let found = |limit| {
            let found = check_up_to(&conversation, limit);
            (found.kept.len(), found.omitted)
        };
        assert_eq!([found(0), found(1), found(4), found(5)], [(0, 4), (1, 3), (4, 0), (4, 0)]);
    }
}
