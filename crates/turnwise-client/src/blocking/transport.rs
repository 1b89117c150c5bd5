//! One request over ureq.

use std::{io, time::SystemTime};

use ureq::{
    Agent, Timeout,
    http::{HeaderMap, HeaderValue, Request, header},
    tls::{Certificate, RootCerts, TlsConfig},
    unversioned::transport::{Connector, DefaultConnector},
};

use super::{leftover::NoLeftover, resolver::Remembering};
use crate::{call::Outgoing, config::Config, core::Core, error::Error, response::Response, tls};

/// Connections that are kept for later requests: as many as threads may well use at a time.
const IDLE: usize = 32;

/// An agent that keeps connections.
#[derive(Debug, Clone)]
pub(super) struct Transport(Agent);

impl Transport {
    pub(super) fn new(config: &Config) -> Result<Self, Error> {
        let proxy = config.proxy.as_ref().map(|proxy| ureq::Proxy::new(proxy.url()));
        // The address of a proxy may hold a password, so it is not quoted.
        let proxy =
            proxy.transpose().map_err(|_| Error::invalid("the address of the proxy cannot be read"))?;
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(config.user_agent.as_str())
            .timeout_connect(Some(config.connect_timeout))
            .timeout_global(Some(config.timeout))
            .max_idle_connections(IDLE)
            .max_idle_connections_per_host(IDLE)
            .proxy(proxy)
            .tls_config(TlsConfig::builder().root_certs(roots(config)?).build())
            .build();
        let connector = DefaultConnector::default().chain(NoLeftover);
        Ok(Self(Agent::with_parts(agent, connector, Remembering::default())))
    }

    pub(super) fn send(&self, core: &Core, out: Outgoing) -> Result<Response, Error> {
        let wrong = |error: ureq::http::Error| Error::invalid(format!("the request cannot be made: {error}"));
        let mut key = HeaderValue::try_from(core.authorization()).map_err(|error| wrong(error.into()))?;
        key.set_sensitive(true);
        let mut request = Request::builder()
            .method(out.method.as_str())
            .uri(&out.url)
            .header(header::AUTHORIZATION, key)
            .header(header::ACCEPT, "application/json");
        if out.body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        if out.gzip {
            request = request.header(header::CONTENT_ENCODING, "gzip");
        }
        let sent = match out.body {
            Some(body) => self.0.run(request.body(body).map_err(wrong)?),
            None => self.0.run(request.body(()).map_err(wrong)?),
        };
        let mut answer = sent.map_err(error)?;
        let status = answer.status().as_u16();
        let limit = core.config().max_response;
        let body = answer.body_mut().with_config().limit(limit as u64).read_to_vec();
        let body = match body {
            Ok(body) => body,
            // What it refused is known by the status alone.
            Err(_) if status >= 300 => Vec::new(),
            Err(ureq::Error::BodyExceedsLimit(_)) => return Err(Error::TooLarge { limit }),
            Err(reason) => return Err(error(reason)),
        };
        let text = |name| text(answer.headers(), name);
        Ok(Response {
            status,
            retry_after: text(header::RETRY_AFTER),
            date: text(header::DATE),
            location: text(header::LOCATION),
            received: SystemTime::now(),
            body,
        })
    }
}

/// Mozilla's roots, and those of the settings.
fn roots(config: &Config) -> Result<RootCerts, Error> {
    if config.roots.is_empty() {
        return Ok(RootCerts::WebPki);
    }
    let roots = tls::roots(config)?;
    Ok(roots.iter().map(|root| Certificate::from_der(root).to_owned()).into())
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// What an error of ureq means: above all, whether anything can have been sent.
fn error(error: ureq::Error) -> Error {
    use ureq::Error as Ureq;
    match error {
        Ureq::Timeout(Timeout::Resolve | Timeout::Connect) => Error::Timeout { connecting: true },
        Ureq::Timeout(_) => Error::Timeout { connecting: false },
        Ureq::Io(reason) => match reason.kind() {
            io::ErrorKind::ConnectionRefused
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::AddrNotAvailable => Error::Connect(reason.to_string()),
            io::ErrorKind::TimedOut => Error::Timeout { connecting: false },
            _ if is_distrust(&reason) => Error::Connect(reason.to_string()),
            _ => Error::Lost(reason.to_string()),
        },
        Ureq::BadUri(_) | Ureq::Http(_) => Error::invalid(error.to_string()),
        Ureq::HostNotFound
        | Ureq::ConnectionFailed
        | Ureq::ConnectProxyFailed(_)
        | Ureq::InvalidProxyUrl
        | Ureq::Tls(_)
        | Ureq::Rustls(_)
        | Ureq::TlsRequired => Error::Connect(error.to_string()),
        _ => Error::Lost(error.to_string()),
    }
}

/// Whether an error says that the server's certificate is not trusted; then nothing was sent.
fn is_distrust(mut error: &(dyn std::error::Error + 'static)) -> bool {
    loop {
        if let Some(rustls::Error::InvalidCertificate(_)) = error.downcast_ref() {
            return true;
        }
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        let next: Option<&(dyn std::error::Error + 'static)> = match inner {
            Some(inner) => Some(inner),
            None => error.source(),
        };
        match next {
            Some(next) => error = next,
            None => return false,
        }
    }
}
