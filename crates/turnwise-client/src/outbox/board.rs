//! Where claimed records wait for a thread that sends them.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

use super::job::Job;

/// Where claimed records wait for a thread that sends them. What is still here can be taken back.
#[derive(Default)]
pub(super) struct Board {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    held: bool,
    closed: bool,
}

impl Board {
    /// Puts up records.
    pub(super) fn put(&self, jobs: Vec<Job>) {
        if !jobs.is_empty() {
            self.lock().jobs.extend(jobs);
            self.changed.notify_all();
        }
    }

    /// How many records are here.
    pub(super) fn len(&self) -> usize {
        self.lock().jobs.len()
    }

    /// Waits for a record; `None` once the board is closed.
    pub(super) fn take(&self) -> Option<Job> {
        let mut state = self.lock();
        loop {
            if state.closed {
                return None;
            }
            if !state.held
                && let Some(job) = state.jobs.pop_front()
            {
                return Some(job);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Hands nothing out until what is here was taken back: the server is in trouble, and the writer will hear of it.
    pub(super) fn hold(&self) {
        self.lock().held = true;
    }

    /// Takes all records back that nobody has begun.
    pub(super) fn take_back(&self) -> VecDeque<Job> {
        let mut state = self.lock();
        state.held = false;
        std::mem::take(&mut state.jobs)
    }

    /// Lets all threads go home.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
