//! How work grows with the input, counted in instructions: exact, whatever else the machine does.
//!
//! Texts and documents of one thing only, and random mixtures of the words in `fuzz/dictionary`, are read at three
//! sizes that double. What the second doubling adds may be [`GROWTH`] times what the first added: twice is linear,
//! four times quadratic. Ends with 1 where something grows faster. Needs valgrind; the idea is pulldown-cmark's.
//!
//! ```sh
//! cargo run --profile bench -p turnwise-benches --bin steps [MIXTURES [SEED]]
//! ```

use std::{
    env, fs,
    io::{self, Error, Write},
    path::Path,
    process::{Command, ExitCode},
};

use turnwise::Parser;
use turnwise_benches::inputs::{DOCUMENTS, SHAPES};

/// Sizes in bytes; each is twice the one before.
const SIZES: [usize; 3] = [16 << 10, 32 << 10, 64 << 10];
/// What seems to grow too fast is tried again on texts this many times as long: at small sizes, tables that grow show.
const LARGER: usize = 8;
/// How much more the second doubling may add than the first.
const GROWTH: f64 = 3.0;
/// Mixtures that are tried unless more are asked for.
const MIXTURES: u64 = 100;
/// Words of the dictionary in a mixture at most.
const WORDS: u64 = 5;
/// The argument by which this program, run under valgrind, knows itself; then come a factor and numbers of inputs.
const MEASURED: &str = "--measured";

