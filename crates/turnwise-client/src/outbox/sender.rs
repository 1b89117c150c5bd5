//! A thread that delivers: takes a record, makes an attempt, tells the writer.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::SyncSender,
};

use super::{
    board::Board,
    command::Command,
    job::{Cause, Deliver, Delivered},
};

/// Delivers until the board is closed.
pub(super) fn run(board: &Board, deliver: &dyn Deliver, writer: &SyncSender<Command>) {
    while let Some(job) = board.take() {
        // A panic of somebody else's code must not leave the record under way for ever.
        let came = catch_unwind(AssertUnwindSafe(|| deliver.deliver(&job))).unwrap_or_else(|_| {
            let reason = "the delivery panicked".to_owned();
            Delivered::Later { cause: Cause::Busy, unknown: true, wait: None, reason }
        });
        if came.stops_all() {
            board.hold();
        }
        if writer.send(Command::Ended(job, came)).is_err() {
            return;
        }
    }
}
