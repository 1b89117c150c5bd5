//! What was sent and may or may not have arrived, so that the same call again does not log it twice.

use std::{
    collections::VecDeque,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// How many are remembered; the oldest is forgotten.
const MOST: usize = 16;

/// Bodies by the arguments of the call that sent them.
///
/// The body of a new conversation has its idempotency key, and that of an append the ids of its messages; the call that is
/// made again sends the very same one.
#[derive(Debug, Default)]
pub(crate) struct Unsettled(Mutex<VecDeque<(u64, String)>>);

impl Unsettled {
    /// The number of a call with these arguments.
    pub(crate) fn number(arguments: &impl Hash) -> u64 {
        let mut hasher = DefaultHasher::new();
        arguments.hash(&mut hasher);
        hasher.finish()
    }

    /// What this call sent before without learning what came of it.
    pub(crate) fn of(&self, number: u64) -> Option<String> {
        self.lock().iter().find(|(other, _)| *other == number).map(|(_, body)| body.clone())
    }

    /// Keeps what is about to be sent; until it is settled, even a call that is broken off leaves it here.
    pub(crate) fn keep(&self, number: u64, body: &str) {
        self.settle(number);
        let mut kept = self.lock();
        kept.push_back((number, body.to_owned()));
        if kept.len() > MOST {
            kept.pop_front();
        }
    }

    /// Forgets it, since it is known what came of it.
    pub(crate) fn settle(&self, number: u64) {
        self.lock().retain(|(other, _)| *other != number);
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(u64, String)>> {
        // No holder leaves it half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten() {
        let kept = Unsettled::default();
        for number in 0..20 {
            kept.keep(number, &number.to_string());
        }
        assert_eq!(kept.of(3), None);
        assert_eq!(kept.of(4).as_deref(), Some("4"));
        kept.settle(4);
        assert_eq!(kept.of(4), None);
    }
}
