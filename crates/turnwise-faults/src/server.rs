//! The server: a thread that accepts, and a thread for each connection.

use crate::{
    connection,
    http::Request,
    journal::Journal,
    plan::{Fault, Plan},
    route::BASE,
    store::Store,
};
use std::{
    collections::HashMap,
    io,
    net::{Shutdown, SocketAddr, TcpListener, TcpStream, ToSocketAddrs},
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

/// A server that runs until it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

/// What all connections share.
pub(crate) struct Shared {
    plan: Mutex<Plan>,
    store: Mutex<Store>,
    requests: Mutex<Vec<(Request, Option<Fault>)>>,
    connections: Mutex<HashMap<SocketAddr, TcpStream>>,
    ended: AtomicBool,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("plan", &self.plan).finish_non_exhaustive()
    }
}

impl Shared {
    pub(crate) fn plan(&self) -> MutexGuard<'_, Plan> {
        lock(&self.plan)
    }

    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        lock(&self.store)
    }

    /// Keeps a request for whoever wants to look at it.
    pub(crate) fn keep(&self, request: &Request, fault: Option<Fault>) {
        if self.plan().keeps_requests {
            lock(&self.requests).push((request.clone(), fault));
        }
    }
}

/// A thread that panicked has left nothing half done behind any of these locks.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Server {
    /// Starts a server on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// No port can be had.
    pub fn start(plan: Plan) -> io::Result<Self> {
        Self::with_store("127.0.0.1:0", plan, Store::default())
    }

    /// Starts a server on `address`, such as that of one that has ended, with an empty store.
    ///
    /// # Errors
    ///
    /// The address cannot be had.
    pub fn start_at(address: impl ToSocketAddrs, plan: Plan) -> io::Result<Self> {
        Self::with_store(address, plan, Store::default())
    }

    /// Starts a server that also writes its journal to a file, a line for each entry; [`Journal::read`] reads it.
    ///
    /// # Errors
    ///
    /// The address cannot be had, or the file cannot be made.
    pub fn start_with_file(address: impl ToSocketAddrs, plan: Plan, journal: &Path) -> io::Result<Self> {
        Self::with_store(address, plan, Store::with_file(journal)?)
    }

    fn with_store(address: impl ToSocketAddrs, plan: Plan, store: Store) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            plan: Mutex::new(plan),
            store: Mutex::new(store),
            requests: Mutex::default(),
            connections: Mutex::default(),
            ended: AtomicBool::new(false),
        });
        let accepting = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || accept(&listener, &shared))
        };
        Ok(Self { address, shared, accepting: Some(accepting) })
    }

    /// The base address of the API, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}{BASE}", self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on, requests meet what this plan says.
    pub fn set_plan(&self, plan: Plan) {
        *self.shared.plan() = plan;
    }

    /// What was done up to now.
    pub fn journal(&self) -> Journal {
        self.shared.store().journal.clone()
    }

    /// How many connections are open. While there is none, nothing is under way: whoever called has been served, or has
    /// gone and what it had sent is applied.
    pub fn connections(&self) -> usize {
        lock(&self.shared.connections).len()
    }

    /// All requests that were read up to now, each with the fault it met, in order of arrival.
    pub fn requests(&self) -> Vec<(Request, Option<Fault>)> {
        lock(&self.shared.requests).clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::SeqCst);
        // Wakes the thread that accepts; if that cannot be reached, it has ended.
        let _ = TcpStream::connect(self.address);
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
        for stream in lock(&self.shared.connections).values() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.ended.load(Ordering::SeqCst) {
            return;
        }
        // A client that has gone away again, or too many open files: either way there is nobody to serve.
        let Ok(stream) = stream else { continue };
        let Ok(peer) = stream.peer_addr() else { continue };
        let Ok(held) = stream.try_clone() else { continue };
        lock(&shared.connections).insert(peer, held);
        let shared = Arc::clone(shared);
        thread::spawn(move || {
            // The client may go away at any time.
            let _ = connection::serve(stream, &shared);
            if let Some(stream) = lock(&shared.connections).remove(&peer) {
                let _ = stream.shutdown(Shutdown::Both);
            }
        });
    }
}
