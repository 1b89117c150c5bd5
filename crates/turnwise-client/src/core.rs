//! What all calls of a client share: settings, and what was learnt about the server.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use crate::{
    config::{Config, Family},
    error::Error,
    retry::{Budget, RetryPolicy},
};

/// Settings that were checked, and what was learnt about the server: its paths, and whether it takes gzip.
///
/// Clones share what is learnt and the budget for retries.
#[derive(Debug, Clone)]
pub struct Core {
    config: Config,
    /// Scheme and host, such as `https://converra.ai`.
    origin: String,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// Whether the family that the settings do not name is the right one.
    other_family: AtomicBool,
    /// Whether one of them has answered well.
    family_known: AtomicBool,
    gzip_refused: AtomicBool,
    budget: Budget,
}

impl Core {
    /// Checks the settings.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] where the address or the key cannot be right.
    pub fn new(mut config: Config) -> Result<Self, Error> {
        if !config.key.is_sendable() {
            return Err(Error::invalid("the key is empty, or has characters that cannot stand in a header"));
        }
        config.base_url.truncate(config.base_url.trim_end_matches('/').len());
        let origin = origin(&config.base_url).ok_or_else(|| {
            // It may hold a password, so it is not quoted.
            Error::invalid(
                "the base address must be http(s)://HOST[:PORT][/PATH], without user, query or blanks",
            )
        })?;
        let shared = Shared {
            other_family: false.into(),
            family_known: false.into(),
            gzip_refused: false.into(),
            budget: Budget::new(),
        };
        Ok(Self { origin: origin.into(), config, shared: shared.into() })
    }

    /// The same with another policy.
    pub fn with_retry(&self, retry: RetryPolicy) -> Self {
        Self { config: Config { retry, ..self.config.clone() }, ..self.clone() }
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The budget for retries.
    pub fn budget(&self) -> &Budget {
        &self.shared.budget
    }

    /// The value of the header `Authorization`. It holds the key: it is for the header only.
    pub fn authorization(&self) -> String {
        self.config.key.bearer()
    }

    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// The family of paths that is tried first.
    pub fn family(&self) -> Family {
        let configured = self.config.family;
        if self.shared.other_family.load(Ordering::Relaxed) { configured.other() } else { configured }
    }

    /// Whether a family has answered well, so that a 404 is about the id.
    pub(crate) fn family_known(&self) -> bool {
        self.shared.family_known.load(Ordering::Relaxed)
    }

    pub(crate) fn learn_family(&self, family: Family) {
        self.shared.other_family.store(family != self.config.family, Ordering::Relaxed);
        self.shared.family_known.store(true, Ordering::Relaxed);
    }

    pub(crate) fn gzips(&self, bytes: usize) -> bool {
        let refused = self.shared.gzip_refused.load(Ordering::Relaxed);
        !refused && self.config.gzip_from.is_some_and(|from| bytes >= from)
    }

    pub(crate) fn gzip_refused(&self) {
        self.shared.gzip_refused.store(true, Ordering::Relaxed);
    }
}

/// Scheme and host of an address that can be used.
fn origin(url: &str) -> Option<&str> {
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let (host, _) = host.split_once('/').unwrap_or((host, ""));
    let plain = url.bytes().all(|byte| byte.is_ascii_graphic() && !b"@?#\\".contains(&byte));
    let end = url.len().checked_sub(url.split_once("://")?.1.len())?.checked_add(host.len())?;
    if host.is_empty() || !plain { None } else { url.get(..end) }
}
