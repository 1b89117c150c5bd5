//! An append: sent once, and settled where its outcome is unknown.

use std::time::Duration;

use super::{Call, Exchange, SettleCall, Step};
use crate::{
    core::Core,
    error::{Error, Outcome},
    link::Target,
    request::Request,
    response::{Response, appended},
    retry::{Budget, RetryPolicy},
    settle::Settled,
};

/// An append. Where its outcome is unknown, the conversation is read back, and only what is missing is sent again.
#[derive(Debug)]
pub struct AppendCall {
    core: Core,
    target: Target,
    body: String,
    /// Times the messages were sent, from 1 with the first.
    sent: u32,
    state: State,
}

#[derive(Debug)]
enum State {
    Sending(Box<Exchange<()>>),
    /// The outcome is unknown because of this error; the conversation is read back, after a wait.
    Settling {
        cause: Error,
        wait: Option<Duration>,
        call: Box<SettleCall>,
    },
    Over(Result<(), Error>),
    Taken,
}

impl AppendCall {
    /// An append, by its body.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] where the id cannot stand in a path.
    pub fn new(core: &Core, target: &Target, body: impl Into<String>) -> Result<Self, Error> {
        let body = body.into();
        let state = State::Sending(sending(core, target, &body)?.into());
        Ok(Self { core: core.clone(), target: target.clone(), body, sent: 1, state })
    }

    /// The same for one that was sent before, with an unknown outcome: it is settled first.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] where the id cannot stand in a path.
    pub fn resume(
        core: &Core,
        target: &Target,
        body: impl Into<String>,
        cause: Error,
    ) -> Result<Self, Error> {
        let body = body.into();
        let call = SettleCall::new(core, target, body.clone())?.into();
        let state = State::Settling { cause, wait: None, call };
        Ok(Self { core: core.clone(), target: target.clone(), body, sent: 0, state })
    }

    fn policy(&self) -> &RetryPolicy {
        &self.core.config().retry
    }

    /// Settles after an error, as long as the policy has attempts left.
    fn settle(&self, cause: Error) -> State {
        if cause.outcome() == Outcome::NotApplied || self.policy().attempts <= 1 {
            return State::Over(Err(cause));
        }
        let delay = self.policy().delay(self.sent, &cause, fastrand::f64());
        let wait = Some(delay.max(self.policy().settle_after));
        match SettleCall::new(&self.core, &self.target, self.body.clone()) {
            Ok(call) => State::Settling { cause, wait, call: call.into() },
            Err(error) => State::Over(Err(error)),
        }
    }

    /// What follows from what was found.
    fn conclude(&mut self, cause: Error, settled: Result<Settled, Error>) -> State {
        let unknown = |cause, later| {
            let (conversation, cause) = (self.target.id.clone(), Box::new(cause));
            State::Over(Err(Error::OutcomeUnknown { conversation, cause, later }))
        };
        match settled {
            Ok(Settled::Applied) => State::Over(Ok(())),
            Ok(Settled::Unclear) => unknown(cause, false),
            Err(error) => {
                let later = error.is_retryable();
                unknown(error, later)
            }
            Ok(Settled::Missing(rest)) => {
                let first = self.sent == 0;
                let worth_it = cause.is_retryable() && self.sent < self.policy().attempts;
                let again = first || worth_it && self.core.budget().take(Budget::cost(&cause));
                if !again {
                    return State::Over(Err(cause));
                }
                self.sent = self.sent.saturating_add(1);
                self.body = rest;
                match sending(&self.core, &self.target, &self.body) {
                    Ok(exchange) => State::Sending(exchange.into()),
                    Err(error) => State::Over(Err(error)),
                }
            }
        }
    }
}

fn sending(core: &Core, target: &Target, body: &str) -> Result<Exchange<()>, Error> {
    Ok(Exchange::new(core, Request::append(target, body)?, appended).once())
}

impl Call for AppendCall {
    type Output = ();

    fn step(&mut self) -> Step<()> {
        loop {
            let next = match std::mem::replace(&mut self.state, State::Taken) {
                State::Sending(mut exchange) => match exchange.step() {
                    Step::Done(Ok(())) => State::Over(Ok(())),
                    Step::Done(Err(error)) => self.settle(error),
                    Step::Send(request) => {
                        self.state = State::Sending(exchange);
                        return Step::Send(request);
                    }
                    Step::Wait(delay) => {
                        self.state = State::Sending(exchange);
                        return Step::Wait(delay);
                    }
                },
                State::Settling { cause, wait: Some(delay), call } => {
                    self.state = State::Settling { cause, wait: None, call };
                    return Step::Wait(delay);
                }
                State::Settling { cause, wait: None, mut call } => match call.step() {
                    Step::Done(settled) => self.conclude(cause, settled),
                    Step::Send(request) => {
                        self.state = State::Settling { cause, wait: None, call };
                        return Step::Send(request);
                    }
                    Step::Wait(delay) => {
                        self.state = State::Settling { cause, wait: None, call };
                        return Step::Wait(delay);
                    }
                },
                State::Over(result) => return Step::Done(result),
                State::Taken => return Step::Done(Err(Error::invalid("the call is over"))),
            };
            self.state = next;
        }
    }

    fn answer(&mut self, answer: Result<Response, Error>) {
        match &mut self.state {
            State::Sending(exchange) => exchange.answer(answer),
            State::Settling { call, .. } => call.answer(answer),
            State::Over(_) | State::Taken => {}
        }
    }
}