fn main() -> io::Result<ExitCode> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (asked, inner) = match arguments.iter().position(|argument| argument == MEASURED) {
        Some(at) => arguments.split_at(at),
        None => (arguments.as_slice(), [].as_slice()),
    };
    let number = |at: usize| asked.get(at).and_then(|argument| argument.parse().ok());
    let inputs = inputs(number(0).unwrap_or(MIXTURES), number(1).unwrap_or(1));
    if let [_, factor, chosen @ ..] = inner {
        let factor = factor.parse().map_err(Error::other)?;
        for input in chosen.iter().filter_map(|index| inputs.get(index.parse::<usize>().ok()?)) {
            SIZES.iter().for_each(|size| measured(&(input.text)(size.saturating_mul(factor))));
        }
        return Ok(ExitCode::SUCCESS);
    }
    let mut rows = growths(asked, 1, (0..inputs.len()).collect())?;
    let fast = rows.iter().filter(|(growth, _)| *growth > GROWTH).map(|&(_, index)| index).collect();
    rows.retain(|(growth, _)| *growth <= GROWTH);
    rows.extend(growths(asked, LARGER, fast)?);
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut out = io::stdout().lock();
    writeln!(out, "{} inputs; those that grow fastest, where 2 is linear and 4 quadratic:", rows.len())?;
    for (growth, index) in rows.iter().take(10) {
        writeln!(out, "{growth:.2}  {}", inputs.get(*index).map_or("", |input| input.name.as_str()))?;
    }
    let linear = rows.first().is_none_or(|(growth, _)| *growth <= GROWTH);
    Ok(if linear { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// How fast the inputs of these numbers grow, on texts `factor` times as long as [`SIZES`].
fn growths(asked: &[String], factor: usize, chosen: Vec<usize>) -> io::Result<Vec<(f64, usize)>> {
    if chosen.is_empty() {
        return Ok(Vec::new());
    }
    let numbers = [factor].iter().chain(&chosen).map(usize::to_string).collect::<Vec<_>>();
    let counts = count(&[asked, &[MEASURED.to_owned()], &numbers].concat())?;
    if counts.len() != chosen.len().saturating_mul(SIZES.len()) {
        return Err(Error::other(format!("{} measurements of {} inputs", counts.len(), chosen.len())));
    }
    Ok(counts.chunks(SIZES.len()).map(growth).zip(chosen).collect())
}

/// What the second doubling added beside what the first added.
fn growth(counts: &[u64]) -> f64 {
    let [small, middle, large] = *counts else { return f64::INFINITY };
    large.saturating_sub(middle) as f64 / middle.saturating_sub(small).max(1) as f64
}

/// The work that is counted: valgrind knows it by its name.
#[inline(never)]
fn measured(text: &str) {
    drop(Parser::new().parse_bytes(std::hint::black_box(text).as_bytes()));
}

/// Runs this program under valgrind; gives the instructions of each call of [`measured`].
fn count(arguments: &[String]) -> io::Result<Vec<u64>> {
    let folder = env::temp_dir().join(format!("turnwise-steps-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let counts = valgrind(&folder, arguments).and_then(|()| read(&folder));
    fs::remove_dir_all(&folder)?;
    counts
}

fn valgrind(folder: &Path, arguments: &[String]) -> io::Result<()> {
    let status = Command::new("valgrind")
        .args(["--tool=callgrind", "-q", "--compress-strings=yes", "--toggle-collect=steps::measured"])
        .arg("--dump-after=steps::measured")
        .arg(format!("--callgrind-out-file={}", folder.join("count").display()))
        .arg(env::current_exe()?)
        .args(arguments)
        .status();
    let status = status.map_err(|error| Error::new(error.kind(), format!("valgrind is needed: {error}")))?;
    if status.success() { Ok(()) } else { Err(Error::other(format!("valgrind: {status}"))) }
}

/// The sums in what valgrind wrote: a file a call, numbered from 1, and one more at the end.
fn read(folder: &Path) -> io::Result<Vec<u64>> {
    let mut counts = Vec::new();
    for number in 1_u64.. {
        let Ok(text) = fs::read_to_string(folder.join(format!("count.{number}"))) else { break };
        let sum = text.lines().find_map(|line| line.strip_prefix("totals: ")?.trim().parse().ok());
        counts.push(sum.ok_or_else(|| Error::other(format!("count.{number} has no sum")))?);
    }
    Ok(counts)
}

/// Something that is read, of any length in bytes.
struct Input {
    name: String,
    text: Box<dyn Fn(usize) -> String>,
}

/// Everything that is read.
fn inputs(mixtures: u64, seed: u64) -> Vec<Input> {
    let repeated = |name: String, unit: String| Input {
        name,
        text: Box::new(move |size| unit.repeat(size.div_ceil(unit.len().max(1)))),
    };
    let shapes = SHAPES.iter().map(|(name, unit)| repeated((*name).to_owned(), (*unit).to_owned()));
    let documents = DOCUMENTS.iter().map(|(name, build)| {
        let unit = build(2).len().saturating_sub(build(1).len()).max(1);
        Input { name: (*name).to_owned(), text: Box::new(move |size| build(size.div_euclid(unit))) }
    });
    let words = dictionary();
    let mixtures = (0..mixtures).map(|mixture| {
        let unit = mixture_of(&words, seed.wrapping_mul(1 << 32).wrapping_add(mixture));
        repeated(format!("{unit:?}"), unit)
    });
    shapes.chain(documents).chain(mixtures).collect()
}

/// Some words of the dictionary, by the number of the mixture.
fn mixture_of(words: &[String], seed: u64) -> String {
    // SplitMix64, which is enough to choose words.
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed ^ (mixed >> 27)
    };
    let count = next() % WORDS;
    let chosen =
        (0..=count).filter_map(|_| words.get(usize::try_from(next()).ok()?.checked_rem(words.len())?));
    chosen.map(String::as_str).collect()
}

/// The words that fuzzing inserts: labels, separators, fences, quotes, escapes, brackets.
fn dictionary() -> Vec<String> {
    let lines = include_str!("../../../fuzz/dictionary").lines();
    let quoted = lines.filter_map(|line| line.strip_prefix('"')?.strip_suffix('"'));
    quoted.map(unescape).filter(|word| !word.is_empty()).collect()
}

/// Undoes the escapes of a dictionary: `\\`, `\"` and `\x0a`.
fn unescape(word: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = word.bytes();
    while let Some(byte) = rest.next() {
        let escaped = (byte == b'\\').then(|| rest.next()).flatten();
        match escaped {
            Some(b'x') => {
                let digits = [rest.next(), rest.next()].map(Option::unwrap_or_default);
                let digits =
                    str::from_utf8(&digits).ok().and_then(|digits| u8::from_str_radix(digits, 16).ok());
                bytes.extend(digits);
            }
            other => bytes.push(other.unwrap_or(byte)),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
