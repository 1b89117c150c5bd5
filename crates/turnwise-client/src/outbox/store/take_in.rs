//! Taking records in.

use rusqlite::{OptionalExtension, params};

use super::{
    super::{
        error::Error,
        job::{LocalId, Op},
    },
    Store,
    digest::digest,
};

/// A record as the caller hands it over.
pub(in crate::outbox) struct Entry {
    /// The conversation.
    pub(in crate::outbox) conversation: LocalId,
    /// What the record asks for.
    pub(in crate::outbox) op: Op,
    /// Whether it is the last of its conversation.
    pub(in crate::outbox) closes: bool,
    /// The body of the request.
    pub(in crate::outbox) body: Vec<u8>,
}

/// Whether a conversation was new.
enum Begun {
    New,
    Again,
    Other,
}

impl Store {
    /// Adds a record behind the others of its conversation. The outer error is the file's, the inner one the caller's.
    pub(in crate::outbox) fn add(&mut self, entry: &Entry, now: i64) -> rusqlite::Result<Result<(), Error>> {
        let seq = match entry.op {
            Op::Create => match self.begin(entry)? {
                Begun::New => 0,
                Begun::Again => return Ok(Ok(())),
                Begun::Other => return Ok(Err(Error::KeyReused(entry.conversation.clone()))),
            },
            Op::Append => match self.next_seq(entry)? {
                Ok(seq) => seq,
                Err(error) => return Ok(Err(error)),
            },
        };
        let key = entry.conversation.as_str();
        let first = !self.db.prepare_cached("SELECT 1 FROM records WHERE conversation = ?")?.exists([key])?;
        self.db
            .prepare_cached(
                "INSERT INTO records (conversation, seq, op, closes, state, enqueued_at, digest)
                 VALUES (?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                key,
                seq,
                entry.op.as_str(),
                entry.closes,
                if first { "queued" } else { "waiting" },
                now,
                digest(key, seq, entry.op, &entry.body),
            ])?;
        self.db
            .prepare_cached("INSERT INTO bodies (record, body) VALUES (?, ?)")?
            .execute(params![self.db.last_insert_rowid(), entry.body])?;
        self.totals.enqueued = self.totals.enqueued.saturating_add(1);
        self.levels.move_one("", if first { "queued" } else { "waiting" });
        Ok(Ok(()))
    }

    /// Makes a conversation, unless it is there.
    fn begin(&self, entry: &Entry) -> rusqlite::Result<Begun> {
        let key = entry.conversation.as_str();
        let made = self
            .db
            .prepare_cached(
                "INSERT INTO conversations (key, next_seq, passed, closed) VALUES (?, 1, 0, ?)
                 ON CONFLICT DO NOTHING",
            )?
            .execute(params![key, entry.closes])?;
        if made == 1 {
            return Ok(Begun::New);
        }
        let known: Option<Vec<u8>> = self
            .db
            .prepare_cached("SELECT digest FROM records WHERE conversation = ? AND seq = 0")?
            .query_row([key], |row| row.get(0))
            .optional()?;
        let same = known.is_some_and(|known| known == digest(key, 0, entry.op, &entry.body));
        Ok(if same { Begun::Again } else { Begun::Other })
    }

    /// The place of the next record of an open conversation, which is then taken.
    fn next_seq(&self, entry: &Entry) -> rusqlite::Result<Result<i64, Error>> {
        let key = entry.conversation.as_str();
        let found: Option<(i64, bool)> = self
            .db
            .prepare_cached("SELECT next_seq, closed FROM conversations WHERE key = ?")?
            .query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let seq = match found {
            None => return Ok(Err(Error::UnknownConversation(entry.conversation.clone()))),
            Some((_, true)) => return Ok(Err(Error::Closed(entry.conversation.clone()))),
            Some((seq, false)) => seq,
        };
        self.db
            .prepare_cached("UPDATE conversations SET next_seq = next_seq + 1, closed = ? WHERE key = ?")?
            .execute(params![entry.closes, key])?;
        Ok(Ok(seq))
    }
}
