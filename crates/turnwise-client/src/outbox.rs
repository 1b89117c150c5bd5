//! A durable queue: hand a conversation over and forget it.
//!
//! [`Outbox::enqueue`] returns once the conversation is on the disk (one SQLite file, synced), and never waits for the
//! network. Threads of the outbox deliver it: once, in order, and completed once, whatever breaks.
//!
//! ```no_run
//! use std::time::Duration;
//! use turnwise::{Message, Role};
//! use turnwise_client::{AgentRef, Config, NewConversation, Status, outbox::{Options, Outbox}};
//!
//! let outbox = Outbox::open("conversations.queue", Config::from_env()?, Options::default())?;
//!
//! // A whole conversation.
//! let read = turnwise::parse("User: Where is my order?\nAssistant: It ships tomorrow.");
//! for conversation in read.conversations {
//!     outbox.enqueue(&NewConversation::new(AgentRef::name("Support Bot"), conversation, Status::Completed))?;
//! }
//!
//! // One that goes on.
//! let first = [Message::new(Role::User, "Hi")];
//! let id = outbox.enqueue(&NewConversation::of_messages(AgentRef::name("Support Bot"), first, Status::Active))?;
//! outbox.complete(&id, [Message::new(Role::Assistant, "Goodbye!")])?;
//!
//! // At the end of the program; what is not delivered by then is delivered by the next run.
//! let flushed = outbox.close(Duration::from_secs(5))?;
//! println!("{} delivered, {} still to go", flushed.delivered, flushed.remaining);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A call takes as long as a sync of the disk, some milliseconds. In async code, call it through `spawn_blocking` or the
//! like; many calls at a time share one sync.
//!
//! # What it promises
//!
//! - **Nothing that was taken in is lost**, by `kill -9` at any moment or by loss of power, as far as the disk keeps what
//!   it says that it has written. A record leaves the queue when the server has acknowledged it, or when somebody asks for
//!   it ([`Outbox::discard`]). One that the server refuses for good is set aside with its bytes ([`Outbox::dead`]), and
//!   holds back the later records of its conversation, not those of others. There is no last attempt and no age limit.
//! - **Once.** A create carries its idempotency key, which is on the disk before the first byte is sent. An append whose
//!   outcome is unknown is settled by reading the conversation back.
//! - **In order** within a conversation; conversations are independent of each other.
//! - **One process.** A second one gets [`Error::InUse`].
//! - **A full queue or a full device is told** ([`Error::QueueFull`], [`Error::StorageFull`]). Delivery goes on, and makes
//!   room: space for that is set aside ([`Options::reserve_bytes`]).
//! - **A damaged file does not stop the program.** It is moved aside, and what can be read is taken over
//!   ([`Outbox::recovery`]).
//! - **A server that is down is left alone**: after a failure one record at a time is tried, less and less often.
//!
//! # Files
//!
//! Beside the queue file are `-wal` and `-shm` (SQLite's log), `.lock` and `.reserve`. A network file system will not do.

mod board;
mod check;
mod clock;
mod command;
mod counters;
mod error;
mod files;
mod handle;
mod http;
mod job;
mod options;
mod pace;
mod recover;
mod reserve;
mod salvage;
mod schema;
mod sender;
mod store;
mod transition;
mod writer;

pub use self::{
    command::{Flushed, Status},
    counters::{Levels, Totals},
    error::Error,
    handle::Outbox,
    http::HttpDelivery,
    job::{Cause, Deliver, Delivered, Job, LocalId, Op},
    options::Options,
    recover::Recovery,
    store::Dead,
};
