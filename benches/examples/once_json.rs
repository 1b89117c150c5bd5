//! Runs one subject once on a payload of so many bytes, for tools that count instructions, as `once` does for text:
//!
//! ```sh
//! cargo build --release -p turnwise-benches --example once_json
//! valgrind --tool=callgrind --callgrind-out-file=/dev/null target/release/examples/once_json parse 1000000
//! ```
//!
//! Making the payload counts too: subtract what `nothing` takes on the same size.

use std::process::ExitCode;

use turnwise_benches::json::{SUBJECTS, Subject, payload};

const NOTHING: Subject = ("nothing", |_| 0);

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let which = arguments.next().unwrap_or_default();
    let size = arguments.next().and_then(|size| size.parse().ok());
    let subject = SUBJECTS.iter().chain([&NOTHING]).find(|(name, _)| *name == which);
    let (Some((_, run)), Some(size)) = (subject, size) else {
        eprintln!("usage: once_json value|typed|parse|'value to value'|'parse to json'|nothing BYTES");
        return ExitCode::from(2);
    };
    let document = payload(size);
    println!("{} bytes, {} found", document.len(), run(document.as_bytes()));
    ExitCode::SUCCESS
}
