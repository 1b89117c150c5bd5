//! Runs one subject of a layer once on an input of so many bytes, for tools that count instructions:
//!
//! ```sh
//! cargo build --release -p turnwise-benches --example once
//! valgrind --tool=callgrind --callgrind-out-file=/dev/null target/release/examples/once json/model turnwise 1000000
//! ```
//!
//! Making the input counts too: subtract what the subject `nothing` takes on the same size.

use std::process::ExitCode;

use turnwise_benches::layers;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let layers = layers();
    let asked = if let [layer, subject, bytes] = arguments.as_slice() {
        let layer = layers.iter().find(|known| known.name == *layer);
        layer.zip(bytes.parse().ok()).map(|(layer, bytes)| (layer.subjects(bytes), subject))
    } else {
        None
    };
    let Some((subjects, name)) = asked else {
        let names: Vec<&str> = layers.iter().map(|layer| layer.name.as_str()).collect();
        eprintln!("usage: once LAYER SUBJECT BYTES, where LAYER is one of {}", names.join(", "));
        return ExitCode::from(2);
    };
    match subjects.iter().find(|subject| subject.name == name) {
        Some(subject) => println!("{} found or written", subject.run()),
        None => println!("nothing was run"),
    }
    ExitCode::SUCCESS
}
