//! The handle.

use std::{
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Receiver, RecvTimeoutError, SyncSender},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use super::{
    board::Board,
    clock::now_ms,
    command::{Command, Flushed, Reply, Status},
    error::Error,
    files::{beside, io_error, lock},
    http::HttpDelivery,
    job::{Deliver, LocalId, Op},
    options::Options,
    pace::Pace,
    recover::{self, Recovery},
    reserve::Reserve,
    sender,
    store::{Dead, Entry},
    writer::Writer,
};
use crate::{
    config::Config,
    conversation::{Append, NewConversation},
    status::Status as ConversationStatus,
};
use turnwise::Message;

/// Most commands that wait for the writer; further callers wait with theirs.
const COMMANDS: usize = 1024;
/// How long dropping a handle waits for the file to be closed.
const FAREWELL: Duration = Duration::from_millis(250);

/// A durable queue of conversations, and the threads that deliver them. See the [module](super).
///
/// It can be shared by threads. Every call waits for the disk, and none waits for the network but [`Outbox::flush`] and
/// [`Outbox::close`], which have a deadline.
#[derive(Debug)]
pub struct Outbox {
    commands: SyncSender<Command>,
    /// Disconnected once the file is closed.
    ended: Mutex<Receiver<()>>,
    /// The thread that owns the file, until it was waited for.
    writer: Mutex<Option<JoinHandle<()>>>,
    recovery: Option<Recovery>,
}

impl Outbox {
    /// Opens the queue file at `path`, makes it where there is none, and delivers to the API as `config` says.
    ///
    /// A damaged file is moved aside and what can be read of it is taken over: see [`Outbox::recovery`].
    ///
    /// # Errors
    ///
    /// [`Error::InUse`], [`Error::Foreign`], [`Error::Later`], [`Error::Io`], [`Error::Storage`],
    /// [`Error::StorageFull`]; [`Error::Settings`] where `config` cannot be right.
    pub fn open(path: impl AsRef<Path>, config: Config, options: Options) -> Result<Self, Error> {
        Self::open_with(path, HttpDelivery::new(config).map_err(Error::Settings)?, options)
    }

    /// The same for a queue that is only looked at, filled or put in order; nothing is sent.
    ///
    /// # Errors
    ///
    /// As for [`Outbox::open`].
    pub fn offline(path: impl AsRef<Path>, options: Options) -> Result<Self, Error> {
        Self::start(path.as_ref(), None, Options { senders: 0, ..options })
    }

    /// The same with another way to deliver.
    ///
    /// # Errors
    ///
    /// As for [`Outbox::open`].
    pub fn open_with(path: impl AsRef<Path>, deliver: impl Deliver, options: Options) -> Result<Self, Error> {
        Self::start(path.as_ref(), Some(Arc::new(deliver)), options)
    }

    fn start(path: &Path, deliver: Option<Arc<dyn Deliver>>, options: Options) -> Result<Self, Error> {
        let lock = lock(path)?;
        let reserve = Reserve::new(beside(path, ".reserve"), options.reserve_bytes, Instant::now());
        let (store, recovery) = recover::open(path, &options, now_ms())?;
        let board = Arc::new(Board::default());
        let (commands, receiver) = mpsc::sync_channel(COMMANDS);
        let (ending, ended) = mpsc::sync_channel(0);
        let spawn = |name: &str, work: Box<dyn FnOnce() + Send>| {
            thread::Builder::new().name(name.into()).spawn(work).map_err(io_error(path))
        };
        let senders = options.senders;
        let writer = Writer {
            path: path.into(),
            options,
            store: Ok(store),
            recovery: recovery.clone(),
            reserve,
            board: board.clone(),
            commands: receiver,
            pace: Pace::default(),
            under_way: 0,
            paused_until: None,
            owed: Vec::new(),
            flushes: Vec::new(),
            stopping: false,
            _lock: lock,
        };
        let writer = spawn(
            "outbox-writer",
            Box::new(move || {
                writer.run();
                drop(ending);
            }),
        )?;
        let outbox = Self { commands, ended: ended.into(), writer: Some(writer).into(), recovery };
        for _ in 0..senders {
            let Some(deliver) = deliver.clone() else { break };
            let (board, writer) = (board.clone(), outbox.commands.clone());
            spawn("outbox-sender", Box::new(move || sender::run(&board, &*deliver, &writer)))?;
        }
        Ok(outbox)
    }

    /// What was found when the file was opened, where it was damaged.
    pub fn recovery(&self) -> Option<&Recovery> {
        self.recovery.as_ref()
    }

    /// Takes a conversation in. Once this returns `Ok`, it is on the disk, and will be delivered even if the program is
    /// killed in the next instant.
    ///
    /// The same conversation again (the same key, the same body) changes nothing while it is in the queue.
    ///
    /// # Errors
    ///
    /// [`Error::QueueFull`], [`Error::StorageFull`], [`Error::TooLarge`], [`Error::KeyReused`]; [`Error::Storage`] and
    /// [`Error::Broken`] where the file fails. Nothing was taken in then.
    pub fn enqueue(&self, new: &NewConversation) -> Result<LocalId, Error> {
        let id = LocalId::new(new.key());
        self.add(vec![entry(new)]).map(|()| id)
    }

