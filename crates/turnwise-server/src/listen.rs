//! Takes connections, and ends them in good order.

use crate::{options::Options, router::router, state::App, store::StoreError};
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use std::{io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{sleep, timeout},
};

/// Why a server could not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// Anyone who reaches the address could read everything.
    #[error(
        "{0} can be reached from other machines, so a key is needed; without one only loopback is served"
    )]
    NeedsKey(SocketAddr),
    /// A key that no header can hold.
    #[error("a key is empty, or has blanks or characters beyond ASCII in it")]
    BadKey,
    /// The address is taken or not this machine's.
    #[error("{0}: {1}")]
    Listen(SocketAddr, io::Error),
    /// The data cannot be opened.
    #[error("{0}")]
    Data(String),
}

impl From<StoreError> for StartError {
    fn from(error: StoreError) -> Self {
        Self::Data(error.to_string())
    }
}

/// A server that listens and has not begun to answer.
pub struct Server {
    listener: TcpListener,
    addr: SocketAddr,
    app: App,
}

impl Server {
    /// Opens the data and takes the address.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn bind(options: Options) -> Result<Self, StartError> {
        let wanted = options.addr;
        if options.keys.is_empty() && !wanted.ip().is_loopback() {
            return Err(StartError::NeedsKey(wanted));
        }
        if options.keys.iter().any(|key| key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic())) {
            return Err(StartError::BadKey);
        }
        let app = App::open(options)?;
        let failed = |error| StartError::Listen(wanted, error);
        let listener = TcpListener::bind(wanted).await.map_err(failed)?;
        let addr = listener.local_addr().map_err(failed)?;
        Ok(Self { listener, addr, app })
    }

    /// The address, with the port that was given.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Answers until `stop` is done; then lets open requests end, for [`drain_timeout`](crate::Limits::drain_timeout)
    /// at most.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let Self { listener, app, .. } = self;
        let limits = app.options.limits;
        let router = router(app);
        let graceful = GracefulShutdown::new();
        let places = Arc::new(Semaphore::new(limits.connections));
        let mut stop = std::pin::pin!(stop);
        loop {
            let next = async {
                let place = places.clone().acquire_owned().await;
                (place, listener.accept().await)
            };
            let (place, accepted) = tokio::select! {
                next = next => next,
                () = &mut stop => break,
            };
            let Ok((stream, _)) = accepted else {
                // Mostly there are no more file descriptors: others are given back soon.
                sleep(Duration::from_millis(50)).await;
                continue;
            };
            let connection = graceful.watch(serve(stream, router.clone(), limits.head_timeout));
            tokio::spawn(async move {
                // A connection that breaks off is its caller's business.
                let _ = connection.await;
                drop(place);
            });
        }
        drop(listener);
        if timeout(limits.drain_timeout, graceful.shutdown()).await.is_err() {
            tracing::warn!("some requests were still open, and are cut off");
        }
    }
}

/// Answers the requests of one connection.
fn serve(
    stream: TcpStream,
    router: Router,
    head_timeout: Duration,
) -> http1::Connection<TokioIo<TcpStream>, TowerToHyperService<Router>> {
    // Answers are small and whole, so nothing is gained by waiting for more.
    let _ = stream.set_nodelay(true);
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head_timeout)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
}
