//! Messages for the formats that know a user and an assistant only, and put what tools answer into what the user says.

use crate::model::{Message, Part, Role, ToolResult};

/// A message as such a format has it.
pub(crate) struct Turn<'a> {
    /// `user`, `assistant` or `system`.
    pub(crate) role: &'static str,
    pub(crate) parts: Vec<&'a Part>,
}

/// Cuts off the messages at the start that are instructions.
pub(crate) fn instructions(messages: &[Message]) -> (&[Message], &[Message]) {
    let is_instruction = |message: &&Message| matches!(message.role, Some(Role::System | Role::Developer));
    let count = messages.iter().take_while(is_instruction).count();
    messages.split_at_checked(count).unwrap_or((&[], messages))
}

/// Makes turns of messages: the answers of tools that follow each other, and the user's message after them, are one.
///
/// An answer in an assistant's message is the user's too, unless the format has it among what the assistant says.
pub(crate) fn of(messages: &[Message], stays: fn(&ToolResult) -> bool) -> Vec<Turn<'_>> {
    let mut turns: Vec<Turn<'_>> = Vec::with_capacity(messages.len());
    // Whether the last turn is answers and nothing else, to which the user's next words are added.
    let mut only_answers = false;
    for message in messages {
        let own = match message.role {
            Some(Role::Assistant) => "assistant",
            Some(Role::System | Role::Developer) => "system",
            _ => "user",
        };
        let mut fresh = !(own == "user" && !message.parts.is_empty() && only_answers);
        for part in &message.parts {
            let role = match part {
                Part::ToolResult(result) if !stays(result) => "user",
                _ => own,
            };
            let is_answer = role == "user" && matches!(part, Part::ToolResult(_));
            match turns.last_mut().filter(|last| !fresh && last.role == role) {
                Some(last) => {
                    last.parts.push(part);
                    only_answers &= is_answer;
                }
                None => {
                    turns.push(Turn { role, parts: vec![part] });
                    only_answers = is_answer;
                }
            }
            fresh = false;
        }
        if message.parts.is_empty() {
            turns.push(Turn { role: own, parts: Vec::new() });
            only_answers = false;
        }
    }
    turns
}

/// The parts of an answer; an answer in it says what its own parts say.
pub(crate) fn flat(result: &ToolResult) -> Vec<&Part> {
    let mut flat = Vec::with_capacity(result.parts.len());
    let mut waiting = vec![result.parts.iter()];
    while let Some(parts) = waiting.last_mut() {
        match parts.next() {
            Some(Part::ToolResult(inner)) => waiting.push(inner.parts.iter()),
            Some(part) => flat.push(part),
            None => _ = waiting.pop(),
        }
    }
    flat
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_join_what_the_user_says_next() {
        let result = || Part::ToolResult(ToolResult::default().into());
        let message = |role, parts| Message { role: Some(role), parts, ..Message::default() };
        let messages = [
            message(Role::User, vec![Part::text("a")].into()),
            message(Role::Assistant, vec![Part::text("b"), result(), Part::text("c")].into()),
            message(Role::Tool, vec![result()].into()),
            message(Role::Tool, vec![result()].into()),
            message(Role::User, vec![Part::text("d")].into()),
            message(Role::User, vec![Part::text("e")].into()),
        ];
        let turns = of(&messages, |_| false);
        let shape: Vec<_> = turns.iter().map(|turn| (turn.role, turn.parts.len())).collect();
        let expected =
            [("user", 1), ("assistant", 1), ("user", 1), ("assistant", 1), ("user", 3), ("user", 1)];
        assert_eq!(shape, expected);
    }
}
