//! Finding out what became of an append.

use super::{Call, Exchange, Step};
use crate::{
    core::Core,
    error::Error,
    link::Target,
    request::Request,
    response::{Response, stored},
    settle::{Settled, settle},
    stored::Stored,
};

/// Reads a conversation back, and says what became of an append to it.
#[derive(Debug)]
pub struct SettleCall {
    body: String,
    read: Exchange<Stored>,
}

impl SettleCall {
    /// An append whose outcome is unknown, by its body.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] where the id cannot stand in a path.
    pub fn new(core: &Core, target: &Target, body: impl Into<String>) -> Result<Self, Error> {
        let read = Exchange::new(core, Request::get(&target.id)?, stored);
        Ok(Self { body: body.into(), read })
    }
}

impl Call for SettleCall {
    type Output = Settled;

    fn step(&mut self) -> Step<Settled> {
        match self.read.step() {
            Step::Send(request) => Step::Send(request),
            Step::Wait(delay) => Step::Wait(delay),
            Step::Done(read) => Step::Done(read.map(|stored| settle(&self.body, &stored))),
        }
    }

    fn answer(&mut self, answer: Result<Response, Error>) {
        self.read.answer(answer);
    }
}
