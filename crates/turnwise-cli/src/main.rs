//! The `turnwise` command: chat transcripts in; canonical conversations and findings out, or off to the server.
//!
//! Data goes to standard output and everything else to standard error; [`exit::Exit`] lists the exit codes.

mod blocks;
mod cli;
mod commands;
mod conversations;
mod document;
mod envelope;
mod exit;
mod input;
mod ordered;
mod outbox;
mod output;
mod pretty;
mod progress;
mod reading;
mod remote;
mod source;
mod streamed;
mod table;
mod tally;

fn main() -> std::process::ExitCode {
    cli::run().into()
}
