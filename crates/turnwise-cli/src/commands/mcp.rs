//! `turnwise mcp`: transcripts and conversations as tools for assistants.

use crate::{
    exit::{Exit, Failure},
    output::say,
};
use std::{
    future::pending,
    io::{self, IsTerminal},
    net::SocketAddr,
};
use tokio::{runtime::Builder, signal};
use tracing_subscriber::EnvFilter;
use turnwise_mcp::{Limits, Server, http, serve_stdio};

/// Give assistants tools to read, check, convert and log transcripts (Model Context Protocol)
///
/// It speaks over standard input and output, as assistants start their servers, and says all else on standard
/// error: TURNWISE_LOG sets how much (`warn` by default; `debug` shows what transcripts say). CONVERRA_API_KEY is
/// needed to log and list conversations, and CONVERRA_BASE_URL names another server than converra.ai.
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// Serve Streamable HTTP at this address of this machine instead; port 0 takes any that is free
    #[arg(long, value_name = "ADDRESS:PORT")]
    http: Option<SocketAddr>,
}

const AFTER_HELP: &str = "\
Examples:
  turnwise mcp                          what an assistant starts
  turnwise mcp --http 127.0.0.1:8808    at http://127.0.0.1:8808/mcp

In the settings of most assistants:
  {\"mcpServers\": {\"turnwise\": {\"command\": \"turnwise\", \"args\": [\"mcp\"],
    \"env\": {\"CONVERRA_API_KEY\": \"...\"}}}}

Exit codes:
  0  the assistant has ended the session
  2  wrong usage, or an address that cannot be served at";

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let filter = EnvFilter::try_from_env("TURNWISE_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(false).init();
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(failure)?;
    let served = runtime.block_on(serve(args));
    // A read of standard input that is under way cannot be called off, and nothing waits for it.
    runtime.shutdown_background();
    served.map(|()| Exit::Success)
}

async fn serve(args: &Args) -> Result<(), Failure> {
    let server = Server::from_env(Limits::default());
    let Some(address) = args.http else {
        if io::stdin().is_terminal() {
            say("turnwise: this is for assistants to start; end it with Ctrl-D, see `turnwise mcp --help`");
        }
        return serve_stdio(server).await.map_err(failure);
    };
    let listener = http::bind(address).await.map_err(failure)?;
    let address = listener.local_addr().map_err(failure)?;
    say(&format!("turnwise: serving at http://{address}{}", http::PATH));
    let stop = async {
        // Where no signal can be waited for, it is served until the process is ended.
        if signal::ctrl_c().await.is_err() {
            pending().await
        }
    };
    http::serve(server, listener, stop).await.map_err(failure)
}

fn failure(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Failure {
    Failure::reading("mcp", io::Error::other(error))
}
