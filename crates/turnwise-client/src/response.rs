//! Responses as values: a pure function says what each means.
//!
//! Objects may stand alone or under `data`; both are in use.

use std::time::{Duration, SystemTime};

use serde_json::{error::Category, value::RawValue};

use crate::{
    agent::Agent,
    error::{Error, Refusal},
    insights::Insights,
    object::Object,
    page::Page,
    stored::{Created, Stored},
};

/// How much of an answer an error quotes, in characters.
const EXCERPT: usize = 200;

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The header `Retry-After`, as it was sent.
    pub retry_after: Option<String>,
    /// The header `Date`, as it was sent.
    pub date: Option<String>,
    /// The header `Location`, as it was sent.
    pub location: Option<String>,
    /// When it came.
    pub received: SystemTime,
    /// The body, unpacked.
    pub body: Vec<u8>,
}

impl Response {
    /// An answer with this status and this body, and no headers.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        Self { status, body, retry_after: None, date: None, location: None, received: SystemTime::now() }
    }

    /// How long the server asks to wait: seconds, or a date (RFC 9110, 10.2.3), by the server's own clock where it
    /// says what that is.
    pub fn retry_after(&self) -> Option<Duration> {
        let wanted = self.retry_after.as_deref()?.trim();
        if wanted.bytes().all(|byte| byte.is_ascii_digit()) {
            return wanted.parse().ok().map(Duration::from_secs);
        }
        let clock = self.date.as_deref().and_then(|date| httpdate::parse_http_date(date).ok());
        let until = httpdate::parse_http_date(wanted).ok()?;
        Some(until.duration_since(clock.unwrap_or(self.received)).unwrap_or_default())
    }

    /// The error that the status says, if it says one.
    pub fn error(&self) -> Option<Error> {
        if (200..300).contains(&self.status) {
            return None;
        }
        if (300..400).contains(&self.status) {
            return Some(Error::Redirected { status: self.status, location: self.location.clone() });
        }
        let refusal = self.refusal();
        Some(match self.status {
            401 | 403 => Error::Unauthorized(refusal),
            404 => Error::NotFound(refusal),
            409 if in_progress(&refusal) => Error::InProgress(refusal),
            429 => Error::RateLimited(refusal),
            408 | 425 => Error::Server(refusal),
            400..500 => Error::Refused(refusal),
            _ => Error::Server(refusal),
        })
    }

    /// What the server says, in any of the usual shapes.
    fn refusal(&self) -> Refusal {
        let body = std::str::from_utf8(&self.body).ok().and_then(Object::parse).unwrap_or_default();
        let error = body.object("error").unwrap_or_default();
        let either = |name: &str| error.string(name).or_else(|| body.string(name));
        let message = either("message").or_else(|| body.string("error")).or_else(|| either("detail"));
        Refusal {
            status: self.status,
            code: either("code"),
            message: message.map_or_else(|| excerpt(&self.body), |message| shorten(&message)),
            retry_after: self.retry_after(),
        }
    }

    fn invalid(&self, reason: &'static str) -> Error {
        Error::InvalidResponse { status: self.status, reason, excerpt: excerpt(&self.body) }
    }

    /// The JSON that the answer is about: what stands under `data`, else all of it.
    fn data(&self) -> Result<&str, Error> {
        if let Some(error) = self.error() {
            return Err(error);
        }
        let text = std::str::from_utf8(&self.body).map_err(|_| self.invalid("not UTF-8"))?;
        let whole: &RawValue = serde_json::from_str(text).map_err(|error| match error.classify() {
            Category::Eof => self.invalid("cut off"),
            _ => self.invalid("not JSON"),
        })?;
        let Ok(envelope) = serde_json::from_str::<Envelope>(whole.get()) else { return Ok(whole.get()) };
        if envelope.success == Some(false) {
            return Err(Error::Refused(self.refusal()));
        }
        let data = envelope.data.map(RawValue::get).filter(|json| json.starts_with(['{', '[']));
        Ok(data.unwrap_or(whole.get()))
    }

    fn read<T>(&self, reason: &'static str, read: impl FnOnce(&str) -> Option<T>) -> Result<T, Error> {
        read(self.data()?).ok_or_else(|| self.invalid(reason))
    }
}

/// What may stand around an object.
#[derive(serde::Deserialize)]
struct Envelope<'a> {
    success: Option<bool>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

/// The answer to [`Request::create`](crate::Request::create).
///
/// # Errors
///
/// What the status says, or [`Error::InvalidResponse`], as for all functions here.
pub fn created(response: &Response) -> Result<Created, Error> {
    response.read("no id", Created::read)
}

/// The answer to [`Request::append`](crate::Request::append), of which only success is documented: an empty one is
/// success, too.
///
/// # Errors
///
/// As for [`created`].
pub fn appended(response: &Response) -> Result<(), Error> {
    match response.error() {
        Some(error) => Err(error),
        None if response.body.is_empty() => Ok(()),
        None => response.data().map(drop),
    }
}

/// The answer to [`Request::get`](crate::Request::get).
///
/// # Errors
///
/// As for [`created`].
pub fn stored(response: &Response) -> Result<Stored, Error> {
    response.read("no conversation", Stored::read)
}

/// The answer to [`Request::list`](crate::Request::list).
///
/// # Errors
///
/// As for [`created`].
pub fn conversations(response: &Response) -> Result<Page<Stored>, Error> {
    page(response, Stored::read)
}

/// The answer to [`Request::agents`](crate::Request::agents).
///
/// # Errors
///
/// As for [`created`].
pub fn agents(response: &Response) -> Result<Page<Agent>, Error> {
    page(response, Agent::read)
}

/// The answer to [`Request::agent`](crate::Request::agent).
///
/// # Errors
///
/// As for [`created`].
pub fn agent(response: &Response) -> Result<Agent, Error> {
    response.read("no agent", Agent::read)
}

/// The answer to [`Request::insights`](crate::Request::insights).
///
/// # Errors
///
/// As for [`created`].
pub fn insights(response: &Response) -> Result<Insights, Error> {
    response.read("no insights", Insights::read)
}

fn page<T>(response: &Response, read: impl Fn(&str) -> Option<T>) -> Result<Page<T>, Error> {
    let items = response.read("no list", |json| {
        let items: Vec<&RawValue> = serde_json::from_str(json).ok()?;
        items.into_iter().map(|item| read(item.get())).collect::<Option<Vec<_>>>()
    })?;
    let whole = std::str::from_utf8(&response.body).ok().and_then(Object::parse).unwrap_or_default();
    let total = whole.object("pagination").and_then(|pagination| pagination.read("total"));
    Ok(Page { items, total: total.or_else(|| whole.read("total")) })
}

/// Whether a 409 says that an earlier request is still at work: it asks to wait, or its code says so.
fn in_progress(refusal: &Refusal) -> bool {
    let code = refusal.code.as_deref().unwrap_or_default().to_ascii_lowercase().replace('-', "_");
    refusal.retry_after.is_some()
        || ["in_progress", "in_flight", "processing"].iter().any(|word| code.contains(word))
}

/// The beginning of a body, on one line.
fn excerpt(body: &[u8]) -> String {
    shorten(&String::from_utf8_lossy(body.get(..EXCERPT.saturating_mul(4)).unwrap_or(body)))
}

fn shorten(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut kept = line.chars().filter(|char| !char.is_control()).take(EXCERPT).collect::<String>();
    if kept.len() < line.len() {
        kept.push('…');
    }
    kept
}
