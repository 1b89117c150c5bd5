//! Where requests go, and how.

use std::{env, fmt, time::Duration};

use secrecy::{ExposeSecret, SecretString};

use crate::{error::Error, key::ApiKey, retry::RetryPolicy};

/// The address of the service.
const BASE_URL: &str = "https://converra.ai/api/v1";

/// Where requests go, and how. [`Config::new`] has values that suit most; every field can be set.
///
/// ```
/// use std::time::Duration;
/// use turnwise_client::Config;
///
/// let mut config = Config::new("sk_test_1");
/// config.timeout = Duration::from_secs(5);
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// The key that every request carries.
    pub key: ApiKey,
    /// The address that paths are added to, `/api/v1` included: `https://converra.ai/api/v1`. Plain `http` sends the
    /// key unencrypted; it is meant for a server on the same machine.
    pub base_url: String,
    /// Which paths conversations have. The other family is tried where the server does not know this one.
    pub family: Family,
    /// How long connecting may take: 10 s.
    pub connect_timeout: Duration,
    /// How long one attempt may take, connecting included: 30 s.
    pub timeout: Duration,
    /// What the client calls itself: `turnwise/VERSION`.
    pub user_agent: String,
    /// Bodies of this many bytes or more are sent compressed (gzip): 32 KiB; `None`: never. Where a server refuses
    /// that, it is sent plain, and so is all that follows.
    pub gzip_from: Option<usize>,
    /// The proxy, such as `http://user:password@127.0.0.1:3128`. Variables such as `HTTPS_PROXY` are not looked at.
    pub proxy: Option<Proxy>,
    /// Certificates to trust besides Mozilla's, as PEM (RFC 7468); each text may hold several.
    pub roots: Vec<String>,
    /// When and how often to try again.
    pub retry: RetryPolicy,
    /// How many bytes of an answer are read at most, unpacked: 16 MiB.
    pub max_response: usize,
    /// How many appends of one session may wait for a server that cannot be reached: 1000.
    pub max_waiting: usize,
}

impl Config {
    /// The usual settings, with this key.
    pub fn new(key: impl AsRef<str>) -> Self {
        Self {
            key: ApiKey::new(key),
            base_url: BASE_URL.into(),
            family: Family::Conversations,
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
            user_agent: concat!("turnwise/", env!("CARGO_PKG_VERSION")).into(),
            gzip_from: Some(32 << 10),
            proxy: None,
            roots: Vec::new(),
            retry: RetryPolicy::default(),
            max_response: 16 << 20,
            max_waiting: 1000,
        }
    }

    /// The usual settings, with the key of `CONVERRA_API_KEY` and, where it is set, the address of `CONVERRA_BASE_URL`.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] where there is no key.
    pub fn from_env() -> Result<Self, Error> {
        let set = |name| env::var(name).ok().filter(|value| !value.trim().is_empty());
        let key = set("CONVERRA_API_KEY").ok_or_else(|| Error::invalid("CONVERRA_API_KEY is not set"))?;
        let mut config = Self::new(key);
        if let Some(url) = set("CONVERRA_BASE_URL") {
            config.base_url = url;
        }
        Ok(config)
    }
}

/// The address of a proxy, which may hold a password and is therefore never printed.
#[derive(Clone)]
pub struct Proxy(SecretString);

impl Proxy {
    /// The address, password included: for the library that connects to it.
    pub fn url(&self) -> &str {
        self.0.expose_secret()
    }
}

impl<S: Into<String>> From<S> for Proxy {
    fn from(url: S) -> Self {
        Self(url.into().into())
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proxy(..)")
    }
}

/// Which paths conversations have: the API's documentation has one, its official clients have another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// `/conversations`, as documented.
    Conversations,
    /// `/runs`, as newer official clients call it.
    Runs,
}

impl Family {
    /// The first segment of the path.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Conversations => "conversations",
            Self::Runs => "runs",
        }
    }

    /// The one that is not this one.
    pub fn other(self) -> Self {
        match self {
            Self::Conversations => Self::Runs,
            Self::Runs => Self::Conversations,
        }
    }
}
