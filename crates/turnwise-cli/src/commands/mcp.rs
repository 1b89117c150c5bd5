//! `turnwise mcp`: transcripts and conversations as tools for assistants.

use crate::exit::{Exit, Failure};
use std::{io, net::SocketAddr};
use tokio::{runtime::Builder, signal};
use tracing_subscriber::EnvFilter;
use turnwise_mcp::{Limits, Server, http, serve_stdio};

/// Give assistants tools to read, check, convert and log transcripts, over the Model Context Protocol
///
/// It speaks over standard input and output, as assistants start their servers; what it has to say goes to standard
/// error. RUST_LOG sets how much that is (`warn` by default). CONVERRA_API_KEY is needed to log and list
/// conversations, and CONVERRA_BASE_URL says where.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  turnwise mcp                            what an assistant starts
  turnwise mcp --http 127.0.0.1:8808      at http://127.0.0.1:8808/mcp, for several assistants

In an assistant's settings:
  {\"mcpServers\": {\"turnwise\": {\"command\": \"turnwise\", \"args\": [\"mcp\"]}}}")]
pub(crate) struct Args {
    /// Speak Streamable HTTP at this address instead, which must be of this machine only; port 0 takes any
    #[arg(long, value_name = "ADDRESS")]
    http: Option<SocketAddr>,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(false).init();
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|error| Failure::reading("mcp", error))?;
    let served = runtime.block_on(serve(args));
    // A read of standard input that is under way cannot be called off, and nothing waits for it.
    runtime.shutdown_background();
    served.map(|()| Exit::Success).map_err(|error| Failure::reading("mcp", error))
}

async fn serve(args: &Args) -> io::Result<()> {
    let server = Server::from_env(Limits::default());
    let Some(address) = args.http else {
        return serve_stdio(server).await.map_err(io::Error::other);
    };
    let listener = http::bind(address).await.map_err(io::Error::other)?;
    crate::output::say(&format!("turnwise: serving at http://{}{}", listener.local_addr()?, http::PATH));
    let stop = async {
        // Without a signal to wait for, it is served until the process is ended.
        if signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    http::serve(server, listener, stop).await.map_err(io::Error::other)
}
