//! Both clients behind one face, so that every case runs over both.

use std::time::Duration;

use turnwise::{Message, Role};
use turnwise_client::{
    AgentRef, Append, Config, Created, Error, Insights, NewConversation, RetryPolicy, Status, Stored, Target,
    asynchronous, blocking,
};

/// What both clients can do, as far as tests call it.
pub(crate) trait Shell {
    fn name(&self) -> &'static str;
    fn create(&self, new: &NewConversation) -> Result<Created, Error>;
    fn append(&self, target: &Target, append: &Append) -> Result<(), Error>;
    fn get(&self, id: &str) -> Result<Stored, Error>;
    fn insights(&self, id: &str) -> Result<Insights, Error>;
    fn debug(&self) -> String;
}

impl Shell for blocking::Client {
    fn name(&self) -> &'static str {
        "blocking"
    }

    fn create(&self, new: &NewConversation) -> Result<Created, Error> {
        self.create(new)
    }

    fn append(&self, target: &Target, append: &Append) -> Result<(), Error> {
        self.append(target, append)
    }

    fn get(&self, id: &str) -> Result<Stored, Error> {
        self.get(id)
    }

    fn insights(&self, id: &str) -> Result<Insights, Error> {
        self.insights(id)
    }

    fn debug(&self) -> String {
        format!("{self:?}")
    }
}

pub(crate) struct Awaiting {
    pub(crate) client: asynchronous::Client,
    pub(crate) runtime: tokio::runtime::Runtime,
}

impl Shell for Awaiting {
    fn name(&self) -> &'static str {
        "asynchronous"
    }

    fn create(&self, new: &NewConversation) -> Result<Created, Error> {
        self.runtime.block_on(self.client.create(new))
    }

    fn append(&self, target: &Target, append: &Append) -> Result<(), Error> {
        self.runtime.block_on(self.client.append(target, append))
    }

    fn get(&self, id: &str) -> Result<Stored, Error> {
        self.runtime.block_on(self.client.get(id))
    }

    fn insights(&self, id: &str) -> Result<Insights, Error> {
        self.runtime.block_on(self.client.insights(id))
    }

    fn debug(&self) -> String {
        format!("{:?}", self.client)
    }
}

pub(crate) fn awaiting(config: Config) -> Awaiting {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    Awaiting { client: asynchronous::Client::new(config).unwrap(), runtime }
}

/// Both clients, with these settings.
pub(crate) fn shells(config: &Config) -> [Box<dyn Shell>; 2] {
    [Box::new(blocking::Client::new(config.clone()).unwrap()), Box::new(awaiting(config.clone()))]
}

/// The key of all tests.
pub(crate) const KEY: &str = "sk_test_secret_4711";

/// Settings for a server on loopback: short waits, many attempts.
pub(crate) fn config(url: &str) -> Config {
    let mut config = Config::new(KEY);
    config.base_url = url.into();
    config.retry = quick(4);
    config
}

/// A policy that hardly waits.
pub(crate) fn quick(attempts: u32) -> RetryPolicy {
    let mut policy = RetryPolicy::default();
    policy.attempts = attempts;
    policy.base = Duration::from_millis(1);
    policy.throttled_base = Duration::from_millis(1);
    policy.settle_after = Duration::from_millis(1);
    policy
}

/// A conversation of one message by the user.
pub(crate) fn new(text: &str, status: Status) -> NewConversation {
    NewConversation::of_messages(AgentRef::name("Support Bot"), [user(text)], status)
}

pub(crate) fn user(text: &str) -> Message {
    Message::new(Role::User, text)
}

pub(crate) fn assistant(text: &str) -> Message {
    Message::new(Role::Assistant, text)
}
