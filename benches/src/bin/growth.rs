//! How time grows with the input: one text of 4 MiB beside the same bytes in pieces of 64 KiB, a row a shape.
//!
//! A reader that is linear takes about as long for both; a quadratic one takes 64 times as long for the whole.
//!
//! ```sh
//! cargo run --release -p turnwise-benches --bin growth
//! ```

use std::{
    io::{self, Write},
    time::{Duration, Instant},
};

use turnwise::Parser;
use turnwise_benches::inputs::SHAPES;

const PIECE: usize = 64 << 10;
const PIECES: usize = 64;

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "| text of | whole beside pieces |")?;
    writeln!(out, "| --- | --- |")?;
    for (name, unit) in SHAPES {
        let text = |bytes: usize| unit.repeat(bytes.div_ceil(unit.len()));
        let (piece, whole) = (text(PIECE), text(PIECE.saturating_mul(PIECES)));
        let apart = best_time(|| (0..PIECES).for_each(|_| drop(Parser::new().parse(&piece))));
        let together = best_time(|| drop(Parser::new().parse(&whole)));
        writeln!(out, "| {name} | {:.2} |", together.as_secs_f64() / apart.as_secs_f64())?;
    }
    Ok(())
}

/// The shortest of three runs.
fn best_time(work: impl Fn()) -> Duration {
    let run = || {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    (0..3).map(|_| run()).min().unwrap_or_default()
}
