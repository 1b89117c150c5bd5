//! What each command does to the queue file, within a transaction.

use super::super::{
    clock::millis,
    command::Command,
    counters::Leave,
    error::Error,
    job::{Delivered, Job},
    options::Options,
    store::{Again, Entry, Store},
    transition::{Next, Patience, next},
};

/// Does one command within a transaction, and notes the answer.
pub(super) fn apply(
    store: &mut Store,
    command: &mut Command,
    options: &Options,
    now: i64,
) -> rusqlite::Result<()> {
    match command {
        Command::Add(entries, reply) => {
            let added = add(store, entries, options, now)?;
            reply.note(added);
        }
        Command::Ended(job, came) => ended(store, job, came, options, now)?,
        Command::PutBack(job) => store.put_back(job, now)?,
        Command::Dead(most, reply) => reply.note(Ok(store.dead(*most)?)),
        Command::Retry(record, reply) => {
            let revived = store.revive(*record)?;
            store.hurry(now.saturating_add(millis(options.settle_after)))?;
            let missing = record.filter(|_| revived == 0);
            reply.note(missing.map_or(Ok(revived), |record| Err(Error::NotDead(record))));
        }
        Command::Discard(record, reply) => {
            let discarded = store.discard(*record)?;
            reply.note(if discarded == 0 { Err(Error::NotDead(*record)) } else { Ok(discarded) });
        }
        Command::Flush(..) => store.hurry(now.saturating_add(millis(options.settle_after)))?,
        Command::Status(_) | Command::Stop => {}
    }
    Ok(())
}

/// Takes records in, all or none.
fn add(
    store: &mut Store,
    entries: &[Entry],
    options: &Options,
    now: i64,
) -> rusqlite::Result<Result<(), Error>> {
    let mut bytes = 0_usize;
    for entry in entries {
        if entry.body.len() > options.record_bytes {
            return Ok(Err(Error::TooLarge { bytes: entry.body.len(), limit: options.record_bytes }));
        }
        bytes = bytes.saturating_add(entry.body.len());
    }
    if store.used_bytes()?.saturating_add(bytes as u64) > options.quota_bytes {
        return Ok(Err(Error::QueueFull { quota_bytes: options.quota_bytes }));
    }
    match entries {
        [one] => store.add(one, now),
        all => store.all_or_none(|store| {
            for entry in all {
                if let Err(error) = store.add(entry, now)? {
                    return Ok(Err(error));
                }
            }
            Ok(Ok(()))
        }),
    }
}

/// Does what follows an attempt.
fn ended(
    store: &mut Store,
    job: &Job,
    came: &Delivered,
    options: &Options,
    now: i64,
) -> rusqlite::Result<()> {
    let patience = Patience {
        longest_wait: options.longest_wait,
        longest_retry_after: options.longest_retry_after,
        settle_after: options.settle_after,
    };
    match next(job, came.clone(), patience, fastrand::f64()) {
        Next::Delivered { remote_id } => {
            store.leave(job.record, Leave::Delivered { remote_id: remote_id.as_deref() })
        }
        Next::Dead { reason } => store.leave(job.record, Leave::Dead(&reason)),
        Next::Again { wait, throttled, unsettled, reason } => {
            tracing::warn!(record = job.record, attempts = job.attempts, ?wait, reason, "not delivered yet");
            let not_before = now.saturating_add(millis(wait));
            store.again(job, &Again { not_before, throttled, unsettled, reason: &reason })
        }
    }
}
