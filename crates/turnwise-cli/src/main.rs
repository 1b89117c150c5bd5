//! The `turnwise` command: chat transcripts in, canonical conversations and findings out.
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
mod output;
mod pretty;
mod progress;
mod reading;
mod source;
mod streamed;
mod tally;

fn main() -> std::process::ExitCode {
    cli::run().into()
}
