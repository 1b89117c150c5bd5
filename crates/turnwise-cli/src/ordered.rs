//! Work on several threads, with what comes of it in the order in which it was given.

use std::{
    sync::{
        Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

/// How many pieces of work may be begun or wait for each thread, so that one slow piece does not stop the others.
const AHEAD: usize = 16;

/// Calls `work`, on `threads` threads, for everything that `feed` gives, and `report` for what comes of it, in order.
///
/// `feed` waits while too much is under way, so memory does not depend on how much there is.
pub(crate) fn in_order<T: Send, R: Send>(
    threads: usize,
    feed: impl FnOnce(&mut (dyn FnMut(T) + Send)),
    work: impl Fn(T) -> R + Sync,
    mut report: impl FnMut(R) + Send,
) {
    let ahead = threads.saturating_mul(AHEAD);
    let (give, given) = sync_channel::<(T, SyncSender<R>)>(ahead);
    let (promise, promised) = sync_channel::<Receiver<R>>(ahead);
    let given = Mutex::new(given);
    let next = || given.lock().unwrap_or_else(PoisonError::into_inner).recv();
    let worker = || {
        while let Ok((piece, done)) = next() {
            let result: R = work(piece);
            // There is room for one, and it is awaited.
            let _ = done.send(result);
        }
    };
    thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(worker);
        }
        scope.spawn(move || promised.iter().map_while(|result| result.recv().ok()).for_each(&mut report));
        feed(&mut |piece| {
            let (done, result) = sync_channel(1);
            // Either fails only where a thread has panicked, which the scope passes on.
            let _ = promise.send(result);
            let _ = give.send((piece, done));
        });
        drop((promise, give));
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{sync::Barrier, time::Duration};

    #[test]
    fn results_come_in_order() {
        let mut results = Vec::new();
        let work = |number: u64| {
            // The earlier, the slower.
            thread::sleep(Duration::from_micros(500_u64.saturating_sub(number)));
            number
        };
        in_order(4, |give| (0..500).for_each(give), work, |number| results.push(number));
        assert!(results.iter().copied().eq(0..500));
    }

    #[test]
    fn several_at_once() {
        let (barrier, mut results) = (Barrier::new(3), 0);
        let work = |()| barrier.wait();
        in_order(3, |give| (0..30).for_each(|_| give(())), work, |_| results += 1);
        assert_eq!(results, 30);
    }

    #[test]
    fn nothing_to_do() {
        in_order(2, |_| (), |piece: u8| piece, |_| panic!("there is no result"));
    }
}
