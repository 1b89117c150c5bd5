//! Calls as machines without I/O: a shell asks for the next [`Step`], does it, and tells what came of it.

mod append;
mod exchange;
mod settling;

use std::time::Duration;

pub use self::{append::AppendCall, exchange::Exchange, settling::SettleCall};
use crate::{error::Error, request::Method, response::Response};

/// A call that is under way.
///
/// ```
/// use turnwise_client::{Call, Config, Core, Request, Response, Step, call::Exchange, response};
///
/// let core = Core::new(Config::new("sk_test_1"))?;
/// let mut call = Exchange::new(&core, Request::get("conv_456")?, response::stored);
/// let Step::Send(request) = call.step() else { panic!("nothing to send") };
/// assert_eq!(request.url, "https://converra.ai/api/v1/conversations/conv_456");
///
/// call.answer(Ok(Response::new(200, r#"{"data":{"id":"conv_456","status":"active"}}"#)));
/// let Step::Done(Ok(stored)) = call.step() else { panic!("not done") };
/// assert_eq!(stored.id, "conv_456");
/// # Ok::<(), turnwise_client::Error>(())
/// ```
pub trait Call {
    /// What the call gives.
    type Output;

    /// What to do next. After [`Step::Send`] comes [`Call::answer`]; after [`Step::Wait`] and the wait, this again;
    /// after [`Step::Done`], nothing.
    fn step(&mut self) -> Step<Self::Output>;

    /// What came of sending: a response with any status, or the error of the transport.
    fn answer(&mut self, answer: Result<Response, Error>);
}

/// What to do next.
#[derive(Debug)]
pub enum Step<T> {
    /// Send this.
    Send(Outgoing),
    /// Wait this long.
    Wait(Duration),
    /// The call is over.
    Done(Result<T, Error>),
}

/// A request as it goes out. The header `Authorization` is not in it: see [`Core::authorization`](crate::Core).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outgoing {
    /// The method.
    pub method: Method,
    /// The whole address.
    pub url: String,
    /// The body: JSON.
    pub body: Option<Vec<u8>>,
    /// Whether the body is compressed, which the header `Content-Encoding: gzip` must say.
    pub gzip: bool,
}