    /// The same for several conversations, all or none: with one sync of the disk for all of them.
    ///
    /// # Errors
    ///
    /// As for [`Outbox::enqueue`].
    pub fn enqueue_all<'a>(
        &self,
        new: impl IntoIterator<Item = &'a NewConversation>,
    ) -> Result<Vec<LocalId>, Error> {
        let entries: Vec<_> = new.into_iter().map(entry).collect();
        let ids = entries.iter().map(|entry| entry.conversation.clone()).collect();
        self.add(entries).map(|()| ids)
    }

    /// Takes in more messages for a conversation that was enqueued, in this run of the program or an earlier one. They
    /// are delivered after all that was taken in for it before.
    ///
    /// # Errors
    ///
    /// As for [`Outbox::enqueue`], and [`Error::UnknownConversation`] and [`Error::Closed`].
    pub fn append(&self, conversation: &LocalId, append: &Append) -> Result<(), Error> {
        let body = append.body().into_bytes();
        let (conversation, closes) = (conversation.clone(), append.closes());
        self.add(vec![Entry { conversation, op: Op::Append, closes, body }])
    }

    /// Completes a conversation with its last messages, which starts the analysis. The API wants one message at least.
    ///
    /// # Errors
    ///
    /// As for [`Outbox::append`]; completing it again is [`Error::Closed`], or [`Error::UnknownConversation`] once all
    /// of it is delivered.
    pub fn complete(
        &self,
        conversation: &LocalId,
        last: impl IntoIterator<Item = Message>,
    ) -> Result<(), Error> {
        self.append(conversation, &Append::new(last).status(ConversationStatus::Completed))
    }

    /// How the queue stands.
    ///
    /// # Errors
    ///
    /// [`Error::Storage`] and [`Error::Broken`] where the file fails.
    pub fn status(&self) -> Result<Status, Error> {
        self.ask(Command::Status)
    }

    /// Tries everything now that waits for its next attempt (unless the server asked for the wait), and returns when
    /// nothing is left that can be delivered before the deadline. What remains stays on the disk.
    ///
    /// # Errors
    ///
    /// As for [`Outbox::status`].
    pub fn flush(&self, within: Duration) -> Result<Flushed, Error> {
        let now = Instant::now();
        // More than a century is as good as no deadline.
        let deadline = now.checked_add(within).or_else(|| now.checked_add(Duration::from_secs(1 << 31)));
        self.ask(|reply| Command::Flush(deadline.unwrap_or(now), reply))
    }

    /// Records that cannot be delivered, oldest first, at most `most`.
    ///
    /// # Errors
    ///
    /// As for [`Outbox::status`].
    pub fn dead(&self, most: usize) -> Result<Vec<Dead>, Error> {
        self.ask(|reply| Command::Dead(most, reply))
    }

    /// Makes a dead record due again, or all of them, and those that wait for their next attempt. How many dead ones
    /// there were.
    ///
    /// # Errors
    ///
    /// As for [`Outbox::status`], and [`Error::NotDead`].
    pub fn retry(&self, record: Option<i64>) -> Result<u64, Error> {
        self.ask(|reply| Command::Retry(record, reply))
    }

    /// Drops a dead record, so that those behind it can go out. A create takes all that stand behind it along, since
    /// they cannot go out without it. How many records were dropped.
    ///
    /// # Errors
    ///
    /// As for [`Outbox::status`], and [`Error::NotDead`].
    pub fn discard(&self, record: i64) -> Result<u64, Error> {
        self.ask(|reply| Command::Discard(record, reply))
    }

    /// Flushes, then closes the file. Says how much remains on the disk.
    ///
    /// A request that is under way at the deadline goes on by itself, and the file stays in use until it ends.
    ///
    /// # Errors
    ///
    /// As for [`Outbox::status`]. The outbox is closed all the same.
    pub fn close(self, within: Duration) -> Result<Flushed, Error> {
        let end = Instant::now().checked_add(within);
        let flushed = self.flush(within);
        // A writer that is gone needs no telling.
        let _ = self.commands.send(Command::Stop);
        let left = end.map_or(within, |end| end.saturating_duration_since(Instant::now()));
        self.wait(left.max(FAREWELL));
        flushed
    }

    /// Waits for the file to be closed.
    fn wait(&self, within: Duration) {
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        let closed = ended.recv_timeout(within);
        debug_assert_ne!(closed, Ok(()));
        if closed == Err(RecvTimeoutError::Timeout) {
            tracing::warn!("the outbox is still waiting for an answer of the server; its file stays in use");
        } else if let Some(writer) = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // It has nothing left to do; nothing of it is left after this.
            let _ = writer.join();
        }
    }

    fn add(&self, entries: Vec<Entry>) -> Result<(), Error> {
        self.ask(|reply| Command::Add(entries, reply))
    }

    /// Asks the writer, and waits for its answer.
    fn ask<T>(&self, command: impl FnOnce(Reply<T>) -> Command) -> Result<T, Error> {
        let (reply, answer) = Reply::new();
        self.commands.send(command(reply)).map_err(|_| Error::Closing)?;
        answer.recv().map_err(|_| Error::Closing)?
    }
}

impl Drop for Outbox {
    /// Ends without a flush: what is in the queue stays there.
    fn drop(&mut self) {
        if self.commands.send(Command::Stop).is_ok() {
            self.wait(FAREWELL);
        }
    }
}

fn entry(new: &NewConversation) -> Entry {
    Entry {
        conversation: LocalId::new(new.key()),
        op: Op::Create,
        closes: !new.status().is_open(),
        body: new.body().into_bytes(),
    }
}
