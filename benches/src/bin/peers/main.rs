//! Runs the command beside other programs on the same file, and prints how many times as long they take and how much
//! memory they need, as a Markdown table.
//!
//! Packages come from their registries, in the versions that `programs` pins, into `target/peers`; what cannot be
//! installed is named and left out. Needs GNU time for memory. Not for CI: it takes minutes and a network.
//!
//! ```sh
//! cargo run --release -p turnwise-benches --bin peers
//! ```
//!
//! An argument says how often each program runs; `TURNWISE` names the command if it should not be built.

use std::{
    env,
    error::Error,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use turnwise_benches::timing::median;

mod install;
mod programs;

use install::{Call, Folder};
use programs::{JOBS, Job};

/// How often each program runs, in turn with the others, unless an argument says it.
const ROUNDS: usize = 5;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let exe = env::current_exe()?;
    let target = exe.ancestors().nth(2).ok_or("no target folder")?;
    let folder = Folder::open(target.join("peers"))?;
    let turnwise = turnwise(&exe)?;
    let rounds = env::args().nth(1).map_or(Ok(ROUNDS), |rounds| rounds.parse())?;
    let mut out = io::stdout().lock();
    writeln!(out, "| | | version | x time | x memory |")?;
    writeln!(out, "| --- | --- | --- | --- | --- |")?;
    for job in JOBS {
        for row in rows(job, &folder, &turnwise, rounds)? {
            writeln!(out, "{row}")?;
        }
    }
    Ok(())
}

/// The command: the one that is named, or one that is built now, beside this program.
fn turnwise(exe: &Path) -> Outcome<PathBuf> {
    if let Some(named) = env::var_os("TURNWISE") {
        return Ok(named.into());
    }
    let built = Command::new(env!("CARGO"))
        .args(["build", "--release", "--locked", "-p", "turnwise-cli"])
        .stdout(Stdio::null())
        .status()?;
    if built.success() { Ok(exe.with_file_name("turnwise")) } else { Err("turnwise does not build".into()) }
}

/// A row a program, ours first.
fn rows(job: &Job, folder: &Folder, turnwise: &Path, count: usize) -> Outcome<Vec<String>> {
    let input = folder.file(job.file, &(job.input)(job.bytes))?;
    let ours = Call::new(turnwise, job.ours.iter().chain([&input.as_str()]), env!("CARGO_PKG_VERSION"));
    let mut calls = vec![("turnwise", ours)];
    for (name, source) in job.programs {
        match folder.get(name, source, &input) {
            Ok(call) => calls.push((name, call)),
            Err(problem) => eprintln!("{name} is left out: {problem}"),
        }
    }
    let mut rounds: Vec<Vec<Option<Cost>>> = Vec::new();
    for round in 1..=count {
        eprintln!("{}: round {round} of {count}", job.name);
        rounds.push(calls.iter().map(|(_, call)| cost(call, folder)).collect::<Outcome<_>>()?);
    }
    let of_one = |(index, (name, call)): (usize, &(&str, Call))| {
        let beside = |of: fn(&Cost) -> f64| {
            let ratio = |round: &Vec<Option<Cost>>| {
                let (ours, theirs) = (round.first()?.as_ref()?, round.get(index)?.as_ref()?);
                Some(of(theirs) / of(ours))
            };
            let ratio = median(rounds.iter().filter_map(ratio).collect());
            if ratio.is_nan() { "failed".to_owned() } else { format!("{ratio:.1}") }
        };
        let (time, memory) = (beside(|cost| cost.seconds), beside(|cost| cost.kilobytes));
        format!("| {} | {name} | {} | {time} | {memory} |", job.name, call.version)
    };
    Ok(calls.iter().enumerate().map(of_one).collect())
}

/// What one run took.
struct Cost {
    seconds: f64,
    kilobytes: f64,
}

/// Runs a program once; none where it fails.
fn cost(call: &Call, folder: &Folder) -> Outcome<Option<Cost>> {
    let report = folder.path.join("memory");
    let mut command = Command::new("time");
    command.args(["-f", "%M", "-o"]).arg(&report).arg(&call.program).args(&call.arguments);
    command.envs(call.environment.iter().map(|(name, value)| (name, value)));
    let start = Instant::now();
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    let status = status.map_err(|error| format!("GNU time is needed: {error}"))?;
    let seconds = start.elapsed().as_secs_f64();
    if !status.success() {
        return Ok(None);
    }
    let kilobytes = fs::read_to_string(report)?.trim().parse()?;
    Ok(Some(Cost { seconds, kilobytes }))
}
