//! Streamable HTTP for assistants that do not start a program of their own, on the loopback interface only.

use crate::server::Server;
use axum::{Router, http::StatusCode};
use rmcp::transport::streamable_http_server::{
    StreamableHttpServerConfig, StreamableHttpService, session::never::NeverSessionManager,
};
use std::{future::Future, io, net::SocketAddr, sync::Arc};
use tokio::net::TcpListener;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower_http::timeout::TimeoutLayer;

/// Where the endpoint is.
pub const PATH: &str = "/mcp";

/// Why the server does not serve over HTTP.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// The address can be reached from other machines, and there is no authentication.
    #[error("{0} is no loopback address; use 127.0.0.1 or [::1]")]
    NotLoopback(SocketAddr),
    /// The address cannot be listened at, or serving ended.
    #[error("{address}: {source}")]
    Io {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
}

/// A listener on the loopback interface; port 0 takes any that is free.
///
/// # Errors
///
/// Any other address, and one that is taken, is refused.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, HttpError> {
    if !address.ip().is_loopback() {
        return Err(HttpError::NotLoopback(address));
    }
    TcpListener::bind(address).await.map_err(|source| HttpError::Io { address, source })
}

/// Serves at [`PATH`] until `stop` is done, then answers what is under way.
///
/// Requests need nothing but themselves: there are no sessions, so nothing is kept for clients that have gone away.
/// A request whose `Host` or `Origin` is another than this machine is refused, so that no web page can reach the server
/// through a name that was pointed here (DNS rebinding).
///
/// # Errors
///
/// The system's, where the listener fails.
pub async fn serve(
    server: Server,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), HttpError> {
    let address = listener.local_addr().unwrap_or_else(|_| SocketAddr::from(([127, 0, 0, 1], 0)));
    axum::serve(listener, router(server, address))
        .with_graceful_shutdown(stop)
        .await
        .map_err(|source| HttpError::Io { address, source })
}

fn router(server: Server, address: SocketAddr) -> Router {
    let limits = server.limits();
    let hosts = ["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned(), address.ip().to_string()];
    let origins = hosts.iter().map(|host| match host.contains(':') {
        true => format!("http://[{host}]:*"),
        false => format!("http://{host}:*"),
    });
    let config = StreamableHttpServerConfig::default()
        .with_allowed_origins(origins.collect::<Vec<_>>())
        .with_allowed_hosts(hosts)
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_max_request_body_bytes(limits.message_bytes());
    let service = StreamableHttpService::new(
        move || Ok(server.clone()),
        Arc::new(NeverSessionManager::default()),
        config,
    );
    Router::new()
        .route_service(PATH, service)
        .layer(GlobalConcurrencyLimitLayer::new(limits.requests))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, limits.request_time))
}
