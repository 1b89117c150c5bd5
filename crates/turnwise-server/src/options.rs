//! How the server is set up.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

/// Where the server listens, where it keeps its data, who may use it and how much.
///
/// ```
/// use turnwise_server::Options;
/// let options = Options::new("data");
/// assert!(options.addr.ip().is_loopback());
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct Options {
    /// Address to listen on. Default: `127.0.0.1:4141`. Port 0 takes any free port.
    pub addr: SocketAddr,
    /// Folder of the database; made where it is missing.
    pub data: PathBuf,
    /// Bearer keys that are accepted. Without one, anyone on this machine may call, and the address must be loopback.
    pub keys: Vec<String>,
    /// How much a caller may ask for.
    pub limits: Limits,
}

/// Bounds on what callers may ask for; beyond each stands an error of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of one request body, as sent and as inflated. Default: 10 MiB. Beyond it: 413.
    pub body_bytes: usize,
    /// Bytes of all request bodies in memory at a time, and as many of inflated ones. Default: 64 MiB. Beyond it
    /// they wait, and then: 503.
    pub bodies_bytes: usize,
    /// Bytes of all long answers in memory at a time. Default: 256 MiB. Beyond it: 503.
    pub answers_bytes: usize,
    /// Bytes of all bodies of one conversation. Default: 32 MiB. Beyond it: 413.
    pub conversation_bytes: usize,
    /// Messages of one conversation. Default: 10,000. Beyond it: 413.
    pub messages: usize,
    /// Requests a minute that one key may make; 0 for any number. Default: 6,000. Beyond it: 429.
    pub requests_a_minute: u32,
    /// Connections open at a time. Default: 1,024. Beyond it they wait.
    pub connections: usize,
    /// Time that a request's head may take, and a connection may be idle. Default: 30 s. Beyond it the connection ends.
    pub head_timeout: Duration,
    /// Time that a request body may take to arrive. Default: 30 s. Beyond it: 408.
    pub body_timeout: Duration,
    /// Time that open requests have left when the server is told to stop. Default: 10 s.
    pub drain_timeout: Duration,
}

impl Options {
    /// The default address and limits, no keys, and data in this folder.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            addr: SocketAddr::from(([127, 0, 0, 1], 4141)),
            data: data.into(),
            keys: Vec::new(),
            limits: Limits::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 10 << 20,
            bodies_bytes: 64 << 20,
            answers_bytes: 256 << 20,
            conversation_bytes: 32 << 20,
            messages: 10_000,
            requests_a_minute: 6_000,
            connections: 1_024,
            head_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(30),
            drain_timeout: Duration::from_secs(10),
        }
    }
}
