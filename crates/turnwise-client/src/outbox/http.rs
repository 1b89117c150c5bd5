//! Delivery to the API: one attempt a time over the client that blocks.

use std::time::Duration;

use super::job::{Cause, Deliver, Delivered, Job, Op};
use crate::{
    blocking::Client,
    call::AppendCall,
    config::Config,
    error::{Error, Outcome},
    link::Target,
    page::ListQuery,
    retry::RetryPolicy,
    settle::{Settled, settle},
};

/// Delivers to the conversation API.
///
/// A create is repeated with its idempotency key as long as servers are likely to know it; after that it is looked for
/// among the conversations first. An append of which nobody knows what came is looked for in its conversation first.
#[derive(Debug, Clone)]
pub struct HttpDelivery {
    client: Client,
    key_lifetime: Duration,
}

/// Least that is read of an answer: a conversation that is read back to settle an append may be long.
const LEAST_RESPONSE: usize = 64 << 20;

impl HttpDelivery {
    /// Delivers as these settings say; when to try again is up to the outbox.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] where the settings cannot be right.
    pub fn new(mut config: Config) -> Result<Self, Error> {
        config.retry = RetryPolicy::none();
        config.max_response = config.max_response.max(LEAST_RESPONSE);
        Ok(Self { client: Client::new(config)?, key_lifetime: Duration::from_secs(24 * 3600) })
    }

    /// How long the server is trusted to know an idempotency key: 24 hours.
    #[must_use]
    pub fn key_lifetime(mut self, lifetime: Duration) -> Self {
        self.key_lifetime = lifetime;
        self
    }

    fn create(&self, job: &Job, body: &str) -> Delivered {
        if job.unsettled.is_some_and(|age| age >= self.key_lifetime) {
            match self.find(body) {
                Ok(Found::There(id)) => return Delivered::Accepted { remote_id: Some(id) },
                Ok(Found::Nowhere) => {}
                Ok(Found::Unclear) => {
                    let reason = "it may have been created earlier, its idempotency key is too old to send again, \
                                  and the server does not show whether it is there";
                    return Delivered::Refused { reason: reason.to_owned() };
                }
                Err(error) => return outcome(&error),
            }
        }
        match self.client.create_from(body) {
            Ok(created) => Delivered::Accepted { remote_id: Some(created.id) },
            Err(error) => outcome(&error),
        }
    }

    fn append(&self, job: &Job, body: &str) -> Delivered {
        let Some(id) = &job.remote_id else {
            return Delivered::Refused {
                reason: "the server's identifier of the conversation is not known".into(),
            };
        };
        let target = Target::new(id);
        let sent = match job.unsettled {
            None => self.client.append_from(target, body),
            Some(_) => {
                let cause = Error::Lost("nobody knows what came of an earlier attempt".into());
                AppendCall::resume(self.client.core(), &target, body, cause)
                    .and_then(|call| self.client.run(call))
            }
        };
        match sent {
            Ok(()) => Delivered::Accepted { remote_id: None },
            Err(error) => outcome(&error),
        }
    }

    /// Looks for a conversation by the ids of its messages, in all that the server lists.
    fn find(&self, body: &str) -> Result<Found, Error> {
        for page in self.client.pages(ListQuery::default()) {
            for stored in page? {
                match settle(body, &stored) {
                    Settled::Applied => return Ok(Found::There(stored.id)),
                    Settled::Missing(_) => {}
                    Settled::Unclear => return Ok(Found::Unclear),
                }
            }
        }
        Ok(Found::Nowhere)
    }
}

/// Whether the server has a conversation.
enum Found {
    There(String),
    Nowhere,
    Unclear,
}

impl Deliver for HttpDelivery {
    fn deliver(&self, job: &Job) -> Delivered {
        match (std::str::from_utf8(&job.body), job.op) {
            (Ok(body), Op::Create) => self.create(job, body),
            (Ok(body), Op::Append) => self.append(job, body),
            (Err(error), _) => Delivered::Refused { reason: error.to_string() },
        }
    }
}

/// What an error means for the record.
fn outcome(error: &Error) -> Delivered {
    let reason = error.to_string();
    let cause = match error {
        // Neither says anything about the record, and both end once somebody mends the settings or the network.
        Error::Unauthorized(refusal) if refusal.status == 401 => Cause::Unauthorized,
        Error::Redirected { .. } => Cause::Trouble,
        error if !error.is_retryable() => return Delivered::Refused { reason },
        error if error.is_throttling() => Cause::Throttled,
        Error::InProgress(_) => Cause::Busy,
        _ => Cause::Trouble,
    };
    let unknown = error.outcome() == Outcome::Unknown;
    Delivered::Later { cause, unknown, wait: error.retry_after(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Response;

    /// What comes of an answer: why it is tried again, and whether the server may have the record.
    fn after(error: &Error) -> Option<(Cause, bool)> {
        match outcome(error) {
            Delivered::Later { cause, unknown, .. } => Some((cause, unknown)),
            Delivered::Refused { .. } => None,
            Delivered::Accepted { .. } => panic!("{error} is not an answer"),
        }
    }

    #[test]
    fn every_error_has_its_outcome() {
        for (status, expected) in [
            (301, Some((Cause::Trouble, false))),
            (307, Some((Cause::Trouble, false))),
            (400, None),
            (401, Some((Cause::Unauthorized, false))),
            (403, None),
            (404, None),
            (408, Some((Cause::Trouble, false))),
            (409, None),
            (413, None),
            (422, None),
            (429, Some((Cause::Throttled, false))),
            (500, Some((Cause::Trouble, true))),
            (501, None),
            (503, Some((Cause::Trouble, true))),
        ] {
            assert_eq!(after(&Response::new(status, "").error().unwrap()), expected, "{status}");
        }
        let mut at_work = Response::new(409, "");
        at_work.retry_after = Some("1".into());
        assert_eq!(after(&at_work.error().unwrap()), Some((Cause::Busy, true)));
        assert_eq!(after(&Error::Connect("refused".into())), Some((Cause::Trouble, false)));
        assert_eq!(after(&Error::Lost("reset".into())), Some((Cause::Trouble, true)));
        assert_eq!(after(&Error::invalid("no")), None);
    }
}
