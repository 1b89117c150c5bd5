//! What is counted: everything that enters or leaves the queue.

/// How records stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Levels {
    /// First of their conversation, and to be sent.
    pub queued: u64,
    /// On their way to the server.
    pub sending: u64,
    /// Behind another record of their conversation.
    pub waiting: u64,
    /// Set aside, with their bytes.
    pub dead: u64,
}

impl Levels {
    /// How many are still to be delivered.
    pub fn remaining(&self) -> u64 {
        self.queued.saturating_add(self.sending).saturating_add(self.waiting)
    }

    /// The level of a state of the queue file.
    pub(super) fn of(&mut self, state: &str) -> Option<&mut u64> {
        match state {
            "queued" => Some(&mut self.queued),
            "sending" => Some(&mut self.sending),
            "waiting" => Some(&mut self.waiting),
            "dead" => Some(&mut self.dead),
            _ => None,
        }
    }

    /// Counts a record that goes from one state to another; no state is outside the queue.
    pub(super) fn move_one(&mut self, from: &str, to: &str) {
        if let Some(level) = self.of(from) {
            *level = level.saturating_sub(1);
        }
        if let Some(level) = self.of(to) {
            *level = level.saturating_add(1);
        }
    }
}

/// What happened since the queue was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Totals {
    /// Records taken in, and durable.
    pub enqueued: u64,
    /// Records that the caller was told were not taken in.
    pub rejected: u64,
    /// Records that the server has.
    pub delivered: u64,
    /// Attempts after which a record was put back.
    pub retried: u64,
    /// Records set aside.
    pub died: u64,
    /// Records dropped because the caller asked.
    pub discarded: u64,
}

impl Totals {
    /// Counts a record that leaves the queue.
    pub(super) fn count(&mut self, why: &Leave<'_>) {
        let total = match why {
            Leave::Delivered { .. } => &mut self.delivered,
            Leave::Dead(_) => &mut self.died,
            Leave::Discarded => &mut self.discarded,
        };
        *total = total.saturating_add(1);
    }
}

/// Why a record leaves the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leave<'a> {
    /// The server has it.
    Delivered {
        /// What the server calls the conversation.
        remote_id: Option<&'a str>,
    },
    /// It cannot be delivered, for this reason; it is kept apart.
    Dead(&'a str),
    /// The caller does not want it any more.
    Discarded,
}
