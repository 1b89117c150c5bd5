//! The server as a process of its own: prints its address, and runs until its standard input ends.
//!
//! `turnwise-faults [--address HOST:PORT] [--journal FILE] [--seed NUMBER --chance PERCENT]`

use std::{env, io, path::PathBuf, process::ExitCode};
use turnwise_faults::{Plan, Server};

const USAGE: &str =
    "usage: turnwise-faults [--address HOST:PORT] [--journal FILE] [--seed NUMBER --chance PERCENT]";

struct Options {
    address: String,
    journal: Option<PathBuf>,
    seed: u64,
    /// In hundredths.
    chance: u32,
}

fn main() -> ExitCode {
    let Some(options) = options(env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("turnwise-faults: {error}");
            ExitCode::from(2)
        }
    }
}

fn options(mut words: impl Iterator<Item = String>) -> Option<Options> {
    let mut options = Options { address: "127.0.0.1:0".to_owned(), journal: None, seed: 0, chance: 0 };
    while let Some(word) = words.next() {
        let value = words.next()?;
        match word.as_str() {
            "--address" => options.address = value,
            "--journal" => options.journal = Some(value.into()),
            "--seed" => options.seed = value.parse().ok()?,
            "--chance" => options.chance = value.parse().ok().filter(|chance| *chance <= 100)?,
            _ => return None,
        }
    }
    Some(options)
}

fn run(options: &Options) -> io::Result<()> {
    let Options { address, journal, seed, chance } = options;
    let plan = Plan::random(*seed, f64::from(*chance) / 100.0).without_requests();
    let server = match journal {
        Some(journal) => Server::start_with_file(address, plan, journal)?,
        None => Server::start_at(address, plan)?,
    };
    println!("{}", server.url());
    // Whoever started it holds the other end, so it never outlives them.
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}
