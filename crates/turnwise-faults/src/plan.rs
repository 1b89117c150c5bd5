//! What goes wrong, and when.

use std::{collections::VecDeque, time::Duration};

/// What happens to one request in the place of a proper answer.
///
/// `applied` says whether the request has its effect all the same; the caller cannot tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The connection is closed before the request is read.
    CloseUnread,
    /// The connection is closed in the place of an answer.
    Close {
        /// Whether the request has its effect.
        applied: bool,
    },
    /// An error with this status and the API's error body.
    Status {
        /// The HTTP status, such as 503.
        status: u16,
        /// Whether the request has its effect.
        applied: bool,
    },
    /// An error page of a proxy: HTML with this status, which may be 200.
    Html {
        /// The HTTP status.
        status: u16,
        /// Whether the request has its effect.
        applied: bool,
    },
    /// 429, with a `Retry-After` or without. Never applied.
    Throttle(RetryAfter),
    /// 409: the first request with this idempotency key is still in progress. Never applied.
    InFlight,
    /// A redirect to another address, with this status. Never applied.
    Redirect {
        /// The HTTP status, such as 301 or 307.
        status: u16,
    },
    /// Applied, and answered with half of the announced body.
    Truncate,
    /// Applied, and answered with JSON of another shape than the API's.
    WrongShape,
    /// Applied, and answered with 200 and no body.
    Empty,
    /// Applied, and answered twice on the same connection.
    Twice,
    /// Applied, and answered piece by piece over this time.
    Slow(Duration),
}

/// The header beside a 429.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfter {
    /// None.
    Absent,
    /// So many seconds.
    Seconds(u64),
    /// The date so many seconds from now.
    Date(u64),
    /// A header that means nothing.
    Nonsense,
}

impl Fault {
    /// One of each kind that a client can get over, none of which makes it wait by itself.
    pub const PASSING: &[Self] = &[
        Self::CloseUnread,
        Self::Close { applied: false },
        Self::Close { applied: true },
        Self::Status { status: 500, applied: false },
        Self::Status { status: 500, applied: true },
        Self::Status { status: 502, applied: true },
        Self::Status { status: 503, applied: false },
        Self::Status { status: 503, applied: true },
        Self::Html { status: 502, applied: true },
        Self::Html { status: 200, applied: true },
        Self::Throttle(RetryAfter::Absent),
        Self::Throttle(RetryAfter::Seconds(0)),
        Self::Throttle(RetryAfter::Date(0)),
        Self::InFlight,
        Self::Truncate,
        Self::WrongShape,
        Self::Empty,
        Self::Twice,
        Self::Slow(Duration::from_millis(20)),
    ];

    /// Whether the request has its effect.
    pub fn applied(self) -> bool {
        match self {
            Self::Close { applied } | Self::Status { applied, .. } | Self::Html { applied, .. } => applied,
            Self::CloseUnread | Self::Throttle(_) | Self::InFlight | Self::Redirect { .. } => false,
            Self::Truncate | Self::WrongShape | Self::Empty | Self::Twice | Self::Slow(_) => true,
        }
    }
}

/// Which paths the server knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// `/conversations` and `/runs`.
    Both,
    /// `/conversations` only; all of `/runs` is 404.
    Conversations,
    /// `/runs` only; all of `/conversations` is 404.
    Runs,
}

/// How successful answers are wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Envelope {
    /// `{"success":true,"data":{..}, ..}` with the fields again at the top.
    Both,
    /// The fields only.
    Flat,
    /// `{"success":true,"data":{..}}` only.
    Data,
}

/// What of its messages a conversation shows when it is read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadBack {
    /// `messages`, as they were sent, and `content`.
    Messages,
    /// `content` only, a JSON string with `messages` in it.
    Content,
    /// `content` only, as labelled text: metadata of messages is gone.
    Text,
}

/// What the server does, request by request.
#[derive(Debug, Clone)]
pub struct Plan {
    script: VecDeque<Option<Fault>>,
    then: Then,
    pub(crate) family: Family,
    pub(crate) envelope: Envelope,
    pub(crate) read_back: ReadBack,
    pub(crate) key: Option<String>,
    pub(crate) keeps_requests: bool,
}

