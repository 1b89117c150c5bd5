//! Identifiers of calls, which the format asks for.

use std::collections::{HashSet, VecDeque};

use crate::model::{Conversation, Part, ToolCall, ToolResult};

/// Identifiers of calls: those that were given, and those that are made up, which answers then get by turns.
pub(super) struct Ids<'a> {
    given: HashSet<&'a str>,
    made: usize,
    /// Tools and made up identifiers of calls that no answer was seen to.
    open: VecDeque<(String, String)>,
}

/// Calls without an answer among which that of an answer is looked for: a message seldom makes more.
const OPEN: usize = 32;

impl<'a> Ids<'a> {
    pub(super) fn of(conversation: &'a Conversation) -> Self {
        let parts = conversation.messages.iter().flat_map(|message| &message.parts);
        let given = parts.filter_map(|part| match part {
            Part::ToolCall(call) => call.id.as_deref(),
            Part::ToolResult(result) => result.call_id.as_deref(),
            _ => None,
        });
        Self { given: given.collect(), made: 0, open: VecDeque::new() }
    }

    pub(super) fn called(&mut self, call: &ToolCall) -> String {
        if let Some(id) = &call.id {
            return id.clone();
        }
        loop {
            let id = format!("call_{}", self.made);
            self.made = self.made.saturating_add(1);
            if !self.given.contains(id.as_str()) {
                self.open.push_back((call.name.clone(), id.clone()));
                return id;
            }
        }
    }

    /// The first call that has no answer yet, for an answer that does not say whose it is.
    pub(super) fn next_open(&mut self) -> Option<String> {
        self.open.pop_front().map(|(_, id)| id)
    }

    /// The call that an answer belongs to: the one it names, else the first that is open, of the same tool if it has one.
    pub(super) fn answered(&mut self, result: &ToolResult) -> Option<String> {
        if result.call_id.is_some() || self.open.is_empty() {
            return result.call_id.clone();
        }
        let same = |(name, _): &(String, String)| Some(name) == result.name.as_ref();
        let at = self.open.iter().take(OPEN).position(same).unwrap_or_default();
        self.open.remove(at).map(|(_, id)| id)
    }
}
