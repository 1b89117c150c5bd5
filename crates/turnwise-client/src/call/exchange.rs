//! One request to its answer: retries, the other family of paths, and bodies that the server does not take compressed.

use std::time::Duration;

use super::{Call, Outgoing, Step};
use crate::{
    config::Family,
    core::Core,
    error::Error,
    gzip,
    request::Request,
    response::Response,
    retry::{Decision, decide},
};

/// One request to its answer.
#[derive(Debug)]
pub struct Exchange<T> {
    core: Core,
    request: Request,
    read: fn(&Response) -> Result<T, Error>,
    /// Whether the request may be sent again though it may have been applied.
    repeatable: bool,
    /// Attempts made, from 1 with the first.
    attempt: u32,
    /// What the last retry cost.
    paid: u32,
    place: Place,
    /// What the first place said, where another is tried.
    not_found: Option<Error>,
    gzip: Gzip,
    state: State<T>,
}

/// Where the request goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Where the server's link says.
    Link,
    Family(Family),
    /// To the other family than the one that came first.
    Other(Family),
}

/// Whether the body is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gzip {
    Yes,
    No,
    /// Not any more: it was refused with this status.
    Refused(u16),
}

#[derive(Debug)]
enum State<T> {
    Send,
    Wait(Duration),
    Over(Result<T, Error>),
    /// Its result was taken.
    Taken,
}

impl<T> Exchange<T> {
    /// A request, and the function of [`response`](crate::response) that reads its answer.
    ///
    /// It is sent again on errors, whether or not it may have been applied, so it must be one that can be repeated:
    /// [`Request::append`] cannot, see [`AppendCall`](super::AppendCall).
    pub fn new(core: &Core, request: Request, read: fn(&Response) -> Result<T, Error>) -> Self {
        let place = if request.link().is_some_and(|link| link.resolve(core.origin()).is_some()) {
            Place::Link
        } else {
            Place::Family(core.family())
        };
        let gzips = request.body.as_ref().is_some_and(|body| core.gzips(body.len()));
        let gzip = if gzips { Gzip::Yes } else { Gzip::No };
        let core = core.clone();
        let (attempt, paid, not_found, state) = (1, 0, None, State::Send);
        Self { core, request, read, repeatable: true, attempt, paid, place, not_found, gzip, state }
    }

    /// The same for a request that must not be repeated once it may have been applied.
    pub(crate) fn once(self) -> Self {
        Self { repeatable: false, ..self }
    }

    fn outgoing(&self) -> Outgoing {
        let Request { method, body, .. } = &self.request;
        let family =
            |family| format!("{}{}", self.core.config().base_url, self.request.path_and_query(family));
        let url = match self.place {
            Place::Link => self.request.link().and_then(|link| link.resolve(self.core.origin())),
            Place::Family(first) | Place::Other(first) => Some(family(first)),
        };
        let packed = body.as_deref().filter(|_| self.gzip == Gzip::Yes).and_then(gzip::compress);
        let gzip = packed.is_some();
        let body = packed.or_else(|| body.clone().map(String::into_bytes));
        Outgoing { method: *method, url: url.unwrap_or_else(|| family(self.core.family())), body, gzip }
    }

    /// The next place to try after a 404.
    fn elsewhere(&self) -> Option<Place> {
        match self.place {
            Place::Link => Some(Place::Family(self.core.family())),
            Place::Family(family) if self.request.has_family() => {
                // Another thread may have learnt meanwhile that this family is the wrong one.
                let right = self.core.family_known() && self.core.family() == family;
                (self.request.names_none() || !right).then(|| Place::Other(family.other()))
            }
            Place::Family(_) | Place::Other(_) => None,
        }
    }

    fn succeed(&mut self, value: T) {
        self.core.budget().refund(self.paid);
        if let Place::Family(family) | Place::Other(family) = self.place
            && self.request.has_family()
        {
            self.core.learn_family(family);
        }
        self.state = State::Over(Ok(value));
    }

    fn fail(&mut self, error: Error) {
        let policy = &self.core.config().retry;
        self.state = match decide(policy, self.attempt, &error, self.repeatable, fastrand::f64()) {
            Decision::Again(delay, cost) if self.core.budget().take(cost) => {
                tracing::debug!(%error, ?delay, attempt = self.attempt, "trying again");
                self.attempt = self.attempt.saturating_add(1);
                self.paid = cost;
                State::Wait(delay)
            }
            _ => State::Over(Err(error)),
        };
    }
}

impl<T> Call for Exchange<T> {
    type Output = T;

    fn step(&mut self) -> Step<T> {
        match std::mem::replace(&mut self.state, State::Taken) {
            State::Send => {
                self.state = State::Send;
                Step::Send(self.outgoing())
            }
            State::Wait(delay) => {
                self.state = State::Send;
                Step::Wait(delay)
            }
            State::Over(result) => Step::Done(result),
            State::Taken => Step::Done(Err(Error::invalid("the call is over"))),
        }
    }

    fn answer(&mut self, answer: Result<Response, Error>) {
        let status = answer.as_ref().map_or(0, |response| response.status);
        if matches!(status, 400 | 415) && self.gzip == Gzip::Yes {
            self.gzip = Gzip::Refused(status);
            self.state = State::Send;
            return;
        }
        if let Gzip::Refused(refused) = self.gzip
            && status != 0
            && status != refused
        {
            self.core.gzip_refused();
        }
        match answer
            .and_then(|response| (self.read)(&response))
            .map_err(|error| error.without(&self.core.config().key))
        {
            Ok(value) => self.succeed(value),
            Err(error @ Error::NotFound(_)) => match self.elsewhere() {
                Some(place) => {
                    self.place = place;
                    self.not_found.get_or_insert(error);
                    self.state = State::Send;
                }
                // Of several places that do not know it, the first was the likeliest.
                None => self.state = State::Over(Err(self.not_found.take().unwrap_or(error))),
            },
            Err(error) => self.fail(error),
        }
    }
}
