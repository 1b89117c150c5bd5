//! Identifiers of calls, for formats that ask for one where the source had none.

use std::{
    borrow::Cow,
    collections::{HashMap, VecDeque},
};

use super::content;
use crate::model::{Conversation, ToolCall, ToolResult};

/// The calls of a conversation, as they are written one after another.
pub(crate) struct Ids<'a> {
    /// Names of the tools that were called, by the identifier of the call.
    names: HashMap<Cow<'a, str>, &'a str>,
    /// Identifiers that were made for calls, with no answer so far.
    waiting: VecDeque<String>,
    made: usize,
}

impl<'a> Ids<'a> {
    pub(crate) fn of(conversation: &'a Conversation) -> Self {
        let calls = conversation.messages.iter().flat_map(|message| content::calls(&message.parts));
        let names = calls.filter_map(|call| Some((call.id.as_deref()?.into(), call.name.as_str()))).collect();
        Self { names, waiting: VecDeque::new(), made: 0 }
    }

    /// The identifier of a call that is written now; one that is not taken where it has none.
    pub(crate) fn of_call(&mut self, call: &'a ToolCall) -> Cow<'a, str> {
        if let Some(id) = &call.id {
            return id.into();
        }
        let id = self.fresh();
        self.names.insert(id.clone().into(), &call.name);
        self.waiting.push_back(id.clone());
        id.into()
    }

    /// The identifier of the call that is answered: where the answer has none, the first that was made and waits.
    pub(crate) fn of_answer(&mut self, result: &'a ToolResult) -> Cow<'a, str> {
        match &result.call_id {
            Some(id) => id.into(),
            None => self.waiting.pop_front().unwrap_or_else(|| self.fresh()).into(),
        }
    }

    /// The name of the tool that was called under this identifier.
    pub(crate) fn name(&self, id: &str) -> Option<&'a str> {
        self.names.get(id).copied()
    }

    fn fresh(&mut self) -> String {
        loop {
            self.made = self.made.saturating_add(1);
            let id = format!("call_{}", self.made);
            if !self.names.contains_key(id.as_str()) {
                return id;
            }
        }
    }
}
