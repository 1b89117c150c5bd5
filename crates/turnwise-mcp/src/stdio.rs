//! The protocol over standard input and output, as assistants speak it to a program that they start.

use crate::server::Server;
use rmcp::{ServiceExt, transport::async_rw::AsyncRwTransport};

/// Why serving over standard input and output ended before its time.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StdioError {
    /// The client did not open the session as the protocol says.
    #[error("the client did not open a session: {0}")]
    Opening(String),
    /// Serving was broken off.
    #[error("serving was broken off: {0}")]
    BrokenOff(String),
}

/// Serves one client until standard input ends.
///
/// Nothing but the protocol goes to standard output. A line longer than
/// [`Limits::message_bytes`](crate::Limits::message_bytes), or that is no JSON, is passed over.
///
/// # Errors
///
/// A session that did not begin is told.
pub async fn serve_stdio(server: Server) -> Result<(), StdioError> {
    let (input, output) = rmcp::transport::stdio();
    let transport =
        AsyncRwTransport::new_server(input, output).with_max_line_length(server.limits().message_bytes());
    let running = server.serve(transport).await.map_err(|error| StdioError::Opening(error.to_string()))?;
    running.waiting().await.map(drop).map_err(|error| StdioError::BrokenOff(error.to_string()))
}
