//! What was sent and may or may not have arrived, so that the same call again does not log it twice.

use std::{
    collections::{HashSet, VecDeque},
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
pub(crate) struct Unsettled {
    sent: Mutex<VecDeque<(u64, String)>>,
    under_way: Mutex<HashSet<u64>>,
}

/// A call that is under way, until this is dropped.
#[derive(Debug)]
pub(crate) struct UnderWay<'a> {
    all: &'a Unsettled,
    number: u64,
}

impl Unsettled {
    /// Begins a call with these arguments, unless one is under way: side by side, each would take the other for lost.
    pub(crate) fn begin(&self, arguments: &impl Hash) -> Option<UnderWay<'_>> {
        let mut hasher = DefaultHasher::new();
        arguments.hash(&mut hasher);
        let number = hasher.finish();
        lock(&self.under_way).insert(number).then(|| UnderWay { all: self, number })
    }
}

impl UnderWay<'_> {
    /// What this call sent before without learning what came of it.
    pub(crate) fn earlier(&self) -> Option<String> {
        lock(&self.all.sent).iter().find(|(other, _)| *other == self.number).map(|(_, body)| body.clone())
    }

    /// Keeps what is about to be sent; until it is settled, even a call that is broken off leaves it there.
    pub(crate) fn keep(&self, body: &str) {
        self.settle();
        let mut sent = lock(&self.all.sent);
        sent.push_back((self.number, body.to_owned()));
        if sent.len() > MOST {
            sent.pop_front();
        }
    }

    /// Forgets it, since it is known what came of it.
    pub(crate) fn settle(&self) {
        lock(&self.all.sent).retain(|(other, _)| *other != self.number);
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        lock(&self.all.under_way).remove(&self.number);
    }
}

/// No holder of a lock leaves what it guards half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten() {
        let calls = Unsettled::default();
        for number in 0..20 {
            calls.begin(&number).unwrap().keep(&number.to_string());
        }
        assert_eq!(calls.begin(&3).unwrap().earlier(), None);
        let call = calls.begin(&4).unwrap();
        assert_eq!(call.earlier().as_deref(), Some("4"));
        call.settle();
        assert_eq!(call.earlier(), None);
    }

    #[test]
    fn the_same_call_is_under_way_once() {
        let calls = Unsettled::default();
        let first = calls.begin(&"a");
        assert!(first.is_some() && calls.begin(&"a").is_none() && calls.begin(&"b").is_some());
        drop(first);
        assert!(calls.begin(&"a").is_some());
    }
}
