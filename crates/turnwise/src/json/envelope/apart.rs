//! Several conversations in one object, such as the runs of a trace.

use std::collections::HashMap;

use super::Envelope;
use crate::model::Conversation;

/// Conversations that stand in an object apart from the one that is being read, in their order.
#[derive(Debug, Default)]
pub(crate) struct Apart {
    list: Vec<Conversation>,
    /// Places of those that have an id.
    by_id: HashMap<String, usize>,
    /// The place of the one that is being read, where it was put apart before.
    place: Option<usize>,
}

impl Apart {
    /// Puts a conversation to its place, which is the last if it has none.
    fn put(&mut self, conversation: Conversation) {
        match self.place.take().and_then(|place| self.list.get_mut(place)) {
            Some(place) => *place = conversation,
            None => {
                if let Some(id) = &conversation.id {
                    self.by_id.entry(id.clone()).or_insert(self.list.len());
                }
                self.list.push(conversation);
            }
        }
    }

    /// Takes up the conversation of this id again.
    fn take_up(&mut self, id: &str) -> Option<Conversation> {
        let place = *self.by_id.get(id)?;
        self.place = Some(place);
        self.list.get_mut(place).map(std::mem::take)
    }

    /// All conversations, with the one that was read last.
    pub(crate) fn finish(mut self, last: Conversation) -> Vec<Conversation> {
        self.put(last);
        self.list
    }
}

impl Envelope {
    /// Goes on with the conversation of this id, if there was one before; else begins another.
    pub(crate) fn resume(&mut self, id: Option<&str>) {
        if id.is_some() && self.conversation.id.as_deref() == id {
            return;
        }
        self.next_conversation();
        if let Some(conversation) = id.and_then(|id| self.others.take_up(id)) {
            self.conversation = conversation;
            self.begin = self.conversation.messages.len();
        }
    }

    /// Puts the conversation that was read apart, and begins another, unless it has no messages yet.
    pub(crate) fn next_conversation(&mut self) {
        if !self.conversation.messages.is_empty() || self.others.place.is_some() {
            self.others.put(std::mem::take(&mut self.conversation));
            (self.begin, self.answer) = (0, None);
            self.asked.clear();
        }
    }
}
