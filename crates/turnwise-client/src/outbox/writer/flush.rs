//! Those who wait for the queue to be empty.

use std::time::Instant;

use super::{
    super::{
        clock::{millis, now_ms},
        command::{Flushed, Reply},
        error::Error,
    },
    Writer,
};

/// Somebody who waits for the queue to be empty.
pub(in crate::outbox) struct Flush {
    pub(super) deadline: Instant,
    pub(super) delivered_before: u64,
    pub(super) reply: Reply<Flushed>,
}

impl Writer {
    /// Answers those whose wait is over: nothing is left that can move, or not before the deadline.
    pub(super) fn answer_flushes(&mut self) {
        let now = Instant::now();
        let flushes = std::mem::take(&mut self.flushes);
        for mut flush in flushes {
            let answer = match &self.store {
                Err(error) => Err(Error::Broken(error.to_string())),
                Ok(store) => {
                    let next_due = store.next_due().ok().flatten();
                    let idle = self.under_way == 0 && self.owed.is_empty();
                    let left = flush.deadline.saturating_duration_since(now);
                    let moves = self.options.senders > 0 && {
                        let paced = self.pace.until().is_none_or(|until| until <= flush.deadline);
                        paced && next_due.is_some_and(|due| due <= now_ms().saturating_add(millis(left)))
                    };
                    let over = left.is_zero() || idle && (self.stopping || !moves);
                    if !over {
                        self.flushes.push(flush);
                        continue;
                    }
                    Ok(Flushed {
                        delivered: store.totals.delivered.saturating_sub(flush.delivered_before),
                        remaining: store.levels.remaining(),
                        dead: store.levels.dead,
                        next_due,
                    })
                }
            };
            flush.reply.note(answer);
            flush.reply.give();
        }
    }
}