/// What follows the script.
#[derive(Debug, Clone)]
enum Then {
    Healthy,
    Always(Fault),
    Random { random: fastrand::Rng, chance: f64, faults: Vec<Fault> },
}

impl Plan {
    /// Everything works; any key is accepted.
    pub fn healthy() -> Self {
        Self {
            script: VecDeque::new(),
            then: Then::Healthy,
            family: Family::Both,
            envelope: Envelope::Both,
            read_back: ReadBack::Messages,
            key: None,
            keeps_requests: true,
        }
    }

    /// Every request meets this fault.
    pub fn always(fault: Fault) -> Self {
        Self { then: Then::Always(fault), ..Self::healthy() }
    }

    /// Requests meet one of [`Fault::PASSING`] with this chance from 0 to 1; the seed tells which.
    ///
    /// With requests on one connection at a time, the same seed gives the same faults.
    pub fn random(seed: u64, chance: f64) -> Self {
        Self::random_of(seed, chance, Fault::PASSING)
    }

    /// Like [`Plan::random`], with the faults to choose from.
    pub fn random_of(seed: u64, chance: f64, faults: &[Fault]) -> Self {
        let random = fastrand::Rng::with_seed(seed);
        Self { then: Then::Random { random, chance, faults: faults.to_vec() }, ..Self::healthy() }
    }

    /// The first requests meet these, in order of arrival; `None` is a proper answer.
    #[must_use]
    pub fn script(mut self, faults: impl IntoIterator<Item = Option<Fault>>) -> Self {
        self.script = faults.into_iter().collect();
        self
    }

    /// Which paths are known; both by default.
    #[must_use]
    pub fn family(mut self, family: Family) -> Self {
        self.family = family;
        self
    }

    /// How answers are wrapped; both ways by default.
    #[must_use]
    pub fn envelope(mut self, envelope: Envelope) -> Self {
        self.envelope = envelope;
        self
    }

    /// What of its messages a conversation shows; all by default.
    #[must_use]
    pub fn read_back(mut self, read_back: ReadBack) -> Self {
        self.read_back = read_back;
        self
    }

    /// The only key that is accepted; any other gets 401.
    #[must_use]
    pub fn key(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }

    /// Does not keep requests for [`Server::requests`](crate::Server::requests), for measurements.
    #[must_use]
    pub fn without_requests(mut self) -> Self {
        self.keeps_requests = false;
        self
    }

    /// What the next request meets.
    pub(crate) fn next(&mut self) -> Option<Fault> {
        if let Some(scripted) = self.script.pop_front() {
            return scripted;
        }
        match &mut self.then {
            Then::Healthy => None,
            Then::Always(fault) => Some(*fault),
            Then::Random { random, chance, faults } => {
                let met = random.f64() < *chance;
                let which = random.usize(..faults.len().max(1));
                faults.get(which).copied().filter(|_| met)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(mut plan: Plan) -> Vec<Option<Fault>> {
        (0..200).map(|_| plan.next()).collect()
    }

    #[test]
    fn a_script_comes_first_and_in_order() {
        let mut plan = Plan::always(Fault::Twice).script([None, Some(Fault::Empty)]);
        let met: Vec<_> = (0..4).map(|_| plan.next()).collect();
        assert_eq!(met, [None, Some(Fault::Empty), Some(Fault::Twice), Some(Fault::Twice)]);
    }

    #[test]
    fn a_seed_tells_which_faults_are_met() {
        assert_eq!(first(Plan::random(7, 0.5)), first(Plan::random(7, 0.5)));
        assert_ne!(first(Plan::random(7, 0.5)), first(Plan::random(8, 0.5)));
        assert!(first(Plan::random(7, 0.0)).iter().all(Option::is_none));
        assert!(first(Plan::random(7, 1.0)).iter().all(Option::is_some));
        assert!(first(Plan::random_of(7, 1.0, &[])).iter().all(Option::is_none));
    }
}
