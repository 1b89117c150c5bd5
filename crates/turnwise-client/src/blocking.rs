//! The client that blocks, over [ureq](https://docs.rs/ureq).
//!
//! ```no_run
//! use turnwise::{Message, Role};
//! use turnwise_client::{AgentRef, Append, Config, NewConversation, Status, blocking::Client};
//!
//! let client = Client::new(Config::from_env()?)?;
//! let first = [Message::new(Role::User, "Hi")];
//! let new = NewConversation::of_messages(AgentRef::id("agent_123"), first, Status::Active);
//! let created = client.create(&new)?;
//! let last = Append::new([Message::new(Role::Assistant, "Goodbye!")]).status(Status::Completed);
//! client.append(&created, &last)?;
//! # Ok::<(), turnwise_client::Error>(())
//! ```

mod leftover;
mod pages;
mod resolver;
mod session;
mod transport;

use std::thread::sleep;

use self::transport::Transport;
pub use self::{pages::Pages, session::Session};
use crate::{
    agent::Agent,
    call::{AppendCall, Call, Exchange, SettleCall, Step},
    config::Config,
    conversation::{Append, NewConversation},
    core::Core,
    error::Error,
    insights::Insights,
    link::Target,
    page::{ListQuery, Page},
    request::Request,
    response,
    retry::RetryPolicy,
    settle::Settled,
    stored::{Created, Stored},
};

/// The client that blocks. Clones share connections, what was learnt about the server, and the budget for retries.
#[derive(Debug, Clone)]
pub struct Client {
    core: Core,
    transport: Transport,
}

impl Client {
    /// A client with these settings; nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] where the settings cannot be right.
    pub fn new(config: Config) -> Result<Self, Error> {
        let transport = Transport::new(&config)?;
        Ok(Self { core: Core::new(config)?, transport })
    }

    /// The same with another policy for retries.
    pub fn with_retry(&self, retry: RetryPolicy) -> Self {
        Self { core: self.core.with_retry(retry), transport: self.transport.clone() }
    }

    /// What all its calls share.
    pub fn core(&self) -> &Core {
        &self.core
    }

    /// Creates a conversation. However often it is tried, it is one conversation.
    ///
    /// # Errors
    ///
    /// Any [`Error`], as for all calls, after the attempts that the policy allows.
    pub fn create(&self, new: &NewConversation) -> Result<Created, Error> {
        self.create_from(&new.body())
    }

    /// The same for a body that was made earlier ([`NewConversation::body`]).
    ///
    /// # Errors
    ///
    /// As for [`Client::create`].
    pub fn create_from(&self, body: &str) -> Result<Created, Error> {
        self.run(Exchange::new(&self.core, Request::create(body), response::created))
    }

    /// Appends messages. Where the outcome is unknown, the conversation is read back to settle it.
    ///
    /// # Errors
    ///
    /// As for [`Client::create`]; [`Error::OutcomeUnknown`] where it cannot be settled.
    pub fn append(&self, target: impl Into<Target>, append: &Append) -> Result<(), Error> {
        self.append_from(target, &append.body())
    }

    /// The same for a body that was made earlier ([`Append::body`]).
    ///
    /// # Errors
    ///
    /// As for [`Client::append`].
    pub fn append_from(&self, target: impl Into<Target>, body: &str) -> Result<(), Error> {
        self.run(AppendCall::new(&self.core, &target.into(), body)?)
    }

    /// Finds out what became of an append that failed with an unknown outcome, by its body.
    ///
    /// # Errors
    ///
    /// As for [`Client::create`].
    pub fn settle(&self, target: impl Into<Target>, body: &str) -> Result<Settled, Error> {
        self.run(SettleCall::new(&self.core, &target.into(), body)?)
    }

    /// Creates the conversation, or appends to the one that is named: as the official clients' `send` does.
    ///
    /// An append takes the messages, the status, the session, the metadata and the tools of `new`.
    ///
    /// # Errors
    ///
    /// As for [`Client::create`] and [`Client::append`].
    pub fn send(&self, new: &NewConversation, conversation: Option<&str>) -> Result<String, Error> {
        match conversation {
            None => Ok(self.create(new)?.id),
            Some(id) => self.append(id, &new.to_append()).map(|()| id.to_owned()),
        }
    }

    /// One page of the conversations.
    ///
    /// # Errors
    ///
    /// As for [`Client::create`].
    pub fn list(&self, query: &ListQuery) -> Result<Page<Stored>, Error> {
        self.run(Exchange::new(&self.core, Request::list(query), response::conversations))
    }

    /// All conversations, page by page.
    pub fn pages(&self, query: ListQuery) -> Pages<'_> {
        Pages::new(self, query)
    }

    /// A conversation.
    ///
    /// # Errors
    ///
    /// As for [`Client::create`].
    pub fn get(&self, id: &str) -> Result<Stored, Error> {
        self.run(Exchange::new(&self.core, Request::get(id)?, response::stored))
    }

    /// What the analysis of a conversation found, or how far it is.
    ///
    /// # Errors
    ///
    /// As for [`Client::create`].
    pub fn insights(&self, id: &str) -> Result<Insights, Error> {
        self.run(Exchange::new(&self.core, Request::insights(id)?, response::insights))
    }

    /// One page of the agents.
    ///
    /// # Errors
    ///
    /// As for [`Client::create`].
    pub fn agents(&self, query: &ListQuery) -> Result<Page<Agent>, Error> {
        self.run(Exchange::new(&self.core, Request::agents(query), response::agents))
    }

    /// An agent.
    ///
    /// # Errors
    ///
    /// As for [`Client::create`].
    pub fn agent(&self, id: &str) -> Result<Agent, Error> {
        self.run(Exchange::new(&self.core, Request::agent(id)?, response::agent))
    }

    /// Creates a conversation that goes on, to log it while it happens.
    ///
    /// # Errors
    ///
    /// As for [`Client::create`]; [`Error::Invalid`] where its status says that it is over.
    pub fn start(&self, new: &NewConversation) -> Result<Session, Error> {
        Session::start(self, new)
    }

    /// Does what a call says until it is over.
    ///
    /// # Errors
    ///
    /// Whatever the call gives.
    pub fn run<C: Call>(&self, mut call: C) -> Result<C::Output, Error> {
        loop {
            match call.step() {
                Step::Send(request) => call.answer(self.transport.send(&self.core, request)),
                Step::Wait(delay) => sleep(delay),
                Step::Done(result) => return result,
            }
        }
    }
}
