//! Whether what was read is a conversation that can be logged.

use crate::problem::Problem;
use turnwise::{Conversation, Parsed, Severity};

/// The conversation of an input, if it is one, whole, and says of every message who spoke.
pub(crate) fn loggable(parsed: Parsed, despite_errors: bool) -> Result<Conversation, Problem> {
    let mut errors = parsed.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    if let Some(first) = errors.next().filter(|_| !despite_errors) {
        return Err(Problem::Unreadable(first.message.clone()));
    }
    let mut spoken =
        parsed.conversations.into_iter().filter(|conversation| !conversation.messages.is_empty());
    let conversation = spoken.next().ok_or(Problem::NoMessages)?;
    let others = spoken.count();
    if others > 0 {
        return Err(Problem::Several(others.saturating_add(1)));
    }
    match open(&conversation) {
        None => Ok(conversation),
        Some(names) => Err(Problem::OpenRoles(names)),
    }
}

/// The speakers whose role is open.
fn open(conversation: &Conversation) -> Option<String> {
    /// Names that tell enough.
    const SHOWN: usize = 8;
    let messages = conversation.messages.iter().filter(|message| message.role.is_none());
    let mut names: Vec<&str> = Vec::new();
    for message in messages {
        let name = message.name.as_deref().or(message.label.as_deref()).unwrap_or("a speaker without a name");
        if !names.contains(&name) && names.len() < SHOWN {
            names.push(name);
        }
    }
    (!names.is_empty()).then(|| names.join(", "))
}
