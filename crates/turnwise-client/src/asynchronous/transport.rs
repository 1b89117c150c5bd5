//! One request over reqwest.

use std::{sync::Arc, time::SystemTime};

use reqwest::{
    Client, Method,
    header::{self, HeaderMap, HeaderValue},
    redirect,
};
use rustls::{ClientConfig, RootCertStore, crypto::ring};

use crate::{call::Outgoing, config::Config, core::Core, error::Error, request, response::Response, tls};

/// A client that keeps connections.
#[derive(Debug, Clone)]
pub(super) struct Transport(Client);

impl Transport {
    pub(super) fn new(config: &Config) -> Result<Self, Error> {
        let mut client = Client::builder()
            .redirect(redirect::Policy::none())
            .user_agent(&config.user_agent)
            .connect_timeout(config.connect_timeout)
            .timeout(config.timeout)
            .tls_backend_preconfigured(tls_config(config)?);
        client = match &config.proxy {
            // The address of a proxy may hold a password, so it is not quoted.
            Some(proxy) => client.proxy(
                reqwest::Proxy::all(proxy.url())
                    .map_err(|_| Error::invalid("the address of the proxy cannot be read"))?,
            ),
            None => client.no_proxy(),
        };
        let client = client.build();
        client
            .map(Self)
            .map_err(|error| Error::invalid(format!("the settings cannot be used: {}", chain(&error))))
    }

    pub(super) async fn send(&self, core: &Core, out: Outgoing) -> Result<Response, Error> {
        let method = match out.method {
            request::Method::Get => Method::GET,
            request::Method::Post => Method::POST,
        };
        let key = HeaderValue::try_from(core.authorization());
        let mut key = key.map_err(|_| Error::invalid("the key cannot stand in a header"))?;
        key.set_sensitive(true);
        let mut request = self
            .0
            .request(method, &out.url)
            .header(header::AUTHORIZATION, key)
            .header(header::ACCEPT, "application/json");
        if let Some(body) = out.body {
            request = request.header(header::CONTENT_TYPE, "application/json").body(body);
        }
        if out.gzip {
            request = request.header(header::CONTENT_ENCODING, "gzip");
        }
        let mut answer = request.send().await.map_err(error)?;
        let status = answer.status().as_u16();
        let limit = core.config().max_response;
        let body = match read(&mut answer, limit).await {
            Ok(body) => body,
            // What it refused is known by the status alone.
            Err(_) if status >= 300 => Vec::new(),
            Err(error) => return Err(error),
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

async fn read(answer: &mut reqwest::Response, limit: usize) -> Result<Vec<u8>, Error> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(error)? {
        if body.len().saturating_add(chunk.len()) > limit {
            return Err(Error::TooLarge { limit });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn tls_config(config: &Config) -> Result<ClientConfig, Error> {
    let mut roots = RootCertStore::empty();
    for root in tls::roots(config)? {
        roots
            .add(root)
            .map_err(|error| Error::invalid(format!("a root certificate cannot be used: {error}")))?;
    }
    let versions = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::invalid(format!("TLS cannot be used: {error}")))?;
    Ok(versions.with_root_certificates(roots).with_no_client_auth())
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// What an error of reqwest means: above all, whether anything can have been sent.
fn error(error: reqwest::Error) -> Error {
    if error.is_timeout() {
        return Error::Timeout { connecting: error.is_connect() };
    }
    // The address is known to the caller, and no part of the reason.
    let error = error.without_url();
    let reason = chain(&error);
    if error.is_builder() {
        Error::Invalid(reason)
    } else if error.is_connect() {
        Error::Connect(reason)
    } else {
        Error::Lost(reason)
    }
}

/// An error and what caused it: reqwest's own words say little.
fn chain(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        words.push_str(": ");
        words.push_str(&cause.to_string());
        next = cause.source();
    }
    words
}
