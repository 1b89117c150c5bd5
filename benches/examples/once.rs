//! Runs one subject once on a text of so many bytes, for tools that count instructions:
//!
//! ```sh
//! cargo build --release -p turnwise-benches --example once
//! valgrind --tool=callgrind --callgrind-out-file=/dev/null target/release/examples/once parse 1000000
//! ```
//!
//! Making the text counts too: subtract what `nothing` takes on the same size.

use std::process::ExitCode;

use turnwise_benches::{SUBJECTS, Subject, transcript};

const NOTHING: Subject = ("nothing", |_| 0);

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let which = arguments.next().unwrap_or_default();
    let size = arguments.next().and_then(|size| size.parse().ok());
    let subject = SUBJECTS.iter().chain([&NOTHING]).find(|(name, _)| *name == which);
    let (Some((_, run)), Some(size)) = (subject, size) else {
        eprintln!("usage: once memchr|regex|segments|parse|nothing BYTES");
        return ExitCode::from(2);
    };
    let text = transcript(size);
    println!("{} bytes, {} found", text.len(), run(&text));
    ExitCode::SUCCESS
}
