//! Addresses of the server, remembered for a while.
//!
//! ureq looks the name up for every request, even where a connection is open, and starts a thread for that, since the
//! look-up has a time limit and the system's function has none. That costs more than the request.

use std::{
    net::SocketAddr,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use ureq::{
    Error,
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::NextTimeout,
    },
};

/// How long addresses are remembered.
const LIFETIME: Duration = Duration::from_secs(30);

/// Asks the system, and remembers the last answer: a client talks to one server.
#[derive(Debug, Default)]
pub(super) struct Remembering {
    system: DefaultResolver,
    last: Mutex<Option<Answer>>,
}

/// What the system said.
#[derive(Debug)]
struct Answer {
    host: String,
    addresses: Vec<SocketAddr>,
    until: Option<Instant>,
}

impl Resolver for Remembering {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let host = format!("{:?}://{:?}", uri.scheme(), uri.authority());
        let now = Instant::now();
        if let Some(last) = &*self.last.lock().unwrap_or_else(PoisonError::into_inner)
            && last.host == host
            && last.until.is_some_and(|until| now < until)
        {
            let mut known = self.empty();
            last.addresses.iter().for_each(|address| known.push(*address));
            return Ok(known);
        }
        // Not under the lock: a look-up may take long, and other threads may have connections.
        let found = self.system.resolve(uri, config, timeout)?;
        let answer = Answer { host, addresses: found.to_vec(), until: now.checked_add(LIFETIME) };
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
        Ok(found)
    }
}
