//! Messages for the formats that know a user and an assistant only, and put what tools answer into what the user says.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet, VecDeque},
};

use crate::model::{Conversation, Message, Part, Role, ToolCall, ToolResult};

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
    for message in messages {
        let own = match message.role {
            Some(Role::Assistant) => "assistant",
            Some(Role::System | Role::Developer) => "system",
            _ => "user",
        };
        let mut fresh =
            !(own == "user" && !message.parts.is_empty() && turns.last().is_some_and(only_answers));
        for part in &message.parts {
            let role = match part {
                Part::ToolResult(result) if !stays(result) => "user",
                _ => own,
            };
            match turns.last_mut().filter(|last| !fresh && last.role == role) {
                Some(last) => last.parts.push(part),
                None => turns.push(Turn { role, parts: vec![part] }),
            }
            fresh = false;
        }
        if message.parts.is_empty() {
            turns.push(Turn { role: own, parts: Vec::new() });
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

fn only_answers(turn: &Turn<'_>) -> bool {
    turn.role == "user"
        && !turn.parts.is_empty()
        && turn.parts.iter().all(|part| matches!(part, Part::ToolResult(_)))
}

/// Identifiers of calls, for formats that cannot do without: those that a source left out are made.
///
/// They are asked for in the order of the conversation: an answer without one belongs to the oldest call of its name
/// that has none either.
#[derive(Debug, Default)]
pub(crate) struct Ids<'a> {
    used: HashSet<&'a str>,
    made: Vec<String>,
    /// Calls without an answer, by their name and in order, as places in `made`.
    named: HashMap<&'a str, VecDeque<usize>>,
    waiting: VecDeque<usize>,
    answered: HashSet<usize>,
    count: usize,
}

impl<'a> Ids<'a> {
    pub(crate) fn of(conversation: &'a Conversation) -> Self {
        let used =
            conversation.messages.iter().flat_map(|message| &message.parts).filter_map(|part| match part {
                Part::ToolCall(call) => call.id.as_deref(),
                Part::ToolResult(result) => result.call_id.as_deref(),
                _ => None,
            });
        Self { used: used.collect(), ..Self::default() }
    }

    /// Identifier of a call.
    pub(crate) fn of_call(&mut self, call: &'a ToolCall) -> Cow<'a, str> {
        if let Some(id) = &call.id {
            return id.into();
        }
        let (place, id) = (self.made.len(), self.make());
        self.made.push(id.clone());
        self.named.entry(&call.name).or_default().push_back(place);
        self.waiting.push_back(place);
        id.into()
    }

    /// Identifier of the call that is answered.
    pub(crate) fn of_answer(&mut self, result: &'a ToolResult) -> Cow<'a, str> {
        if let Some(id) = &result.call_id {
            return id.into();
        }
        let queue = match &result.name {
            Some(name) => self.named.get_mut(name.as_str()),
            None => Some(&mut self.waiting),
        };
        let mut open = queue.into_iter().flat_map(|queue| std::iter::from_fn(|| queue.pop_front()));
        let place = open.find(|place| self.answered.insert(*place));
        match place.and_then(|place| self.made.get(place)) {
            Some(id) => id.clone().into(),
            None => self.make().into(),
        }
    }

    fn make(&mut self) -> String {
        loop {
            let id = format!("call_{}", self.count);
            self.count = self.count.saturating_add(1);
            if !self.used.contains(id.as_str()) {
                return id;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(id: Option<&str>, name: &str) -> ToolCall {
        ToolCall { id: id.map(Into::into), name: name.into(), ..ToolCall::default() }
    }

    fn answer(name: Option<&str>) -> ToolResult {
        ToolResult { name: name.map(Into::into), ..ToolResult::default() }
    }

    #[test]
    fn answers_find_their_calls() {
        let calls = [call(None, "a"), call(None, "b"), call(Some("own"), "b"), call(None, "b")];
        let answers = [answer(Some("b")), answer(None), answer(Some("b")), answer(Some("b"))];
        let used =
            Message { parts: Part::ToolCall(call(Some("call_1"), "x").into()).into(), ..Message::default() };
        let used = Conversation { messages: vec![used], ..Conversation::default() };
        let mut ids = Ids::of(&used);
        let made: Vec<_> = calls.iter().map(|call| ids.of_call(call)).collect();
        assert_eq!(made, ["call_0", "call_2", "own", "call_3"]);
        let found: Vec<_> = answers.iter().map(|answer| ids.of_answer(answer)).collect();
        assert_eq!(found, ["call_2", "call_0", "call_3", "call_4"]);
    }

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
