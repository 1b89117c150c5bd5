//! Identifiers of calls, for formats that ask for one where the source had none.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet, VecDeque},
};

use super::content;
use crate::model::{Conversation, Part, ToolCall, ToolResult};

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
    /// Names of the tools that were called, by the identifier of the call.
    tools: HashMap<Cow<'a, str>, &'a str>,
}

impl<'a> Ids<'a> {
    pub(crate) fn of(conversation: &'a Conversation) -> Self {
        let used =
            conversation.messages.iter().flat_map(|message| &message.parts).filter_map(|part| match part {
                Part::ToolCall(call) => call.id.as_deref(),
                Part::ToolResult(result) => result.call_id.as_deref(),
                _ => None,
            });
        let calls = conversation.messages.iter().flat_map(|message| content::calls(&message.parts));
        let tools = calls.filter_map(|call| Some((call.id.as_deref()?.into(), call.name.as_str())));
        Self { used: used.collect(), tools: tools.collect(), ..Self::default() }
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
        self.tools.insert(id.clone().into(), &call.name);
        id.into()
    }

    /// The name of the tool that was called under this identifier.
    pub(crate) fn tool(&self, id: &str) -> Option<&'a str> {
        self.tools.get(id).copied()
    }

    /// Identifier of the call that is answered; where there is no such call, one of its own.
    pub(crate) fn of_answer(&mut self, result: &'a ToolResult) -> Cow<'a, str> {
        match self.of_known_answer(result) {
            Some(id) => id,
            None => self.make().into(),
        }
    }

    /// Identifier of the call that is answered, if there is such a call or the answer names one.
    pub(crate) fn of_known_answer(&mut self, result: &'a ToolResult) -> Option<Cow<'a, str>> {
        match &result.call_id {
            Some(id) => Some(id.into()),
            None => self.next_of(result.name.as_deref()).map(Into::into),
        }
    }

    /// The oldest call without an answer for which an identifier was made, of this tool if one is named.
    pub(crate) fn next_of(&mut self, tool: Option<&str>) -> Option<String> {
        let queue = match tool {
            Some(name) => self.named.get_mut(name),
            None => Some(&mut self.waiting),
        };
        let mut open = queue.into_iter().flat_map(|queue| std::iter::from_fn(|| queue.pop_front()));
        let place = open.find(|place| self.answered.insert(*place))?;
        self.made.get(place).cloned()
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
    use crate::model::Message;

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
        let answered = ToolResult { call_id: Some("call_3".into()), ..ToolResult::default() };
        let used = [Part::ToolCall(call(Some("call_1"), "x").into()), Part::ToolResult(answered.into())]
            .map(|part| Message { parts: part.into(), ..Message::default() });
        let used = Conversation { messages: used.into(), ..Conversation::default() };
        let mut ids = Ids::of(&used);
        let made: Vec<_> = calls.iter().map(|call| ids.of_call(call)).collect();
        assert_eq!(made, ["call_0", "call_2", "own", "call_4"]);
        let found: Vec<_> = answers.iter().map(|answer| ids.of_answer(answer)).collect();
        assert_eq!(found, ["call_2", "call_0", "call_4", "call_5"]);
    }
}
