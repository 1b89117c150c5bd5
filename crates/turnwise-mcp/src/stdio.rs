//! The protocol over standard input and output, as assistants speak it to a program that they start.

use crate::server::Server;
use rmcp::{
    RoleServer, ServiceExt,
    model::JsonRpcMessage,
    service::{RxJsonRpcMessage, ServerInitializeError, TxJsonRpcMessage},
    transport::{Transport, async_rw::AsyncRwTransport},
};
use std::future::Future;

/// Why serving over standard input and output ended before its time.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StdioError {
    /// The client did not open a session as the protocol says.
    #[error("the client did not open a session: {0}")]
    Opening(String),
    /// Serving was broken off.
    #[error("serving was broken off: {0}")]
    BrokenOff(String),
}

/// Serves one client until standard input ends.
///
/// Nothing but the protocol goes to standard output. A line that is no JSON, or longer than
/// [`Limits::message_bytes`](crate::Limits::message_bytes), is passed over.
///
/// # Errors
///
/// [`StdioError`], where a session did not begin or did not come to its end.
pub async fn serve_stdio(server: Server) -> Result<(), StdioError> {
    let (input, output) = rmcp::transport::stdio();
    let lines =
        AsyncRwTransport::new_server(input, output).with_max_line_length(server.limits().message_bytes());
    let running = match server.serve(Patient { inner: lines, opened: false }).await {
        Ok(running) => running,
        // A client that asked for nothing was not disappointed.
        Err(ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
        Err(error) => return Err(StdioError::Opening(error.to_string())),
    };
    running.waiting().await.map(drop).map_err(|error| StdioError::BrokenOff(error.to_string()))
}

/// Passes over what comes before the first request, which would otherwise end the session before it begins.
struct Patient<T> {
    inner: T,
    opened: bool,
}

impl<T: Transport<RoleServer>> Transport<RoleServer> for Patient<T> {
    type Error = T::Error;

    fn send(
        &mut self,
        message: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        self.inner.send(message)
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        loop {
            let message = self.inner.receive().await?;
            self.opened |= matches!(message, JsonRpcMessage::Request(_));
            if self.opened {
                return Some(message);
            }
            tracing::warn!("a message before the first request was passed over");
        }
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        self.inner.close().await
    }
}
