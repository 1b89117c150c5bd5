//! `turnwise serve`: a local server that speaks the conversation API.

use crate::{
    cli::after_help,
    exit::{Exit, Failure},
    output::{Output, say},
};
use std::{fs, io, net::SocketAddr, path::PathBuf};
use tokio::runtime::Runtime;
use tracing_subscriber::EnvFilter;
use turnwise_server::{Options, Server};

/// Run a local server that speaks the conversation API, for development and tests
///
/// It keeps what it is sent in a folder, and shows it in the browser. It analyses nothing, and is no place for the
/// conversations of real people. On loopback, which is the default, no key is needed; any other address demands keys.
/// The first line on standard output is the server's address.
#[derive(clap::Args)]
#[command(after_help = after_help(EXAMPLES, "is not used"))]
pub(crate) struct Args {
    /// Address to listen on; port 0 takes any free port
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4141")]
    addr: SocketAddr,

    /// Folder to keep conversations in; made where it is missing
    #[arg(long, value_name = "DIR", default_value = "turnwise-data")]
    data: PathBuf,

    /// File of the keys that are accepted, one a line
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,

    /// Requests a minute that one key may make; 0 for any number
    #[arg(long, value_name = "NUMBER", default_value_t = turnwise_server::Limits::default().requests_a_minute)]
    rate_limit: u32,

    /// Bytes of one request body at most
    #[arg(long, value_name = "BYTES", default_value_t = turnwise_server::Limits::default().body_bytes)]
    max_body: usize,

    /// How the log on standard error is written; TURNWISE_LOG=debug has more in it, TURNWISE_LOG=warn less
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    log_format: LogFormat,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum LogFormat {
    /// Lines for people
    Text,
    /// An object a line, for tools
    Json,
}

const EXAMPLES: &[&str] = &[
    "turnwise serve",
    "turnwise serve --addr 127.0.0.1:8080 --data /tmp/conversations",
    "turnwise serve --addr 0.0.0.0:8080 --keys keys.txt --rate-limit 60",
];

/// Runs the command: until a signal says to stop.
pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    log(args.log_format);
    let options = options(args)?;
    let failed = |error: io::Error| Failure::reading("serve", error);
    Runtime::new().map_err(failed)?.block_on(async {
        let is_open = options.keys.is_empty();
        let data = options.data.display().to_string();
        let server = match Server::bind(options).await {
            Ok(server) => server,
            Err(error) => {
                say(&format!("turnwise: {error}"));
                return Ok(Exit::Failure);
            }
        };
        let stop = stop().map_err(failed)?;
        greet(server.addr(), &data, is_open)?;
        server.run(stop).await;
        Ok(Exit::Success)
    })
}

fn options(args: &Args) -> Result<Options, Failure> {
    let mut options = Options::new(&args.data);
    options.addr = args.addr;
    options.limits.requests_a_minute = args.rate_limit;
    options.limits.body_bytes = args.max_body;
    if let Some(path) = &args.keys {
        let keys =
            fs::read_to_string(path).map_err(|error| Failure::reading(path.display().to_string(), error))?;
        options.keys = keys.lines().map(str::trim).filter(|key| !key.is_empty()).map(str::to_owned).collect();
        if options.keys.is_empty() {
            let error = io::Error::new(io::ErrorKind::InvalidData, "there is no key in it");
            return Err(Failure::reading(path.display().to_string(), error));
        }
    }
    Ok(options)
}

/// Says where the server is, and what to know about it.
fn greet(addr: SocketAddr, data: &str, is_open: bool) -> Result<(), Failure> {
    let mut output = Output::create(None)?;
    output.put(format!("http://{addr}\n"))?;
    output.finish()?;
    say(&format!("turnwise: a server for development and tests; it keeps conversations in {data}"));
    say(&format!("turnwise: clients use it with CONVERRA_BASE_URL=http://{addr}/api/v1"));
    if is_open {
        say("turnwise: no key is configured, so any key and none is accepted, from this machine only");
    }
    Ok(())
}

fn log(format: LogFormat) {
    let filter = EnvFilter::try_from_env("TURNWISE_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    match format {
        LogFormat::Text => log.with_target(false).init(),
        LogFormat::Json => log.json().init(),
    }
}

/// Is done at the first SIGINT or SIGTERM.
#[cfg(unix)]
fn stop() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Is done at the first Ctrl-C.
#[cfg(not(unix))]
fn stop() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
